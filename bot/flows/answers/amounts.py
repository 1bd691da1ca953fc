"""Numbers, đồng, ratings and days. What is exact and within bounds is read; what is loose, or could be two amounts, is
offered for confirmation."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from bot.flows.answers.outcomes import Asking, Outcome, Read, bounds
from bot.flows.programme import Question, words
from bot.flows.understanding.dates import days
from bot.flows.understanding.durations import in_months
from bot.flows.understanding.folding import fold
from bot.flows.understanding.numbers import BILLION, MILLION, THOUSAND, Quantity, quantity
from bot.flows.values import Json

MOST = 10**15  # beyond any sum or number that a form asks for
CLEAR_SUM = 100_000  # đồng; a smaller bare number at a question about money is short for something
LIKELY_SUMS = (100_000, 10**12)
LONGEST = 200  # characters
OTHER_WORDS = 2  # after a number: its unit in the person's own words ("20 con bò")
ABOUT = frozenset(
    fold(
        "khoảng tầm chừng cỡ độ ước tính là thì cũng tổng số cộng tất cả được đang hiện nay tôi mình em anh chị bên của cho công ty dn "
        "đơn vị chúng tui ta dạ vâng à ạ ah nhé nha nhen nghen bạn ok bot ơi xấp xỉ dự kiến năm gồm lại hết luôn thôi chắc vào từ rồi "
        "có about around ngoài trong mất"
    ).split()
) | {"-"}
ABOUT_MONEY = ABOUT.union(fold("tiền doanh thu vốn việt nam chẵn mức quý điều lệ lợi nhuận").split())
ASKS = frozenset({"?", "gi", "sao", "nao", "dau", "nhieu", "nhi"})  # "9001 là gì" holds no number of people
NOTHING = frozenset(
    {"khong", "khong co", "khong co ai", "khong ai", "khong nguoi nao", "khong co nguoi nao", "chua co", "chua co ai"}
)
MONTHS = frozenset({"thang", "month", "months"})
STARS = re.compile(r"[⭐★🌟]")
OUT_OF = re.compile(r"(\d{1,2})\s*(?:/|trên|tren)\s*(\d{1,2})")


def number(asking: Asking, line: str) -> Outcome:
    """A number, whole unless a bound of the question is itself a fraction."""
    if said_nothing(line):
        return _offered(asking, [Decimal(0)], sure=False)
    asked = in_months(line) if _months(asking.question) else line
    said = amount(asking.question, asked) if asked else None
    if said is None or said.foreign:
        return asking.unread(unit=words(asking.question.unit, asking.language))
    if not _fractions(asking.question) and any(value != int(value) for value in said.values):
        return asking.unread("whole")
    return _offered(asking, said.values, sure=said.relation == "exact" and len(said.values) == 1)


def money(asking: Asking, line: str) -> Outcome:
    """Whole đồng. A bare small number is never taken as it stands: "5" is offered as 5 triệu and 5 tỷ."""
    if said_nothing(line):
        return _offered(asking, [Decimal(0)], sure=False)
    said = sum_of_money(line)
    if said is None:
        return asking.unread()
    if said.foreign:
        return asking.unread("money_foreign")
    values = sums(said)
    if any(value != int(value) for value in values):
        return asking.unread()
    return _offered(asking, values, sure=said.relation == "exact" and values == said.values and len(values) == 1)


def amount(question: Question, line: str) -> Quantity | None:
    """The amount, if nothing else is said but its unit."""
    said = quantity(line)
    units = {word for label in question.unit.values() for word in fold(label).split()}
    return said if said and _only(said, ABOUT | units, OTHER_WORDS) else None


def sum_of_money(line: str) -> Quantity | None:
    said = quantity(line, money=True)
    return said if said and (said.foreign or _only(said, ABOUT_MONEY, 0)) else None


def said_nothing(line: str) -> bool:
    return len(line) <= LONGEST and fold(line) in NOTHING


def sums(said: Quantity) -> tuple[Decimal, ...]:
    """What an amount can mean in đồng. A bare "500" may be nghìn, triệu or tỷ; only likely sums are offered."""
    if said.scaled or said.relation == "between" or any(not 0 < value < CLEAR_SUM for value in said.values):
        return said.values
    low, high = LIKELY_SUMS
    larger = [value * scale for value in said.values for scale in (THOUSAND, MILLION, BILLION)]
    as_it_stands = [value for value in said.values if said.currency or value >= THOUSAND]
    return (*as_it_stands, *(value for value in larger if low <= value <= high))


def _only(said: Quantity, known: frozenset[str] | set[str], others: int) -> bool:
    """Whether nothing but known words stand around the amount, and few others after it; and no question."""
    unknown = [word for word in said.after if word not in known]
    asked = (ASKS - known) & {*said.before, *said.after}
    return not asked and known.issuperset(said.before) and len(unknown) <= others


def _offered(asking: Asking, values: Iterable[Decimal], sure: bool) -> Outcome:
    low, high = bounds(asking.question, -MOST, MOST)
    within: list[Json] = [_plain(value) for value in values if low <= value <= high and abs(value) <= MOST]
    if not within:
        return asking.out_of_bounds() if low > -MOST or high < MOST else asking.unread("too_much")
    return Read(within[0]) if sure else asking.several(within)


def _plain(value: Decimal) -> int | float:
    return int(value) if value == int(value) else float(value)


def _fractions(question: Question) -> bool:
    return any(isinstance(bound, float) and bound != int(bound) for bound in (question.minimum, question.maximum))


def _months(question: Question) -> bool:
    """Whether months are asked for: then a year is twelve of them."""
    return any(fold(label) in MONTHS for label in question.unit.values())


def rating(asking: Asking, line: str) -> Outcome:
    """A whole number of the scale: "4", "bốn sao", "4/5", ★★★★."""
    low, high = bounds(asking.question, 1, 5)
    value = _rated(line, high)
    if value is None or value != int(value) or not low <= value <= high:
        return asking.unread(minimum=int(low), maximum=int(high))
    return Read(int(value))


def _rated(line: str, high: float) -> Decimal | None:
    if len(line) > LONGEST:
        return None
    if stars := STARS.findall(line):
        return Decimal(len(stars))
    if found := OUT_OF.fullmatch(line.strip()):
        return Decimal(found[1]) if int(found[2]) == high else None
    said = quantity(line)
    sure = (
        said and said.relation == "exact" and len(said.values) == 1 and _only(said, ABOUT | {"sao", "diem", "muc"}, 0)
    )
    return said.values[0] if said and sure else None


def day(asking: Asking, line: str) -> Outcome:
    """A day as ISO; one that is not said for certain is offered."""
    low, high = day_bounds(asking)
    found = days(line, asking.today, low, high)
    if found.lunar:
        return asking.unread("date_lunar")
    if not found.days:
        return asking.unread()
    within: list[Json] = [made.isoformat() for made in found.days if (low or date.min) <= made <= (high or date.max)]
    if not within:
        return asking.out_of_bounds()
    return Read(within[0]) if found.sure else asking.several(within[:8])


def day_bounds(asking: Asking) -> tuple[date | None, date | None]:
    return _bound(asking.question.minimum), _bound(asking.question.maximum)


def _bound(written: float | str | None) -> date | None:
    try:
        return date.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None


def is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
