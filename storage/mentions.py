"""Whom somebody else's letters, events and waiting places speak of: what an official reads of a person is found again
when that person has their data deleted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.portable import chunks, word
from storage.tables import chats, events, letters, members, mentions, sessions, set_aside

KEY = "mentions"  # in an event's data and a waiting place's: the persons, by number
ME: Any = bindparam("person")
NEAR: Any = bindparam("near", expanding=True)
OFFICIALS = select(chats.c.person_id)
MINE = select(members.c.organisation_id).where(members.c.person_id == ME)
COLLEAGUES = select(members.c.person_id).where(members.c.organisation_id.in_(MINE))
LETTERS = delete(letters).where(
    letters.c.id.in_(select(mentions.c.letter_id).where(mentions.c.person_id == ME)),
)
EVENTS = select(events.c.id, events.c.data).where(events.c.person_id.in_(NEAR))
STATES = select(sessions.c.person_id, sessions.c.state).where(sessions.c.person_id.in_(NEAR))
ASIDE = select(set_aside.c.id, set_aside.c.raw).where(set_aside.c.channel == word("due"))


def named(data: object) -> tuple[int, ...]:
    """The persons that an event's or a waiting place's data names."""
    found = data.get(KEY) if isinstance(data, Mapping) else None
    return tuple(one for one in found if isinstance(one, int)) if isinstance(found, list) else ()


async def keep(connection: AsyncConnection, of: Sequence[Collection[int]], letter_ids: Sequence[int]) -> None:
    """The persons of each letter, in the order of the letters."""
    rows = [
        {"letter_id": letter, "person_id": one}
        for letter, persons in zip(letter_ids, of, strict=True)
        for one in persons
    ]
    if rows:
        await connection.execute(insert(mentions), rows)


@dataclass(frozen=True, slots=True)
class Mentions:
    connection: AsyncConnection

    async def forget(self, person_id: int) -> list[int]:
        """Deletes what others' letters and events, and updates set aside, say of the person. Who still has them on the
        screen, in a waiting place: they have to leave it."""
        me = {"person": person_id}
        await self.connection.execute(LETTERS, me)
        near = {*await self.connection.scalars(OFFICIALS), *await self.connection.scalars(COLLEAGUES, me)} - {person_id}
        holding: list[int] = []
        for some in chunks(sorted(near)):
            rows = await self.connection.execute(EVENTS, {"near": some})
            await self._gone([row.id for row in rows if person_id in named(row.data)])
            states = await self.connection.execute(STATES, {"near": some})
            holding += [row.person_id for row in states if person_id in _waits_with(row.state)]
        aside = await self.connection.execute(ASIDE)
        own = [row.id for row in aside if person_id in named(row.raw.get("data"))]
        await self.connection.execute(delete(set_aside).where(set_aside.c.id.in_(own)))
        return holding

    async def _gone(self, ids: Sequence[int]) -> None:
        for some in chunks(ids):
            await self.connection.execute(delete(events).where(events.c.id.in_(some)))


def _waits_with(state: Mapping[str, Any]) -> tuple[int, ...]:
    waiting = state.get("waiting")
    return named(waiting.get("data")) if isinstance(waiting, Mapping) else ()
