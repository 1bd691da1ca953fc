"""What effects work on: the batch's store, content and moment; and how their data is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.flows.programme import Programme
from bot.flows.values import Json
from storage import Store
from storage.consents import Consent
from storage.people import Person
from storage.submissions import Submission

Data = Mapping[str, Json]


@dataclass(slots=True)
class Work:
    """One batch while it is heard. Written together: `kept` (answers, by person and run), `dropped` (persons and runs) and
    `consents`. `announced`: letters went to an audience. `url`: where we are."""

    store: Store
    programme: Programme
    now: datetime
    url: str
    kept: dict[tuple[int, int], Submission] = field(default_factory=dict)
    dropped: list[tuple[int, int]] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
    announced: bool = False

    async def flush(self) -> None:
        await self.store.submissions.keep(list(self.kept.values()))
        await self.store.submissions.drop(self.dropped)
        await self.store.consents.record(self.consents)
        self.kept.clear()
        self.dropped.clear()
        self.consents.clear()


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


def number(value: Json) -> int | None:
    """An id in an effect's data; None where there is none."""
    return value if isinstance(value, int) and value else None


def mapping(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}
