"""A yes or a no in the question's own words, or with more behind it; and what is said of when to begin."""

import pytest

from bot.flows.answers import Several
from bot.flows.session import Session
from tests.flows.engine_house import Person, with_form
from tests.flows.test_said_alone import of, read

FORM = """
format: 1
title: {vi: Đơn thử, en: A form}
consent: request
intro: {vi: Xin mời., en: Welcome.}
thanks: {vi: Cảm ơn., en: Thanks.}
questions:
  - {id: declared, type: yes_no, text: {vi: Đơn vị đã khai báo thông tin sản phẩm chưa?, en: Declared?}, short: {vi: Khai báo, en: Declared}}
  - {id: money, type: yes_no, text: {vi: Việc này đã được hỗ trợ ở chương trình nào khác chưa?, en: Supported?}, short: {vi: Hỗ trợ, en: Support}}
  - {id: pledge, type: yes_no, text: {vi: Anh/chị có cam kết như vậy không?, en: Do you pledge?}, short: {vi: Cam kết, en: Pledge}}
"""


@pytest.fixture
def person():
    someone = Person(with_form("pledge_test", FORM), Session(turns=1, consents={"request": True}))
    someone.tap("go.form.pledge_test")
    return someone


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("khai bao roi", True), ("đã khai báo ạ", True), ("đơn vị đã khai báo", True), ("don vi da khai bao", True), ("chua khai bao", False), ("đơn vị chưa khai báo", False), ("ko khai bao", False),
        ("thông tin sản phẩm", None), ("khai báo gì", None), ("khai báo chưa?", None), ("không phải không khai báo", None),
        ("sản phẩm", None),
    ],
)  # fmt: skip
def test_the_questions_own_verb(person, line, wanted):
    person.say(line)
    assert person.draft.answers.get("declared") is wanted


def test_a_yes_that_says_more_is_no_topic(person):
    person.say("có")
    person.say("co, chuong trinh ocop")
    assert person.draft.answers["money"] is True
    assert "cam kết" in person.text()


@pytest.mark.parametrize(
    "line", ["có, nhưng chưa xong", "có, mà không nhớ", "dạ, chương trình ocop", "không, có chứ", "có, đúng không?"]
)
def test_a_yes_with_a_doubt_behind_it_is_none(person, line):
    person.say("có")
    person.say(line)
    assert "money" not in person.draft.answers


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("cam ket", True), ("toi cam ket", True), ("Tôi xin cam kết ạ", True), ("đơn vị cam kết", True), ("cam kết như trên", True),
        ("không cam kết", False), ("ko cam ket", False), ("cam kết gì", None), ("ai cam kết", None), ("cam kết?", None),
    ],
)  # fmt: skip
def test_a_pledge(person, line, wanted):
    for said in ("có", "không", line):
        person.say(said)
    assert person.draft.answers.get("pledge") is wanted


@pytest.mark.parametrize("name", ["an-giang", "ha-noi"])
@pytest.mark.parametrize("form", ["support_application", "needs_survey"])
def test_when_to_begin(name, form):
    asked = of(name, form, "start")
    assert read(*asked, "cang som cang tot").value == "months_3"
    after = read(*asked, "qua tet")
    assert isinstance(after, Several)
    assert [value for value, _ in after.candidates] == ["months_3", "months_6", "next_year"]
    whenever = read(*asked, "luc nao cung dc")
    assert [value for value, _ in whenever.candidates] == ["months_3", "unknown"]
