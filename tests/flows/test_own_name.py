"""Where a name is asked for, "tôi" is nobody's name: who told theirs is taken by it, anybody else is asked for it."""

import pytest

from bot.flows.session import Session
from tests.flows.engine_house import Person, an_giang, with_form

FORM = """
format: 1
title: {vi: Đơn thử, en: A form}
consent: request
intro: {vi: Xin mời., en: Welcome.}
thanks: {vi: Cảm ơn., en: Thanks.}
questions:
  - {id: who, type: text, person: true, profile: contact_name, text: {vi: Liên hệ ai?, en: Whom?}, short: {vi: Người liên hệ, en: Contact}, personal: true}
  - {id: unit, type: text, text: {vi: Đơn vị nào?, en: Which unit?}, short: {vi: Đơn vị, en: Unit}}
  - {id: signs, type: text, person: true, text: {vi: Ai ký?, en: Who signs?}, short: {vi: Người ký, en: Signatory}, personal: true}
  - {id: guests, type: people, text: {vi: Ai đến?, en: Who comes?}, short: {vi: Người đến, en: Guests}, personal: true}
"""
ME = (
    "toi",
    "Tôi",
    "tôi ạ",
    "chinh toi",
    "chính tôi luôn",
    "la toi",
    "tui",
    "mình",
    "em",
    "me",
    "myself",
    "it's me",
    "lien he toi",
)


@pytest.fixture
def person() -> Person:
    someone = Person(with_form("name_test", FORM), Session(turns=1, consents={"request": True}))
    someone.tap("go.form.name_test")
    return someone


@pytest.mark.parametrize("line", [*ME, "tôi, giám đốc", "khong biet", "chua ro"])
def test_nobody_is_called_so(person, line):
    assert "họ và tên đầy đủ" in person.say(line)
    assert person.draft.asked == "who"
    assert "who" not in person.draft.answers


@pytest.mark.parametrize("line", ["Minh", "anh Minh", "Lê Thị Tôi Ví Dụ", "Nguyễn Thị Ví Dụ, phụ trách", "Trần Chính"])
def test_a_name_is_kept_as_typed(person, line):
    person.say(line)
    assert person.draft.answers["who"] == line


@pytest.mark.parametrize("line", ME)
def test_who_told_their_name_is_taken_by_it_and_told_so(person, line):
    person.say("Nguyễn Thị Ví Dụ, phụ trách chất lượng")
    person.say("toi")  # where no name is asked for, words are words
    assert person.draft.answers["unit"] == "toi"
    assert "Người ký: Nguyễn Thị Ví Dụ" in person.say(line)
    assert person.draft.answers["signs"] == "Nguyễn Thị Ví Dụ"


@pytest.mark.parametrize("line", ["tôi", "chinh toi", "chính tôi"])
def test_nobody_comes_by_that_name(person, line):
    for said in ("Nguyễn Thị Ví Dụ", "HTX Ví Dụ", "Trần Văn Mẫu"):
        person.say(said)
    person.say(line)
    assert "guests.open" not in person.draft.answers


def test_every_question_for_a_name_says_that_it_is_one():
    """In the content of the programme: contacts and signatories."""
    names = [
        question
        for form in an_giang().forms.values()
        for question in form.questions
        if question.type == "text" and question.id in ("contact_name", "representative")
    ]
    assert len(names) >= 4
    assert all(question.person for question in names)
