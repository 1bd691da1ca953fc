"""The answers to forms, from the first answer on. What was sent is never changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal

from sqlalchemy import Insert, Row, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.flows.values import Json
from storage import portable
from storage.tables import submissions

QUIET = timedelta(days=30)  # in progress and not touched for so long: abandoned, and can still go on
State = Literal["in_progress", "sent", "abandoned"]
PAGE = 500
COLUMNS = (
    "person_id", "run", "form", "release", "answers", "channel", "began_at", "answered_at", "state", "sent_at",
    "organisation_id", "subject",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Submission:
    """`run` numbers a person's forms; `id` is 0 until it is stored. `organisation_id`: whom it speaks for; `subject`: what
    it is about ("class:12"), "" for a form that stands alone."""

    person_id: int
    run: int
    form: str
    release: str
    answers: Mapping[str, Json]
    channel: str
    began_at: datetime
    answered_at: datetime
    state: State = "in_progress"
    sent_at: datetime | None = None
    id: int = 0
    organisation_id: int | None = None
    subject: str = ""


c = submissions.c
KEY = (c.person_id == bindparam("person")) & (c.run == bindparam("nth"))
ONE = select(submissions).where(KEY)
BY_ID = select(submissions).where(c.id == bindparam("number"))
OF_PERSON = select(submissions).where(c.person_id == bindparam("person")).order_by(c.run)
DROP = delete(submissions).where(KEY, c.state != "sent")
ABANDON = (
    update(submissions)
    .where(c.state == portable.word("in_progress"), c.answered_at < bindparam("before"))
    .values(state="abandoned")
)
QUIET_NOW = select(submissions).where(
    c.state == portable.word("in_progress"), c.answered_at > bindparam("since"), c.answered_at <= bindparam("before")
)
OF_FORM = select(submissions).where(c.form == bindparam("form"), c.state == bindparam("state"))
LATEST = OF_FORM.where(c.person_id == bindparam("person")).order_by(c.id.desc()).limit(1)
NEWEST = OF_FORM.where(c.id < bindparam("after")).order_by(c.id.desc()).limit(bindparam("limit"))
OLDEST = OF_FORM.where(c.id > bindparam("after")).order_by(c.id).limit(PAGE)
COUNT = select(c.state, func.count()).where(c.form == bindparam("form")).group_by(c.state)
RELEASES = select(c.release).where(c.form == bindparam("form")).group_by(c.release).order_by(func.max(c.id).desc())


@dataclass(frozen=True, slots=True)
class Submissions:
    connection: AsyncConnection

    async def keep(self, rows: Sequence[Submission]) -> None:
        """Keeps answers of forms in progress; the last of a person's run wins. One that was sent stays as it is."""
        if rows:
            await portable.many(self.connection, _keep(self.connection.dialect.name), [_row(row) for row in rows])

    async def send(self, row: Submission, at: datetime) -> int:
        """Sends these answers, stored before or not; the submission's id. Sent twice, the first stands."""
        values = _row(row) | {"state": "sent", "sent_at": at}
        await self.connection.execute(_keep(self.connection.dialect.name), values)
        sent = await self.load(row.person_id, row.run)
        if sent is None:
            raise LookupError(f"run {row.run} of person {row.person_id} was not stored")
        return sent.id

    async def drop(self, runs: Sequence[tuple[int, int]]) -> None:
        """Deletes those (of a person, which run) that were not sent, at the person's wish. Keep gathered answers before."""
        if runs:
            await portable.many(self.connection, DROP, [{"person": person, "nth": run} for person, run in runs])

    async def load(self, person_id: int, run: int) -> Submission | None:
        row = (await self.connection.execute(ONE, {"person": person_id, "nth": run})).one_or_none()
        return None if row is None else _submission(row)

    async def get(self, id: int) -> Submission | None:
        row = (await self.connection.execute(BY_ID, {"number": id})).one_or_none()
        return None if row is None else _submission(row)

    async def of_person(self, person_id: int) -> list[Submission]:
        return [_submission(row) for row in await self.connection.execute(OF_PERSON, {"person": person_id})]

    async def latest(self, person_id: int, form: str) -> Submission | None:
        """The last of that form that the person sent."""
        values = {"person": person_id, "form": form, "state": "sent"}
        row = (await self.connection.execute(LATEST, values)).one_or_none()
        return None if row is None else _submission(row)

    async def abandon(self, before: datetime) -> int:
        """Marks those abandoned that nobody answered since then (usually now − QUIET); how many."""
        return (await self.connection.execute(ABANDON, {"before": before})).rowcount

    async def quiet(self, since: datetime, before: datetime) -> list[Submission]:
        """Those in progress whose last answer came after `since` and not after `before`."""
        rows = await self.connection.execute(QUIET_NOW, {"since": since, "before": before})
        return [_submission(row) for row in rows]

    async def page(
        self, form: str, state: State = "sent", after: int | None = None, limit: int = 50
    ) -> list[Submission]:
        """The newest first; `after` is the id of the last one of the page before."""
        values = {"form": form, "state": state, "after": after or 2**62, "limit": limit}
        return [_submission(row) for row in await self.connection.execute(NEWEST, values)]

    async def stream(self, form: str, state: State = "sent") -> AsyncIterator[Submission]:
        """All, the oldest first, never more than a page of them in memory."""
        last = 0
        while rows := (await self.connection.execute(OLDEST, {"form": form, "state": state, "after": last})).all():
            for row in rows:
                yield _submission(row)
            last = rows[-1].id

    async def counts(self, form: str) -> dict[str, int]:
        """State → how many."""
        rows = (await self.connection.execute(COUNT, {"form": form})).all()
        return {row[0]: row[1] for row in rows}

    async def releases_of(self, form: str) -> list[str]:
        """The releases of a form's submissions, the one begun with last first."""
        return list(await self.connection.scalars(RELEASES, {"form": form}))


@cache
def _keep(dialect: str) -> Insert:
    taken = ("form", "release", "state", "answers", "answered_at", "sent_at", "organisation_id", "subject")
    return portable.upsert_where(dialect, submissions, ("person_id", "run"), taken, c.state != "sent")


def _row(row: Submission) -> dict[str, Any]:
    return {name: getattr(row, name) for name in COLUMNS}


def _submission(row: Row[tuple[Any, ...]]) -> Submission:
    return Submission(
        row.person_id, row.run, row.form, row.release, row.answers, row.channel, row.began_at, row.answered_at,
        row.state, row.sent_at, row.id, row.organisation_id, row.subject,
    )  # fmt: skip
