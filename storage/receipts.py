"""What was already heard: the same update twice counts once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channel import Address
from storage import portable
from storage.tables import receipts, set_aside

KEPT = timedelta(days=40)
Key = tuple[Address, str]  # where it came from, and its own id there
ASIDE = (
    select(set_aside)
    .where(set_aside.c.id < bindparam("after"))
    .order_by(set_aside.c.id.desc())
    .limit(bindparam("limit"))
)
ONE_ASIDE = select(set_aside).where(set_aside.c.id == bindparam("number"))
KNOWN = select(receipts.c.at).where(
    *(receipts.c[name] == bindparam(name) for name in ("channel", "account", "native", "receipt"))
)
FORGET = delete(receipts).where(receipts.c.at < bindparam("before"))


@dataclass(frozen=True, slots=True)
class Aside:
    """An update that could not be heard, as it came, and the kind of exception that it raised."""

    id: int
    channel: str
    raw: object
    error: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Receipts:
    connection: AsyncConnection

    async def take(self, keys: Collection[Key], at: datetime) -> set[Key]:
        """Those of the keys that were never taken before; now they are."""
        if not keys:
            return set()
        rows = [
            {"channel": place.channel, "account": place.account, "native": place.id, "receipt": receipt, "at": at}
            for place, receipt in sorted(set(keys), key=_order)
        ]
        columns = (receipts.c.channel, receipts.c.account, receipts.c.native, receipts.c.receipt)
        new = await self.connection.execute(portable.insert_new(self.connection, receipts).returning(*columns), rows)
        return {(Address(row.channel, row.account, row.native), row.receipt) for row in new}

    async def known(self, key: Key) -> bool:
        """Whether it was taken before."""
        place, receipt = key
        values = {"channel": place.channel, "account": place.account, "native": place.id, "receipt": receipt}
        return (await self.connection.execute(KNOWN, values)).first() is not None

    async def forget(self, before: datetime) -> int:
        """Forgets what was taken before that instant (usually now − KEPT); how many."""
        return (await self.connection.execute(FORGET, {"before": before})).rowcount

    async def set_aside(self, key: Key, raw: object, error: str, at: datetime) -> None:
        """Keeps an update that cannot be heard, for inspection; `error` is the exception's kind and no personal data."""
        place, receipt = key
        row = {"channel": place.channel, "account": place.account, "native": place.id, "receipt": receipt}
        await self.connection.execute(insert(set_aside), row | {"raw": raw, "error": error, "at": at})

    async def aside(self, limit: int = 50, after: int | None = None) -> list[Aside]:
        """What was set aside, the newest first; `after` is the id of the last one of the page before."""
        rows = await self.connection.execute(ASIDE, {"limit": limit, "after": after or 2**62})
        return [_aside(row) for row in rows]

    async def one_aside(self, id: int) -> Aside | None:
        row = (await self.connection.execute(ONE_ASIDE, {"number": id})).one_or_none()
        return None if row is None else _aside(row)


def _order(key: Key) -> tuple[str, ...]:
    """One order for all, so that two processes that hear the same updates cannot wait for each other."""
    place, receipt = key
    return place.channel, place.account, place.id, receipt


def _aside(row: Row[tuple[Any, ...]]) -> Aside:
    return Aside(row.id, row.channel, row.raw, row.error, row.at)
