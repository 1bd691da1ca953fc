"""What people ask about their own data, each with a number and a deadline: kept when the person is not, without them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, and_, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.flows.values import Json
from storage.portable import word
from storage.tables import requests

Kind = Literal["access", "correct", "export", "withdraw", "stop", "delete"]
State = Literal[
    "open", "waiting", "done"
]  # waiting: for what binds it (an open case), whoever answers it (then it has its official)


@dataclass(frozen=True, slots=True)
class Request:
    """`due_at`: by when it is to be answered; `data`: what it is about, and what was answered. `id` is 0 until it is
    stored; `person_id` None once nothing says any more whose it was."""

    number: str
    person_id: int | None
    kind: Kind
    at: datetime
    due_at: datetime
    state: State = "open"
    done_at: datetime | None = None
    official_id: int | None = None
    data: Mapping[str, Json] = field(default_factory=dict)
    id: int = 0

    @property
    def to_answer(self) -> bool:
        return self.state == "open" or (self.state == "waiting" and self.official_id is None)


c = requests.c
BY_ID = select(requests).where(c.id == bindparam("one"))
BY_NUMBER = select(requests).where(c.number == bindparam("called"))
UNANSWERED = and_(c.state == word("waiting"), c.official_id.is_(None))
OPEN = select(requests).where(c.state == word("open")).order_by(c.due_at, c.id)
BOUND = select(requests).where(UNANSWERED).order_by(c.id)  # few, and by an index of their own
WAITING = select(requests).where(c.state == word("waiting")).order_by(c.id)
OF_PERSON = select(requests).where(c.person_id == bindparam("person")).order_by(c.id)
CLOSE = (
    update(requests)
    .where(c.id == bindparam("one"), c.state != "done")
    .values(state="done", done_at=bindparam("moment"), official_id=bindparam("by"), data=bindparam("told"))
)
REPLY = (
    update(requests)
    .where(c.id == bindparam("one"), UNANSWERED)
    .values(official_id=bindparam("by"), data=bindparam("told"))
)
NOBODYS = update(requests).where(c.id == bindparam("one")).values(person_id=None, data={})


@dataclass(frozen=True, slots=True)
class Requests:
    connection: AsyncConnection

    async def add(self, one: Request) -> int:
        """Its id."""
        values = {name: getattr(one, name) for name in COLUMNS} | {"data": dict(one.data)}
        added: int = (await self.connection.execute(insert(requests).values(values).returning(c.id))).scalar_one()
        return added

    async def get(self, id: int) -> Request | None:
        row = (await self.connection.execute(BY_ID, {"one": id})).one_or_none()
        return None if row is None else _request(row)

    async def called(self, number: str) -> Request | None:
        row = (await self.connection.execute(BY_NUMBER, {"called": number})).one_or_none()
        return None if row is None else _request(row)

    async def open(self) -> list[Request]:
        """What an official has to answer, the first due first: overdue ones stand before all others."""
        rows = [*await self.connection.execute(OPEN), *await self.connection.execute(BOUND)]
        return sorted(map(_request, rows), key=lambda one: (one.due_at, one.id))

    async def waiting(self) -> list[Request]:
        """What goes on by itself once nothing binds it any more."""
        return [_request(row) for row in await self.connection.execute(WAITING)]

    async def of_person(self, person_id: int) -> list[Request]:
        """The oldest first."""
        return [_request(row) for row in await self.connection.execute(OF_PERSON, {"person": person_id})]

    async def close(self, one: Request, at: datetime, official_id: int | None = None, **told: Json) -> bool:
        """Done, with what was answered; False if it was closed before."""
        values = {"one": one.id, "moment": at, "by": official_id, "told": {**one.data, **told}}
        return (await self.connection.execute(CLOSE, values)).rowcount > 0

    async def reply(self, one: Request, official_id: int, **told: Json) -> bool:
        """Answered, and still waiting for what binds it; False if it was answered before, or does not wait."""
        values = {"one": one.id, "by": official_id, "told": {**one.data, **told}}
        return (await self.connection.execute(REPLY, values)).rowcount > 0

    async def forget_person(self, id: int) -> None:
        """It stays with its kind and its dates; whose it was and what it said goes."""
        await self.connection.execute(NOBODYS, {"one": id})


COLUMNS = ("number", "person_id", "kind", "state", "at", "due_at", "done_at", "official_id")


def _request(row: Row[tuple[Any, ...]]) -> Request:
    return Request(
        row.number,
        row.person_id,
        row.kind,
        row.at,
        row.due_at,
        row.state,
        row.done_at,
        row.official_id,
        row.data,
        row.id,
    )
