"""Law 9: typed words that are no certain answer are asked back, never taken; and what people plainly mean is taken at
once. The lines stand in two tables: question, line, and (where it is taken) the options' ids."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.content import load, read_bundle
from bot.flows import answers
from bot.flows.answers import Read, Several
from bot.flows.programme import Programme
from bot.flows.values import Event
from tests.flows.engine_house import AT, CONTENT, Person, an_giang

HERE = Path(__file__).parent
TODAY = date(2026, 11, 23)


class Row(NamedTuple):
    programme: str
    language: str
    question: str
    line: str
    wanted: str


def rows(name: str) -> Iterator[Row]:
    programme = language = ""
    for written in (HERE / name).read_text(encoding="utf-8").splitlines():
        if written.startswith("# "):
            programme, language = written[2:].split()
            continue
        question, line, *wanted = written.split("\t")
        yield Row(programme, language, question, line, ",".join(wanted))


HOSTILE, HONEST = tuple(rows("never_guessed.tsv")), tuple(rows("taken_at_once.tsv"))


@cache
def programme(name: str) -> Programme:
    return an_giang() if name == "an-giang" else load(read_bundle(CONTENT, name))


def read(row: Row) -> answers.Read | answers.Several | answers.Unread:
    of = programme(row.programme)
    question = of.forms["needs_survey"].question(row.question)
    return answers.read(question, Event("said", AT, {"text": row.line}), of, row.language, TODAY)


def name(row: Row) -> str:
    return f"{row.programme}-{row.question}-{row.line}"


@pytest.mark.parametrize("row", HOSTILE, ids=name)
def test_no_certain_answer_is_not_taken(row: Row) -> None:
    assert not isinstance(read(row), Read)


@pytest.mark.parametrize("row", HONEST, ids=name)
def test_a_plain_answer_is_taken_at_once(row: Row) -> None:
    result = read(row)
    assert isinstance(result, Read), result
    assert (",".join(map(str, result.value)) if isinstance(result.value, list) else result.value) == row.wanted


def test_the_tables_are_wide() -> None:
    assert len(set(HOSTILE)) >= 200
    assert len(set(HONEST)) >= 150
    for table in (HOSTILE, HONEST):
        assert {(row.programme, row.language) for row in table} >= {
            ("an-giang", "vi"),
            ("an-giang", "en"),
            ("ha-noi", "vi"),
        }


# -- how it is asked back --------------------------------------------------------------------------------------------


@cache
def _at_sector() -> Person:
    person = Person()
    person.say("khao sat")
    person.say("dong y")
    return person


def at_sector() -> Person:
    return _at_sector().copy()


def test_it_is_asked_back_by_name_and_can_be_turned_down() -> None:
    person = at_sector()
    assert "Có phải ý anh/chị" in person.say("ca nhan")
    assert [choice.label for choice in person.choices()] == ["Thủy sản", "Không có trong danh sách"]
    assert not person.kept
    assert "gõ lại" in person.say("khong phai")
    assert person.session.draft
    assert person.session.draft.asked == "sector"
    person.say("gao")
    assert person.kept[1] == {"sector": "rice"}


@pytest.mark.parametrize("yes", ["đúng rồi", "1", "thủy sản", "phải", "ok"])
def test_what_is_asked_back_is_taken_by_a_yes(yes: str) -> None:
    person = at_sector()
    person.say("lừa cá")
    person.say(yes)
    assert person.kept[1] == {"sector": "seafood"}


@pytest.mark.parametrize("no", ["không", "khong phai", "không có trong danh sách", "sai roi"])
def test_a_no_keeps_nothing(no: str) -> None:
    person = at_sector()
    person.say("lừa cá")
    person.say(no)
    assert not person.kept


def test_what_was_clear_is_not_lost_by_the_asking() -> None:
    result = read(Row("an-giang", "vi", "needs", "mã vạch, hệ thống", ""))
    assert isinstance(result, Several)
    assert [value for value, _ in result.candidates] == [["management_system", "barcode"]]


@pytest.mark.parametrize(
    ("line", "wanted"), [("cả hai", ["a", "b"]), ("both", ["a", "b"]), ("cả 2 luôn", ["a", "b"]), ("cả ba", None)]
)
def test_both_means_two_where_there_are_just_two(line: str, wanted: list[str] | None) -> None:
    from bot.flows.programme import Option, Question

    options = (Option("a", {"vi": "Gạo"}), Option("b", {"vi": "Cá"}), Option("no", {"vi": "Chưa có"}))
    question = Question("q", "choices", options=options, none="no")
    result = answers.read(question, Event("said", AT, {"text": line}), an_giang(), "vi", TODAY)
    assert (result.value if isinstance(result, Read) else None) == wanted


# -- consent ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "đồng ý?",
        "dong y?",
        "đồng ý là sao",
        "dong y la sao",
        "phải đồng ý hả",
        "phai dong y ha",
        "đồng ý à",
        "đồng ý cái gì",
        "sao phải đồng ý",
        "không đồng ý thì sao",
        "ko dong y co sao ko",
        "agree to what",
        "do I have to agree?",
    ],
)
def test_who_asks_what_agreeing_means_is_told_and_asked_again(line: str) -> None:
    person = Person()
    asked = person.say("khao sat")
    told = person.say(line)
    assert person.route == "consent"
    assert "rút lại" in told.lower()
    assert told.endswith(asked)
    assert not person.session.consents
    person.say("đồng ý")
    assert person.session.consents == {"request": True}


@pytest.mark.parametrize("line", ["đồng ý", "dạ đồng ý", "không đồng ý", "agree", "ok"])
def test_a_plain_yes_or_no_never_asks_what_agreeing_means(line: str) -> None:
    assert all(guess.route != "consent" for guess in an_giang().lexicon.guesses(line))
