"""What people agreed to: per purpose, with the text they read; records are only ever added, and the newest counts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import bindparam, exists, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import portable
from storage.tables import addresses, consent_texts, consents


@dataclass(frozen=True, slots=True)
class Consent:
    """A person's yes or no to one purpose, to the words of `text`."""

    person_id: int
    purpose: str
    granted: bool
    text: str
    channel: str
    at: datetime


c = consents.c
later = consents.alias("later")
NEWEST = ~exists(1).where(later.c.person_id == c.person_id, later.c.purpose == c.purpose, later.c.id > c.id)
CURRENT = select(c.purpose, c.granted).where(c.person_id == bindparam("person"), NEWEST)
CURRENT_OF = select(c.person_id, c.purpose, c.granted).where(
    c.person_id.in_(bindparam("persons", expanding=True)), NEWEST
)
HISTORY = (
    select(consents, consent_texts.c.text)
    .join(consent_texts)
    .where(c.person_id == bindparam("person"))
    .order_by(c.id)
)  # fmt: skip
LAST_HEARD = (
    select(addresses.c.id)
    .where(addresses.c.person_id == c.person_id, addresses.c.unreachable == "")
    .order_by(addresses.c.heard_at.desc(), addresses.c.id.desc())
    .limit(1)
    .correlate(consents)
    .scalar_subquery()
)
AUDIENCE = (
    select(addresses.c.id.label("address_id"), addresses.c.person_id, addresses.c.channel)
    .select_from(consents)
    .join(addresses, addresses.c.id == LAST_HEARD)
    .where(c.purpose == bindparam("aim"), c.granted.is_(True), NEWEST)
)
COUNT = select(func.count()).select_from(AUDIENCE.subquery())


@dataclass(frozen=True, slots=True)
class Member:
    """One of an audience, at the address where they were last heard."""

    person_id: int
    address_id: int
    channel: str


@dataclass(frozen=True, slots=True)
class Consents:
    connection: AsyncConnection

    async def record(self, rows: Sequence[Consent]) -> None:
        if not rows:
            return
        texts = sorted({row.text for row in rows})
        known = portable.insert_new(self.connection, consent_texts)
        await self.connection.execute(known, [{"hash": _hash(text), "text": text} for text in texts])
        await self.connection.execute(insert(consents), [_row(row) for row in rows])

    async def current(self, person_id: int) -> dict[str, bool]:
        """Purpose → granted, as last recorded; a purpose never asked about is missing."""
        rows = await self.connection.execute(CURRENT, {"person": person_id})
        return {row.purpose: row.granted for row in rows}

    async def current_of(self, person_ids: Collection[int]) -> dict[int, dict[str, bool]]:
        """The same for many; a person never asked about anything is missing."""
        found: dict[int, dict[str, bool]] = {}
        for some in portable.chunks(list(person_ids)):
            for row in await self.connection.execute(CURRENT_OF, {"persons": some}):
                found.setdefault(row.person_id, {})[row.purpose] = row.granted
        return found

    async def history(self, person_id: int) -> list[Consent]:
        rows = await self.connection.execute(HISTORY, {"person": person_id})
        return [Consent(row.person_id, row.purpose, row.granted, row.text, row.channel, row.at) for row in rows]

    async def audience(self, purpose: str) -> list[Member]:
        """Everybody who agreed to that purpose and can be reached, once, where they were last heard."""
        rows = await self.connection.execute(AUDIENCE.order_by(addresses.c.id), {"aim": purpose})
        return [Member(row.person_id, row.address_id, row.channel) for row in rows]

    async def count_audience(self, purpose: str) -> int:
        number: int = (await self.connection.execute(COUNT, {"aim": purpose})).scalar_one()
        return number


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _row(row: Consent) -> dict[str, object]:
    names = ("person_id", "purpose", "granted", "channel", "at")
    return {name: getattr(row, name) for name in names} | {"text_hash": _hash(row.text)}
