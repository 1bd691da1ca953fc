"""Conditions as answers come in: said once, when it is known and not before; nothing is held against a skipped answer."""

import pytest

from bot.content import load
from bot.flows.engine.eligibility import holds
from tests.flows.engine_house import Person
from tests.replay import release

SAID = "Sơ bộ:"


@pytest.fixture(scope="module")
def programme():
    return load(release("cases"))


@pytest.fixture
def person(programme):
    one = Person(programme)
    for line in ("đăng ký hỗ trợ", "đồng ý", "1", "HTX Ví Dụ"):
        one.say(line)
    return one


@pytest.mark.parametrize(
    ("answers", "truths"),
    [
        ({}, [None, None, None]),
        ({"commune": {"code": "30307", "name": "x"}, "group": "agency"}, [True, False, None]),
        ({"commune": None, "group": "household", "works_in_line": None}, [None, True, None]),
        ({"works_in_line": False}, [None, None, False]),
    ],
)
def test_it_is_known_as_soon_as_its_answers_are(programme, answers, truths):
    form = programme.forms["support_application"]
    assert [holds(form, condition, answers) for condition in form.conditions] == truths


def test_what_does_not_hold_is_said_once_when_it_is_known(person):
    assert SAID in person.say("cơ quan, đơn vị nhà nước")
    assert SAID not in person.say("vẫn trả lời tiếp")
    assert SAID not in person.say("phường Long Xuyên")
    assert SAID in person.say("không"), "another condition"
    assert SAID in person.say("gửi"), "one that blocks"
    assert not any(effect.name == "open_cases" for effect in person.done)


def test_mending_the_answer_lets_it_be_sent(person):
    for line in ("cơ quan, đơn vị nhà nước", "vẫn trả lời tiếp", "phường Long Xuyên", "bỏ qua", "sửa 3"):
        person.say(line)
    assert SAID not in person.say("hợp tác xã")
    person.say("gửi")
    assert person.done[-1].name == "open_cases"


def test_the_reason_its_basis_and_what_to_do_are_named(person):
    person.say("hợp tác xã")
    person.say("phường Long Xuyên")
    said = person.say("không")
    for words in ("chưa có trong ngành nghề đã đăng ký", "Kế hoạch 573/KH-UBND", "đăng ký bổ sung", "vẫn gửi được"):
        assert words in said


# -- a form stops where a condition that must hold does not -----------------------------------------------------------


def test_it_stops_at_once_and_says_what_can_be_done(person):
    said = person.say("cơ quan, đơn vị nhà nước")
    labels = [choice.label for choice in person.choices()]
    assert labels == ["Sửa: Loại hình", "Tạm dừng", "Gặp cán bộ", "Vẫn trả lời tiếp"]
    assert "Câu 4" not in said, "nothing more is asked before"


@pytest.mark.parametrize(
    ("line", "then"),
    [
        ("Sửa: Loại hình", "Câu 3/5"),
        ("quay lại", "Câu 3/5"),
        ("hợp tác xã", "Câu 4/5"),
        ("vẫn trả lời tiếp", "Câu 4/5"),
        ("tạm dừng", "Đã tạm dừng"),
        ("hủy", "Anh/chị muốn hủy phiếu"),
    ],
)
def test_each_way_on_can_be_typed(person, line, then):
    person.say("cơ quan, đơn vị nhà nước")
    assert then in person.say(line)


# -- each chosen support is for some groups only ---------------------------------------------------------------------------


@pytest.fixture
def body(person):
    for line in ("tạm dừng", "hủy", "Hủy phiếu", "đăng ký hỗ trợ", "mã vạch, công cụ", "Trung tâm Ví Dụ"):
        person.say(line)
    return person


def test_a_support_that_is_not_for_the_group_is_named_with_what_is(body):
    said = body.say("tổ chức đánh giá sự phù hợp")
    for words in ("Mã số, mã vạch (dành cho: Doanh nghiệp", "Nội dung dành cho nhóm này: Công cụ năng suất"):
        assert words in said
    assert body.choices()[0].label == "Bỏ: Mã số, mã vạch"


def test_it_is_left_out_by_the_person_only(body):
    body.say("tổ chức đánh giá sự phù hợp")
    assert body.session.draft.answers["supports"] == ["barcode", "tool"]
    assert "Câu 4/5" in body.say("Bỏ: Mã số, mã vạch")
    assert body.session.draft.answers["supports"] == ["tool"]


def test_it_cannot_be_sent_with_one_that_is_not_for_the_group(body):
    for line in ("tổ chức đánh giá sự phù hợp", "vẫn trả lời tiếp", "phường Long Xuyên"):
        body.say(line)
    said = body.say("có")
    assert "Chưa dành cho nhóm của đơn vị: Mã số, mã vạch." in said
    assert SAID in body.say("gửi")
    assert not any(effect.name == "open_cases" for effect in body.done)


def test_each_line_of_the_summary_has_its_reason_and_basis(person):
    for line in ("hợp tác xã", "phường Long Xuyên"):
        person.say(line)
    lines = [line for line in person.say("bỏ qua").splitlines() if "✓" in line or "?" in line]
    assert len(lines) == 3
    assert all("(Kế hoạch 573/KH-UBND)" in line and ":" in line for line in lines)
