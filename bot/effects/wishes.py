"""What people wish about their own data: to see, correct, get or delete it, and to hear no more."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from bot.effects.work import Data, Work
from bot.flows.programme import Programme
from bot.flows.values import Event, Json
from bot.office import downloads, erasing, requests
from bot.office.working_days import local
from storage.people import Person
from storage.requests import Request, State

LISTED = ("addresses", "person", "organisations", "submissions", "cases", "attendees", "consents", "requests")
COUNTED = ("talks", "files", "letters")
WANTED: dict[str, tuple[str, ...]] = {  # of each row, what is shown
    "addresses": ("channel", "name"),
    "organisations": ("name", "state"),
    "submissions": ("form", "release", "state", "at"),
    "cases": ("number", "support", "stage", "closed_at"),
    "attendees": ("title", "starts_at", "state"),
    "consents": ("purpose", "granted", "channel", "at"),
    "requests": ("number", "kind", "state", "at", "due_at"),
}


async def show_my_data(work: Work, person: Person, data: Data) -> Event:
    """{page} → my_data_shown {page, profile, counts, and rows of each noun}: what is held about the person."""
    await work.flush()
    held = await work.store.belongings.held(person.id, LISTED)
    for row in held["submissions"]:
        row["at"] = row["sent_at"] or row["answered_at"]
    rows: dict[str, Json] = {name: [_row(work, row, wanted) for row in held[name]] for name, wanted in WANTED.items()}
    counts: dict[str, Json] = dict(await work.store.belongings.counts(person.id, COUNTED))
    profile = held["person"][0]["profile"]
    return Event("my_data_shown", work.now, {"page": data["page"], "profile": profile, "counts": counts, **rows})


def _row(work: Work, row: dict[str, Any], wanted: tuple[str, ...]) -> dict[str, Json]:
    return {name: local(row[name], work.programme) if hasattr(row[name], "tzinfo") else row[name] for name in wanted}


async def find_my_profile(work: Work, person: Person, data: Data) -> Event:
    """{} → profile_found {profile, sent}: what can be corrected at once, and how many forms were sent."""
    await work.flush()
    profile = await work.store.people.told(person.id)
    sent = len(await work.store.erasing.sent(person.id))
    return Event("profile_found", work.now, {"profile": profile, "sent": sent})


async def correct_profile(work: Work, person: Person, data: Data) -> Event:
    """{name, value} → corrected {number, name}: at once, for every form to come."""
    told = await work.store.people.told(person.id)
    name = str(data["name"])
    await work.store.people.tell(person.id, told | {name: data["value"]})
    one = await requests.note(work.store, work.programme, person.id, "correct", work.now, what=name)
    return Event("corrected", work.now, {"number": one.number, "name": name})


async def ask_correction(work: Work, person: Person, data: Data) -> Event:
    """{text} → wish_noted: something already sent is an official's to correct."""
    return await _noted(work, await requests.note(
        work.store, work.programme, person.id, "correct", work.now, "open", words=data["text"]
    ), {})  # fmt: skip


async def note_wish(work: Work, person: Person, data: Data) -> Event:
    """{kind: stop | withdraw, purpose} → wish_noted {number, kind, purpose, open, until, cases, classes}. Taken back with
    something sent under it, officials (and whoever they shared it with) have to stop too: an open request."""
    await work.flush()
    kind, purpose = data["kind"], str(data["purpose"])
    if purpose == "announcements":
        await work.store.belongings.stop(person.id)
        one = await requests.note(work.store, work.programme, person.id, "stop", work.now)
    else:
        sent = await work.store.erasing.sent(person.id)
        state: State = "open" if sent else "done"
        one = await requests.note(work.store, work.programme, person.id, "withdraw", work.now, state, purpose=purpose)
    ties = await work.store.belongings.ties(person.id, work.now)
    about: dict[str, Json] = {
        "purpose": purpose,
        "cases": [*ties.cases],
        "classes": [title for title, _ in ties.classes],
    }
    return await _noted(work, one, about | {"had": data.get("had"), "kind": kind})


async def _noted(work: Work, one: Request, about: dict[str, Json]) -> Event:
    values: dict[str, Json] = {"number": one.number, "kind": one.kind, "open": one.state == "open"}
    return Event("wish_noted", work.now, values | {"until": local(one.due_at, work.programme)} | about)


async def export_my_data(work: Work, person: Person, data: Data) -> Event:
    """{} → data_exported {number, url, days}: a copy of everything, by a link."""
    await work.flush()
    one = await requests.note(work.store, work.programme, person.id, "export", work.now)
    path = await downloads.offer(work.store, person.id, "export", {}, work.now)
    about: dict[str, Json] = {"number": one.number, "url": work.url + path, "days": downloads.KEPT.days}
    return Event("data_exported", work.now, about)


async def weigh_deletion(work: Work, person: Person, data: Data) -> Event:
    """{} → deletion_weighed {cases, classes, closed, sent}: what would stay, and why."""
    await work.flush()
    ties = await work.store.belongings.ties(person.id, work.now)
    classes: list[Json] = [title for title, _ in ties.classes]
    sent = sum(
        not one.has_case for one in await work.store.erasing.sent(person.id)
    )  # those of cases are told with them
    kept: dict[str, Json] = {"cases": [*ties.cases], "classes": classes, "closed": [*ties.closed], "sent": sent}
    return Event("deletion_weighed", work.now, kept)


async def _as_sent(work: Work, person_id: int) -> Programme:
    """The content with the releases of what they sent, which say what of it is personal."""
    releases = {one.release for one in await work.store.erasing.sent(person_id)}
    if work.pin and releases:
        with suppress(LookupError):  # one that cannot be read any more
            return await work.pin(releases)
    return work.programme


async def delete_data(work: Work, person: Person, data: Data) -> Event:
    """{} → data_deleted {number, until, cases, classes, closed}: done at once; what is bound goes when nothing binds it, and an
    official answers for it by `until`."""
    await work.flush()
    work.erased.add(person.id)
    work.told = True  # who had their words on the screen
    programme = await _as_sent(work, person.id)
    ties = await erasing.erase(work.store, programme, person.id, person.address.channel, work.now)
    state: State = "waiting" if ties.bind else "done"
    owner = person.id if ties.bind else None
    one = await requests.note(work.store, work.programme, owner, "delete", work.now, state)
    until = local(one.due_at, work.programme) if ties.bind else ""
    kept: dict[str, Json] = {"cases": [*ties.cases], "classes": [title for title, _ in ties.classes]}
    return Event("data_deleted", work.now, {"number": one.number, "until": until, **kept, "closed": [*ties.closed]})
