"""The province's calendar: deadlines in calendar or working days (public holidays and Tết left out)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Literal

import holidays

from bot.flows.programme import Programme

Unit = Literal["calendar", "working"]
END = time(23, 59, 59)  # a deadline lasts to the end of its day
MONDAY_TO_FRIDAY = range(5)


@lru_cache(64)
def public_holidays(year: int) -> Mapping[date, str]:
    """Those of Việt Nam in that year, as decreed so far; of years not yet decreed, by the rules."""
    return holidays.country_holidays("VN", years=year)


def is_working_day(day: date) -> bool:
    return day.weekday() in MONDAY_TO_FRIDAY and day not in public_holidays(day.year)


def deadline(start: datetime, days: int, unit: Unit, zone: tzinfo) -> datetime:
    """The end of the last day that counts, in the programme's zone; the day it starts does not count. A calendar deadline
    stays where it falls, also on a holiday."""
    day = start.astimezone(zone).date()
    if unit == "calendar":
        day += timedelta(days=days)
    else:
        for _ in range(days):
            day = next_working_day(day)
    return datetime.combine(day, END, zone)


def next_working_day(day: date) -> date:
    """The first working day after that day."""
    day += timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def local(moment: datetime, programme: Programme) -> str:
    """An instant as it goes into an event's values: ISO text in the programme's zone."""
    return moment.astimezone(programme.zone).isoformat()
