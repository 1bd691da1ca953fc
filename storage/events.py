"""Events for someone else's session, or for later: written in the asker's transaction, heard with the next batch."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.flows.values import Json
from storage import portable
from storage.tables import events


@dataclass(frozen=True, slots=True)
class Due:
    """An event that a person's session shall hear, not before its instant."""

    person_id: int
    name: str
    not_before: datetime
    data: Mapping[str, Json] = field(default_factory=dict)
    id: int = 0


c = events.c
DUE = select(events).where(c.not_before <= bindparam("now")).order_by(c.not_before, c.id).limit(bindparam("limit"))
DUE_FOR = DUE.where(c.person_id.in_(bindparam("persons", expanding=True)))
STANDING = select(c.id).where(c.id.in_(bindparam("ids", expanding=True)))
DONE = delete(events).where(c.id.in_(bindparam("ids", expanding=True)))
NEXT = select(func.min(c.not_before))


@dataclass(frozen=True, slots=True)
class Events:
    connection: AsyncConnection

    async def add(self, rows: Sequence[Due], at: datetime) -> None:
        if rows:
            values = [
                {"person_id": row.person_id, "name": row.name, "data": dict(row.data)}
                | {"not_before": row.not_before, "made_at": at}
                for row in rows
            ]
            await self.connection.execute(insert(events), values)

    async def due(self, now: datetime, limit: int = 100, persons: Collection[int] | None = None) -> list[Due]:
        """What is to be heard now, the longest due first; of these persons only, if given."""
        values: dict[str, object] = {"now": now, "limit": limit}
        if persons is None:
            rows = (await self.connection.execute(DUE, values)).all()
        else:
            rows = (await self.connection.execute(DUE_FOR, values | {"persons": list(persons)})).all()
        return [Due(row.person_id, row.name, row.not_before, row.data, row.id) for row in rows]

    async def standing(self, rows: Sequence[Due]) -> list[Due]:
        """Those of them that no other process has heard; to be asked once their persons' sessions are loaded, since
        from then on nobody else hears them."""
        if not portable.locks(self.connection):
            return list(rows)
        left: set[int] = set()
        for some in portable.chunks([row.id for row in rows]):
            left |= set(await self.connection.scalars(STANDING, {"ids": some}))
        return [row for row in rows if row.id in left]

    async def done(self, ids: Sequence[int]) -> None:
        """They were heard, and are deleted."""
        for some in portable.chunks(ids):
            await self.connection.execute(DONE, {"ids": some})

    async def next_at(self) -> datetime | None:
        """When the next one is due."""
        instant: datetime | None = await self.connection.scalar(NEXT)
        return instant
