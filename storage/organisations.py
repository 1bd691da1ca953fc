"""Organisations and who belongs to them. A tax code, or group, name and commune, stand for one organisation only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, bindparam, case, func, insert, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.flows.values import Json
from storage import portable
from storage.tables import members, organisations

Standing = Literal["member", "asked", "refused", "left"]


@dataclass(frozen=True, slots=True)
class Organisation:
    """`kind`: its group; `commune`: its code; `profile`: what it told once; `confirmed_at`: by an official, if it has no
    tax code. `id` is 0 until it is stored."""

    name: str
    created_at: datetime
    tax_code: str = ""
    folded: str = ""
    kind: str = ""
    commune: str = ""
    profile: Mapping[str, Json] = field(default_factory=dict)
    confirmed_at: datetime | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Member:
    organisation_id: int
    person_id: int
    state: Standing
    at: datetime
    decided_at: datetime | None = None
    decided_by: str = ""


o, m = organisations.c, members.c
NONE: ColumnElement[str] = literal_column("''")  # as the conditions of the indexes have it
BY_IDS = select(organisations).where(o.id.in_(bindparam("ids", expanding=True)))
BY_TAX_CODE = select(organisations).where(o.tax_code == bindparam("code"), o.tax_code != NONE)
BY_NAME = select(organisations).where(
    o.tax_code == NONE,
    o.folded == bindparam("name"),
    o.kind == bindparam("group"),
    o.commune == bindparam("place"),
)
OF_PERSON = select(members).where(m.person_id == bindparam("person")).order_by(m.at, m.organisation_id)
OF_ORGANISATION = select(members).where(m.organisation_id == bindparam("organisation")).order_by(m.at, m.person_id)
TELL = update(organisations).where(o.id == bindparam("number")).values(profile=bindparam("told"))
NAME = (
    update(organisations)
    .where(o.id == bindparam("number"))
    .values(
        tax_code=bindparam("code"),
        name=bindparam("called"),
        folded=bindparam("found_as"),
        kind=bindparam("group"),
        commune=bindparam("place"),
        confirmed_at=bindparam("confirmed"),
    )
)
DECIDE = (
    update(members)
    .where(
        m.organisation_id == bindparam("organisation"),
        m.person_id == bindparam("person"),
        m.state == portable.word("asked"),
    )
    .values(state=bindparam("standing"), decided_at=bindparam("decided"), decided_by=bindparam("decider"))
)
ASKING = (
    select(members, organisations.c.name)
    .join(organisations)
    .where(m.state == portable.word("asked"))
    .order_by(m.at, m.organisation_id, m.person_id)
    .limit(bindparam("most"))
)
CALLED = (
    select(organisations)
    .where(((o.tax_code == bindparam("code")) & (o.tax_code != NONE)) | o.folded.like(bindparam("pattern")))
    .order_by(o.folded, o.id)
    .limit(bindparam("most"))
)
# 0: somebody speaks for it, 1: whoever did was refused. One look by the index; two that may be hashed read all members.
STANDS = (
    select(func.min(case((m.state == portable.word("member"), 0), (m.state == portable.word("refused"), 1))))
    .where(m.organisation_id == o.id)
    .scalar_subquery()
)
UNCONFIRMED = (
    select(organisations)
    .where(o.tax_code == NONE, o.confirmed_at.is_(None), func.coalesce(STANDS, 0) == 0)
    .order_by(o.id)
    .limit(bindparam("most"))
)
CONFIRM = update(organisations).where(o.id == bindparam("number")).values(confirmed_at=bindparam("now"))


@dataclass(frozen=True, slots=True)
class Organisations:
    connection: AsyncConnection

    async def get(self, ids: Sequence[int]) -> dict[int, Organisation]:
        """Those of the ids that there are."""
        rows = (await self.connection.execute(BY_IDS, {"ids": list(ids)})).all() if ids else []
        return {row.id: _organisation(row) for row in rows}

    async def by_tax_code(self, code: str) -> Organisation | None:
        row = (await self.connection.execute(BY_TAX_CODE, {"code": code})).one_or_none()
        return None if row is None else _organisation(row)

    async def by_name(self, folded: str, kind: str, commune: str) -> Organisation | None:
        """Of those without a tax code."""
        values = {"name": folded, "group": kind, "place": commune}
        row = (await self.connection.execute(BY_NAME, values)).one_or_none()
        return None if row is None else _organisation(row)

    async def called(self, code: str, folded: str, most: int) -> list[Organisation]:
        """Those of that tax code, or with those words in their name."""
        values = {"code": code, "pattern": f"%{folded}%" if folded else "", "most": most}
        return [_organisation(row) for row in await self.connection.execute(CALLED, values)]

    async def add(self, one: Organisation) -> int:
        """A new one; its id. Ask whether it is there before, in the same transaction."""
        values = {name: getattr(one, name) for name in COLUMNS} | {"profile": dict(one.profile)}
        row = (await self.connection.execute(insert(organisations).values(values).returning(o.id))).one()
        return int(row.id)

    async def tell(self, id: int, profile: Mapping[str, Json]) -> None:
        """What it tells now stands in place of all that it told before."""
        await self.connection.execute(TELL, {"number": id, "told": dict(profile)})

    async def confirm(self, id: int, at: datetime) -> None:
        await self.connection.execute(CONFIRM, {"number": id, "now": at})

    async def name(self, one: Organisation) -> None:
        """It is called and known so now; whether another one is known so already is asked before."""
        values = {"number": one.id, "code": one.tax_code, "called": one.name, "found_as": one.folded}
        values |= {"group": one.kind, "place": one.commune, "confirmed": one.confirmed_at}
        await self.connection.execute(NAME, values)

    async def asking(self, most: int) -> list[tuple[Member, str]]:
        """Who asked to belong, the longest waiting first, each with the organisation's name."""
        rows = (await self.connection.execute(ASKING, {"most": most})).all()
        return [(_member(row), row.name) for row in rows]

    async def unconfirmed(self, most: int) -> list[Organisation]:
        """Those without a tax code that no official confirmed, the oldest first; not one whose people were all refused."""
        return [_organisation(row) for row in await self.connection.execute(UNCONFIRMED, {"most": most})]

    async def of_person(self, person_id: int) -> list[Member]:
        """Where the person belongs or asked to, the longest first."""
        return [_member(row) for row in await self.connection.execute(OF_PERSON, {"person": person_id})]

    async def members(self, id: int) -> list[Member]:
        """Who belongs to it or asked to, the first first."""
        return [_member(row) for row in await self.connection.execute(OF_ORGANISATION, {"organisation": id})]

    async def decide(self, member: Member) -> bool:
        """What was decided of somebody who asked; False if that was decided meanwhile."""
        values: dict[str, object] = {"organisation": member.organisation_id, "person": member.person_id}
        values |= {"standing": member.state, "decided": member.decided_at, "decider": member.decided_by}
        return (await self.connection.execute(DECIDE, values)).rowcount == 1

    async def put(self, member: Member) -> None:
        """Their standing is this now."""
        values = {name: getattr(member, name) for name in Member.__slots__}
        taken = ("state", "at", "decided_at", "decided_by")
        statement = portable.upsert(self.connection, members, ("organisation_id", "person_id"), taken)
        await self.connection.execute(statement, values)


COLUMNS = ("tax_code", "name", "folded", "kind", "commune", "profile", "confirmed_at", "created_at")


def _organisation(row: Row[tuple[Any, ...]]) -> Organisation:
    return Organisation(
        row.name, row.created_at, row.tax_code, row.folded, row.kind, row.commune, row.profile, row.confirmed_at, row.id
    )


def _member(row: Row[tuple[Any, ...]]) -> Member:
    return Member(row.organisation_id, row.person_id, row.state, row.at, row.decided_at, row.decided_by)
