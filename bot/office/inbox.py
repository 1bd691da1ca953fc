"""Conversations between persons and officials: whoever writes is told to the other side's chat, one official answers at
a time, and a talk ends when either side says so or nobody wrote for a working day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Literal

from bot.flows.values import Json
from bot.office.news import for_office, news, of
from bot.office.working_days import deadline
from storage import Store
from storage.events import Due
from storage.files import File
from storage.officials import Official
from storage.talks import Talk, TalkLine

MAY_ANSWER = ("admin", "official")
AGAIN = timedelta(minutes=10)  # all officials hear of a waiting talk no more often


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said is kept. `new`: it began a talk; `heard`: some official's chat can hear of it."""

    talk: Talk
    new: bool
    heard: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was done: no right to answer (`role`), no such open talk (`gone`), or another official has it (`taken`),
    by that name."""

    reason: Literal["role", "gone", "taken"]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Open:
    """An open talk as lists show it. `last`: the words said last, and when."""

    talk: Talk
    who: str
    official: str
    last: TalkLine


# -- the person ------------------------------------------------------------------------------------------------------


async def say(store: Store, person_id: int, text: str, file: str, now: datetime, zone: tzinfo) -> Said:
    """A line of the person: into their open talk, or into a new one. Who has the talk hears of it; nobody has it: all."""
    open_now = await store.talks.of_person(person_id)
    until = _quiet(now, zone)
    talk = open_now or await store.talks.open(person_id, now, until)
    if open_now is None:
        await store.events.add([Due(person_id, "talk_quiet", until, {"talk": talk.id})], now)
    line = TalkLine(talk.id, text, now, None, file or None)
    await store.talks.write(line, until)
    heard = await _tell(store, talk, line, new=open_now is None)
    return Said(talk, open_now is None, heard)


async def leave(store: Store, person_id: int, now: datetime, *, quiet: bool = False) -> bool:
    """The person ends their talk (`quiet`: it ended by itself); False if none was open."""
    talk = await store.talks.of_person(person_id)
    if talk is None or not await store.talks.close(talk.id, now):
        return False
    chat = await _chat_of(store, talk.official_id)
    if chat:
        data: dict[str, Json] = {"talk": talk.id, "who": await called(store, person_id), "quiet": quiet}
        data |= {"mentions": [person_id]}
        await store.events.add([for_office(Due(chat, "talk_left", now, data))], now)
    return True


async def end_quiet(store: Store, person_id: int, talk_id: int, now: datetime) -> bool | None:
    """Ends a talk in which nobody wrote for a working day: whether an official had answered. None while it lasts: then it
    is looked at again when its new end has come."""
    talk = await store.talks.get(talk_id)
    if talk is None or talk.person_id != person_id or talk.state != "open":
        return None
    if talk.ends_at > now:
        await store.events.add([Due(person_id, "talk_quiet", talk.ends_at, {"talk": talk_id})], now)
        return None
    lines = await store.talks.lines(talk_id, 1000)
    await leave(store, person_id, now, quiet=True)
    return any(line.official_id is not None for line in lines)


# -- the officials ---------------------------------------------------------------------------------------------------


async def take(store: Store, person_id: int, talk_id: int, now: datetime) -> Talk | Refused:
    """The official of that chat answers from now on; of two who take at once one has it. A talk held by somebody who can
    not answer any more is free."""
    official = await answering(store, person_id)
    talk = await store.talks.get(talk_id)
    if official is None:
        return Refused("role")
    if talk is None or talk.state != "open" or talk.person_id == person_id:
        return Refused("gone")
    if talk.official_id == official.id:
        return talk
    if talk.official_id and await _chat_of(store, talk.official_id):
        return Refused("taken", await _name(store, talk.official_id))
    if not await store.talks.take(talk_id, official.id, talk.official_id):
        return Refused("taken")
    await store.officials.note(official.id, "took", f"talk {talk_id}", now)
    return talk


async def answer(store: Store, person_id: int, line: TalkLine, zone: tzinfo) -> Talk | Refused:
    """A line of the official who has the talk; its person hears it where they were last heard."""
    official, talk = await _held(store, person_id, line.talk_id)
    if isinstance(talk, Refused):
        return talk
    await store.talks.write(replace(line, official_id=official), _quiet(line.at, zone))
    data: dict[str, Json] = {"text": line.text, "name": await _name(store, official)}
    data |= {"talk": talk.id, "file": line.file_id or ""}
    await store.events.add([Due(talk.person_id, "official_wrote", line.at, data)], line.at)
    return talk


async def end(store: Store, person_id: int, talk_id: int, now: datetime) -> Talk | Refused:
    """The official who has the talk ends it; its person is told."""
    official, talk = await _held(store, person_id, talk_id)
    if isinstance(talk, Refused):
        return talk
    await store.talks.close(talk_id, now)
    await store.officials.note(official, "ended", f"talk {talk_id}", now)
    data: dict[str, Json] = {"by": "official", "name": await _name(store, official)}
    await store.events.add([Due(talk.person_id, "talk_ended", now, data)], now)
    return talk


async def hand_back(store: Store, person_id: int, talk_id: int, now: datetime) -> Talk | Refused:
    """The official who has the talk gives it to all; the others are told that somebody waits."""
    official, talk = await _held(store, person_id, talk_id)
    if isinstance(talk, Refused):
        return talk
    await store.talks.hand_back(talk_id, official)
    lines = await store.talks.lines(talk_id, 1)
    await _tell_all(store, talk, lines[-1].text if lines else "", now, "again", but=person_id)
    return talk


async def release(store: Store, official_id: int, now: datetime) -> None:
    """The talks of somebody who answers no more wait for all."""
    for talk in await store.talks.open_ones():
        if talk.official_id == official_id and await store.talks.hand_back(talk.id, official_id):
            lines = await store.talks.lines(talk.id, 1)
            await _tell_all(store, talk, lines[-1].text if lines else "", now, "again")


async def listing(store: Store, limit: int = 8) -> tuple[list[Open], int]:
    """The open talks, those nobody has first; and how many there are."""
    talks = await store.talks.open_ones()
    names = {official.id: official.name for official in await store.officials.all()}
    found = []
    for talk in talks[:limit]:
        lines = await store.talks.lines(talk.id, 1)
        last = lines[-1] if lines else TalkLine(talk.id, "", talk.opened_at)
        found.append(Open(talk, await called(store, talk.person_id), names.get(talk.official_id or 0, ""), last))
    return found, len(talks)


async def answering(store: Store, person_id: int) -> Official | None:
    """The official whose chat that is, if they may answer."""
    official = (await store.officials.bound([person_id])).get(person_id)
    return official if official and official.role in MAY_ANSWER else None


async def called(store: Store, person_id: int) -> str:
    """Who somebody is, as officials read it: what they call themselves on their channel, and their organisations; "" if
    neither is known."""
    names = [address.name for address in await store.people.addresses(person_id) if address.name][:1]
    standing = await store.organisations.of_person(person_id)
    ids = [member.organisation_id for member in standing if member.state == "member"]
    there = await store.organisations.get(ids)
    return " – ".join([*names, *(there[one].name for one in ids)])


async def on_duty(store: Store, but: Collection[int] = ()) -> list[int]:
    """The chats of all who may answer."""
    chats = await store.officials.chats()
    may = (person for person, one in chats.items() if one.role in MAY_ANSWER and one.disabled_at is None)
    return sorted(person for person in may if person not in but)


# -- between them ----------------------------------------------------------------------------------------------------


async def file_of(store: Store, person_id: int, talk_id: Json, file_id: Json) -> File | None:
    """A file that was told in that talk, for its person and for the official who has it, as long as they may answer."""
    talk = await store.talks.get(talk_id) if isinstance(talk_id, int) else None
    file = await store.files.get(str(file_id))
    if talk is None or file is None or file.state != "ready" or not await store.talks.tells(talk.id, file.id):
        return None
    if talk.person_id == person_id:
        return file
    official = await answering(store, person_id)
    return file if official and official.id == talk.official_id else None


async def _tell(store: Store, talk: Talk, line: TalkLine, *, new: bool) -> bool:
    """Whoever is to hear of a person's line hears of it; whether there is anybody."""
    chat, now = await _chat_of(store, talk.official_id), line.at
    if chat:
        who = await called(store, talk.person_id)
        data: dict[str, Json] = {"talk": talk.id, "who": who, "text": line.text, "mentions": [talk.person_id]}
        data |= {"file": line.file_id or ""}
        await store.events.add([for_office(Due(chat, "person_wrote", now, data))], now)
        return True
    if talk.official_id:
        await store.talks.hand_back(talk.id, talk.official_id)
    elif talk.told_at and now - talk.told_at < AGAIN:
        return True
    return await _tell_all(store, talk, line.text, now, "new" if new else "still")


async def _tell_all(
    store: Store, talk: Talk, text: str, now: datetime, why: Literal["new", "still", "again"], but: int = 0
) -> bool:
    chats = await on_duty(store, (but, talk.person_id))
    if not chats:
        return False
    who, routes = await called(store, talk.person_id), [f"talk:{talk.id}"]
    rows = [news(chat, f"talk.waits_{why}", now, routes, who=who, number=talk.id, text=text) for chat in chats]
    await store.events.add([for_office(of(talk.person_id, row)) for row in rows], now)
    await store.talks.told(talk.id, now)
    return True


async def _held(store: Store, person_id: int, talk_id: int) -> tuple[int, Talk | Refused]:
    """The official of that chat, and the open talk if it is theirs."""
    official, talk = await answering(store, person_id), await store.talks.get(talk_id)
    if official is None:
        return 0, Refused("role")
    if talk is None or talk.state != "open":
        return official.id, Refused("gone")
    if talk.official_id != official.id:
        return official.id, Refused("taken", await _name(store, talk.official_id))
    return official.id, talk


async def _chat_of(store: Store, official_id: int | None) -> int | None:
    """The chat where an official was last heard; None if they cannot answer: disabled, not bound, or out of reach."""
    if official_id is None:
        return None
    chats = await store.officials.chats()
    own = [person for person, one in chats.items() if one.id == official_id and one.disabled_at is None]
    own = [person for person in own if chats[person].role in MAY_ANSWER]
    places = [place for person in own for place in (await store.people.addresses(person))[:1] if not place.unreachable]
    latest = max(places, key=lambda place: place.heard_at.timestamp() if place.heard_at else 0.0, default=None)
    return latest.id if latest else None


async def _name(store: Store, official_id: int | None) -> str:
    official = await store.officials.get(official_id) if official_id else None
    return official.name if official else ""


def _quiet(now: datetime, zone: tzinfo) -> datetime:
    """When a talk ends in which nobody writes any more: after a whole working day."""
    return deadline(now, 1, "working", zone)
