"""Applications: what was sent in a form that opened cases, with those cases. Only for members of the organisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.submissions import Submission, Submissions
from storage.tables import cases, members


@dataclass(frozen=True, slots=True)
class Numbered:
    """A case, as it stands on paper."""

    id: int
    number: str
    support: str


@dataclass(frozen=True, slots=True)
class Application:
    """`cases`: those that it opened, in the order of their numbers; one that joined an open case opened none."""

    submission: Submission
    cases: Sequence[Numbered]


c, m = cases.c, members.c
SEEN = (
    select(c.submission_id)
    .join(members, m.organisation_id == c.organisation_id)
    .where(m.person_id == bindparam("person"), m.state == "member", c.submission_id.is_not(None))
)
OF_CASE = SEEN.where(c.id == bindparam("case"))
NEWEST = SEEN.order_by(c.id.desc()).limit(1)
OPENED = select(c.id, c.number, c.support).where(c.submission_id == bindparam("submission")).order_by(c.id)


@dataclass(frozen=True, slots=True)
class Applications:
    connection: AsyncConnection

    async def of_case(self, case_id: int, person_id: int) -> Application | None:
        """The application that opened that case; None if the person may not see it or it is not there any more."""
        return await self._one(OF_CASE, {"case": case_id, "person": person_id})

    async def newest(self, person_id: int) -> Application | None:
        """The last one of all organisations that the person belongs to."""
        return await self._one(NEWEST, {"person": person_id})

    async def _one(self, statement: Any, values: dict[str, int]) -> Application | None:
        sent = (await self.connection.execute(statement, values)).scalar_one_or_none()
        submission = await Submissions(self.connection).get(sent) if sent else None
        if submission is None:
            return None
        rows = await self.connection.execute(OPENED, {"submission": submission.id})
        return Application(submission, tuple(Numbered(row.id, row.number, row.support) for row in rows))
