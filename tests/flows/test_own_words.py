"""Where one's own words are asked for, they are the answer, be they words that mean something else elsewhere."""

from __future__ import annotations

import pytest

from bot.flows.session import Session
from tests.flows.engine_house import Person, with_form

FORM = """
format: 1
title: {vi: Danh sách thử, en: A list}
consent: request
intro: {vi: Xin mời., en: Welcome.}
thanks: {vi: Cảm ơn., en: Thanks.}
questions:
  - {id: position, type: text, text: {vi: Chức vụ của anh/chị là gì?, en: Which position?}, short: {vi: Chức vụ, en: Position}}
  - {id: goal, type: long_text, text: {vi: Mong muốn đạt được gì?, en: Which goal?}, short: {vi: Mục tiêu, en: Goal}}
  - {id: unit, profile: unit_name, type: text, text: {vi: Tên đơn vị là gì?, en: Which unit?}, short: {vi: Đơn vị, en: Unit}}
  - {id: guests, type: people, text: {vi: Ai sẽ đến?, en: Who comes?}, short: {vi: Người đến, en: Guests}}
"""


@pytest.fixture
def person() -> Person:
    someone = Person(with_form("own_words", FORM), Session(turns=1, consents={"request": True}))
    someone.tap("go.form.own_words")
    return someone


def at(person: Person, question: str) -> Person:
    """At that question, all before it answered."""
    while person.draft.asked != question:
        person.say("Ví dụ thôi nhé")
    return person


NOUNS = [
    "chuyên viên",
    "chuyen vien",
    "nhân viên",
    "nv",
    "cb",
    "cán bộ",
    "Tư vấn viên",
    "tu van",
    "Nhân viên tư vấn",
    "staff",
]
CALLS = [
    "gặp cán bộ",
    "gap can bo",
    "nói chuyện với người thật",
    "cho gặp nhân viên tư vấn",
    "goi can bo giup",
    "talk to a human",
]


@pytest.mark.parametrize("line", NOUNS)
@pytest.mark.parametrize("question", ["position", "goal"])
def test_a_bare_noun_is_the_answer(person: Person, question: str, line: str) -> None:
    at(person, question).say(line)
    assert person.route == "answer"
    assert person.kept[1][question] == line


@pytest.mark.parametrize("line", CALLS)
@pytest.mark.parametrize("question", ["position", "goal", "unit", "guests"])
def test_who_asks_for_a_person_gets_one(person: Person, question: str, line: str) -> None:
    at(person, question).say(line)
    assert person.route == "human"
    waiting = person.session.waiting
    assert waiting is not None
    assert waiting.kind == "human"


def test_the_position_of_an_attendee_too(person: Person) -> None:
    at(person, "guests").say("Nguyễn Văn Ví Dụ")
    assert "Số điện thoại" in person.say("chuyen vien")


def test_elsewhere_the_noun_still_calls() -> None:
    someone = Person(session=Session(turns=1))
    someone.say("chuyên viên")
    assert someone.route == "human"


FIRMS = [
    "Công ty K", "cty k", "Công ty J", "HTX Bao Nhiêu", "Hộ kinh doanh Ba Không", "HTX Tiếp Tục", "HTX Tu Van", "htx thoi",
    "Cơ sở Mã Vạch Ví Dụ", "Trang trại Dừng Chân", "Doanh nghiệp tư nhân Không Gì", "Công ty TNHH Một Thành Viên Menu",
    "Tổ hợp tác Đồng Ý", "HTX Nông nghiệp Nhận Tin", "Cong ty co phan Gap Can Bo",
]  # fmt: skip


@pytest.mark.parametrize("line", FIRMS)
def test_what_begins_with_a_legal_form_is_a_name(person: Person, line: str) -> None:
    at(person, "unit").say(line)
    assert person.route == "answer"
    assert person.kept[1]["unit"] == line


@pytest.mark.parametrize(
    ("line", "route"),
    [
        ("công ty tôi muốn gặp cán bộ", "human"),
        ("công ty nào được hỗ trợ?", "topic."),
        ("gặp cán bộ", "human"),
        ("tiếp tục", "resume"),
        ("hợp tác xã có được hỗ trợ bao nhiêu tiền", "topic."),
    ],
)
def test_what_is_no_name_is_not_taken_for_one(person: Person, line: str, route: str) -> None:
    at(person, "unit").say(line)
    assert person.route.startswith(route) or person.session.waiting
    assert "unit" not in person.kept[1]
