"""Deadlines in calendar and in working days, over weekends, holidays and Tết."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.office.working_days import deadline, is_working_day, next_working_day

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
