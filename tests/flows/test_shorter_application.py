"""What makes the application for support short: the support that was named is chosen, answers are one tap where they can
be, and the papers share one screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content import load, read_bundle
from bot.flows.engine import walking
from bot.flows.programme import Programme
from bot.flows.values import Event, Json
from tests.flows.engine_house import AT, CONTENT, Person

TALK = Path(__file__).parents[1] / "conversations" / "shortest_application.talk"
AN_GIANG = load(read_bundle(CONTENT, "an-giang"))
BEFORE = (
    "hộ kinh doanh",
    "Cơ sở Ví Dụ",
    "không có",
    "phường Long Xuyên",
    "1061",
    "3 sao",
    "có",
    "chưa có",
    "1",
    "khô cá",
)


@pytest.fixture
def person() -> Person:
    return Person(AN_GIANG)


def supports(person: Person) -> Json:
    return person.draft.answers.get("supports")


def at(person: Person, question: str) -> None:
    """On the way to that question of an application for barcodes."""
    person.say("xin hỗ trợ làm mã vạch")
    person.say("đồng ý")
    for line in (*BEFORE, "siêu thị", "không", "Nguyễn Thị Ví Dụ", "0912345678", "Nguyễn Thị Ví Dụ", "Chủ hộ"):
        if person.draft.asked == question:
            return
        person.say(line)
    assert person.draft.asked == question, person.text()


def file(person: Person, name: str, digest: str = "") -> str:
    data: dict[str, Json] = {"file": name, "name": name, "mime": "application/pdf", "size": 9, "digest": digest or name}
    return person.hear(Event("file_ready", AT, data))


# -- the support that was named ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "support"),
    [
        ("toi muon xin ho tro ma vach", "barcode"),
        ("tôi muốn được hỗ trợ làm mã vạch", "barcode"),
        ("muốn xin hỗ trợ làm truy xuất nguồn gốc", "traceability"),
    ],
)
def test_what_was_asked_for_by_name_is_not_asked_again(person, line, support):
    person.say(line)
    assert person.route == "form.support_application"
    said = person.say("đồng ý")
    assert (supports(person), person.draft.asked) == ([support], "group")
    assert "Nội dung đề nghị hỗ trợ:" in said
    assert person.kept[person.draft.run]["supports"] == [support]
    person.say("quay lại")
    assert person.draft.asked == "supports", "it can be changed"


@pytest.mark.parametrize("line", ["đăng ký hỗ trợ", "nộp hồ sơ hỗ trợ", "xin hỗ trợ nhưng không phải mã vạch"])
def test_what_was_not_named_is_asked(person, line):
    person.say(line)
    person.say("đồng ý")
    assert (supports(person), person.draft.asked) == (None, "supports")


def test_a_number_on_the_menu_names_no_support(person):
    person.say("/start")
    number = next(n for n, c in enumerate(person.choices(), 1) if c.value == "go.form.support_application")
    person.say(str(number))
    person.say("1")  # agreed
    assert (supports(person), person.draft.asked) == (None, "supports")


@pytest.mark.parametrize(
    ("line", "support"), [("đăng ký mã vạch", "barcode"), ("toi muon dang ky ma vach", "barcode"), ("5s là gì", "tool")]
)
def test_an_article_leads_to_the_application_for_it(person, line, support):
    person.say(line)
    (choice,) = [each for each in person.choices() if each.label == "Đăng ký hỗ trợ này"]
    assert choice.value == f"go.form.support_application.{support}"
    person.say("đăng ký hỗ trợ này")
    assert person.route == "form.support_application"
    person.say("đồng ý")
    assert (supports(person), person.draft.asked) == ([support], "group")


@pytest.mark.parametrize("place", ["an-giang", "ha-noi"])
def test_every_support_has_an_article_that_leads_to_it(place):
    programme: Programme = load(read_bundle(CONTENT, place))
    led = {route for topic in programme.topics.values() for route in topic.related if route.count(".") == 2}
    asked = programme.forms["support_application"].question("supports").options
    assert led == {f"form.support_application.{option.id}" for option in asked}


def test_an_old_button_for_a_support_that_is_no_more_begins_the_form(person):
    person.tap("go.form.support_application.gone")
    person.say("đồng ý")
    assert (supports(person), person.draft.asked) == (None, "supports")


# -- answers that are one tap ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["chính tôi", "toi ky", "người liên hệ", "cung la nguyen thi vi du"])
def test_who_signs_may_be_whom_to_contact(person, line):
    at(person, "representative")
    assert "Cũng là Nguyễn Thị Ví Dụ" in [choice.label for choice in person.choices()]
    person.say(line)
    assert person.draft.answers["representative"] == "Nguyễn Thị Ví Dụ"


def test_who_signs_may_be_tapped_or_somebody_else(person):
    at(person, "representative")
    other = person.copy()
    person.press("Cũng là Nguyễn Thị Ví Dụ")
    assert person.draft.answers["representative"] == "Nguyễn Thị Ví Dụ"
    other.say("Trần Văn Mẫu")
    assert other.draft.answers["representative"] == "Trần Văn Mẫu"


def test_a_suggestion_is_tapped_or_typed_and_any_words_will_do(person):
    at(person, "representative_position")
    tapped, typed = person.copy(), person.copy()
    tapped.press("Giám đốc")
    typed.say("giam doc")
    person.say("Trưởng nhóm thu mua")
    given = [one.draft.answers["representative_position"] for one in (tapped, typed, person)]
    assert given == ["Giám đốc", "Giám đốc", "Trưởng nhóm thu mua"]


# -- papers ----------------------------------------------------------------------------------------------------------------

REGISTRATION, PRODUCT = "paper_registration", "paper_product"


def given(person: Person) -> list[Json]:
    answers = person.draft.answers
    return [one["name"] if isinstance(one := answers.get(name, ""), dict) else one for name in (REGISTRATION, PRODUCT)]


def test_papers_come_in_any_order(person):
    at(person, REGISTRATION)
    file(person, "anh.jpg")
    person.say("ảnh sản phẩm")
    assert given(person) == ["", "anh.jpg"]
    assert "✓ Ảnh sản phẩm, nhãn: anh.jpg" in person.text()
    file(person, "giay.pdf")
    assert (given(person), person.draft.asked) == (["giay.pdf", "anh.jpg"], "declaration")


@pytest.mark.parametrize("line", ["giấy đăng ký", "giay dang ky", "quyết định thành lập", "1"])
def test_a_paper_is_named_by_a_part_of_its_name(person, line):
    at(person, REGISTRATION)
    file(person, "a.jpg")
    person.say(line)
    assert given(person) == ["a.jpg", ""]


def test_a_file_that_is_none_of_them_is_not_used(person):
    at(person, REGISTRATION)
    file(person, "a.jpg")
    assert "không dùng tệp a.jpg" in person.say("gửi tệp khác")
    assert given(person) == ["", ""]


@pytest.mark.parametrize("line", ["nộp sau tất cả", "nop sau", "bỏ qua"])
def test_all_papers_may_come_later_at_once(person, line):
    at(person, REGISTRATION)
    person.say(line)
    assert (given(person), person.draft.asked) == ([None, None], "declaration")


def test_two_files_at_once_are_both_taken(person):
    at(person, REGISTRATION)
    file(person, "a.jpg")
    file(person, "b.jpg")
    person.say("1")
    assert (given(person), person.draft.asked) == (["a.jpg", "b.jpg"], "declaration")


def test_a_third_file_is_said_to_be_too_many(person):
    at(person, REGISTRATION)
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        file(person, name)
    person.say("2")
    assert given(person) == ["b.jpg", "a.jpg"]
    assert "tệp sẽ không được lưu" in person.text()
    assert person.draft.asked == "declaration"


def test_the_same_file_twice_is_noticed_before_it_is_taken(person):
    at(person, REGISTRATION)
    file(person, "a.jpg", "same")
    person.say("2")
    said = file(person, "b.jpg", "same")
    assert "đã gửi cho “Ảnh sản phẩm, nhãn”" in said
    assert given(person) == ["", "a.jpg"]
    other = person.copy()
    person.press("Dùng cho cả hai")
    assert given(person) == ["b.jpg", "a.jpg"]
    other.say("gửi tệp khác")
    assert (given(other), other.draft.asked) == (["", "a.jpg"], REGISTRATION)


def test_what_was_put_off_goes_with_the_application(person):
    at(person, REGISTRATION)
    file(person, "a.jpg")
    person.say("2")
    person.say("nộp sau")
    person.say("có")
    person.say("gửi")
    (sent,) = [effect for effect in person.done if effect.name == "open_cases"]
    assert sent.data["put_off"] == ["Giấy đăng ký hoặc quyết định thành lập"]


# -- how long it is --------------------------------------------------------------------------------------------------------


def test_the_shortest_application_stays_short():
    """Turns of somebody unknown until it is sent, and with both consents that are asked for afterwards."""
    turns = [line for line in TALK.read_text(encoding="utf-8").splitlines() if line.startswith("> ")]
    assert turns.index("> [Gửi đơn đăng ký]") + 1 <= 21
    assert len(turns) <= 23


@pytest.mark.parametrize("group", ["enterprise", "cooperative", "household"])
def test_codes_alone_are_asked_what_is_needed_to_decide(group):
    form = AN_GIANG.forms["support_application"]
    answers: dict[str, Json] = {"supports": ["barcode"], "group": group, "barcode_now": "none", "public_money": False}
    answers |= {"ocop": "none", "revenue": "to_100"}
    asked = {question.id for question in walking.asked_of(form, answers)}
    needed = {
        "unit_name", "tax_code", "commune", "industry", "works_in_line", "barcode_now", "barcode_items", "scope",
        "barcode_use", "public_money", "contact_name", "phone", "representative", "representative_position",
        "paper_registration", "paper_product", "declaration",
    }  # fmt: skip
    spared = {"address", "line", "registration", "goal", "start", "email", "position", "women_owned", "present", "cost"}
    assert needed <= asked
    assert not spared & asked


def test_a_cooperative_is_not_told_of_sizes_that_are_not_its_own(person):
    at(person, "group")
    person.say("hợp tác xã")
    for line in ("HTX Ví Dụ", "bỏ qua", "phường Long Xuyên", "1061", "có", "chưa có", "1", "rau", "siêu thị", "không"):
        person.say(line)
    for line in ("Nguyễn Thị Ví Dụ", "0912345678", "tôi", "Giám đốc", "nộp sau", "có"):
        person.say(line)
    assert "mời anh/chị xem lại" in person.text()
    assert "Nghị định 80/2021" not in person.text()
