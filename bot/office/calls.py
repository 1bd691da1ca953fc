"""Calls: when one can apply for what. A day without a date has no limit; a call that names no supports is for all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from bot.flows.programme import Entry, Programme
from storage import Store
from storage.events import Due

MORNING, EVENING = time(8), 21  # what falls due at night is told in the morning


def open_call(programme: Programme, support: str, now: datetime) -> Entry | None:
    """The call at which one can apply for that support today; of several the one that closes first."""
    today = now.astimezone(programme.zone).date()
    calls = (call for call in programme.entries.get("calls", ()) if _is_for(call, support) and _open(call, today))
    return min(calls, key=lambda call: closing(call) or date.max, default=None)


def closing(call: Entry | None) -> date | None:
    """Its last day, if it has one."""
    return day(call.data.get("closes")) if call else None


async def tell_watchers(store: Store, programme: Programme, now: datetime) -> None:
    """Everybody who waits for a support whose call is open now hears of it once, all of theirs in one message."""
    calls: dict[int, dict[str, Entry]] = {}
    supports = {entry.id for entry in programme.entries["supports"]}
    for person, support in await store.watches.all():
        if support in supports and (call := open_call(programme, support, now)):
            calls.setdefault(person, {})[support] = call
    await store.events.add([_news(person, of, morning(programme, now)) for person, of in calls.items()], now)
    await store.watches.forget([(person, support) for person, of in calls.items() for support in of])


def _news(person: int, calls: Mapping[str, Entry], at: datetime) -> Due:
    last = min(filter(None, map(closing, calls.values())), default=None)
    return Due(person, "call_opened", at, {"supports": list(calls), "closes": last.isoformat() if last else ""})


def morning(programme: Programme, now: datetime) -> datetime:
    """Now, or if it is night the next morning: nobody is woken."""
    here = now.astimezone(programme.zone)
    today = datetime.combine(here.date(), MORNING, programme.zone)
    if here < today:
        return today
    return now if here.hour < EVENING else today + timedelta(days=1)


def day(value: object) -> date | None:
    """ValueError for what is no day."""
    return value if isinstance(value, date) else date.fromisoformat(str(value)) if value else None


def _is_for(call: Entry, support: str) -> bool:
    supports = call.data.get("supports")
    return not supports or (isinstance(supports, Iterable) and support in supports)


def _open(call: Entry, today: date) -> bool:
    opens, closes = day(call.data.get("opens")), closing(call)
    return (opens is None or opens <= today) and (closes is None or today <= closes)
