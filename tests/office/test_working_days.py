"""Deadlines in calendar and in working days, over weekends, holidays and Tết."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.flows.programme import OfficeHours
from bot.office.working_days import deadline, is_open, is_working_day, next_working_day, opens_at

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.mark.parametrize(
    ("start", "days", "unit", "last"),
    [
        ("2026-11-23T02:00", 15, "calendar", "2026-12-08"),
        ("2026-11-23T02:00", 3, "working", "2026-11-27"),  # 24 November is the Day of Vietnamese Culture
        ("2026-11-27T02:00", 1, "working", "2026-11-30"),  # a Friday: Monday
        ("2026-11-22T18:00", 1, "working", "2026-11-25"),  # Sunday evening in London is Monday here; Tuesday is free
        ("2026-12-31T02:00", 1, "working", "2027-01-04"),  # new year's day is a Friday
        ("2026-02-13T02:00", 1, "working", "2026-02-23"),  # over Tết: 16 to 20 February are free
        ("2026-04-24T02:00", 1, "working", "2026-04-28"),  # the Hùng kings' day falls on a Sunday: Monday is free
    ],
)
def test_a_deadline_ends_with_its_last_day(start, days, unit, last):
    end = deadline(datetime.fromisoformat(start).replace(tzinfo=UTC), days, unit, ZONE)
    assert (end.date(), end.hour, end.minute) == (date.fromisoformat(last), 23, 59)
    assert end.utcoffset() == datetime(2026, 1, 1, tzinfo=ZONE).utcoffset()


def test_working_days():
    assert not is_working_day(date(2026, 9, 2))
    assert next_working_day(date(2026, 11, 20)) == date(2026, 11, 23)


HOURS = OfficeHours((0, 1, 2, 3, 4), ((time(7, 30), time(11, 30)), (time(13, 30), time(17))))


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-23T00:29", "2026-11-23T07:30"),  # Monday, a minute before it opens
        ("2026-11-23T00:30", ""),
        ("2026-11-23T04:29", ""),
        ("2026-11-23T04:30", "2026-11-23T13:30"),  # lunch
        ("2026-11-23T06:30", ""),
        ("2026-11-23T10:00", "2026-11-25T07:30"),  # the end of Monday: Tuesday is the Day of Vietnamese Culture
        ("2026-11-27T10:30", "2026-11-30T07:30"),  # Friday evening
        ("2026-11-28T03:00", "2026-11-30T07:30"),  # Saturday morning
        ("2026-11-22T17:30", "2026-11-23T07:30"),  # Sunday in London is Monday half past midnight here
        ("2026-02-13T10:00", "2026-02-23T07:30"),  # the Friday before Tết
        ("2026-02-17T03:00", "2026-02-23T07:30"),  # the first day of Tết
        ("2026-12-31T10:00", "2027-01-04T07:30"),  # over the year's end
    ],
)
def test_office_hours(now, opens):
    now = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert is_open(now, HOURS, ZONE) is (opens == "")
    expected = datetime.fromisoformat(opens).replace(tzinfo=ZONE) if opens else now
    assert opens_at(now, HOURS, ZONE) == expected


def test_an_office_may_open_on_saturday_mornings_alone():
    hours = OfficeHours((5,), ((time(8), time(11)),))
    now = datetime(2026, 11, 23, 2, tzinfo=UTC)
    assert opens_at(now, hours, ZONE) == datetime(2026, 11, 28, 8, tzinfo=ZONE)
