"""What effects work on: the batch's store, content and moment; and how their data is read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.flows.programme import Programme
from bot.flows.session import Session
from bot.flows.values import Json, Message
from bot.office import duty
from storage import Store
from storage.consents import Consent
from storage.people import Person
from storage.submissions import Submission

Data = Mapping[str, Json]


@dataclass(slots=True)
class Work:
    """One batch while it is heard. Written together: `kept` (answers, by person and run), `dropped` (persons and runs) and
    `consents`. `announced`: letters went to an audience; `told`: somebody else has news, to be heard at once. `url`: where
    we are. `sessions`: of those in the batch, as they are now; `moved`: persons who are another one from here on; `erased`:
    those whose data went; `also`: what is said to somebody at another of their addresses. `pin`: the content with those releases, for a session that joins."""

    store: Store
    programme: Programme
    now: datetime
    url: str
    kept: dict[tuple[int, int], Submission] = field(default_factory=dict)
    dropped: list[tuple[int, int]] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
    announced: bool = False
    told: bool = False
    sessions: dict[int, Session] = field(default_factory=dict)
    moved: dict[int, int] = field(default_factory=dict)
    erased: set[int] = field(default_factory=set)
    also: list[tuple[Person, Message]] = field(default_factory=list)
    pin: Callable[[Collection[str]], Awaitable[Programme]] | None = None

    async def flush(self) -> None:
        await self.store.submissions.keep(list(self.kept.values()))
        await self.store.submissions.drop(self.dropped)
        await self.store.consents.record(self.consents)
        self.kept.clear()
        self.dropped.clear()
        self.consents.clear()

    def now_is(self, person_id: int) -> int:
        """Who that person is by now."""
        while person_id in self.moved:
            person_id = self.moved[person_id]
        return person_id


def run_of(data: Data) -> int:
    run = data["run"]
    assert isinstance(run, int)
    return run


def submission_of(work: Work, person: Person, data: Data) -> Submission:
    answers: Any = {**mapping(data["answers"]), **mapping(data.get("computed"))}
    return Submission(
        person.id,
        run_of(data),
        str(data["form"]),
        str(data["release"]),
        answers,
        person.address.channel,
        work.now,
        work.now,
        organisation_id=number(data.get("organisation")),
        subject=str(data.get("subject", "")),
    )


async def sent(work: Work, person: Person, data: Data, organisation: int | None) -> int:
    """The answers are sent for that organisation; the submission's number."""
    work.kept.pop((person.id, run_of(data)), None)
    submission = replace(submission_of(work, person, data), organisation_id=organisation)
    return await work.store.submissions.send(submission, work.now)


def number(value: Json) -> int | None:
    """An id in an effect's data; None where there is none."""
    return value if isinstance(value, int) and value else None


def mapping(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


async def told_on_duty(work: Work, person: Person, kind: duty.Kind) -> None:
    """Officials hear that something new of that kind waits."""
    await duty.waits(work.store, kind, work.now, but=[person.id])
    work.told = True
