"""Single values about the database itself."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import portable
from storage.tables import meta, metadata

VALUE = select(meta.c.value).where(meta.c.key == bindparam("key"))


@dataclass(frozen=True, slots=True)
class Meta:
    connection: AsyncConnection

    async def get(self, key: str) -> str | None:
        value: str | None = await self.connection.scalar(VALUE, {"key": key})
        return value

    async def put(self, key: str, value: str) -> None:
        statement = portable.upsert(self.connection, meta, ("key",), ("value",))
        await self.connection.execute(statement, {"key": key, "value": value})

    async def once(self, key: str, value: str) -> str:
        """Puts the value if there is none yet; the value that stands."""
        await self.connection.execute(portable.insert_new(self.connection, meta), {"key": key, "value": value})
        return await self.get(key) or value

    async def sizes(self) -> dict[str, int]:
        """Table → how many rows, for an operator's eyes: every row is counted."""
        counted = [select(literal(table.name), func.count()).select_from(table) for table in metadata.sorted_tables]
        rows = await self.connection.execute(union_all(*counted))
        return {name: count for name, count in rows}  # noqa: C416  rows are no pairs to dict()
