"""Calls that open: who waits for them is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from bot.flows.calls import closing, open_call
from bot.flows.programme import Entry, Programme
from storage import Store
from storage.events import Due

MORNING, EVENING = time(8), 21  # what falls due at night is told in the morning


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
