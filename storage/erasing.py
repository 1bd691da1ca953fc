"""A person's data erased: what nothing binds goes; what stays belongs to nobody any more, or waits for what binds it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.compact import dumps
from bot.flows.values import Json
from storage.belongings import SET_ASIDE
from storage.portable import EPOCH
from storage.tables import (
    addresses,
    attendees,
    case_events,
    cases,
    classes,
    documents,
    events,
    files,
    letters,
    members,
    organisations,
    people,
    requests,
    sessions,
    set_aside,
    submissions,
    talks,
    tokens,
    watches,
)

Answers = Mapping[str, Json]
FAR = EPOCH + timedelta(days=365_000)


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that was sent: whether a case rests on it, and whether that is still open."""

    id: int
    form: str
    release: str
    answers: Answers
    has_case: bool
    bound: bool


@dataclass(frozen=True, slots=True)
class Erasing:
    connection: AsyncConnection

    async def sent(self, person_id: int, before: datetime = FAR) -> list[Sent]:
        """The forms that the person sent until then, the oldest first."""
        rests = select(func.count(cases.c.id)).where(cases.c.submission_id == submissions.c.id)
        still = rests.where(cases.c.closed_at.is_(None))
        of_form = [submissions.c[name] for name in ("id", "form", "release", "answers")]
        statement = (
            select(*of_form, rests.scalar_subquery().label("rests"), still.scalar_subquery().label("still"))
            .where(submissions.c.person_id == person_id, submissions.c.sent_at <= before)
            .order_by(submissions.c.id)
        )
        rows = await self.connection.execute(statement)
        return [Sent(row.id, row.form, row.release, row.answers, row.rests > 0, row.still > 0) for row in rows]

    async def erase(self, person_id: int, left: Mapping[int, Answers], at: datetime) -> None:
        """`left`: what stays of the answers of each form sent that is not bound. Those become nobody's; forms that rest in
        an open case, classes to come and the consents' proof stay the person's, everything else goes."""
        sent = await self.sent(person_id)
        bound = [one for one in sent if one.bound]
        nobody = await self._nobody(at)
        for one in sent:
            if not one.bound:
                await self._unname(one, left.get(one.id, {}), nobody)
        await self._files(person_id, nobody, bound)
        await self._of_cases(person_id)
        await self._of_classes(person_id, at)
        await self._delete(person_id, notices=await self._tied(person_id))
        await self._memberships(person_id)
        await self._forget_names(person_id)

    async def release(self, person_id: int, left: Mapping[int, Answers], before: datetime, at: datetime) -> None:
        """What was kept of an erasure because something bound it then, and nothing does now: goes the same way. What the
        person did since stays theirs."""
        nobody = await self._nobody(at)
        for one in await self.sent(person_id, before):
            await self._unname(one, left.get(one.id, {}), nobody)
        mine = await self.connection.scalars(
            select(files.c.id).where(files.c.person_id == person_id, files.c.at <= before)
        )
        given = await self._in_applications(list(mine), nobody)
        handed = select(documents.c.file_id).where(documents.c.person_id == person_id, documents.c.handed_at <= before)
        of_person = and_(files.c.person_id == person_id, or_(files.c.id.in_(given), files.c.id.in_(handed)))
        await self._update(files, of_person, person_id=nobody)
        await self._of_cases(person_id)
        await self._of_classes(person_id, at)
        await self._memberships(person_id, before)

    async def _nobody(self, at: datetime) -> int:
        """Whose the anonymous answers are: one for each erasure, or two persons' runs could meet."""
        made: int = (
            await self.connection.execute(insert(people).values(created_at=at).returning(people.c.id))
        ).scalar_one()
        return made

    async def _unname(self, one: Sent, left: Answers, nobody: int) -> None:
        values: dict[str, Any] = {"person_id": nobody, "answers": dict(left)}
        if not one.has_case:
            values["organisation_id"] = None
        await self._update(submissions, submissions.c.id == one.id, **values)

    async def _files(self, person_id: int, nobody: int, bound: Collection[Sent]) -> None:
        """Those of an open case stay, those of one that is closed are nobody's; the others' bytes go with the sweep."""
        mine = list(await self.connection.scalars(select(files.c.id).where(files.c.person_id == person_id)))
        here = "\n".join(dumps(dict(one.answers)) for one in bound)
        handed = select(documents.c.file_id, cases.c.closed_at).join(cases).where(documents.c.file_id.in_(mine))
        closed = {row.file_id: row.closed_at is not None for row in await self.connection.execute(handed)}
        kept = await self._in_applications(mine, nobody)
        stay = {one for one in mine if one in here or closed.get(one) is False}
        given = {one for one in mine if one in kept or one in closed} - stay
        await self._update(files, files.c.id.in_(given), person_id=nobody)
        await self._gone(files, files.c.id.in_(set(mine) - stay - given))

    async def _in_applications(self, ids: Collection[str], nobody: int) -> set[str]:
        """Those that what is left of an application still names."""
        left = await self.connection.scalars(select(submissions.c.answers).where(submissions.c.person_id == nobody))
        words = "\n".join(dumps(dict(answers)) for answers in left)
        return {one for one in ids if one in words}

    async def _of_cases(self, person_id: int) -> None:
        """A case that is closed stays with its organisation and names no person."""
        closed = cases.c.closed_at.is_not(None)  # asked of each row's own case: all that ever closed are many
        mine: dict[Table, ColumnElement[bool]] = {
            cases: closed,
            documents: exists(1).where(cases.c.id == documents.c.case_id, closed),
            case_events: exists(1).where(cases.c.id == case_events.c.case_id, closed),
        }
        for table, over in mine.items():
            await self._update(table, and_(table.c.person_id == person_id, over), person_id=None)

    async def _of_classes(self, person_id: int, at: datetime) -> None:
        """Of classes that are over, that somebody attended stays, and not who."""
        ended = exists(1).where(classes.c.id == attendees.c.class_id, classes.c.ends_at <= at)
        for over in (attendees.c.state == "cancelled", ended):  # one by one: with "or", PostgreSQL reads all classes
            mine = and_(attendees.c.person_id == person_id, over)
            await self._update(attendees, mine, person_id=None, organisation_id=None, name="", position="", phone="")

    async def _tied(self, person_id: int) -> bool:
        """Whether notices about an open case or a class to come are still theirs to get."""
        open_case = select(cases.c.id).where(cases.c.person_id == person_id).limit(1)
        coming = select(attendees.c.id).where(attendees.c.person_id == person_id).limit(1)
        return any([await self.connection.scalar(one) is not None for one in (open_case, coming)])

    async def _delete(self, person_id: int, *, notices: bool) -> None:
        here = letters.c.address_id.in_(select(addresses.c.id).where(addresses.c.person_id == person_id))
        waits = and_(letters.c.kind == "notice", letters.c.state == "waiting") if notices else None
        went = and_(letters.c.broadcast_id.is_not(None), letters.c.state != "waiting")  # counted, and nobody's words
        kept = went if waits is None else or_(went, waits)
        await self._gone(letters, and_(here, ~kept))
        later = [events.c.name != "notified"] if notices else []
        await self._gone(events, and_(events.c.person_id == person_id, *later))
        wrong = tokens.c.kind.in_(["wrong_code", "wrong_move"])  # they hold nothing, and stop who guesses codes
        await self._gone(tokens, and_(tokens.c.person_id == person_id, ~wrong))
        await self._gone(submissions, and_(submissions.c.person_id == person_id, submissions.c.state != "sent"))
        for table in (watches, talks, sessions):
            await self._gone(table, table.c.person_id == person_id)
        await self.connection.execute(delete(set_aside).where(set_aside.c.id.in_(SET_ASIDE)), {"person": person_id})

    async def _memberships(self, person_id: int, before: datetime = FAR) -> None:
        """They leave their organisations, but those whose open case is theirs. One that nobody and nothing knows any more
        goes with them."""
        theirs = select(cases.c.organisation_id).where(cases.c.person_id == person_id)
        joined = and_(members.c.person_id == person_id, members.c.at <= before)
        leaves = and_(joined, members.c.organisation_id.not_in(theirs))
        left = set(await self.connection.scalars(select(members.c.organisation_id).where(leaves)))
        await self._gone(members, leaves)
        for table in (members, cases, submissions, attendees):
            known = select(table.c.organisation_id).where(table.c.organisation_id.in_(left))
            left -= set(await self.connection.scalars(known))
        await self._gone(organisations, organisations.c.id.in_(left))

    async def _forget_names(self, person_id: int) -> None:
        await self._update(people, people.c.id == person_id, profile={})
        await self._update(addresses, addresses.c.person_id == person_id, name="")
        await self._update(requests, requests.c.person_id == person_id, person_id=None, data={})

    async def _update(self, table: Table, where: ColumnElement[bool], **values: Any) -> None:
        await self.connection.execute(update(table).where(where).values(**values))

    async def _gone(self, table: Table, where: ColumnElement[bool]) -> None:
        await self.connection.execute(delete(table).where(where))
