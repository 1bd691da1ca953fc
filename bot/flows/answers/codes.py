"""Codes with a format of their own: telephone numbers, tax codes, bar codes. A check digit that fails warns and asks; it
does not block."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

import phonenumbers
from stdnum import ean
from stdnum.exceptions import ValidationError
from stdnum.vn import mst

from bot.flows.answers.outcomes import Asking, Outcome, Read
from bot.flows.values import Json

LONGEST = 300  # characters of a line in which a code is looked for
RUN = re.compile(r"\+?\(?\d(?:[\d\s._()–-]*\d)?")
GAP = re.compile(r"[\s._()–-]+")
SUBSCRIBERS = {
    phonenumbers.PhoneNumberType.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
}
TAX_CODE_DIGITS, BARCODE_DIGITS = {10, 12, 13}, {8, 12, 13, 14}
PROVINCES_OF_BIRTH = range(1, 97)  # the first three digits of a personal number


def phone(asking: Asking, line: str) -> Outcome:
    """A Vietnamese mobile or landline number as E.164; two in one line are two candidates."""
    return _one_of(asking, _found(line, number), lambda _: "")


def tax_code(asking: Asking, line: str) -> Outcome:
    """Ten digits, ten and three of a branch, or the twelve of a household business's owner, which have no check digit."""
    return _one_of(asking, _found(line, _tax_code, whole=True), _doubt_of_tax_code)


def barcode(asking: Asking, line: str) -> Outcome:
    """A GTIN of 8, 12, 13 or 14 digits."""
    return _one_of(
        asking,
        _found(line, _barcode, whole=True),
        lambda code: "" if _holds(ean.validate, code) else "answers.barcode_check",
    )


def _one_of(asking: Asking, found: list[str], doubt: Callable[[str], str]) -> Outcome:
    if len(found) == 1:
        return Read(found[0], warning=doubt(found[0]))
    several: list[Json] = [*found[:8]]
    return asking.several(several) if several else asking.unread()


def _found(line: str, read: Callable[[str], str], whole: bool = False) -> list[str]:
    """The codes in a line: each run of digits as one, else cut at one of its gaps into two. `whole`: none if there are
    digits left over, which may belong to a code."""
    if len(line) > LONGEST:
        return []
    runs = [list(_in_run(run, read)) for run in RUN.findall(unicodedata.normalize("NFKC", line))]
    return [] if whole and [] in runs else list(dict.fromkeys(code for run in runs for code in run))


def _in_run(run: str, read: Callable[[str], str]) -> Iterable[str]:
    if whole := read(run):
        return [whole]
    for gap in GAP.finditer(run):
        first, second = read(run[: gap.start()]), read(run[gap.end() :])
        if first and second:
            return [first, second]
    return []


def _digits(run: str) -> str:
    return "".join(str(int(sign)) for sign in run if sign.isdecimal())


def number(run: str) -> str:
    """The number as E.164, "" if it is none in Vietnam: with 0, +84, 84, 0084, or nothing before it."""
    digits = _digits(run)
    if not 9 <= len(digits) <= 15:
        return ""
    if run.startswith("+") or (digits.startswith("84") and len(digits) in {11, 12}):
        digits = f"+{digits}"
    elif digits.startswith("00"):
        digits = f"+{digits[2:]}"
    try:
        parsed = phonenumbers.parse(digits, "VN")
    except phonenumbers.NumberParseException:
        return ""
    if parsed.country_code != 84 or phonenumbers.number_type(parsed) not in SUBSCRIBERS:
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _tax_code(run: str) -> str:
    code = _digits(run)
    if len(code) not in TAX_CODE_DIGITS:
        return ""
    return f"{code[:10]}-{code[10:]}" if len(code) == 13 else code


def _barcode(run: str) -> str:
    code = _digits(run)
    return code if len(code) in BARCODE_DIGITS else ""


def _doubt_of_tax_code(code: str) -> str:
    if len(code) == 12:
        return "" if int(code[:3]) in PROVINCES_OF_BIRTH else "answers.tax_code_person"
    if code.endswith("-000"):
        return "answers.tax_code_branch"
    return "" if _holds(mst.validate, code) else "answers.tax_code_check"


def _holds(validate: Callable[[str], str], code: str) -> bool:
    try:
        validate(code)
    except ValidationError:
        return False
    return True
