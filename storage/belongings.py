"""All that the database holds about one person, whatever the noun: gathered, what binds it, and given to another of
their chats. How it is erased stands in `erasing.py`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Select,
    String,
    Table,
    bindparam,
    cast,
    delete,
    exists,
    func,
    insert,
    select,
    union,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.people import People
from storage.portable import word
from storage.tables import (
    addresses,
    attendees,
    case_events,
    cases,
    chats,
    classes,
    consent_texts,
    consents,
    documents,
    events,
    files,
    letters,
    members,
    mentions,
    organisations,
    people,
    requests,
    sessions,
    set_aside,
    submissions,
    talk_lines,
    talks,
    tokens,
    watches,
)

ME: Any = bindparam("person")
RANKS = ("left", "refused", "asked", "member")  # of two standings in one organisation the better one stays
MINE = select(members.c.organisation_id).where(members.c.person_id == ME, members.c.state == "member")
SET_ASIDE = (
    select(set_aside.c.id)
    .join(
        addresses,
        (addresses.c.channel == set_aside.c.channel)
        & (addresses.c.account == set_aside.c.account)
        & (addresses.c.native == set_aside.c.native),
    )
    .where(addresses.c.person_id == ME)
    .union_all(
        select(set_aside.c.id).where(  # a due event of theirs, that no address brought
            set_aside.c.channel == word("due"), set_aside.c.account == "", set_aside.c.native == cast(ME, String)
        )
    )
)


def _some(table: Table, *names: str) -> list[Column[Any]]:
    return [table.c[name] for name in names]


def _of(table: Table, *names: str, owner: Column[int] | None = None) -> Select[Any]:
    """Those columns of a table's rows that are the person's."""
    mine = table.c.person_id if owner is None else owner
    return select(*_some(table, *names)).where(mine == ME).order_by(*table.primary_key.columns)


# Two looks into two indexes: with "or", PostgreSQL would read every case there is.
THEIRS = union(
    select(cases.c.id).where(cases.c.person_id == ME), select(cases.c.id).where(cases.c.organisation_id.in_(MINE))
)
# What a person gets as a copy. Left out: hashes of tokens, receipts (ids of updates alone), officials' own notes, and others' letters.
HELD: dict[str, Select[Any]] = {
    "person": _of(people, "language", "created_at", "profile", owner=people.c.id),
    "addresses": _of(addresses, "channel", "account", "native", "name", "unreachable", "heard_at"),
    "organisations": (
        select(*_some(organisations, "name", "tax_code", "kind", "commune", "profile"), *_some(members, "state", "at"))
        .join(members)
        .where(members.c.person_id == ME)
        .order_by(members.c.at, organisations.c.id)
    ),
    "submissions": _of(
        submissions, "id", "run", "form", "release", "state", "answers", "channel", "began_at", "answered_at", "sent_at",
        "organisation_id", "subject",
    ),
    "consents": (
        select(*_some(consents, "purpose", "granted", "channel", "at"), consent_texts.c.text)
        .join(consent_texts)
        .where(consents.c.person_id == ME)
        .order_by(consents.c.id)
    ),
    "cases": (
        select(*_some(cases, "number", "support", "state", "stage", "opened_at", "due_at", "closed_at", "submission_id"))
        .where(cases.c.id.in_(THEIRS))
        .order_by(cases.c.id)
    ),
    "case_events": _of(case_events, "at", "name", "stage", "data"),
    "documents": _of(documents, "title", "state", "file_id", "asked_at", "handed_at"),
    "attendees": (
        select(*_some(classes, "title", "starts_at", "ends_at"), *_some(attendees, "name", "position", "phone", "state", "code", "at"))
        .join(classes)
        .where(attendees.c.person_id == ME)
        .order_by(attendees.c.id)
    ),
    "watches": _of(watches, "support", "at"),
    "talks": _of(talks, "state", "opened_at", "closed_at"),
    "talk_lines": (
        select(*_some(talk_lines, "talk_id", "at", "text"), talk_lines.c.official_id.is_not(None).label("by_official"))
        .join(talks)
        .where(talks.c.person_id == ME)
        .order_by(talk_lines.c.id)
    ),
    "requests": _of(requests, "number", "kind", "state", "at", "due_at", "done_at", "data"),
    "files": _of(files, "id", "name", "mime", "size", "sha256", "state", "at"),
    "letters": (
        select(*_some(letters, "kind", "state", "made_at", "sent_at", "seen_at", "body"), addresses.c.channel)
        .join(addresses)
        .where(addresses.c.person_id == ME)
        .order_by(letters.c.id)
    ),
    "events": _of(events, "name", "data", "not_before"),
    "set_aside": select(*_some(set_aside, "raw", "error", "at")).where(set_aside.c.id.in_(SET_ASIDE)).order_by(set_aside.c.id),
    "session": _of(sessions, "state"),
}  # fmt: skip
OPEN_CASES = (
    select(cases.c.number).where(cases.c.person_id == ME, cases.c.closed_at.is_(None)).order_by(cases.c.id)
)  # fmt: skip
KEPT_CASES = select(cases.c.number).where(cases.c.person_id == ME, cases.c.closed_at.is_not(None)).order_by(cases.c.id)
COMING = (
    select(classes.c.title, classes.c.starts_at)
    .where(
        classes.c.ends_at > bindparam("at"),
        classes.c.id.in_(
            select(attendees.c.class_id).where(attendees.c.person_id == ME, attendees.c.state != "cancelled")
        ),
    )
    .order_by(classes.c.starts_at, classes.c.id)
)
STOPPED = (
    update(letters)
    .where(
        letters.c.kind == "announcement",
        letters.c.state == "waiting",
        letters.c.address_id.in_(select(addresses.c.id).where(addresses.c.person_id == ME)),
    )
    .values(state="failed", reason="stopped")
)
HAND_OVER = (addresses, events, consents, files, cases, case_events, documents, attendees, talks, requests, mentions)
heirs = talks.alias("heirs")
END_TALK = (  # of two conversations with officials the heir's goes on
    update(talks)
    .where(
        talks.c.person_id == ME,
        talks.c.state == "open",
        exists(1).where(heirs.c.person_id == bindparam("heir"), heirs.c.state == "open"),
    )
    .values(state="closed", closed_at=bindparam("moment"))
)


@dataclass(frozen=True, slots=True)
class Ties:
    """What binds a person's data: the cases they opened that are not closed, and the classes to come that they registered
    somebody for (title, start). `closed`: cases that are over, and stay with the organisation."""

    cases: tuple[str, ...] = ()
    classes: tuple[tuple[str, datetime], ...] = ()
    closed: tuple[str, ...] = ()

    @property
    def bind(self) -> bool:
        return bool(self.cases or self.classes)


@dataclass(frozen=True, slots=True)
class Belongings:
    connection: AsyncConnection

    async def held(self, person_id: int, names: Collection[str] = HELD) -> dict[str, list[dict[str, Any]]]:
        """Everything there is about the person, by kind (or these kinds), the oldest first; instants as they are."""
        found = {}
        for name in names:
            rows = await self.connection.execute(HELD[name], {"person": person_id})
            found[name] = [dict(row) for row in rows.mappings()]
        return found

    async def counts(self, person_id: int, names: Collection[str]) -> dict[str, int]:
        """How many there are of these kinds."""
        found = {}
        for name in names:
            counted = select(func.count()).select_from(HELD[name].order_by(None).subquery())
            found[name] = int(await self.connection.scalar(counted, {"person": person_id}) or 0)
        return found

    async def ties(self, person_id: int, at: datetime) -> Ties:
        mine = {"person": person_id}
        cases = tuple(await self.connection.scalars(OPEN_CASES, mine))
        coming = (await self.connection.execute(COMING, mine | {"at": at})).all()
        closed = tuple(await self.connection.scalars(KEPT_CASES, mine))
        return Ties(cases, tuple((row.title, row.starts_at) for row in coming), closed)

    async def stop(self, person_id: int) -> None:
        """Announcements on their way to the person do not go any more; nor is the person told of a call that opens."""
        await self.connection.execute(STOPPED, {"person": person_id})
        await self.connection.execute(delete(watches).where(watches.c.person_id == ME), {"person": person_id})

    async def official(self, person_id: int) -> bool:
        """Whether that chat was ever bound to an official, be they disabled now."""
        bound = select(chats.c.official_id).where(chats.c.person_id == ME)
        return await self.connection.scalar(bound, {"person": person_id}) is not None

    # -- given to another of the person's chats ------------------------------------------------------------------

    async def hand_over(self, person_id: int, heir: int, runs: int, at: datetime) -> None:
        """All that is one person's is the heir's from here on, their addresses too; forms are numbered after the heir's
        `runs`. Whoever was that person is nobody then."""
        both = {"person": person_id, "heir": heir, "moment": at}
        await self.connection.execute(END_TALK, both)
        values = {"person_id": heir, "run": submissions.c.run + runs}
        await self.connection.execute(update(submissions).where(submissions.c.person_id == person_id).values(values))
        for table in HAND_OVER:
            await self.connection.execute(update(table).where(table.c.person_id == person_id).values(person_id=heir))
        open_doors = (tokens.c.person_id == person_id, tokens.c.kind.in_(["upload", "download"]))
        await self.connection.execute(update(tokens).where(*open_doors).values(person_id=heir))
        await self._merge(members, "organisation_id", person_id, heir)
        await self._merge(watches, "support", person_id, heir)
        told = People(self.connection)
        await told.tell(heir, await told.told(person_id) | await told.told(heir))
        await self.connection.execute(delete(people).where(people.c.id == person_id))

    async def renumber(self, person_id: int, runs: Mapping[int, int]) -> None:
        """Forms by their old number → the new one, which no form of theirs ever had."""
        for old, new in runs.items():
            mine = (submissions.c.person_id == person_id, submissions.c.run == old)
            await self.connection.execute(update(submissions).where(*mine).values(run=new))

    async def _merge(self, table: Table, key: str, person_id: int, heir: int) -> None:
        """Rows of which a person has one for each `key`: of two the better one stays, else the heir's."""
        mine = select(table).where(table.c.person_id.in_([person_id, heir]))
        rows = [dict(row) for row in (await self.connection.execute(mine)).mappings()]
        best: dict[Any, dict[str, Any]] = {}
        for row in sorted(rows, key=lambda row: (_rank(row), row["person_id"] == heir)):
            best[row[key]] = row | {"person_id": heir}
        await self.connection.execute(delete(table).where(table.c.person_id.in_([person_id, heir])))
        if best:
            await self.connection.execute(insert(table), list(best.values()))


def _rank(row: Mapping[str, Any]) -> int:
    return RANKS.index(row["state"]) if "state" in row else 0
