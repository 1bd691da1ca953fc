"""The content at each moment that somebody still needs, named by its hash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Text, bindparam, cast, delete, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import portable
from storage.tables import releases, sessions, submissions


@dataclass(frozen=True, slots=True)
class Release:
    hash: str
    format: int
    bundle: bytes
    at: datetime


c = releases.c
ONE = select(releases).where(c.hash == bindparam("name"))
GOES_ON = submissions.c.state.in_(["in_progress", "abandoned"])
ANSWERED = exists(1).where(submissions.c.release == c.hash)
OPEN = exists(1).where(submissions.c.release == c.hash, GOES_ON)
# A form that was begun and not yet answered stands in a session alone.
BEGUN = exists(1).where(cast(sessions.c.state, Text).contains(c.hash))
NEWEST = select(c.hash).order_by(c.at.desc(), c.hash).limit(1)
NEEDED = select(c.hash).where(OPEN | BEGUN)
FORGET = delete(releases).where(c.hash != bindparam("current"), ~ANSWERED, ~BEGUN)


@dataclass(frozen=True, slots=True)
class Releases:
    connection: AsyncConnection

    async def keep(self, release: Release) -> None:
        row = {"hash": release.hash, "format": release.format, "bundle": release.bundle, "at": release.at}
        await self.connection.execute(portable.insert_new(self.connection, releases), row)

    async def load(self, hash: str) -> Release | None:
        row = (await self.connection.execute(ONE, {"name": hash})).one_or_none()
        return None if row is None else Release(row.hash, row.format, row.bundle, row.at)

    async def newest(self) -> str | None:
        """The one that came last."""
        newest: str | None = await self.connection.scalar(NEWEST)
        return newest

    async def needed(self) -> set[str]:
        """Those that a form in progress, or one that can still go on, is pinned to."""
        return set(await self.connection.scalars(NEEDED))

    async def forget_unneeded(self, current: str) -> int:
        """Deletes those without any submission, begun form or present use; how many. Sent answers keep theirs, since
        their labels stand in it."""
        return (await self.connection.execute(FORGET, {"current": current})).rowcount
