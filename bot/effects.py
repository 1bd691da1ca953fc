"""What a turn may ask of the store: one short function each, inside hear's transaction. An effect may answer with an
event, which the same person's session hears at once. Plain writes are gathered and written with the batch."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from bot.flows.programme import Programme
from bot.flows.values import Event, Json, Message
from bot.office import broadcasts, officials
from storage import Store
from storage.consents import Consent
from storage.files import File
from storage.people import Person
from storage.submissions import Submission

UPLOAD_MINUTES = 30
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


async def keep_answers(work: Work, person: Person, data: Data) -> None:
    """{run, form, release, answers}: the answers so far."""
    work.kept[person.id, _run(data)] = _submission(work, person, data)


async def drop_submission(work: Work, person: Person, data: Data) -> None:
    """{run}: the person gave the form up."""
    work.kept.pop((person.id, _run(data)), None)
    work.dropped.append((person.id, _run(data)))


async def load_draft(work: Work, person: Person, data: Data) -> Event:
    """{run} → draft_loaded {run, answers}: the answers of a form put aside (none if it was never begun)."""
    kept = work.kept.get((person.id, _run(data))) or await work.store.submissions.load(person.id, _run(data))
    return Event("draft_loaded", work.now, {"run": _run(data), "answers": dict(kept.answers) if kept else {}})


async def submit_form(work: Work, person: Person, data: Data) -> Event:
    """{run, form, release, answers, computed} → form_submitted {number}."""
    work.kept.pop((person.id, _run(data)), None)
    number = await work.store.submissions.send(_submission(work, person, data), work.now)
    return Event("form_submitted", work.now, {"number": number})


async def record_consent(work: Work, person: Person, data: Data) -> None:
    """{purpose, granted, text}: a decision, with the very words it was about."""
    purpose, granted, text = str(data["purpose"]), bool(data["granted"]), str(data["text"])
    work.consents.append(Consent(person.id, purpose, granted, text, person.address.channel, work.now))


async def offer_upload(work: Work, person: Person, data: Data) -> Event | None:
    """{run, question} → upload_offered {url, minutes}, on channels whose client does not upload by itself."""
    if person.address.channel in ("web", "terminal"):
        return None
    token, until = token_urlsafe(32), work.now + timedelta(minutes=UPLOAD_MINUTES)
    asked: dict[str, Json] = {"run": data["run"], "question": data["question"], "address": person.address_id}
    await work.store.tokens.issue("upload", token, until, person_id=person.id, data=asked)
    return Event("upload_offered", work.now, {"url": f"{work.url}/upload/{token}", "minutes": UPLOAD_MINUTES})


async def receive_file(work: Work, person: Person, data: Data) -> None:
    """{name, source}: a file to be fetched once this turn is committed (bot/receiving.py)."""
    name, source = str(data["name"]), _mapping(data["source"])
    await work.store.files.receive(File(token_urlsafe(18), person.id, name, work.now, source=source))


async def bind_official(work: Work, person: Person, data: Data) -> Event:
    """{code} → official_bound {name, role} or official_unknown {}."""
    official = await officials.bind(work.store, person.id, str(data["code"]), work.now)
    if official is None:
        return Event("official_unknown", work.now)
    return Event("official_bound", work.now, {"name": official.name, "role": official.role})


async def count_audience(work: Work, person: Person, data: Data) -> Event:
    """{purpose} → audience_counted {count}."""
    await work.flush()
    count = await broadcasts.audience_count(work.store, str(data["purpose"]))
    return Event("audience_counted", work.now, {"count": count})


async def announce(work: Work, person: Person, data: Data) -> Event:
    """{text, key, purpose} → announced {count} or announce_refused {reason}."""
    text, key, purpose = str(data["text"]), f"{person.id}.{data['key']}", str(data["purpose"])
    body = Message(work.programme.render("announcement.body", work.programme.languages[0], {"text": text}))
    await work.flush()
    done = await broadcasts.announce(work.store, person.id, key, purpose, body, work.now)
    if isinstance(done, broadcasts.Refused):
        return Event("announce_refused", work.now, {"reason": done.reason})
    work.announced = True
    return Event("announced", work.now, {"count": done.count})


async def speak(work: Work, person: Person, data: Data) -> None:
    """{language}: the person chose it, for every channel and for what they are sent unasked."""
    await work.store.people.speak(person.id, str(data["language"]))


EFFECTS: dict[str, Callable[[Work, Person, Data], Awaitable[Event | None]]] = {
    "keep_answers": keep_answers,
    "drop_submission": drop_submission,
    "load_draft": load_draft,
    "submit_form": submit_form,
    "record_consent": record_consent,
    "offer_upload": offer_upload,
    "receive_file": receive_file,
    "bind_official": bind_official,
    "count_audience": count_audience,
    "announce": announce,
    "speak": speak,
}


def _run(data: Data) -> int:
    run = data["run"]
    assert isinstance(run, int)
    return run


def _submission(work: Work, person: Person, data: Data) -> Submission:
    answers: Any = {**_mapping(data["answers"]), **_mapping(data.get("computed"))}
    channel = person.address.channel
    return Submission(
        person.id, _run(data), str(data["form"]), str(data["release"]), answers, channel, work.now, work.now
    )


def _mapping(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}
