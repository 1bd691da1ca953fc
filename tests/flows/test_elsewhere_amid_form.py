"""What is plainly no answer, amid a form: a case's number, taking a case back, another form."""

from __future__ import annotations

import pytest

from bot.flows.session import Session
from bot.flows.values import Event
from tests.flows.engine_house import AT, Person, with_form

FORM = """
format: 1
title: {vi: Phiếu thử, en: A form}
consent: request
intro: {vi: Xin mời., en: Welcome.}
thanks: {vi: Cảm ơn., en: Thanks.}
questions:
  - {id: words, type: text, text: {vi: Mong muốn gì?, en: What?}, short: {vi: Mong muốn, en: Wish}}
  - {id: rated, type: rating, text: {vi: Mấy điểm?, en: Which rating?}, short: {vi: Điểm, en: Rating}, minimum: 1, maximum: 5}
  - id: chosen
    type: choice
    text: {vi: Chọn gì?, en: Which?}
    short: {vi: Chọn, en: Choice}
    options: [{id: a, label: {vi: Ví dụ một, en: One}}, {id: b, label: {vi: Ví dụ hai, en: Two}}]
  - {id: phone, type: phone, text: {vi: Điện thoại?, en: Telephone?}, short: {vi: Điện thoại, en: Telephone}, example: {vi: 0912 345 678, en: 0912 345 678}}
  - {id: email, type: email, text: {vi: Thư điện tử?, en: Email?}, short: {vi: Thư, en: Email}, example: {vi: coso@example.com, en: a@example.com}}
"""
ANSWERS = {"words": "Ví dụ nhé", "rated": "4", "chosen": "Ví dụ hai", "phone": "0912345678"}


def at(question: str) -> Person:
    someone = Person(with_form("elsewhere", FORM), Session(turns=1, consents={"request": True}))
    someone.tap("go.form.elsewhere")
    while someone.draft.asked != question:
        someone.say(ANSWERS[someone.draft.asked])
    someone.done.clear()
    return someone


def asked(someone: Person) -> list[object]:
    return [one.data for one in someone.done if one.name == "find_case"]


@pytest.mark.parametrize("question", [*ANSWERS, "email"])
@pytest.mark.parametrize(
    ("line", "then"),
    [
        ("AG-2026-00001", "show"),
        ("ag-2026-1", "show"),
        ("hồ sơ AG-2026-00001", "show"),
        ("rut ho so AG-2026-00001", "withdraw"),
        ("Tôi muốn rút lại hồ sơ số AG-2026-00001 nhé", "withdraw"),
        ("hủy hồ sơ AG-2026-00001", "withdraw"),
        ("withdraw application AG-2026-00001", "withdraw"),
    ],
)
def test_a_case_is_meant_at_every_question(question: str, line: str, then: str) -> None:
    someone = at(question)
    someone.say(line)
    assert asked(someone) == [{"number": "AG-2026-00001", "then": then}]
    assert someone.draft.asked == question
    assert question not in someone.kept.get(1, {})
    assert "?" in someone.messages[-1].text.plain  # the question comes again


def test_another_number_at_a_question_is_the_answer() -> None:
    someone = at("words")
    someone.say("QD-2026-00001")
    assert someone.kept[1]["words"] == "QD-2026-00001"


def test_amid_a_talk_a_number_is_for_the_official() -> None:
    someone = Person(session=Session(turns=1, consents={"request": True}))
    someone.say("gặp cán bộ")
    someone.say("Xin chào.")
    someone.say("rút hồ sơ AG-2026-00001")
    someone.say("hồ sơ AG-2026-00001")
    assert [one.name for one in someone.done] == [
        "look_at_hours",
        "say_to_official",
        "say_to_official",
        "say_to_official",
    ]


@pytest.mark.parametrize("line", ["nhu tren", "như trên", "nhu trên"])
@pytest.mark.parametrize("question", ["phone", "email"])
def test_as_above_is_asked_again_and_begins_no_form(question: str, line: str) -> None:
    someone = at(question)
    said = someone.say(line)
    assert someone.draft.form == "elsewhere"
    assert ("0912 345 678" if question == "phone" else "coso@example.com") in said


def test_a_form_that_begins_amid_another_says_that_the_first_is_kept() -> None:
    someone = at("phone")
    said = someone.say("khảo sát")
    assert someone.draft.form == "needs_survey"
    assert "cất lại" in said
    assert "làm tiếp" in said


def test_a_form_taken_up_amid_another_puts_that_aside() -> None:
    someone = at("phone")
    someone.say("khảo sát")
    someone.tap("go.form.elsewhere")
    said = someone.press("Làm tiếp")
    assert "cất lại" in said
    assert someone.draft.form == "elsewhere"
    assert [one.form for one in someone.session.paused] == ["needs_survey"]
    assert someone.hear(Event("said", AT, {"text": "làm tiếp"}))
