"""Work for the clock: added once by its key, claimed by one, done once; one whose worker died is claimed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.flows.values import Json
from storage import portable
from storage.tables import jobs

STALE = timedelta(minutes=10)  # claimed for so long and not done: its worker is taken for dead


@dataclass(frozen=True, slots=True)
class Job:
    """`key` is unique for ever: `reminder:17:2026-11-20` is added and done once."""

    key: str
    name: str
    due_at: datetime
    data: Mapping[str, Json] = field(default_factory=dict)
    id: int = 0


c = jobs.c
FREE = (c.done_at.is_(None), c.claimed_at.is_(None) | (c.claimed_at < bindparam("stale")))
DUE = (
    select(c.key, c.name, c.due_at, c.data, c.id)
    .where(*FREE, c.due_at <= bindparam("now"))
    .order_by(c.due_at, c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)  # of two workers each job is one's
)
CLAIM = update(jobs).where(c.id.in_(bindparam("ids", expanding=True))).values(claimed_at=bindparam("now"))
DONE = update(jobs).where(c.id == bindparam("job")).values(done_at=bindparam("at"))
NEXT = select(func.min(c.due_at)).where(c.done_at.is_(None), c.claimed_at.is_(None))
FORGET = delete(jobs).where(c.done_at < bindparam("before"), c.done_at.is_not(None))


@dataclass(frozen=True, slots=True)
class Jobs:
    connection: AsyncConnection

    async def add(self, rows: Sequence[Job]) -> None:
        """Adds those whose key was never added."""
        values = [{"key": row.key, "name": row.name, "due_at": row.due_at, "data": dict(row.data)} for row in rows]
        if values:
            await self.connection.execute(portable.insert_new(self.connection, jobs), values)

    async def claim(self, now: datetime, limit: int = 10) -> list[Job]:
        """What is due now and nobody works on, the longest due first; it is the caller's from here on."""
        rows = (await self.connection.execute(DUE, {"now": now, "stale": now - STALE, "limit": limit})).all()
        if rows:
            await self.connection.execute(CLAIM, {"ids": [row.id for row in rows], "now": now})
        return [Job(*row) for row in rows]

    async def done(self, id: int, at: datetime) -> None:
        await self.connection.execute(DONE, {"job": id, "at": at})

    async def next_at(self) -> datetime | None:
        """When the next one nobody works on is due."""
        instant: datetime | None = await self.connection.scalar(NEXT)
        return instant

    async def forget(self, before: datetime) -> int:
        """Forgets those done before that instant, with their keys; how many."""
        return (await self.connection.execute(FORGET, {"before": before})).rowcount
