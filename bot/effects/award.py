"""The National Quality Award: who wants to enter."""

from __future__ import annotations

from bot.effects.forms import submit_form
from bot.effects.organisations import speaks_for
from bot.effects.work import Data, Work, mapping
from bot.flows.scoring import TOTAL, names
from bot.flows.values import Event, Json
from storage.people import Person
from storage.submissions import Submission

ASSESSMENT = "award_self_assessment"


async def register_interest(work: Work, person: Person, data: Data) -> Event:
    """{run, form, release, answers, computed} → interest_registered {number, known, waits, low, high, day}: sent as any form is, with what
    the person's last self-assessment came to (their own, of nobody else in the organisation), if there was one."""
    assessed = _assessed(await work.store.submissions.latest(person.id, ASSESSMENT), work)
    computed = mapping(data.get("computed")) | {f"self_{name}": value for name, value in assessed.items()}
    organisation = await speaks_for(work, person, data)  # named with or without a tax code
    sent = await submit_form(work, person, {**data, "computed": computed, "organisation": organisation or 0})
    if sent.name != "form_submitted":
        return sent
    return Event("interest_registered", work.now, {**sent.data, "waits": organisation is None, **assessed})


def _assessed(submission: Submission | None, work: Work) -> dict[str, Json]:
    low, high = ((submission.answers.get(name) if submission else None) for name in names(TOTAL))
    if submission is None or submission.sent_at is None or low is None or high is None:
        return {}
    return {"low": low, "high": high, "day": submission.sent_at.astimezone(work.programme.zone).date().isoformat()}
