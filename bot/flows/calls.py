"""Calls: when one can apply for what. A day without a date has no limit; a call that names no supports is for all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from bot.flows.programme import Entry, Programme


def open_call(programme: Programme, support: str, now: datetime) -> Entry | None:
    """The call at which one can apply for that support today; of several the one that closes first."""
    today = now.astimezone(programme.zone).date()
    calls = (call for call in programme.entries.get("calls", ()) if _is_for(call, support) and _open(call, today))
    return min(calls, key=lambda call: closing(call) or date.max, default=None)


def opening(programme: Programme, support: str, now: datetime) -> date | None:
    """When the next call for it opens, as far as that is known."""
    today = now.astimezone(programme.zone).date()
    days = (day(call.data.get("opens")) for call in programme.entries.get("calls", ()) if _is_for(call, support))
    return min((each for each in days if each and each > today), default=None)


def closing(call: Entry | None) -> date | None:
    """Its last day, if it has one."""
    return day(call.data.get("closes")) if call else None


def day(value: object) -> date | None:
    return value if isinstance(value, date) else date.fromisoformat(str(value)) if value else None


def _is_for(call: Entry, support: str) -> bool:
    supports = call.data.get("supports")
    return not supports or (isinstance(supports, Iterable) and support in supports)


def _open(call: Entry, today: date) -> bool:
    opens, closes = day(call.data.get("opens")), closing(call)
    return (opens is None or opens <= today) and (closes is None or today <= closes)
