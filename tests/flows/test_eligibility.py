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
    assert SAID not in person.say("phường Long Xuyên")
    assert SAID in person.say("không"), "another condition"
    assert SAID in person.say("gửi"), "one that blocks"
    assert not any(effect.name == "open_cases" for effect in person.done)


def test_mending_the_answer_lets_it_be_sent(person):
    for line in ("cơ quan, đơn vị nhà nước", "phường Long Xuyên", "bỏ qua", "sửa 3"):
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
