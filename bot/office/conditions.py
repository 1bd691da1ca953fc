"""The programme's conditions as an application's answers stand to them: for those who look at it. As provisional as what
the applicant saw; whoever has priority is considered first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.flows.engine.eligibility import holds
from bot.flows.programme import Eligibility, Programme
from bot.flows.values import Json
from storage import Store
from storage.cases import Case
from storage.submissions import Submission

PRIORITY = "priority"  # the condition that says who is considered first


@dataclass(frozen=True, slots=True)
class Judged:
    """`truth` is None where the answers do not tell."""

    condition: Eligibility
    truth: bool | None


def judged(programme: Programme, submission: Submission | None) -> Sequence[Judged]:
    """Each condition of the form; none where the form is not there (any more)."""
    form = programme.forms.get(submission.form) if submission else None
    if submission is None or form is None:
        return ()
    return [Judged(each, holds(form, each, submission.answers)) for each in form.conditions]


async def of_case(store: Store, programme: Programme, case: Case) -> dict[str, Json]:
    """Condition → whether it holds (None: not known), of the application that opened the case."""
    submission = await store.submissions.get(case.submission_id) if case.submission_id else None
    return {each.condition.id: each.truth for each in judged(programme, submission)}


async def has_priority(store: Store, programme: Programme, case: Case) -> bool:
    return (await of_case(store, programme, case)).get(PRIORITY) is True
