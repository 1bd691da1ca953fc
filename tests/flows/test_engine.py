"""What the golden conversations cannot show: other types of question, texts of any size at every place, buttons that keep
their meaning, and what effects and other people's events do."""

from dataclasses import replace

import pytest

from bot.channel import CAPABILITIES, fit, units
from bot.flows.session import Paused, Session
from bot.flows.values import Event
from tests.flows.engine_house import AT, Person, an_giang, with_form
from tests.flows.test_understanding import route, rows

KINDS = """\
format: 1
title: Mọi kiểu câu hỏi
keywords: [mọi kiểu câu hỏi]
intro: Chào anh/chị.
thanks: Cảm ơn anh/chị.
sections: [{id: one, title: Phần một}, {id: two, title: Phần hai}]
questions:
  - {id: welcome, type: statement, section: one, text: Phần này hỏi về giấy tờ.}
  - {id: paper, type: file, section: one, optional: true, text: Anh/chị gửi giấy phép., short: Giấy phép, hint: Tối đa 20 MB.}
  - {id: place, type: location, section: one, text: Cơ sở ở đâu?, short: Vị trí}
  - {id: since, type: date, section: one, text: Từ ngày nào?, short: Từ ngày}
  - {id: exported, type: yes_no, section: two, text: Có xuất khẩu không?, short: Xuất khẩu}
  - {id: thanks_note, type: statement, section: two, when: "exported", text: Cảm ơn đã xuất khẩu.}
  - {id: amount, type: money, section: two, when: "exported", text: Doanh số?, short: Doanh số}
  - {id: mail, type: email, section: two, optional: true, text: Thư điện tử?, short: Thư điện tử}
  - {id: end, type: statement, section: two, text: Đó là câu cuối.}
"""
PLACES: tuple[list[str], ...] = (
    [], ["/start"], ["khảo sát"], ["khảo sát", "đồng ý"], ["khảo sát", "đồng ý", "gạo"], ["khảo sát", "đồng ý", "khác"],
    ["khảo sát", "đồng ý", "hủy"], ["khảo sát", "đồng ý", "dung"], ["nhận tin"], ["xoa"],
    ["khảo sát", "đồng ý", "gạo", "5", "8", "1", "1", "4"], ["khảo sát", "đồng ý", "gạo", "5", "8", "1", "1", "4", "A Ví Dụ"],
    ["khảo sát", "đồng ý", "gạo", "5", "8", "1", "1", "4", "A Ví Dụ", "vinh hoa"],
    ["khảo sát", "đồng ý", "gạo", "5", "8", "1", "1", "4", "A Ví Dụ", "mỹ thới"],
    ["khảo sát", "đồng ý", "gạo", "tạm dừng", "khảo sát"],
)  # fmt: skip


def come_to(lines):
    person = Person()
    for line in lines:
        person.say(line)
    return person


def filling(programme=None):
    person = Person(programme or with_form("kinds", KINDS))
    person.tap("go.form.kinds")
    return person


@pytest.mark.parametrize("blank", ["\u3164", "\u2800\u2800", "\u115f", "\u1160 ", "\uffa0", "\ufe0f", "\u200b\ufe0f\n"])
def test_what_only_looks_blank_is_an_empty_message(blank):
    person = Person()
    person.say("/start")
    assert "không có chữ" in person.say(blank)
    assert person.route == "unknown"
    for place in PLACES[-3:-1]:
        person = come_to(place)
        assert "không có chữ" in person.say(blank)
        assert person.route == "again"
    person = come_to(PLACES[10])
    answers = person.session.draft.answers
    assert "không có chữ" in person.say(blank)
    assert person.session.draft.answers == answers, "and no answer to a question in free words"


# -- questions of every type --------------------------------------------------------------------------------------------


def test_statements_sections_files_places_and_dates():
    person = filling()
    assert "Phần này hỏi về giấy tờ." in person.text()
    assert "Phần một · Câu 1/6\nAnh/chị gửi giấy phép.\nTối đa 20 MB." in person.text()
    assert "https://nhipcau.example/upload/x" in person.text()
    assert [choice.label for choice in person.choices()] == ["Nộp sau"]
    assert person.messages[-2].wants == "file"
    person.hear(
        Event("file_ready", AT, {"file": "f1", "name": "giấy <phép>.pdf", "mime": "application/pdf", "size": 9})
    )
    assert "Câu 2/6\nCơ sở ở đâu?" in person.text()
    person.hear(Event("located", AT, {"lat": 10.37, "lon": 105.43}))
    assert "Câu 3/6\nTừ ngày nào?" in person.text()
    person.say("15/3/2024")
    assert "Phần hai · Câu 4/6" in person.text()
    person.say("có")
    assert "Cảm ơn đã xuất khẩu." in person.text()
    person.say("1,5 tỷ")
    person.say("bỏ qua")
    assert "Đó là câu cuối." in person.text()
    assert "1. Giấy phép: giấy <phép>.pdf" in person.text()
    assert "3. Từ ngày: 15/03/2024" in person.text()
    person.say("gửi")
    assert person.sent[0]["answers"] == {
        "paper": {"file": "f1", "name": "giấy <phép>.pdf"},
        "place": {"lat": 10.37, "lon": 105.43},
        "since": "2024-03-15",
        "exported": True,
        "amount": 1_500_000_000,
        "mail": None,
    }


def test_a_refused_file_says_why_and_asks_again():
    person = filling()
    person.hear(Event("file_refused", AT, {"name": "a.exe", "reason": "wrong_kind"}))
    assert "Tệp a.exe không thuộc loại nhận được" in person.text()
    assert "Anh/chị gửi giấy phép." in person.text()
    assert person.route == "again"


def test_a_file_still_with_its_channel_is_fetched_only_where_one_is_asked_for():
    person = filling()
    sent = Event("file_sent", AT, {"name": "a.pdf", "source": {"id": "x"}})
    person.hear(sent)
    assert "Tôi đang nhận tệp a.pdf" in person.text()
    assert person.done[-1].name == "receive_file"
    person.say("nộp sau")
    person.hear(sent)
    assert [effect.name for effect in person.done].count("receive_file") == 1
    assert "không có câu hỏi nào cần tệp" in person.text()


def test_what_one_does_not_have_is_left_out_and_a_file_can_come_later():
    person = filling()
    person.say("không có")
    assert person.kept[1]["paper"] is None
    person.say("quay lại")
    person.say("nộp sau")
    assert person.session.draft.asked == "place"


def test_a_branch_that_is_spared_makes_the_number_leap_and_the_total_stay():
    person = filling()
    for line in ("nộp sau", "10.37, 105.43", "15/3/2024", "không"):
        person.say(line)
    assert "Câu 6/6\nThư điện tử?" in person.text()


# -- any text at any place ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line", ["x" * 100_000, "xin chào " * 11_000, "\n" * 100_000, "1" * 100_000, "?" * 100_000, "\u202eא" * 50_000]
)
@pytest.mark.parametrize("lines", PLACES, ids=lambda lines: lines[-1] if lines else "first")
def test_a_huge_text_gets_a_short_answer_everywhere(lines, line):
    person = come_to(lines)
    person.say(line)
    assert person.messages
    assert len(person.text()) < 6_000
    assert len(str(person.session.to_json())) < 6_000


def test_markup_in_answers_is_shown_as_it_was_written():
    name = '*Cơ sở* <b>"A"</b> [x](https://example.com) {{ facts.phone }} & 👍'
    person = come_to([*PLACES[10], name])
    assert name in person.text()
    assert not any(message.text.links for message in person.messages)


@pytest.mark.parametrize("channel", CAPABILITIES)
def test_every_summary_fits_every_channel(channel):
    person = come_to([*PLACES[10], "Tên " * 49, "phường long xuyên"])
    parts = [part for message in person.messages for part in fit(message, CAPABILITIES[channel])]
    assert all(0 < units(part.text.plain) <= CAPABILITIES[channel].text for part in parts)


# -- buttons -----------------------------------------------------------------------------------------------------------


def test_a_question_asked_once_more_keeps_the_buttons_that_stand_there():
    person = come_to(["khảo sát"])
    first = person.choices()[0].value
    person.say("mã vạch là gì")
    assert person.choices()[-2].value == first
    person.tap(first)
    assert person.session.draft


def test_a_button_of_one_consent_never_grants_another():
    person = come_to(["nhận tin"])
    old = person.choices()[0].value
    person.say("/start")
    person.say("khảo sát")
    person.tap(old)
    assert person.route == "again"
    assert dict(person.session.consents) == {}


def test_amid_a_form_only_the_question_has_numbers():
    person = come_to(["khảo sát", "đồng ý"])
    person.say("dừng nhận tin")
    numbered = [choice.value for choice in person.choices() if not choice.control]
    assert numbered
    assert all(value.startswith("1.sector.") for value in numbered)


def test_more_typed_after_ticks_is_added_to_them():
    person = come_to(["khảo sát", "đồng ý", "gạo", "5"])
    person.tap("1.needs.barcode")
    person.say("truy xuất")
    assert person.kept[1]["needs"] == ["barcode", "traceability"]


def test_ticks_are_kept_whichever_of_several_is_then_meant():
    for meant, needs in (
        ("Mã số, mã vạch; Truy xuất nguồn gốc", ["barcode", "traceability"]),
        ("Mã số, mã vạch; Đào tạo, tập huấn", ["barcode", "training"]),
    ):
        person = come_to(["khảo sát", "đồng ý", "gạo", "5"])
        person.tap("1.needs.barcode")
        person.say("truy xuất hoặc đào tạo")
        assert [choice.label for choice in person.choices() if not choice.control] == [
            "Mã số, mã vạch; Truy xuất nguồn gốc",
            "Mã số, mã vạch; Đào tạo, tập huấn",
        ]
        person.press(meant)
        assert person.kept[1]["needs"] == needs


@pytest.mark.parametrize("said", ["đào tạo", "dao tao", "2", "Mã số, mã vạch; Đào tạo, tập huấn"])
def test_a_candidate_is_said_with_or_without_what_was_ticked(said):
    person = come_to(["khảo sát", "đồng ý", "gạo", "5"])
    person.tap("1.needs.barcode")
    person.say("truy xuất hoặc đào tạo")
    person.say(said)
    assert person.kept[1]["needs"] == ["barcode", "training"]


def test_none_of_them_among_several_stands_alone_and_an_answer_before_is_replaced():
    person = come_to(["khảo sát", "đồng ý", "gạo", "5"])
    person.tap("1.needs.barcode")
    person.say("chưa có nhu cầu hoặc đào tạo")
    labels = [choice.label for choice in person.choices() if not choice.control]
    assert labels == ["Mã số, mã vạch; Đào tạo, tập huấn", "Hiện chưa có nhu cầu"]
    person = come_to(["khảo sát", "đồng ý", "gạo", "5", "mã vạch", "quay lại"])
    person.say("truy xuất hoặc đào tạo")
    assert [choice.label for choice in person.choices() if not choice.control] == [
        "Truy xuất nguồn gốc",
        "Đào tạo, tập huấn",
    ]


def test_a_tick_is_not_lost_by_a_digression():
    person = come_to(["khảo sát", "đồng ý", "gạo", "5"])
    person.tap("1.needs.barcode")
    person.say("5s là gì")
    person.say("xong")
    assert person.kept[1]["needs"] == ["barcode"]


def test_the_nearest_three_hold_what_most_lines_meant_that_were_not_understood():
    lists = ["utterances_lay.vi.tsv", "utterances_lay.en.tsv"]
    meant = [row for name in lists for row in rows(name) if row[1].startswith(("topic.", "form."))]
    lost = [(text, wanted) for text, wanted in meant if route(text) == "unknown"]
    assert len(lost) > 30
    offered = []
    for text, wanted in lost:
        person = Person()
        person.say(text)
        assert sum(choice.value.startswith(("go.topic", "go.form")) for choice in person.choices()) <= 3
        offered.append(f"go.{wanted}" in [choice.value for choice in person.choices()])
    assert sum(offered) > 0.6 * len(lost)


# -- what comes from elsewhere -----------------------------------------------------------------------------------------


def test_consent_to_words_that_changed_meanwhile_is_asked_again():
    person = come_to(["khảo sát"])
    data = dict(person.session.waiting.data) | {"text": "of an earlier release"}
    person.session = replace(person.session, waiting=replace(person.session.waiting, data=data))
    person.say("đồng ý")
    assert "vừa được cập nhật" in person.text()
    assert dict(person.session.consents) == {}
    person.say("đồng ý")
    assert person.session.draft


def test_what_waited_comes_again_after_the_language_was_asked_about():
    person = come_to(["khảo sát"])
    agree = next(choice.value for choice in person.choices() if choice.label == "Đồng ý")
    person.say("đổi ngôn ngữ")
    person.say("ngôn ngữ")
    assert "Consent to the processing" in person.say("English")
    person.tap(agree)
    assert person.session.draft, "and its buttons are as good as before"
    assert "Question 1/" in person.text()
    person.say("đổi ngôn ngữ")
    assert "Câu 1/" in person.say("1")
    assert person.session.waiting is None


def test_a_reminder_takes_no_waiting_place_and_has_no_number():
    person = come_to(["khảo sát", "đồng ý"])
    before = person.session
    person.hear(Event("draft_quiet", AT, {"run": 1}))
    assert (person.session.waiting, person.session.draft) == (before.waiting, before.draft)
    assert [choice.control for choice in person.choices()] == [True]


def test_a_reminder_of_a_form_that_is_gone_says_nothing():
    person = come_to(["/start"])
    person.hear(Event("draft_quiet", AT, {"run": 9}))
    assert person.messages == ()


def test_an_announcement_goes_once():
    person = Person(session=Session(role="official"))
    person.say("/thongbao Mời dự lớp 5S.")
    yes = person.choices()[0].value
    person.tap(yes)
    person.tap(yes)
    person.say("có")
    assert [effect.data["text"] for effect in person.done if effect.name == "announce"] == ["Mời dự lớp 5S."]


@pytest.mark.parametrize("line", ["dung", "thoi", "xoa", "chưa biết", "không", "có không", "hủy", "mã vạch là gì"])
def test_nothing_but_a_yes_sends_an_announcement(line):
    person = Person(session=Session(role="official"))
    person.say("/thongbao Mời dự lớp 5S.")
    person.say(line)
    assert not [effect for effect in person.done if effect.name == "announce"]


def test_an_announcement_that_is_too_long_is_not_cut():
    person = Person(session=Session(role="official"))
    person.say("/thongbao")
    person.say("x" * 1501)
    assert "1.501" in person.text()
    assert person.session.waiting
    assert person.session.waiting.kind == "announcement"


def test_a_role_taken_away_takes_the_commands_away():
    person = Person(session=Session(role="official"))
    person.hear(Event("announce_refused", AT, {"reason": "role"}))
    person.say("/thongbao Xin chào")
    assert person.route == "unknown"


def test_resuming_what_the_store_no_longer_has_begins_at_the_first_question():
    release = an_giang().release
    paused = (Paused(3, "needs_survey", release),)
    person = Person(session=Session(runs=3, paused=paused, consents={"request": True}))
    person.say("làm tiếp")
    assert "Câu 1/15" in person.text()


def test_resuming_asks_again_for_a_consent_that_was_taken_back():
    paused = (Paused(3, "needs_survey", an_giang().release),)
    person = Person(session=Session(runs=3, paused=paused, consents={"request": False}))
    person.say("làm tiếp")
    assert person.session.waiting
    assert person.session.waiting.kind == "consent"
    assert person.session.draft is None


@pytest.mark.parametrize("word", ["dung", "thoi", "xoa", "Dung", "THOI", "xoá"])
@pytest.mark.parametrize("lines", PLACES, ids=lambda lines: lines[-1] if lines else "first")
def test_doubtful_words_do_nothing_by_themselves(lines, word):
    person = come_to([*lines, word]) if lines else come_to([word])
    names = [effect.name for effect in person.done]
    granted = [effect.data["granted"] for effect in person.done if effect.name == "record_consent"]
    assert names.count("drop_submission") == names.count("submit_form") == 0
    assert granted.count(True) == ("đồng ý" in lines)
    assert not [
        e for e in person.done if e.name == "record_consent" and not e.data["granted"] and word.lower() != "thoi"
    ]


@pytest.mark.parametrize(("role", "told"), [("staff", False), ("official", True), ("admin", True)])
def test_only_who_may_announce_is_told_how(role: str, told: bool):
    person = Person()
    said = person.hear(Event("official_bound", AT, {"name": "Cán bộ Ví Dụ", "role": role}))
    assert "Chào Cán bộ Ví Dụ." in said
    assert ("/thongbao" in said) is told
