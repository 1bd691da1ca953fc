"""Who wants to be told when a support can be applied for, or a class opens. Told once, then forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import portable
from storage.tables import watches

c = watches.c
OF = select(c.person_id).where(c.support == bindparam("what")).order_by(c.at, c.person_id)
ALL = select(c.person_id, c.support).order_by(c.at, c.person_id, c.support)
FORGET = delete(watches).where(c.person_id == bindparam("person"), c.support == bindparam("what"))


@dataclass(frozen=True, slots=True)
class Watches:
    connection: AsyncConnection

    async def add(self, person_id: int, wanted: Sequence[str], at: datetime) -> None:
        """Once is enough: who watches already goes on."""
        rows = [{"person_id": person_id, "support": each, "at": at} for each in wanted]
        if rows:
            await self.connection.execute(portable.insert_new(self.connection, watches), rows)

    async def of(self, wanted: str) -> list[int]:
        """The persons who watch it, the longest first."""
        return list(await self.connection.scalars(OF, {"what": wanted}))

    async def all(self) -> list[tuple[int, str]]:
        """(person, what they watch), the longest first."""
        return [(row.person_id, row.support) for row in await self.connection.execute(ALL)]

    async def forget(self, rows: Sequence[tuple[int, str]]) -> None:
        """Those pairs of a person and what they watched."""
        values = [{"person": person, "what": wanted} for person, wanted in rows]
        if values:
            await self.connection.execute(FORGET, values)
