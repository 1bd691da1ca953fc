"""One announcement to an audience: the broadcast and its letters appear together or not at all, and once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, insert, literal, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channel import CAPABILITIES, fit
from bot.flows.values import Message
from storage import portable
from storage.consents import AUDIENCE
from storage.letters import PULLED
from storage.messages import message_from_json, message_to_json
from storage.tables import broadcasts, letters


@dataclass(frozen=True, slots=True)
class Broadcast:
    """`persons`: how many it was made for. `key` names the confirmation it came from."""

    id: int
    key: str
    official_id: int | None
    purpose: str
    message: Message
    persons: int
    made_at: datetime


c = broadcasts.c
BY_KEY = select(broadcasts).where(c.key == bindparam("confirmation"))
RECENT = select(broadcasts).where(c.id < bindparam("after")).order_by(c.id.desc()).limit(bindparam("limit"))
COUNTED = update(broadcasts).where(c.id == bindparam("made")).values(persons=bindparam("number"))
STATES = (
    select(letters.c.state, func.count(letters.c.address_id.distinct()), func.count(letters.c.seen_at))
    .where(letters.c.broadcast_id == bindparam("made"), letters.c.broadcast_id.is_not(None))
    .group_by(letters.c.state)
)
# Ids are the order of appearing (`letters.after`): nobody else's letter may get its number and appear in between.
IN_ONE = text("LOCK TABLE letters IN SHARE ROW EXCLUSIVE MODE")
COLUMNS = ["address_id", "channel", "kind", "body", "state", "not_before", "made_at", "sent_at", "broadcast_id"]


@dataclass(frozen=True, slots=True)
class Broadcasts:
    connection: AsyncConnection

    async def announce(
        self, key: str, official_id: int | None, purpose: str, message: Message, at: datetime
    ) -> tuple[Broadcast, bool]:
        """One letter to each of the audience, or several where the channel's limit wants it. The same key again changes
        nothing: the broadcast that stands, and False."""
        row = {"key": key, "official_id": official_id, "purpose": purpose, "body": message_to_json(message)}
        new = portable.insert_new(self.connection, broadcasts).returning(c.id)
        made = (await self.connection.execute(new, row | {"persons": 0, "made_at": at})).scalar_one_or_none()
        if made is not None:
            persons = await self._post(made, purpose, message, at)
            await self.connection.execute(COUNTED, {"made": made, "number": persons})
        return await self._by_key(key), made is not None

    async def recent(self, limit: int = 20, after: int | None = None) -> list[Broadcast]:
        """The newest first; `after` is the id of the last one of the page before."""
        rows = await self.connection.execute(RECENT, {"limit": limit, "after": after or 2**62})
        return [_broadcast(row) for row in rows]

    async def counts(self, broadcast_id: int) -> dict[str, int]:
        """State of the letters → persons (one whose letter is in several parts may stand in two); `seen` besides."""
        rows = (await self.connection.execute(STATES, {"made": broadcast_id})).all()
        return {state: persons for state, persons, _ in rows} | {"seen": sum(row[2] for row in rows)}

    async def _post(self, id: int, purpose: str, message: Message, at: datetime) -> int:
        persons = 0
        if portable.locks(self.connection):
            await self.connection.execute(IN_ONE)
        for channel, can in CAPABILITIES.items():
            for number, part in enumerate(fit(message, can)):
                chosen = insert(letters).from_select(COLUMNS, _letters(id, channel, part, at))
                made = (await self.connection.execute(chosen, {"aim": purpose})).rowcount
                persons += made if number == 0 else 0
        return persons

    async def _by_key(self, key: str) -> Broadcast:
        return _broadcast((await self.connection.execute(BY_KEY, {"confirmation": key})).one())


def _broadcast(row: Row[tuple[Any, ...]]) -> Broadcast:
    message = message_from_json(row.body)
    return Broadcast(row.id, row.key, row.official_id, row.purpose, message, row.persons, row.made_at)


def _letters(id: int, channel: str, message: Message, at: datetime) -> Select[tuple[object, ...]]:
    """The letters of one channel as a query, so that no person passes through this process."""
    audience = AUDIENCE.subquery()
    pulled = channel in PULLED
    when = letters.c.made_at.type
    return select(
        audience.c.address_id,
        audience.c.channel,
        literal("announcement"),
        literal(message_to_json(message), letters.c.body.type),
        literal("sent" if pulled else "waiting"),
        literal(at, when),
        literal(at, when),
        literal(at if pulled else None, when),
        literal(id),
    ).where(audience.c.channel == channel)
