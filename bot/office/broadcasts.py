"""Announcements: to whom they would go, sending one, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.flows.values import Message
from storage import Store
from storage.broadcasts import Broadcast

MAY_ANNOUNCE = ("admin", "official")


@dataclass(frozen=True, slots=True)
class Announced:
    """It is on its way, to that many persons."""

    count: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was sent: the sender may not (`role`), or this very confirmation sent it already (`twice`)."""

    reason: Literal["role", "twice"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A broadcast with who made it and what became of its letters: state → persons."""

    broadcast: Broadcast
    by: str
    counts: dict[str, int]


async def audience_count(store: Store, purpose: str) -> int:
    """How many persons agreed to that purpose and can be reached."""
    return await store.consents.count_audience(purpose)


async def announce(
    store: Store, person_id: int, key: str, purpose: str, body: Message, now: datetime
) -> Announced | Refused:
    """One letter to each person who agreed and can be reached, the sender too if he did. `key` names the confirmation:
    the same once more sends nothing. The role counts as it is in this transaction, not when the text was written."""
    official = (await store.officials.bound([person_id])).get(person_id)
    if official is None or official.role not in MAY_ANNOUNCE:
        return Refused("role")
    broadcast, new = await store.broadcasts.announce(key, official.id, purpose, body, now)
    if not new:
        return Refused("twice")
    await store.officials.note(official.id, "announced", f"broadcast {broadcast.id}", now)
    return Announced(broadcast.persons)


async def outcomes(store: Store, limit: int, after: int | None = None) -> list[Outcome]:
    """The newest first; `after` is the id of the last one of the page before."""
    names = {official.id: official.name for official in await store.officials.all()}
    return [
        Outcome(one, names.get(one.official_id or 0, ""), await store.broadcasts.counts(one.id))
        for one in await store.broadcasts.recent(limit, after)
    ]
