"""What was asked back and is then said clearly is done, and nothing of it is asked again; and what officials and members
say in their own words."""

from dataclasses import replace

import pytest

from bot.flows.engine.desk_words import listing
from bot.flows.session import Waiting
from bot.flows.values import Json
from tests.flows.engine_house import Person

ONE: dict[str, Json] = {
    "organisation": 7,
    "person": 3,
    "who": "Lê Minh Ví Dụ",
    "phone": "",
    "unit": "HTX Ví Dụ",
    "code": "",
}
AT_NAME = ("thông tin đơn vị", "đồng ý", "hộ kinh doanh")


def saying(*lines):
    person = Person()
    for line in lines:
        person.say(line)
    return person


def stops(person):
    return [effect for effect in person.done if effect.name == "note_wish"]


@pytest.mark.parametrize("before", [(), AT_NAME, ("khao sat", "dong y")])
def test_a_stop_that_was_asked_back_and_said_clearly_is_one_stop(before):
    person = saying(*before, "dung")
    assert not stops(person)
    waiting = person.session.waiting
    assert waiting
    assert waiting.kind in ("confirm", "meant")
    person.say("dừng nhận tin")
    assert len(stops(person)) == 1
    assert person.session.waiting is None or person.session.waiting.kind not in ("confirm", "meant")
    person.say("co")
    assert len(stops(person)) == 1


@pytest.mark.parametrize(
    ("line", "agrees"),
    [
        ("ok", True), ("đồng ý", True), ("dong y", True), ("có", True), ("duyệt", True), ("ko", False), ("không", False),
        ("tu choi", False), ("từ chối", False), ("không đồng ý", False), ("ko dong y", False), ("no", False),
        ("thoi", None), ("khỏi", None), ("chua", None), ("lúc khác", None), ("để sau", None), ("ok?", None), ("đồng ý hả", None),
        ("ai vậy", None), ("có lẽ", None),
    ],
)  # fmt: skip
def test_who_else_may_speak_is_decided_in_plain_words(line, agrees):
    person = Person()
    person.say("xin chào")
    waiting = Waiting("vetting", 2, {"by": "member", "passed": [], "count": 1, "one": ONE})
    person.session = replace(person.session, waiting=waiting)
    person.say(line)
    decided = [effect.data["agree"] for effect in person.done if effect.name == "decide_member"]
    assert decided == ([] if agrees is None else [agrees])


def test_papers_are_listed_once():
    assert listing("Giấy A; giấy a\nẢnh nhãn;GIAY A ; ") == ["Giấy A", "Ảnh nhãn"]
