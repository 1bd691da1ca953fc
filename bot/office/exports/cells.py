"""One answer → one cell. What people typed is text in every spreadsheet; what is a number stays one."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.flows.programme import Programme, Question
from bot.flows.values import Json
from bot.office.submissions import BETWEEN, shown

Cell = str | int | float
FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "＝",
    "＋",
    "－",
    "＠",
)  # Excel in some locales takes the wide ones too
VIETNAMESE = re.compile(r"\+84([0-9]{8,10})")
WHOLE = {"date", "tax_code"}
NUMBERS = {"number", "money", "rating"}


def safe(value: object) -> Cell:
    """A number as it is; text with an apostrophe before anything that a spreadsheet would take for a formula."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = str(value).replace("\0", "")
    return f"'{text}" if text.startswith(FORMULA) else text


def in_words(question: Question, answers: Mapping[str, Json], programme: Programme, language: str) -> Cell:
    """As people read it; numbers and days in the form that a table can work with, tax codes whole."""
    value = answers.get(question.id)
    if value is None:
        return ""
    if question.type in NUMBERS and isinstance(value, int | float):
        return value
    if question.type in WHOLE:
        return safe(value)
    return safe(shown(question, answers, programme, language))


def national(value: Json) -> Json:
    """A Vietnamese telephone number as people dial it: nothing before its digits for a spreadsheet to stumble over."""
    found = VIETNAMESE.fullmatch(value) if isinstance(value, str) else None
    return f"0{found[1]}" if found else value


def persons(value: Json) -> Json:
    """Each with all that is known of them, and with the number that people dial."""
    rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
    return [", ".join(str(part) for part in map(national, row.values()) if part) for row in rows]


def code_of(value: Json) -> Cell:
    """The code of a commune or of a line of business; "" if its name was only typed."""
    return safe(value.get("code") or "") if isinstance(value, dict) else ""


def in_codes(value: Json) -> Cell:
    """As it is stored: ids of options, codes of communes and lines of business, 1 and 0 for yes and no."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, list):
        return safe(BETWEEN.join(str(in_codes(item)) for item in value))
    if isinstance(value, dict):
        known = value.get("code") or value.get("name")
        return safe(known if known is not None else ", ".join(str(item) for item in value.values()))
    return safe(value)
