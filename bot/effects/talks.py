"""Talking with officials: a person's lines to whoever answers, and the officials' own commands in chat."""

from __future__ import annotations

from datetime import timedelta

from bot.effects.work import Data, Work, number
from bot.flows.values import Event, Json
from bot.office import downloads, inbox
from bot.office.working_days import is_open, local, opens_at
from storage.people import Person
from storage.talks import Talk, TalkLine


async def look_at_hours(work: Work, person: Person, data: Data) -> Event | None:
    """→ office_closed {opens}, outside office hours; nothing while officials are there, or where no hours are known."""
    hours, zone = work.programme.office_hours, work.programme.zone
    if hours is None or is_open(work.now, hours, zone):
        return None
    return Event("office_closed", work.now, {"opens": local(opens_at(work.now, hours, zone), work.programme)})


async def say_to_official(work: Work, person: Person, data: Data) -> Event | None:
    """{text, file} → talk_opened {heard}, for the line that began a talk."""
    file = await _own_file(work, person, data)
    said = await inbox.say(work.store, person.id, str(data["text"]), file, work.now, work.programme.zone)
    work.told = True
    return Event("talk_opened", work.now, {"heard": said.heard}) if said.new else None


async def _own_file(work: Work, person: Person, data: Data) -> str:
    file = await work.store.files.get(str(data.get("file") or ""))
    return file.id if file and file.person_id == person.id else ""


async def offer_told(work: Work, person: Person, data: Data) -> Event | None:
    """{talk, file} → told_offered {name, url, hours}: a link to what the other side sent; nothing if it is gone."""
    file = await inbox.file_of(work.store, person.id, data["talk"], data["file"])
    if file is None:
        return None
    about: dict[str, Json] = {"name": file.name, "url": await _link(work, person, _talk(data), file.id)}
    return Event("told_offered", work.now, about | {"hours": downloads.SHORT // timedelta(hours=1)})


async def _link(work: Work, person: Person, talk: int, file: str | None) -> str:
    if not file:
        return ""
    about: dict[str, Json] = {"talk": talk, "file": file}
    return work.url + await downloads.offer(work.store, person.id, "told", about, work.now, downloads.SHORT)


async def leave_talk(work: Work, person: Person, data: Data) -> None:
    """{}: the person is done."""
    work.told = await inbox.leave(work.store, person.id, work.now) or work.told


async def step_out(work: Work, person: Person, data: Data) -> Event:
    """{greets} → stepped_out {ended, greets}: a talk that an official has is over, one that waits for an official goes on
    waiting."""
    talk = await work.store.talks.of_person(person.id)
    ended = talk is None or talk.official_id is not None
    if ended:
        await leave_talk(work, person, data)
    return Event("stepped_out", work.now, {"ended": ended, "greets": data["greets"]})


async def end_quiet_talk(work: Work, person: Person, data: Data) -> Event | None:
    """{talk} → talk_ended {by, name, answered}, if nobody wrote for a working day."""
    answered = await inbox.end_quiet(work.store, person.id, _talk(data), work.now)
    if answered is None:
        return None
    return Event("talk_ended", work.now, {"by": "time" if answered else "nobody", "name": ""})


async def take_talk(work: Work, person: Person, data: Data) -> Event:
    """{talk} → talk_taken {talk, who, lines: [{who, text, at, url}]} or talk_refused {talk, reason, name}."""
    talk = await inbox.take(work.store, person.id, _talk(data), work.now)
    if isinstance(talk, inbox.Refused):
        return _refused(work, data, talk)
    names = {official.id: official.name for official in await work.store.officials.all()}
    who = await inbox.called(work.store, talk.person_id)
    lines: list[Json] = [
        {
            "who": names.get(line.official_id, "") if line.official_id else who,
            "text": line.text,
            "at": local(line.at, work.programme),
            "url": await _link(work, person, talk.id, line.file_id),
        }
        for line in await work.store.talks.lines(talk.id)
    ]
    about: dict[str, Json] = {"talk": talk.id, "who": who, "mentions": [talk.person_id]}
    return Event("talk_taken", work.now, {**about, "lines": lines})


async def answer_person(work: Work, person: Person, data: Data) -> Event | None:
    """{talk, text, file} → nothing, person_unreachable {}, or talk_refused {talk, reason, name}."""
    file = await _own_file(work, person, data)
    line = TalkLine(_talk(data), str(data["text"]), work.now, None, file or None)
    talk = await inbox.answer(work.store, person.id, line, work.programme.zone)
    if isinstance(talk, inbox.Refused):
        return _refused(work, data, talk)
    work.told = True
    where = (await work.store.people.addresses(talk.person_id))[:1]
    return Event("person_unreachable", work.now) if where and where[0].unreachable else None


async def end_talk(work: Work, person: Person, data: Data) -> Event:
    """{talk} → talk_over {talk, who} or talk_refused {talk, reason, name}."""
    return await _let_go(work, data, await inbox.end(work.store, person.id, _talk(data), work.now), "talk_over")


async def hand_back_talk(work: Work, person: Person, data: Data) -> Event:
    """{talk} → talk_handed_back {talk, who} or talk_refused {talk, reason, name}."""
    talk = await inbox.hand_back(work.store, person.id, _talk(data), work.now)
    return await _let_go(work, data, talk, "talk_handed_back")


async def list_talks(work: Work, person: Person, data: Data) -> Event:
    """→ talks_listed {talks: [{talk, who, official, text, at}], more} or talk_refused {talk, reason, name}."""
    if await inbox.answering(work.store, person.id) is None:
        return _refused(work, {"talk": 0}, inbox.Refused("role"))
    found, count = await inbox.listing(work.store)
    talks: list[Json] = [
        {
            "talk": one.talk.id,
            "who": one.who,
            "official": one.official,
            "text": one.last.text,
            "at": local(one.last.at, work.programme),
        }
        for one in found
    ]
    about: list[Json] = [one.talk.person_id for one in found]
    return Event("talks_listed", work.now, {"talks": talks, "more": count - len(talks), "mentions": about})


async def _let_go(work: Work, data: Data, talk: Talk | inbox.Refused, name: str) -> Event:
    if isinstance(talk, inbox.Refused):
        return _refused(work, data, talk)
    work.told = True
    who = await inbox.called(work.store, talk.person_id)
    return Event(name, work.now, {"talk": talk.id, "who": who, "mentions": [talk.person_id]})


def _refused(work: Work, data: Data, why: inbox.Refused) -> Event:
    return Event("talk_refused", work.now, {"talk": data["talk"], "reason": why.reason, "name": why.name})


def _talk(data: Data) -> int:
    return number(data["talk"]) or 0
