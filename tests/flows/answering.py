"""A small programme to read answers in: the real texts, word lists and communes, and one question of every type."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot.content import tables
from bot.content.problems import Problem
from bot.content.templates import compile_text
from bot.flows import answers
from bot.flows.answers import Read, Several, Unread
from bot.flows.programme import Commune, Industry, Option, Programme, Question, Template
from bot.flows.understanding import Lexicon
from bot.flows.values import Event, Json

CONTENT = Path(__file__).parents[2] / "content"
TODAY = date(2026, 11, 21)  # a Saturday
AT = datetime(2026, 11, 21, 3, tzinfo=UTC)

SECTORS = (
    Option("rice", {"vi": "Gạo, lương thực"}, ("lúa", "gạo", "nếp")),
    Option("fruit", {"vi": "Trái cây, rau"}, ("xoài", "chuối")),
    Option("fish", {"vi": "Chế biến thủy sản"}, ("cá tra", "tôm", "khô cá")),
    Option("none", {"vi": "Chưa có"}),
    Option("other", {"vi": "Khác"}),
)
WORKERS = (
    Option("micro", {"vi": "Đến 10 người"}, low=0, high=10),
    Option("small", {"vi": "11–50 người"}, low=10, high=50),
    Option("medium", {"vi": "51–200 người"}, low=50, high=200),
    Option("large", {"vi": "Trên 200 người"}, low=200),
)
REVENUES = (
    Option("b3", {"vi": "Đến 3 tỷ"}, low=0, high=3e9),
    Option("b10", {"vi": "Trên 3 đến 10 tỷ"}, low=3e9, high=10e9),
    Option("b50", {"vi": "Trên 10 đến 50 tỷ"}, low=10e9, high=50e9),
    Option("more", {"vi": "Trên 50 tỷ"}, low=50e9),
)
QUESTIONS = {
    "yes_no": Question("q", "yes_no"),
    "choice": Question("q", "choice", options=SECTORS[:3]),
    "choice_other": Question("q", "choice", options=SECTORS, other="other", none="none"),
    "choices": Question("q", "choices", options=SECTORS, other="other", none="none"),
    "choices_two": Question("q", "choices", options=SECTORS, other="other", none="none", minimum=2, maximum=2),
    "workers": Question("q", "choice", options=WORKERS),
    "revenue": Question("q", "choice", options=REVENUES),
    "text": Question("q", "text", minimum=2),
    "long_text": Question("q", "long_text"),
    "number": Question("q", "number", unit={"vi": "người"}, minimum=0, maximum=100_000),
    "months": Question("q", "number", unit={"vi": "tháng", "en": "months"}, minimum=1, maximum=60),
    "free_number": Question("q", "number"),
    "tonnes": Question("q", "number", unit={"vi": "tấn"}, minimum=0.1),
    "money": Question("q", "money"),
    "fee": Question("q", "money", minimum=0, maximum=100_000_000),
    "date": Question("q", "date"),
    "date_within": Question("q", "date", minimum="2026-01-01", maximum="2027-12-31"),
    "phone": Question("q", "phone"),
    "email": Question("q", "email"),
    "url": Question("q", "url"),
    "tax_code": Question("q", "tax_code"),
    "commune": Question("q", "commune"),
    "industry": Question("q", "industry"),
    "barcode": Question("q", "barcode"),
    "rating": Question("q", "rating"),
    "rating_ten": Question("q", "rating", minimum=0, maximum=10),
    "file": Question("q", "file"),
    "location": Question("q", "location"),
    "statement": Question("q", "statement"),
    "people": Question("q", "people"),
}


@cache
def communes(folder: str) -> tuple[Commune, ...]:
    rows = csv.DictReader((CONTENT / folder / "communes.csv").read_text(encoding="utf-8").splitlines())
    return tuple(_commune(row) for row in rows)


def _commune(row: dict[str, Any]) -> Commune:
    return Commune(row["code"], row["kind"], row["name"], _split(row["aliases"]), _split(row["former"]))


def _split(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, cell.split(";")))


@cache
def programme(folder: str = "an-giang") -> Programme:
    words = YAML(typ="safe").load(CONTENT / "common/words.yaml")
    lexicon = Lexicon.build(words, ())
    return Programme(folder, "test", ("vi",), lexicon, texts(), communes=communes(folder), industries=industries())


@cache
def industries() -> tuple[Industry, ...]:
    file = "common/industries.csv"
    problems: list[Problem] = []
    found = tuple(tables.industries(file, {file: (CONTENT / file).read_text(encoding="utf-8")}, problems))
    assert not problems
    return found


@cache
def texts() -> dict[str, dict[str, Template]]:
    data = YAML(typ="safe").load(CONTENT / "common/texts/answers.vi.yaml")
    return {name: {"vi": compile_text(text, "vi")} for name, text in _flat("", data)}


def _flat(path: str, data: dict[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in data.items():
        found += _flat(f"{path}{key}.", value) if isinstance(value, dict) else [(f"{path}{key}", value)]
    return found


def read(question: str | Question, event: str, /, **data: Json) -> Read | Several | Unread:
    asked = QUESTIONS[question] if isinstance(question, str) else question
    return answers.read(asked, Event(event, AT, data), programme(), "vi", TODAY)


def typed(question: str | Question, line: str) -> Any:
    """The value read from a line; a tuple of the candidates' values; `!reason`; a value with a warning as `value !id`."""
    return _short(read(question, "said", text=line))


def tapped(question: str, value: str) -> Any:
    return _short(read(question, "tapped", value=value))


def _short(result: Read | Several | Unread) -> Any:
    match result:
        case Read(value=value, warning=warning, other=other):
            noted = f"{value} !{warning}" if warning else value
            return (noted, other) if other else noted
        case Several(candidates=candidates):
            return tuple(value for value, _ in candidates)
        case Unread(reason=reason):
            return f"!{reason.removeprefix('answers.')}"


def said(result: Unread) -> str:
    """The words of a refusal, as people read them."""
    return programme().render(result.reason, "vi", result.values).plain
