"""Cases, what happened to them, the papers they need, and who waits for a call. A case's history is never changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.flows.values import Json
from storage import portable
from storage.tables import case_events, cases, documents, files

PaperState = Literal["later", "asked", "handed", "accepted"]


@dataclass(frozen=True, slots=True)
class Case:
    """One organisation's application for one support. `due_at`: until when its present stage lasts; `id` is 0 until it
    is stored."""

    number: str
    organisation_id: int
    support: str
    state: str
    stage: str
    staged_at: datetime
    opened_at: datetime
    due_at: datetime | None = None
    closed_at: datetime | None = None
    submission_id: int | None = None
    person_id: int | None = None
    call: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """Something that happened: opened, joined, moved, asked, handed, accepted, returned, reminded, noted."""

    case_id: int
    at: datetime
    name: str
    stage: str = ""
    person_id: int | None = None
    official_id: int | None = None
    data: Mapping[str, Json] = field(default_factory=dict)
    id: int = 0


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that a case needs; `sha256` is that of the file handed in for it. `later`: the applicant put it off, and
    nobody has asked for it."""

    case_id: int
    title: str
    asked_at: datetime
    state: PaperState = "asked"
    file_id: str | None = None
    person_id: int | None = None
    handed_at: datetime | None = None
    id: int = 0
    sha256: str = ""


OPEN: tuple[PaperState, ...] = ("later", "asked")  # of a paper that can be handed in

c, e, d = cases.c, case_events.c, documents.c
BY_IDS = select(cases).where(c.id.in_(bindparam("ids", expanding=True)))
BY_NUMBER = select(cases).where(c.number == bindparam("wanted"))
OF = select(cases).where(c.organisation_id.in_(bindparam("organisations", expanding=True)))
OF_ORGANISATIONS = OF.order_by(c.closed_at.is_not(None), c.id.desc()).limit(bindparam("most"))
OF_SUBMISSION = select(cases).where(c.submission_id == bindparam("submission")).order_by(c.id)
OPEN_ONE = select(cases).where(
    c.organisation_id == bindparam("organisation"), c.support == bindparam("what"), c.closed_at.is_(None)
)
IN_STATES = (
    select(cases)
    .where(c.closed_at.is_(None), c.state.in_(bindparam("states", expanding=True)))
    .order_by(c.due_at.is_(None), c.due_at, c.id)
    .limit(bindparam("most"))
)
STAGE = (
    update(cases)
    .where(c.id == bindparam("which"), c.stage == bindparam("before"), c.closed_at.is_(None))
    .values(
        stage=bindparam("to_stage"),
        state=bindparam("to_state"),
        staged_at=bindparam("since"),
        due_at=bindparam("until"),
        closed_at=bindparam("closed"),
    )
)
HISTORY = select(case_events).where(e.case_id == bindparam("case")).order_by(e.id)
PAPERS = (
    select(documents, func.coalesce(files.c.sha256, "").label("sha256"))
    .outerjoin(files, d.file_id == files.c.id)
    .where(d.case_id.in_(bindparam("ids", expanding=True)))
    .order_by(d.id)
)
HAND = (
    update(documents)
    .where(d.id == bindparam("paper"), d.state.in_(OPEN))
    .values(state="handed", file_id=bindparam("file"), person_id=bindparam("person"), handed_at=bindparam("at"))
)
JUDGE = update(documents).where(d.id == bindparam("paper"), d.state == "handed").values(state=bindparam("becomes"))
DROP_ASKED = delete(documents).where(d.case_id == bindparam("case"), d.state == "asked")


@dataclass(frozen=True, slots=True)
class Cases:
    connection: AsyncConnection

    async def get(self, id: int) -> Case | None:
        """Until this transaction ends nobody else changes it."""
        return await self._one(BY_IDS, {"ids": [id]})

    async def by_number(self, number: str) -> Case | None:
        return await self._one(BY_NUMBER, {"wanted": number})

    async def open_of(self, organisation_id: int, support: str) -> Case | None:
        """Its case for that support that is not closed; there is one at most."""
        return await self._one(OPEN_ONE, {"organisation": organisation_id, "what": support})

    async def of_organisations(self, ids: Collection[int], limit: int = 50) -> list[Case]:
        """Theirs, the open ones first, the newest first."""
        values = {"organisations": list(ids), "most": limit}
        return [_case(row) for row in await self.connection.execute(OF_ORGANISATIONS, values)] if ids else []

    async def of_submission(self, id: int) -> list[Case]:
        """Those that it opened."""
        return [_case(row) for row in await self.connection.execute(OF_SUBMISSION, {"submission": id})]

    async def in_states(self, states: Collection[str], limit: int = 50) -> list[Case]:
        """Open ones that stand so, the soonest due first."""
        values = {"states": list(states), "most": limit}
        return [_case(row) for row in await self.connection.execute(IN_STATES, values)]

    async def add(self, case: Case) -> int:
        """A new one; its id. Ask for `open_of` before, holding what numbers are taken from."""
        values = {name: getattr(case, name) for name in COLUMNS}
        return int((await self.connection.execute(insert(cases).values(values).returning(c.id))).scalar_one())

    async def stage(self, case: Case, was: str) -> bool:
        """It stands at its stage now; False if it did not stand at `was` any more, or is closed."""
        values = {"which": case.id, "before": was, "to_stage": case.stage, "to_state": case.state}
        values |= {"since": case.staged_at, "until": case.due_at, "closed": case.closed_at}
        return (await self.connection.execute(STAGE, values)).rowcount > 0

    async def note(self, happened: CaseEvent) -> None:
        values = {name: getattr(happened, name) for name in EVENT} | {"data": dict(happened.data)}
        await self.connection.execute(insert(case_events), values)

    async def history(self, id: int) -> list[CaseEvent]:
        """All that happened to it, the first first."""
        return [_event(row) for row in await self.connection.execute(HISTORY, {"case": id})]

    # -- papers --------------------------------------------------------------------------------------------------

    async def ask(
        self, case_id: int, titles: Sequence[str], at: datetime, state: Literal["asked", "later"] = "asked"
    ) -> None:
        rows = [{"case_id": case_id, "title": title, "state": state, "asked_at": at} for title in titles]
        if rows:
            await self.connection.execute(insert(documents), rows)

    async def papers(self, ids: Collection[int]) -> list[Paper]:
        """Those of the cases, in the order they were asked for."""
        rows = (await self.connection.execute(PAPERS, {"ids": list(ids)})).all() if ids else []
        return [_paper(row) for row in rows]

    async def hand(self, paper_id: int, file_id: str, person_id: int, at: datetime) -> bool:
        """Handed in with that file; False if it was not waited for any more."""
        values = {"paper": paper_id, "file": file_id, "person": person_id, "at": at}
        return (await self.connection.execute(HAND, values)).rowcount > 0

    async def judge(self, paper_id: int, state: Literal["accepted", "asked"]) -> bool:
        """What was handed in is accepted, or asked for again; False if nothing was handed in."""
        return (await self.connection.execute(JUDGE, {"paper": paper_id, "becomes": state})).rowcount > 0

    async def drop_asked(self, case_id: int) -> None:
        """Papers that nobody waits for any more."""
        await self.connection.execute(DROP_ASKED, {"case": case_id})

    async def _one(self, statement: Any, values: Mapping[str, object]) -> Case | None:
        if portable.locks(self.connection):
            statement = statement.with_for_update()
        row = (await self.connection.execute(statement, values)).one_or_none()
        return None if row is None else _case(row)


COLUMNS = tuple(name for name in Case.__slots__ if name != "id")
EVENT = tuple(name for name in CaseEvent.__slots__ if name not in ("id", "data"))


def _case(row: Row[tuple[Any, ...]]) -> Case:
    return Case(**{name: getattr(row, name) for name in Case.__slots__})


def _event(row: Row[tuple[Any, ...]]) -> CaseEvent:
    return CaseEvent(**{name: getattr(row, name) for name in CaseEvent.__slots__})


def _paper(row: Row[tuple[Any, ...]]) -> Paper:
    return Paper(**{name: getattr(row, name) for name in Paper.__slots__})
