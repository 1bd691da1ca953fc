"""One transaction of hearing: the sessions of everyone in it, as they become, and what is gathered for its end."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.channel import CAPABILITIES, Address, Incoming, Kind, fit
from bot.effects import EFFECTS, Work
from bot.flood import Flood, Slots
from bot.flows.engine import advance
from bot.flows.programme import Programme
from bot.flows.session import Session
from bot.flows.values import Effect, Event, Message
from bot.office import inbox
from storage import Store
from storage.events import Due
from storage.letters import Posting
from storage.mentions import named
from storage.people import Person

ROUNDS = 4  # answers of effects that one turn may hear
HELD = "held"  # a due event that is somebody's own update, slowed: {channel, account, id, event, data}
FROM_PEOPLE = (
    "said", "tapped", "started", "located", "shared", "file_sent", "file_ready", "file_refused", "unreadable",
)  # fmt: skip


@dataclass(slots=True)
class Heard:
    """What came of one update: everything said in all rounds. `new` is False for one that was heard before."""

    new: bool = True
    messages: list[Message] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    route: str = ""


@dataclass(slots=True)
class Batch:
    """`fresh`: the receipts not heard before, each struck out once it is. `slots`: what it takes of the pace."""

    work: Work
    sessions: dict[int, Session]
    flood: Flood
    fresh: set[tuple[Address, str]] = field(default_factory=set)
    letters: list[tuple[Person, Posting]] = field(default_factory=list)
    held: list[Due] = field(default_factory=list)
    slots: Slots = field(default_factory=dict)
    posted: set[Address] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.work.sessions = self.sessions

    async def hear(self, person: Person, incoming: Incoming) -> Heard:
        """An update of theirs; one too many in a minute is held back."""
        key = (incoming.address, incoming.receipt)
        if key not in self.fresh:
            return Heard(new=False)
        self.fresh.discard(key)  # twice in one batch is also once
        person = self._today(person)
        self._meet(person, incoming.language)
        wait = self.flood.take(incoming.address, self.work.now, self.slots)
        if wait is None:
            return await self.advance(person, incoming.event, "reply")
        self.held.append(Due(person.id, HELD, wait.until, _held(incoming)))
        return await self.advance(person, Event("slowed", self.work.now), "reply") if wait.first else Heard()

    async def hear_due(self, person: Person, row: Due) -> Heard:
        """An event whose time has come: their own, held back, or something that nobody of them asked for."""
        if row.data.get("office") and await inbox.answering(self.work.store, person.id) is None:
            return Heard(new=False)  # theirs no more
        event = held_event(row, self.work.now) if row.name == HELD else Event(row.name, self.work.now, row.data)
        return await self.advance(person, event, "reply" if event.name in FROM_PEOPLE else "notice")

    def say(self, person: Person, text_id: str) -> Heard:
        """A text by itself, whatever the state of their session."""
        programme = self.work.programme
        message = Message(programme.render(text_id, person.language or programme.languages[0], {}))
        self.post(person, [message], "reply")
        return Heard(messages=[message], route="again")

    async def advance(self, person: Person, event: Event, kind: Kind) -> Heard:
        """One turn with the answers of its effects, at most ROUNDS of them."""
        heard = Heard()
        person = self._today(person)
        session = self._meet(person)
        events, others = [event], set[int]()
        for each in events:  # grows while it is read
            others |= _of_others(session, each)
            turn = advance(session, each, self.work.programme)
            session = self.sessions[person.id] = turn.session
            heard.messages += turn.messages
            heard.effects += turn.effects
            heard.route = heard.route or turn.route
            events += await _run(self.work, person, turn.effects)
            if self.work.erased or self.work.moved:
                person = self._let_go(person)
                session = self.sessions[person.id]
            if len(events) > 1 + ROUNDS:
                raise RuntimeError(f"a turn went over {ROUNDS} rounds: {[one.name for one in events]}")
        heard.route = heard.route or "answer"
        self.post(person, heard.messages, kind, others)
        while self.work.also:
            elsewhere, message = self.work.also.pop()
            self.post(elsewhere, [message], "notice")
        return heard

    def _today(self, person: Person) -> Person:
        """The person as this batch knows them by now: one of two chats that became one is the other's."""
        now_is = self.work.now_is(person.id) if self.work.moved else person.id
        return person if now_is == person.id else replace(person, id=now_is)

    def _let_go(self, person: Person) -> Person:
        """After an effect that erased somebody, or made them another: what this batch had to say to them, or held back for
        later, would bring back what is gone."""
        gone = self.work.erased
        self.letters = [one for one in self.letters if one[0].id not in gone and gone.isdisjoint(one[1].mentions)]
        self.held = [one for one in self.held if one.person_id not in gone]
        gone.clear()
        return self._today(person)

    def post(self, person: Person, messages: Iterable[Message], kind: Kind, others: Collection[int] = ()) -> None:
        """The messages as letters, as that channel can show them. `others`: whose words or name stand in them."""
        about = tuple(sorted(one for one in map(self.work.now_is, others) if one != person.id))
        channel = person.address.channel
        parts = [part for message in messages for part in fit(message, CAPABILITIES[channel])]
        self.letters += [(person, Posting(person.address_id, channel, kind, part, mentions=about)) for part in parts]
        if parts:
            self.posted.add(person.address)

    async def close(self, done: Sequence[int]) -> None:
        """Writes all that was gathered but the letters; these due events are heard."""
        store, now = self.work.store, self.work.now
        await self.work.flush()
        await store.sessions.keep({person: session.to_json() for person, session in self.sessions.items()})
        held = [replace(one, person_id=self.work.now_is(one.person_id)) for one in self.held]
        await store.events.add(held, now)
        await store.events.done(done)

    def _meet(self, person: Person, language: str = "") -> Session:
        session = self.sessions.get(person.id)
        if session is None:
            session = self.sessions[person.id] = _fresh(self.work.programme, language or person.language)
        return session


def held_address(row: Due) -> Address | None:
    """Where an update came from that was held back."""
    data = row.data
    return Address(str(data["channel"]), str(data["account"]), str(data["id"])) if row.name == HELD else None


def held_event(row: Due, now: datetime) -> Event:
    """The update that was held back, as it came."""
    data = row.data["data"]
    return Event(str(row.data["event"]), now, data if isinstance(data, Mapping) else {})


async def homes(store: Store, rows: Sequence[Due], known: Collection[Person]) -> dict[int, Person]:
    """Due event → its person where they shall hear of it: where they said it, else where they were last heard."""
    said_at = {row.id: address for row in rows if (address := held_address(row))}
    there = await store.people.find(list(said_at.values())) if said_at else {}
    found = {event: there[address] for event, address in said_at.items() if address in there}
    here = {person.id: person for person in known}
    for row in rows:
        if row.id not in found and (person := here.get(row.person_id) or await _last_heard(store, row.person_id)):
            found[row.id] = person
    return found


async def _last_heard(store: Store, person_id: int) -> Person | None:
    return next(iter(await store.people.addresses(person_id)), None)


def _of_others(session: Session, event: Event) -> set[int]:
    """Of whom an event, or what is on the screen, speaks."""
    waiting = named(session.waiting.data) if session.waiting else ()
    return {*waiting, *named(event.data)}


async def _run(work: Work, person: Person, effects: Iterable[Effect]) -> list[Event]:
    answers = [await EFFECTS[effect.name](work, person, effect.data) for effect in effects]
    return [answer for answer in answers if answer]


def _held(incoming: Incoming) -> dict[str, Any]:
    address, event = incoming.address, incoming.event
    where = {"channel": address.channel, "account": address.account, "id": address.id}
    return {**where, "event": event.name, "data": dict(event.data)}


def _fresh(programme: Programme, language: str) -> Session:
    return Session(language=language if language in programme.languages else programme.languages[0])
