"""Random walks: taps from what was shown, labels and numbers typed, commands, rubbish, answers, changes of mind. Whatever
somebody does, nothing breaks, nothing is lost, and there is a way to the end."""

import re

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.channel import CAPABILITIES, fit, units
from bot.flows.session import from_json
from bot.flows.values import Event
from tests.flows.engine_house import AT, ROUTES, Person, an_giang

COMMANDS = [
    "menu", "quay lại", "bỏ qua", "tạm dừng", "làm tiếp", "hủy", "sửa", "sửa 3", "gửi", "khảo sát", "dung", "thoi", "xoa",
    "nhận tin", "dừng nhận tin", "stop", "gặp cán bộ", "xóa dữ liệu của tôi", "đổi ngôn ngữ", "giữ nguyên", "xong", "/start",
    "/thongbao Lớp 5S", "/canbo ABCD2345", "cảm ơn", "xin chào", "có", "không", "đồng ý", "mã vạch là gì", "kinh phí?",
]  # fmt: skip
RUBBISH = [
    "",
    " ",
    "\u200b",
    "???",
    "asdf",
    "👍",
    "1, 2",
    "99",
    "-1",
    "x" * 5000,
    "ngày mai",
    "<b>*a*</b>",
    "\u202eabc",
    "1\n2",
]
ANSWERS = [
    "gạo", "25", "1,3 và 5", "1", "2", "8", "khác: nuôi yến", "cty", "hộ kinh doanh", "Cơ sở Ví Dụ", "phường long xuyên",
    "vinh hoa", "0123456787", "0123456789", "089123456789", "0912345678", "1,5 tỷ", "Nguyễn Văn Ví Dụ", "chưa biết", "5 năm",
]  # fmt: skip
OLD = [
    "1.sector.rice",
    "1.needs.=barcode,training",
    "2.sector.!skip",
    "1.!summary.!submit",
    "ok.2.yes",
    "go.topic.ocop:1",
    "x",
]
EVENTS = [
    Event("unreadable", AT, {"kind": "sticker"}),
    Event("located", AT, {"lat": 10.3, "lon": 105.4}),
    Event("file_ready", AT, {"file": "f", "name": "a.pdf", "mime": "application/pdf", "size": 10}),
    Event("draft_quiet", AT, {"run": 1}),
    Event("notified", AT, {"text": "menu.thanks"}),
    Event("official_wrote", AT, {"name": "Cán bộ Ví Dụ", "text": "1"}),
    Event("talk_ended", AT, {"by": "official", "name": "Cán bộ Ví Dụ"}),
]
UNASKED = ("draft_quiet", "notified", "official_wrote", "talk_ended")
# Found walks are short enough to be read as they are, and shrinking them takes minutes.
WALKS = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
MOVES = st.tuples(st.sampled_from("tttttlnacccro" + "aaaa" + "e"), st.integers(0, 10_000))
PROGRESS = re.compile(r"Câu (\d+)/(\d+)")


def move(person: Person, kind: str, n: int) -> bool:
    """One step of the walk; False for what nobody asked for and may stay unanswered."""
    choices = person.choices()
    numbered = [choice for choice in choices if not choice.control]
    if kind == "t" and choices:
        person.tap(choices[n % len(choices)].value)
    elif kind == "l" and choices:
        person.say(choices[n % len(choices)].label)
    elif kind == "n" and numbered:
        person.say(str(1 + n % len(numbered)))
    elif kind == "o":
        person.tap(OLD[n % len(OLD)])
    elif kind == "e":
        event = EVENTS[n % len(EVENTS)]
        person.hear(event)
        return event.name not in UNASKED
    else:
        person.say(
            {"c": COMMANDS, "r": RUBBISH}.get(kind, ANSWERS)[n % len({"c": COMMANDS, "r": RUBBISH}.get(kind, ANSWERS))]
        )
    return True


def holds_together(person: Person, asked: bool) -> None:
    """What is true after every turn."""
    session = person.session
    assert from_json(session.to_json()) == session
    passed_on = bool(person.done) and person.done[-1].name == "say_to_official"
    assert not asked or person.messages or passed_on, "somebody did something and heard nothing"
    assert not asked or person.route in ROUTES or person.route.startswith(("topic.", "form.")), person.route
    if session.draft and session.draft.answers:
        assert dict(session.draft.answers) == person.kept[session.draft.run]
    for number, total in PROGRESS.findall(person.text()):
        assert 1 <= int(number) <= int(total)
        assert int(total) == 15 or session.draft is None or session.draft.form != "needs_survey"
    for message in person.messages:
        for can in CAPABILITIES.values():
            assert all(0 < units(part.text.plain) <= can.text for part in fit(message, can))
        assert all(len(choice.value.encode()) <= 64 for choice in message.choices)


def numbers_mean_what_they_stand_before(person: Person) -> None:
    """Where choices are typed, the number of each of them does what tapping it does, and no two lists have numbers."""
    lists = [m for m in person.messages if any(not choice.control for choice in m.choices)]
    assert len(lists) <= 1 or person.route == "answer"  # two rounds of one turn may each have had their own
    if not lists or lists[-1].many:
        return
    for number, choice in enumerate([choice for choice in lists[-1].choices if not choice.control], 1):
        tapped, typed = person.copy(), person.copy()
        tapped.tap(choice.value)
        typed.say(str(number))
        waiting = typed.session.waiting
        if waiting and waiting.kind == "candidates":  # "3" may also be "trong 3 tháng": then one is asked which
            continue
        assert typed.session == tapped.session, f"{number} is not {choice.label}"


def to_the_end(person: Person) -> None:
    """From wherever one is, the survey can be finished."""
    person.say("/start")
    person.say("khảo sát")
    for _ in range(60):
        if person.sent:
            return
        draft, waiting = person.session.draft, person.session.waiting
        if waiting:
            person.tap(f"ok.{waiting.turn}.{'yes' if waiting.kind == 'consent' else 'resume'}")
        elif draft and not draft.asked:
            person.tap(f"{draft.run}.!summary.!submit")
        else:
            answer(person)
    raise AssertionError(f"stuck at {person.session.draft}")


def answer(person: Person) -> None:
    draft = person.session.draft
    assert draft
    question = an_giang().forms["needs_survey"].question(draft.asked)
    plain = [choice for choice in person.choices() if not choice.control]
    if plain and not plain[0].value.startswith("go."):
        person.tap(plain[0].value)
        if question.type == "choices":
            person.say("xong")
        return
    by_type = {"number": "1", "tax_code": "0123456787", "commune": "phường long xuyên", "phone": "0912345678"}
    name = "chị Lan Ví Dụ" if question.id == "contact_name" else "Cơ sở Ví Dụ"
    person.say(by_type.get(question.type, name if question.type in ("text", "long_text") else "1"))


@WALKS
@given(st.lists(MOVES, min_size=40, max_size=60))
def test_whatever_one_does_nothing_breaks_and_the_end_can_be_reached(moves):
    person = Person()
    person.say("khảo sát")
    person.say("đồng ý")
    for kind, n in moves:
        asked = move(person, kind, n)
        holds_together(person, asked)
        if asked:
            numbers_mean_what_they_stand_before(person)
    person.sent.clear()
    to_the_end(person)
    sent = person.sent[0]["answers"]
    assert sent["unit_name"]
    assert {name for name, value in sent.items() if value is None} <= {
        question.id for question in an_giang().forms["needs_survey"].questions if question.optional
    }


@WALKS
@given(st.text(max_size=200))
def test_no_line_breaks_anything_anywhere(line):
    for state in ([], ["khảo sát"], ["khảo sát", "đồng ý"], ["khảo sát", "đồng ý", "gạo"], ["nhận tin"], ["dung"]):
        person = Person()
        for said in state:
            person.say(said)
        person.say(line)
        holds_together(person, asked=True)


@pytest.mark.parametrize("old", ["2.x.!skip", "1.sector.rice", "ok.2.yes", "x"])
def test_an_old_button_lets_a_deletion_go_and_does_not_ask_about_it_again(old):
    """Found by a walk: its buttons stood there once more, and did nothing."""
    person = Person()
    for line in ("khảo sát", "đồng ý", "gạo", "xóa dữ liệu của tôi"):
        person.say(line)
    assert "Xóa dữ liệu" in [choice.label for choice in person.choices()]
    person.tap(old)
    assert person.session.waiting is None
    assert "Xóa dữ liệu" not in [choice.label for choice in person.choices()]
