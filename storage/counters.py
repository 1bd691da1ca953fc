"""Numbers without gaps: each is given in the transaction that uses it, so that one rolled back is given again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from storage import portable
from storage.tables import counters


@dataclass(frozen=True, slots=True)
class Counters:
    connection: AsyncConnection

    async def hold(self, key: str) -> None:
        """Until this transaction has ended nobody else is given a number: what is asked of the store before one is taken
        stays true."""
        held = portable.insert(self.connection, counters).values(key=key, value=0)
        held = held.on_conflict_do_update(index_elements=["key"], set_={"value": counters.c.value})
        await self.connection.execute(held)

    async def next(self, key: str) -> int:
        """1, 2, 3 … for each key; who asks next waits until this transaction has ended."""
        counted = portable.insert(self.connection, counters).values(key=key, value=1)
        counted = counted.on_conflict_do_update(index_elements=["key"], set_={"value": counters.c.value + 1})
        return int((await self.connection.execute(counted.returning(counters.c.value))).scalar_one())
