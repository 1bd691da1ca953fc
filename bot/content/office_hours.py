"""When officials are there: `office_hours` of programme.yaml, read and checked."""

from __future__ import annotations

from datetime import datetime, time
from itertools import pairwise
from typing import get_args

from bot.content.material import Material
from bot.content.schema import DayOfWeek
from bot.flows.programme import OfficeHours

DAYS = get_args(DayOfWeek)
SHAPE = 'office hours are pairs of times in their order, such as ["07:30", "11:30"], and do not overlap'


def office_hours(material: Material) -> OfficeHours | None:
    """None where the programme has none, or none that can be read (then there is a problem)."""
    model = material.programme.model.office_hours
    if model is None:
        return None
    try:
        hours = tuple((_time(start), _time(end)) for start, end in model.hours)
    except ValueError:
        hours = ()
    instants = [instant for part in hours for instant in part]
    if not hours or any(earlier >= later for earlier, later in pairwise(instants)):
        material.problems.append(material.programme.problem(SHAPE, "office_hours"))
        return None
    return OfficeHours(tuple(sorted({DAYS.index(day) for day in model.days})), hours)


def _time(clock: str) -> time:
    return datetime.strptime(clock, "%H:%M").time()  # noqa: DTZ007  a time of day has no zone
