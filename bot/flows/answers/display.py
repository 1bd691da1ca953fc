"""Answers as people read them, in summaries and where a later question repeats them. Never raises on a stored value,
also not on one that an earlier release of the form kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache

import phonenumbers

from bot.flows.programme import Programme, Question, words
from bot.flows.values import Json

MILLION, BILLION = 1_000_000, 1_000_000_000
MARKS = {"vi": ".,", "en": ",."}  # of thousands and of decimals
Show = Callable[[Question, Json, Programme, str], str]


def display(question: Question, value: Json, programme: Programme, language: str) -> str:
    """The answer in words of that language; a skipped one says so."""
    if value is None:
        return programme.render("answers.put_off" if question.type == "file" else "answers.skipped", language, {}).plain
    if isinstance(value, list):
        return "; ".join(display(question, one, programme, language) for one in value)
    return SHOWN.get(question.type, _plain)(question, value, programme, language)


def figures(value: float | Decimal, language: str) -> str:
    """`1.234,5` in Vietnamese, `1,234.5` in English, at most six decimals."""
    thousands, decimals = tuple(MARKS.get(language, MARKS["vi"]))
    text = f"{Decimal(str(value)):,.6f}".rstrip("0").rstrip(".")
    return text.translate({ord(","): thousands, ord("."): decimals})


def _plain(question: Question, value: Json, programme: Programme, language: str) -> str:
    return str(value)


def _yes_no(question: Question, value: Json, programme: Programme, language: str) -> str:
    return programme.render("answers.shown.yes" if value else "answers.shown.no", language, {}).plain


def _option(question: Question, value: Json, programme: Programme, language: str) -> str:
    option = question.option(str(value))
    return words(option.label, language) if option else str(value)


def _number(question: Question, value: Json, programme: Programme, language: str) -> str:
    if not _is_number(value):
        return str(value)
    return f"{figures(value, language)} {words(question.unit, language)}".rstrip()  # type: ignore[arg-type]


def _money(question: Question, value: Json, programme: Programme, language: str) -> str:
    """Round sums by their scale (1,5 tỷ đồng, 500 triệu đồng), others in full."""
    if not _is_number(value):
        return str(value)
    scale, name = _scale(abs(Decimal(str(value))))
    amount = figures(Decimal(str(value)) / scale, language)
    return programme.render(f"answers.shown.{name}", language, {"amount": amount}).plain


def _scale(amount: Decimal) -> tuple[int, str]:
    if amount >= BILLION and amount % (BILLION // 100) == 0:
        return BILLION, "billion"
    if amount >= MILLION and amount % MILLION == 0:
        return MILLION, "million"
    return 1, "money"


def _date(question: Question, value: Json, programme: Programme, language: str) -> str:
    try:
        return date.fromisoformat(str(value)).strftime("%d/%m/%Y")
    except ValueError:
        return str(value)


def _phone(question: Question, value: Json, programme: Programme, language: str) -> str:
    return national(str(value))


@lru_cache(maxsize=4096)
def national(number: str) -> str:
    try:
        parsed = phonenumbers.parse(number, "VN")
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)


def _tax_code(question: Question, value: Json, programme: Programme, language: str) -> str:
    return masked(str(value))


def masked(code: str) -> str:
    """Twelve digits are a person's number: only its ends are shown."""
    return f"{code[:3]}•••••{code[-4:]}" if len(code) == 12 else code


def _rating(question: Question, value: Json, programme: Programme, language: str) -> str:
    return f"{value}/{figures(question.maximum if isinstance(question.maximum, int | float) else 5, language)}"


def _named(question: Question, value: Json, programme: Programme, language: str) -> str:
    return str(value.get("name", "")) if isinstance(value, dict) else str(value)


def _industry(question: Question, value: Json, programme: Programme, language: str) -> str:
    """ "10 – Sản xuất, chế biến thực phẩm", in few words where the title is long."""
    if not isinstance(value, dict):
        return str(value)
    code = value.get("code")
    known = next((one for one in programme.industries if one.code == code), None)
    return f"{code} – {words(known.short, language) if known else value.get('name', '')}"


def _location(question: Question, value: Json, programme: Programme, language: str) -> str:
    return f"{value.get('lat')}, {value.get('lon')}" if isinstance(value, dict) else str(value)


def _person(question: Question, value: Json, programme: Programme, language: str) -> str:
    if not isinstance(value, dict):
        return str(value)
    phone = value.get("phone")
    parts = (value.get("name"), value.get("position"), national(str(phone)) if phone else "")
    return ", ".join(str(part) for part in parts if part)


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 10**18


SHOWN: dict[str, Show] = {
    "yes_no": _yes_no,
    "choice": _option,
    "choices": _option,
    "number": _number,
    "money": _money,
    "date": _date,
    "phone": _phone,
    "tax_code": _tax_code,
    "commune": _named,
    "industry": _industry,
    "rating": _rating,
    "file": _named,
    "location": _location,
    "people": _person,
}
