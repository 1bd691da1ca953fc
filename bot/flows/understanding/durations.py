"""How long something takes, where months are asked for: "1 năm", "nửa năm", "2 năm 3 tháng", "2 quý" → a line in months,
for the reader of numbers; "2 tuần" is no number of months."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from bot.flows.understanding.folding import BARE

LONGEST = 200  # characters
WORDS = {
    "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
    "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
}  # fmt: skip
NUMBER = rf"\d+(?:[.,]\d+)?|{'|'.join(WORDS)}"
YEAR, MONTH = r"(?:nam|years?|yrs?)", r"(?:thang|months?)"
HALF_MORE = r"(?:\s+(?P<more>ruoi|and a half))?"
YEARS = re.compile(
    rf"(?<![\w.,])(?:(?P<first>\d+)\s*(?P<dash>[-–—~]|den|toi|to)\s*)?(?P<years>{NUMBER})\s*{YEAR}\b(?!\s*thang){HALF_MORE}"
    rf"(?:\s*(?:,|va|le|and)?\s*(?P<months>{NUMBER})\s*{MONTH}\b)?(?!\s*\d)"
)
HALF = re.compile(r"\b(?:nua|half an?|half)\s*(?:nam|year)\b")
WHOLE = re.compile(r"\b(?:ca|tron|tron ven)\s*nam\b(?!\s*thang)")
QUARTERS = re.compile(rf"(?<![\w.,])(?P<count>{NUMBER})\s*(?:quy|quarters?)\b(?!\s*\d)")
SHORTER = re.compile(r"\b(?:tuan|ngay|gio|weeks?|days?|hours?)\b(?!\s*(?:nay|mai))")


def in_months(line: str) -> str | None:
    """The line with its years and quarters turned into months; None where it counts in weeks, days or hours."""
    if len(line) > LONGEST:
        return line
    plain = unicodedata.normalize("NFKD", line.lower()).translate(BARE)
    if SHORTER.search(plain):
        return None
    spoken = WHOLE.sub(" 12 ", HALF.sub(" 6 ", plain))
    spoken = QUARTERS.sub(lambda found: f" {_shown(_number(found['count']) * 3)} ", YEARS.sub(_years, spoken))
    return line if spoken == plain else re.sub(MONTH, " ", spoken)


def _years(found: re.Match[str]) -> str:
    months = _number(found["years"]) * 12 + (6 if found["more"] else 0) + _number(found["months"] or "0")
    first = f"{_shown(_number(found['first']) * 12)} {found['dash']} " if found["first"] else ""
    return f" {first}{_shown(months)} "


def _number(said: str) -> Decimal:
    return Decimal(WORDS[said]) if said in WORDS else Decimal(said.replace(",", "."))


def _shown(months: Decimal) -> str:
    """With a comma and never three places behind it, which would read as thousands."""
    return f"{months.quantize(Decimal('0.01')).normalize():f}".replace(".", ",")
