"""Training classes and who attends them. Seats are given by whoever holds the class (`hold`), one at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import Row, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import portable
from storage.tables import attendees, classes

Place = Literal["seated", "waiting", "cancelled"]
CLASS = (
    "kind", "title", "topic", "groups", "place", "link", "note", "starts_at", "ends_at", "closes_at", "seats", "state",
    "made_at", "official_id",
)  # fmt: skip
ATTENDEE = (
    "class_id", "organisation_id", "person_id", "name", "position", "phone", "group", "state", "code", "at",
    "seated_at", "attended_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Class:
    """`groups`: for whom, by the programme's ids, () for all; `closes_at`: until when one can register. `id` is 0 until it
    is stored."""

    kind: str
    title: str
    starts_at: datetime
    ends_at: datetime
    closes_at: datetime
    seats: int
    made_at: datetime
    topic: str = ""
    groups: tuple[str, ...] = ()
    place: str = ""
    link: str = ""
    note: str = ""
    state: Literal["open", "cancelled"] = "open"
    official_id: int | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Attendee:
    """`person_id`: who registered them; `group`: of their organisation at that time; `code`: what they show at the door."""

    class_id: int
    name: str
    code: str
    at: datetime
    state: Place
    position: str = ""
    phone: str = ""
    group: str = ""
    organisation_id: int | None = None
    person_id: int | None = None
    seated_at: datetime | None = None
    attended_at: datetime | None = None
    id: int = 0


class Count(NamedTuple):
    """How many of a class have a seat, wait for one, were there."""

    seated: int = 0
    waiting: int = 0
    attended: int = 0


class Trained(NamedTuple):
    """How many of a group had a seat in classes of a kind, and how many of them were marked as there."""

    kind: str
    group: str
    seated: int
    attended: int


c, a = classes.c, attendees.c
BY_ID = select(classes).where(c.id == bindparam("number"))
HELD = BY_ID.with_for_update()
OPEN = (
    select(classes)
    .where(c.state == "open", c.starts_at > bindparam("now"), c.closes_at >= bindparam("now"))
    .order_by(c.starts_at, c.id)
)
SINCE = select(classes).where(c.starts_at >= bindparam("since")).order_by(c.starts_at, c.id).limit(bindparam("limit"))
CHANGE = update(classes).where(c.id == bindparam("number"))
COUNTS = (
    select(a.class_id, a.state, func.count(), func.count(a.attended_at))
    .where(a.class_id.in_(bindparam("ids", expanding=True)))
    .group_by(a.class_id, a.state)
)
OF_CLASS = select(attendees).where(a.class_id == bindparam("number"), a.state != "cancelled").order_by(a.id)
OF_PERSON = (
    select(attendees)
    .join(classes, c.id == a.class_id)
    .where(a.person_id == bindparam("person"), a.state != "cancelled", c.ends_at > bindparam("now"))
    .order_by(c.starts_at, a.id)
)
ONE = select(attendees).where(a.id == bindparam("number"))
BY_CODE = select(attendees).where(a.code == bindparam("shown"))
MOVE = update(attendees).where(a.id == bindparam("number")).values(state=bindparam("now"), seated_at=bindparam("since"))
ATTEND = update(attendees).where(a.id == bindparam("number")).values(attended_at=bindparam("there_at"))
TRAINED = (
    select(c.kind, a.group, func.count(), func.count(a.attended_at))
    .join(classes, c.id == a.class_id)
    .where(a.state == "seated", c.state == "open", c.ends_at >= bindparam("since"), c.ends_at < bindparam("until"))
    .group_by(c.kind, a.group)
    .order_by(c.kind, a.group)
)


@dataclass(frozen=True, slots=True)
class Classes:
    connection: AsyncConnection

    async def add(self, one: Class) -> int:
        values = {name: getattr(one, name) for name in CLASS} | {"groups": list(one.groups)}
        row = (await self.connection.execute(insert(classes).values(values).returning(c.id))).one()
        return int(row.id)

    async def get(self, id: int) -> Class | None:
        row = (await self.connection.execute(BY_ID, {"number": id})).one_or_none()
        return None if row is None else _class(row)

    async def hold(self, id: int) -> Class | None:
        """The class as it is now; who holds it is alone with its seats until the end of the transaction."""
        row = (await self.connection.execute(HELD, {"number": id})).one_or_none()
        return None if row is None else _class(row)

    async def open(self, now: datetime) -> list[Class]:
        """Those that one can register for now, the next first."""
        return [_class(row) for row in await self.connection.execute(OPEN, {"now": now})]

    async def since(self, since: datetime, limit: int = 30) -> list[Class]:
        """Those that start at that time or later, cancelled ones too."""
        return [_class(row) for row in await self.connection.execute(SINCE, {"since": since, "limit": limit})]

    async def change(self, id: int, **values: object) -> None:
        await self.connection.execute(CHANGE.values(values), {"number": id})

    async def counts(self, ids: Collection[int]) -> dict[int, Count]:
        """Of each of these classes."""
        found = dict.fromkeys(ids, Count())
        rows = (await self.connection.execute(COUNTS, {"ids": list(ids)})).all() if ids else []
        for number, state, count, attended in rows:
            was = found[number]
            if state == "seated":
                found[number] = was._replace(seated=count, attended=attended)
            elif state == "waiting":
                found[number] = was._replace(waiting=count)
        return found

    async def attendees(self, id: int) -> list[Attendee]:
        """Who has a seat or waits, in the order of registering."""
        return [_attendee(row) for row in await self.connection.execute(OF_CLASS, {"number": id})]

    async def of_person(self, person_id: int, now: datetime) -> list[Attendee]:
        """Whom the person registered for classes that are not over."""
        return [_attendee(row) for row in await self.connection.execute(OF_PERSON, {"person": person_id, "now": now})]

    async def attendee(self, id: int) -> Attendee | None:
        row = (await self.connection.execute(ONE, {"number": id})).one_or_none()
        return None if row is None else _attendee(row)

    async def by_code(self, code: str) -> Attendee | None:
        row = (await self.connection.execute(BY_CODE, {"shown": code})).one_or_none()
        return None if row is None else _attendee(row)

    async def seat(self, rows: Sequence[Attendee]) -> list[int]:
        """Puts them down as they are; their ids. Hold the class before."""
        values = [{name: getattr(row, name) for name in ATTENDEE} for row in rows]
        return await portable.add(self.connection, attendees, values) if values else []

    async def move(self, id: int, state: Place, seated_at: datetime | None) -> None:
        await self.connection.execute(MOVE, {"number": id, "now": state, "since": seated_at})

    async def attend(self, id: int, at: datetime) -> None:
        await self.connection.execute(ATTEND, {"number": id, "there_at": at})

    async def trained(self, since: datetime, until: datetime) -> list[Trained]:
        """Of classes that ended in that time, by kind and group."""
        rows = await self.connection.execute(TRAINED, {"since": since, "until": until})
        return [Trained(*row) for row in rows]


def _class(row: Row[tuple[Any, ...]]) -> Class:
    values = {name: getattr(row, name) for name in CLASS} | {"groups": tuple(row.groups)}
    return Class(**values, id=row.id)


def _attendee(row: Row[tuple[Any, ...]]) -> Attendee:
    return Attendee(**{name: getattr(row, name) for name in ATTENDEE}, id=row.id)
