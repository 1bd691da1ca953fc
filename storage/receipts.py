"""What was already heard: the same update twice counts once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channel import Address
from storage import portable
from storage.tables import receipts, set_aside

KEPT = timedelta(days=40)
Key = tuple[Address, str]  # where it came from, and its own id there
FORGET = delete(receipts).where(receipts.c.at < bindparam("before"))


@dataclass(frozen=True, slots=True)
class Receipts:
    connection: AsyncConnection

    async def take(self, keys: Collection[Key], at: datetime) -> set[Key]:
        """Those of the keys that were never taken before; now they are."""
        if not keys:
            return set()
        rows = [
            {"channel": place.channel, "account": place.account, "native": place.id, "receipt": receipt, "at": at}
            for place, receipt in dict.fromkeys(keys)
        ]
        columns = (receipts.c.channel, receipts.c.account, receipts.c.native, receipts.c.receipt)
        new = await self.connection.execute(portable.insert_new(self.connection, receipts).returning(*columns), rows)
        return {(Address(row.channel, row.account, row.native), row.receipt) for row in new}

    async def forget(self, before: datetime) -> int:
        """Forgets what was taken before that instant (usually now − KEPT); how many."""
        return (await self.connection.execute(FORGET, {"before": before})).rowcount

    async def set_aside(self, key: Key, raw: object, error: str, at: datetime) -> None:
        """Keeps an update that cannot be heard, for inspection; `error` is the exception's kind and no personal data."""
        place, receipt = key
        row = {"channel": place.channel, "account": place.account, "native": place.id, "receipt": receipt}
        await self.connection.execute(insert(set_aside), row | {"raw": raw, "error": error, "at": at})
