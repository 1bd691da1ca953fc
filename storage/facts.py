"""What the province fills in; applies at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import portable
from storage.tables import facts

ALL = select(facts.c.key, facts.c.value)


@dataclass(frozen=True, slots=True)
class Facts:
    connection: AsyncConnection

    async def all(self) -> dict[str, str]:
        return {row.key: row.value for row in await self.connection.execute(ALL)}

    async def set(self, key: str, value: str, official_id: int | None, at: datetime) -> None:
        statement = portable.upsert(self.connection, facts, ("key",), ("value", "changed_at", "official_id"))
        row = {"key": key, "value": value, "changed_at": at, "official_id": official_id}
        await self.connection.execute(statement, row)
