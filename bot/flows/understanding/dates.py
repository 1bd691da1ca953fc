"""Days as people write and say them → every day they can mean, near today. A word for a time that is no one day
("tháng sau", "quý 1") or a lunar day gives none: the reader asks again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.flows.understanding.folding import fold
from bot.flows.understanding.numbers import quantity

LONGEST = 120  # characters
FIRST_YEAR, LAST_YEAR = 1900, 2200
LUNAR = re.compile(r"\b(?:ram|am lich|al|lunar|tet|giao thua|thang chap|thang gieng)\b")
CLOCK = re.compile(r"\b\d{1,2}\s*(?:h|g|:|giờ|gio)\s*(?:\d{2}\b|\b)")

YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
FULL = re.compile(r"(?<![\d/.-])(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})(?![\d/.-]*\d)")
SHORT = re.compile(r"(?<![\d/.-])(\d{1,2})\s*[-/.]\s*(\d{1,2})(?![\d/.-]*\d)")
PACKED = re.compile(r"(?<!\d)(\d{2})(\d{2})((?:19|20)\d{2})(?!\d)")
SPOKEN = re.compile(
    r"\b(?:(mung|mong)\s+|ngay\s+)?(\d{1,2})\s+thang\s+(\d{1,2})(?:\s+nam\s+(\d{4}|\d{2})|\s+(\d{4}))?\b"
)
DAY_ONLY = re.compile(r"^(?:ngay |mung |mong |hom )*(\d{1,2})(?: tay)?$")
RELATIVE = re.compile(r"^(?:sau )?(\d{1,3}) (ngay|hom|bua|tuan) (nua|sau|toi|truoc)$")
MONTH_EDGE = re.compile(r"^(dau|cuoi) thang(?: (nay|sau|toi|truoc|\d{1,2}))?(?: nam (\d{4}))?$")
YEAR_EDGE = re.compile(r"^(dau|cuoi) nam(?: (nay|sau|toi|ngoai|\d{4}))?$")
WEEKDAY = re.compile(
    r"^(?:ngay |sang |chieu |toi )*(thu \w+|t[2-7]|chu nhat|cn)(?: (tuan nay|tuan sau|tuan toi|nay|sau|toi))?$"
)

NUMBER_WORDS = re.compile(
    r"\b(ngay|mung|mong|thang) ((?:hai|ba|tu|bon|nam|bay|tam|chin|muoi)(?: (?:mot|hai|ba|tu|bon|nam|lam|sau|bay|tam|chin|muoi)){0,2})\b"
)
NAMED_MONTH = re.compile(r"\b(?:tháng|thang) (này|nay|(?<=tháng )sau|tới|toi|trước|truoc)\b")
NAMED_YEAR = re.compile(r"\b(?:năm|nam) (nay|này|sau|tới|toi|ngoái|ngoai|trước|truoc)\b")
YEAR_BESIDE = re.compile(r"\b(\d{1,2})[/.-](\d{1,2}) (?:năm|nam) (\d{4})\b")

WORDS = {
    "hom nay": 0, "nay": 0, "bua nay": 0, "ngay hom nay": 0, "today": 0, "mai": 1, "ngay mai": 1, "sang mai": 1, "chieu mai": 1,
    "bua mai": 1, "tomorrow": 1, "mot": 2, "ngay mot": 2, "bua mot": 2, "hom qua": -1, "ngay hom qua": -1, "bua qua": -1,
    "yesterday": -1, "hom kia": -2, "bua kia": -2,
}  # fmt: skip
TWO_DAYS_OR_THREE = "ngay kia"  # two days from now in the north, three in the south
WEEKDAYS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5} | {
    str(number): number - 2 for number in range(2, 8)
}
POLITE = re.compile(
    r"^(?:da|vang|khoang|tam|vao|la|chac|den|truoc|han|du kien)\s+|\s+(?:a|nha|nhe|nhen|duong lich|dl|duoc khong)$"
)


@dataclass(frozen=True, slots=True)
class Days:
    """`sure`: the line names exactly one day and says so; otherwise the days are to be confirmed. `lunar`: it speaks of
    the lunar calendar."""

    days: tuple[date, ...] = ()
    sure: bool = False
    lunar: bool = False


def days(text: str, today: date, earliest: date | None = None, latest: date | None = None) -> Days:
    """The days a line can mean. A missing year is the nearest that falls between `earliest` and `latest`."""
    if len(text) > LONGEST:
        return Days()
    if LUNAR.search(fold(text)):
        return Days(lunar=True)
    near = _Near(today, earliest or date.min, latest or date.max)
    line = near.dated(CLOCK.sub(" ", unicodedata.normalize("NFKC", text).lower()))
    return _written(line, near) or _spoken(_in_digits(fold(line)), near) or _said(_core(_in_digits(fold(line))), near)


@dataclass(frozen=True, slots=True)
class _Near:
    """Where years and months that are not said are looked for."""

    today: date
    earliest: date
    latest: date

    def allows(self, day: date) -> bool:
        return self.earliest <= day <= self.latest

    def year(self, text: str) -> int:
        """`27` is 2027, `85` 1985: at most twenty years ahead, unless only the other century lies within the bounds."""
        if len(text) == 4:
            return int(text)
        recent = self.today.year // 100 * 100 + int(text)
        usual = recent if recent <= self.today.year + 20 else recent - 100
        fits = [year for year in (recent, recent - 100) if self.earliest.year <= year <= self.latest.year]
        return usual if usual in fits or not fits else fits[0]

    def dated(self, line: str) -> str:
        """The line with its "năm sau" and "tháng tới" in figures."""
        after, before = _month_after(self.today), self.today.replace(day=1) - timedelta(days=1)
        months = {"này": self.today, "nay": self.today, "trước": before, "truoc": before}
        line = NAMED_MONTH.sub(
            lambda found: f"tháng {months.get(found[1], after):%m năm %Y}", line.replace("tháng sáu", "tháng 6")
        )
        years = {"nay": 0, "này": 0, "ngoái": -1, "ngoai": -1, "trước": -1, "truoc": -1}
        line = NAMED_YEAR.sub(lambda found: f"năm {self.today.year + years.get(found[1], 1)}", line)
        return YEAR_BESIDE.sub(r"\1/\2/\3", line)

    def nearest(self, day: int, month: int) -> tuple[date, ...]:
        found = [made for step in (-1, 0, 1) if (made := _day(self.today.year + step, month, day))]
        return tuple(sorted(found, key=lambda made: (not self.allows(made), abs(made - self.today)))[:1])

    def months(self, day: int) -> tuple[date, ...]:
        """That day of this month and of the next."""
        starts = (self.today.replace(day=1), _month_after(self.today))
        found = [made for start in starts if (made := _day(start.year, start.month, day))]
        return tuple(made for made in found if self.allows(made)) or tuple(found)


def _day(year: int, month: int, day: int) -> date | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month_after(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _month_end(day: date) -> date:
    return _month_after(day) - timedelta(days=1)


def _in_digits(line: str) -> str:
    """ "mung nam thang ba" → "mung 5 thang 3"; "thang ba nam 2027" keeps its year."""
    return NUMBER_WORDS.sub(lambda found: f"{found[1]} {_digits(found[2].split())}", line)


def _digits(words: list[str]) -> str:
    for size in range(len(words), 0, -1):
        if amount := quantity(" ".join(words[:size])):
            return " ".join([str(int(amount.values[0])), *words[size:]])
    return " ".join(words)


def _core(line: str) -> str:
    """The folded line without the polite words around it."""
    while (shorter := POLITE.sub("", line)) != line:
        line = shorter
    return line


def _written(line: str, near: _Near) -> Days | None:
    """Days in digits: all that stand in the line; a month over twelve is taken for a swapped day, to be confirmed."""
    found = [_ordered(int(day), int(month), near.year(year)) for day, month, year in _full(line)]
    if not found and len(line.split()) <= 5:
        found = [(near.nearest(int(day), int(month)), True) for day, month in SHORT.findall(line)]
    made = tuple(dict.fromkeys(day for some, _ in found for day in some))
    return Days(made, sure=len(made) == 1 and all(sure for _, sure in found)) if found else None


def _full(line: str) -> Iterator[tuple[str, str, str]]:
    for year, month, day in YEAR_FIRST.findall(line):
        yield day, month, year
    rest = YEAR_FIRST.sub(" ", line)
    yield from FULL.findall(rest)
    yield from PACKED.findall(rest)


def _ordered(day: int, month: int, year: int) -> tuple[tuple[date, ...], bool]:
    if made := _day(year, month, day):
        return (made,), True
    swapped = _day(year, day, month) if month > 12 else None
    return ((swapped,) if swapped else ()), False


def _spoken(line: str, near: _Near) -> Days | None:
    """ "ngày 5 tháng 3 năm 2027"; with "mùng" it may be a lunar day, so it is to be confirmed."""
    if not (found := SPOKEN.search(line)):
        return None
    lunar, day, month = found[1], int(found[2]), int(found[3])
    year = found[4] or found[5]
    made = _ordered(day, month, near.year(year))[0] if year else near.nearest(day, month)
    return Days(made, sure=bool(made) and not lunar)


def _said(line: str, near: _Near) -> Days:
    """Days named by words, counted from today."""
    if line in WORDS:
        return Days((near.today + timedelta(days=WORDS[line]),), sure=True)
    if line == TWO_DAYS_OR_THREE:
        return Days((near.today + timedelta(days=2), near.today + timedelta(days=3)))
    if found := DAY_ONLY.match(line):
        return Days(near.months(int(found[1])))
    if found := RELATIVE.match(line):
        return _relative(int(found[1]), found[2], found[3], near)
    if found := WEEKDAY.match(line):
        return _weekday(found[1], found[2] or "", near)
    return _edge(line, near)


def _relative(count: int, unit: str, way: str, near: _Near) -> Days:
    span = timedelta(days=count * (7 if unit == "tuan" else 1))
    return Days((near.today - span if way == "truoc" else near.today + span,), sure=True)


def _weekday(name: str, when: str, near: _Near) -> Days:
    """ "thứ 5 tuần tới" is one day; "thứ 5" alone is taken for the coming one, to be confirmed."""
    number = 6 if name in {"chu nhat", "cn"} else WEEKDAYS.get(name.removeprefix("thu ").removeprefix("t"))
    if number is None:
        return Days()
    monday = near.today - timedelta(days=near.today.weekday())
    if when.startswith("tuan"):
        return Days((monday + timedelta(days=number + (0 if when == "tuan nay" else 7)),), sure=True)
    return Days((near.today + timedelta(days=(number - near.today.weekday() - 1) % 7 + 1),))


def _edge(line: str, near: _Near) -> Days:
    """ "cuối tháng", "đầu năm sau": a day that people mean loosely, so it is to be confirmed."""
    if found := MONTH_EDGE.match(line):
        month = _month(found[2] or "nay", found[3], near)
        return Days((month if found[1] == "dau" else _month_end(month),)) if month else Days()
    if found := YEAR_EDGE.match(line):
        said = found[2] or "nay"
        year = int(said) if said.isdecimal() else near.today.year + (said in {"sau", "toi"}) - (said == "ngoai")
        made = _day(year, 1, 1) if found[1] == "dau" else _day(year, 12, 31)
        return Days((made,)) if made else Days()
    return Days()


def _month(said: str, year: str | None, near: _Near) -> date | None:
    """The first day of the month meant."""
    this = near.today.replace(day=1)
    steps = {
        "nay": this,
        "sau": _month_after(this),
        "toi": _month_after(this),
        "truoc": (this - timedelta(days=1)).replace(day=1),
    }
    if said in steps:
        return steps[said]
    if year:
        return _day(int(year), int(said), 1)
    return next(iter(near.nearest(1, int(said))), None)
