"""Whatever opens a door for whoever holds it: invites, sign-ins, chat codes, upload links. Kept only as SHA-256."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Literal

from sqlalchemy import Row, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.flows.values import Json
from storage.tables import tokens

# A code of "move" lets another of one's own chats in; those of "wrong_…" open nothing: they count.
Kind = Literal["invite", "sign_in", "chat_code", "upload", "wrong_code", "download", "move", "wrong_move"]
NOTHING: Mapping[str, Json] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Token:
    """What a token stands for; `data` is its maker's (a role, a question, a CSRF value)."""

    kind: Kind
    person_id: int | None
    official_id: int | None
    data: Mapping[str, Json]
    expires_at: datetime


c = tokens.c
OPEN = (c.hash == bindparam("digest"), c.kind == bindparam("use"), c.spent_at.is_(None), c.expires_at > bindparam("at"))
FIND = select(tokens).where(*OPEN)
SPEND = update(tokens).where(*OPEN).values(spent_at=bindparam("at")).returning(tokens)
REVOKE = (
    update(tokens).where(c.official_id == bindparam("official"), c.spent_at.is_(None)).values(spent_at=bindparam("at"))
)
REVOKE_KIND = REVOKE.where(c.kind == bindparam("use"))
WITHDRAW = (
    update(tokens)
    .where(c.person_id == bindparam("person"), c.kind == bindparam("use"), c.spent_at.is_(None))
    .values(spent_at=bindparam("at"))
)
COUNT = (
    select(func.count())
    .select_from(tokens)
    .where(c.kind == bindparam("use"), c.person_id == bindparam("person"), c.expires_at > bindparam("at"))
)
FORGET = delete(tokens).where(c.expires_at < bindparam("before"))


@dataclass(frozen=True, slots=True)
class Tokens:
    connection: AsyncConnection

    async def issue(
        self,
        kind: Kind,
        token: str,
        expires_at: datetime,
        *,
        person_id: int | None = None,
        official_id: int | None = None,
        data: Mapping[str, Json] = NOTHING,
    ) -> None:
        row = {"hash": digest(token), "kind": kind, "person_id": person_id, "official_id": official_id}
        await self.connection.execute(insert(tokens), row | {"data": dict(data), "expires_at": expires_at})

    async def find(self, kind: Kind, token: str, at: datetime) -> Token | None:
        """What it stands for, as long as it is neither spent nor expired."""
        return await self._one(FIND, kind, token, at)

    async def spend(self, kind: Kind, token: str, at: datetime) -> Token | None:
        """The same, and it never opens anything again: of two who try at once, one gets it."""
        return await self._one(SPEND, kind, token, at)

    async def revoke(self, official_id: int, at: datetime, kind: Kind | None = None) -> int:
        """Closes every door of that official (signs out everywhere), or those of one kind; how many."""
        values = {"official": official_id, "at": at}
        if kind is not None:
            return (await self.connection.execute(REVOKE_KIND, values | {"use": kind})).rowcount
        return (await self.connection.execute(REVOKE, values)).rowcount

    async def withdraw(self, person_id: int, at: datetime, kind: Kind) -> None:
        """That person's of one kind open nothing any more."""
        await self.connection.execute(WITHDRAW, {"person": person_id, "at": at, "use": kind})

    async def count(self, kind: Kind, person_id: int, at: datetime) -> int:
        """How many of that person have not expired."""
        values = {"use": kind, "person": person_id, "at": at}
        number: int = (await self.connection.execute(COUNT, values)).scalar_one()
        return number

    async def forget(self, before: datetime) -> int:
        """Deletes those expired before that instant; how many."""
        return (await self.connection.execute(FORGET, {"before": before})).rowcount

    async def _one(self, statement: Any, kind: Kind, token: str, at: datetime) -> Token | None:
        rows = await self.connection.execute(statement, {"digest": digest(token), "use": kind, "at": at})
        row = rows.one_or_none()
        return None if row is None else _token(row)


def digest(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _token(row: Row[tuple[Any, ...]]) -> Token:
    return Token(row.kind, row.person_id, row.official_id, row.data, row.expires_at)
