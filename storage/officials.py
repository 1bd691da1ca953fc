"""Officials and staff, the chats bound to them, and the record of what they did."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import portable
from storage.tables import audit, chats, officials

Role = Literal["admin", "official", "staff"]


@dataclass(frozen=True, slots=True)
class Official:
    id: int
    name: str
    role: Role
    created_at: datetime
    disabled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """Something an official did: an action in the past tense, and to what."""

    at: datetime
    official_id: int | None
    action: str
    subject: str


c = officials.c
COLUMNS = select(c.id, c.name, c.role, c.created_at, c.disabled_at)
ONE = COLUMNS.where(c.id == bindparam("official"))
ALL = COLUMNS.order_by(c.name, c.id)
DISABLE = update(officials).where(c.id == bindparam("official")).values(disabled_at=bindparam("at"))
APPOINT = update(officials).where(c.id == bindparam("official")).values(role=bindparam("new_role"))
BOUND = (
    select(chats.c.person_id, c.id, c.name, c.role, c.created_at, c.disabled_at)
    .join(officials)
    .where(chats.c.person_id.in_(bindparam("persons", expanding=True)), c.disabled_at.is_(None))
)
CHATS = select(chats.c.person_id, c.id, c.name, c.role, c.created_at, c.disabled_at).join(officials)
RECENT = select(audit).order_by(audit.c.id.desc()).limit(bindparam("limit"))


@dataclass(frozen=True, slots=True)
class Officials:
    connection: AsyncConnection

    async def add(self, name: str, role: Role, at: datetime) -> int:
        row = {"name": name, "role": role, "created_at": at}
        added: int = (await self.connection.execute(insert(officials).returning(c.id), row)).scalar_one()
        return added

    async def get(self, official_id: int) -> Official | None:
        row = (await self.connection.execute(ONE, {"official": official_id})).one_or_none()
        return None if row is None else Official(*row)

    async def all(self) -> list[Official]:
        return [Official(*row) for row in await self.connection.execute(ALL)]

    async def appoint(self, official_id: int, role: Role) -> None:
        await self.connection.execute(APPOINT, {"official": official_id, "new_role": role})

    async def disable(self, official_id: int, at: datetime | None) -> None:
        """None lets them in again."""
        await self.connection.execute(DISABLE, {"official": official_id, "at": at})

    async def bind(self, person_id: int, official_id: int, at: datetime) -> None:
        """Whoever chats as that person is that official, until bound to another."""
        statement = portable.upsert(self.connection, chats, ("person_id",), ("official_id", "at"))
        await self.connection.execute(statement, {"person_id": person_id, "official_id": official_id, "at": at})

    async def bound(self, person_ids: Collection[int]) -> dict[int, Official]:
        """Which of these persons are officials who are not disabled."""
        found: dict[int, Official] = {}
        for some in portable.chunks(list(person_ids)):
            rows = await self.connection.execute(BOUND, {"persons": some})
            found |= {row[0]: Official(*row[1:]) for row in rows}
        return found

    async def chats(self) -> dict[int, Official]:
        """Every person that was ever bound, with their official, who may be disabled."""
        return {row[0]: Official(*row[1:]) for row in await self.connection.execute(CHATS)}

    async def role_of(self, person_id: int) -> Role | Literal[""]:
        """The role bound to that person's chat, or ""."""
        official = (await self.bound([person_id])).get(person_id)
        return official.role if official else ""

    async def note(self, official_id: int | None, action: str, subject: str, at: datetime) -> None:
        """Adds to the record, which nothing ever changes."""
        row = {"official_id": official_id, "action": action, "subject": subject, "at": at}
        await self.connection.execute(insert(audit), row)

    async def recent(self, limit: int = 100) -> list[Deed]:
        rows = await self.connection.execute(RECENT, {"limit": limit})
        return [Deed(row.at, row.official_id, row.action, row.subject) for row in rows]
