"""The province's calendar: deadlines in calendar or working days (public holidays and Tết left out), and office hours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Literal

from bot.flows.programme import OfficeHours, Programme

Unit = Literal["calendar", "working"]
END = time(23, 59, 59)  # a deadline lasts to the end of its day
MONDAY_TO_FRIDAY = range(5)


@lru_cache(64)
def public_holidays(year: int) -> Mapping[date, str]:
    """Those of Việt Nam in that year, as decreed so far; of years not yet decreed, by the rules."""
    import holidays  # a tenth of a second, which the first page does not wait for

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


def is_open(now: datetime, hours: OfficeHours, zone: tzinfo) -> bool:
    """Whether the office is open at that instant."""
    here = now.astimezone(zone)
    return _opens(here.date(), hours) and any(start <= here.time() < end for start, end in hours.hours)


def opens_at(now: datetime, hours: OfficeHours, zone: tzinfo) -> datetime:
    """When the office opens next, in its zone; now, if it is open."""
    here = now.astimezone(zone)
    if is_open(now, hours, zone):
        return here
    starts = sorted(datetime.combine(here.date(), start, zone) for start, _ in hours.hours)
    today = [start for start in starts if start > here] if _opens(here.date(), hours) else []
    day = here.date()
    while not today:
        day += timedelta(days=1)
        today = [datetime.combine(day, min(start for start, _ in hours.hours), zone)] if _opens(day, hours) else []
    return today[0]


def _opens(day: date, hours: OfficeHours) -> bool:
    return day.weekday() in hours.days and day not in public_holidays(day.year)


def local(moment: datetime, programme: Programme) -> str:
    """An instant as it goes into an event's values: ISO text in the programme's zone."""
    return moment.astimezone(programme.zone).isoformat()
