"""The one door in: updates of every channel and due events are heard in batches; a batch is one transaction, and only
after its commit is anything confirmed or shown."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.channel import CAPABILITIES, Address, Incoming, Kind, fit
from bot.effects import EFFECTS, Work
from bot.flood import Flood, Flooded
from bot.flows.engine import advance
from bot.flows.programme import Programme
from bot.flows.session import Session, from_json
from bot.flows.values import Effect, Event, Message
from bot.releases import Releases
from storage import Storage, StorageError, Store
from storage.events import Due
from storage.letters import Posting
from storage.people import Person

log = logging.getLogger(__name__)
MOST = 100  # updates in one batch; a getUpdates answer holds as many
ROUNDS = 4  # answers of effects that one turn may hear
Posted = Callable[[Collection[Address]], None]


@dataclass(slots=True)
class Heard:
    """What came of one update: everything said in all rounds. `new` is False for one that was heard before."""

    new: bool = True
    messages: list[Message] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    route: str = ""


@dataclass(slots=True)
class Batch:
    """The sessions of everyone in one batch, as they become."""

    work: Work
    sessions: dict[int, Session]
    letters: list[Posting] = field(default_factory=list)
    deferred: list[Due] = field(default_factory=list)
    posted: set[Address] = field(default_factory=set)


class Conversation:
    """`posted` is set by whoever wants to know which addresses have new letters, after the commit. `url`: where we are."""

    posted: Posted

    def __init__(
        self, storage: Storage, releases: Releases, clock: Callable[[], datetime], url: str, flood: int
    ) -> None:
        self.storage, self.releases, self.clock, self.url = storage, releases, clock, url
        self.posted = lambda addresses: None
        self.flood = Flood(flood)
        self._waiting: asyncio.Queue[tuple[Incoming, asyncio.Future[Heard]] | None] = asyncio.Queue()

    # -- the queue -----------------------------------------------------------------------------------------------

    async def hear(self, incoming: Incoming) -> Heard:
        """Resolves when the update and its answer are on disk; raises StorageError when nothing was kept, and Flooded
        when so much of this address waits already that it must come again later."""
        done: asyncio.Future[Heard] = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait((incoming, done))
        return await done

    def wake(self) -> None:
        """Hears events that are due, if any are."""
        self._waiting.put_nowait(None)

    async def run(self) -> None:
        """Hears for ever: what came while a transaction ran makes the next batch."""
        while True:
            taken = [await self._waiting.get()]
            while len(taken) < MOST and not self._waiting.empty():
                taken.append(self._waiting.get_nowait())
            await self._answer([item for item in taken if item])

    async def _answer(self, taken: Sequence[tuple[Incoming, asyncio.Future[Heard]]]) -> None:
        """Everyone waiting gets what came of their update, or the error."""
        try:
            results: Sequence[Heard | Exception] = await self.hear_batch([incoming for incoming, _ in taken])
        except Exception as error:  # noqa: BLE001  the loop goes on; each sender is told
            log.warning("a batch was not heard: %s", trace(error))
            results = [error] * len(taken)
        for (_, done), result in zip(taken, results, strict=True):
            if done.done():  # the sender went away; what was heard stays heard
                continue
            if isinstance(result, Exception):
                done.set_exception(result)
            else:
                done.set_result(result)

    # -- a batch -------------------------------------------------------------------------------------------------

    async def hear_batch(self, incoming: Sequence[Incoming]) -> list[Heard | Exception]:
        """Hears the updates in order, in one transaction; if that fails, one by one."""
        try:
            return list(await self._transaction(incoming))
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001  a fault of ours: find whose update it is
            log.warning("a batch of %d failed and is heard one by one: %s", len(incoming), trace(error))
        return [await self._alone(one) for one in incoming] if incoming else await self._due_alone()

    async def _alone(self, incoming: Incoming) -> Heard | Exception:
        try:
            return (await self._transaction([incoming]))[0]
        except StorageError as error:
            return error
        except Exception as error:  # noqa: BLE001  set aside, so that the rest go on
            return await self._set_aside(incoming, error)

    async def _set_aside(self, incoming: Incoming, error: Exception) -> Heard:
        """Keeps what could not be heard for inspection, and tells its sender politely."""
        log.error("an update was set aside: %s", trace(error))
        key = (incoming.address, incoming.receipt)
        raw = {"event": incoming.event.name, "data": dict(incoming.event.data)}
        async with self.storage.write() as store:
            await store.receipts.take([key], self.clock())
            await store.receipts.set_aside(key, raw, type(error).__name__, self.clock())
        told = replace(incoming, receipt=f"{incoming.receipt}:told", event=Event("set_aside", self.clock()))
        try:
            return (await self._transaction([told]))[0]
        except Exception as again:  # noqa: BLE001  even that: the update is kept, which is what matters
            log.warning("its sender could not be told: %s", trace(again))
            return Heard()

    async def _due_alone(self) -> list[Heard | Exception]:
        """A due event that cannot be heard is set aside too."""
        now = self.clock()
        async with self.storage.read() as store:
            rows = await store.events.due(now, MOST)
        for row in rows:
            try:
                await self._transaction([], only=row)
            except StorageError:
                raise
            except Exception as error:  # noqa: BLE001
                await self._set_due_aside(row, error)
        return []

    async def _set_due_aside(self, row: Due, error: Exception) -> None:
        log.error("a due event was set aside: %s", trace(error))
        key = (Address("due", "", str(row.person_id)), f"due:{row.id}")
        async with self.storage.write() as store:
            await store.receipts.set_aside(
                key, {"event": row.name, "data": dict(row.data)}, type(error).__name__, self.clock()
            )
            await store.events.done([row.id])

    async def _transaction(self, incoming: Sequence[Incoming], only: Due | None = None) -> list[Heard]:
        now = self.clock()
        async with self.storage.write() as store:
            fresh = await store.receipts.take([(one.address, one.receipt) for one in incoming], now)
            due = [only] if only else await store.events.due(now, MOST)
            names = {one.address: one.name for one in incoming if one.name}
            persons = await store.people.resolve([one.address for one in incoming], now, names)
            homes = {row.person_id: await _home(store, row.person_id, persons.values()) for row in due}
            batch = await self._open(store, now, {*homes, *(person.id for person in persons.values())})
            for row in due:
                await self._hear_due(batch, homes[row.person_id], row)
            heard = [await self._hear_one(batch, persons[one.address], one, fresh) for one in incoming]
            await self._close(batch, [row.id for row in due])
        self.posted(batch.posted)
        return heard

    async def _open(self, store: Store, now: datetime, person_ids: set[int]) -> Batch:
        states = await store.sessions.load(person_ids)
        sessions = {person: from_json(state) for person, state in states.items()}
        programme = await self.releases.programme(store, _pinned(sessions.values()))
        return Batch(Work(store, programme, now, self.url), sessions)

    async def _close(self, batch: Batch, done: Sequence[int]) -> None:
        store = batch.work.store
        await batch.work.flush()
        await store.sessions.keep({person: session.to_json() for person, session in batch.sessions.items()})
        if batch.letters:
            await store.letters.post(batch.letters, batch.work.now)
        await store.events.add(batch.deferred, batch.work.now)
        await store.events.done(done)

    async def _hear_one(
        self, batch: Batch, person: Person, incoming: Incoming, fresh: set[tuple[Address, str]]
    ) -> Heard:
        key = (incoming.address, incoming.receipt)
        if key not in fresh:
            return Heard(new=False)
        fresh.discard(key)  # twice in one batch is also once
        if person.id not in batch.sessions:
            batch.sessions[person.id] = _fresh(batch.work.programme, incoming.language or person.language)
        wait = self.flood.take(incoming.address, batch.work.now)
        if wait is None:
            return await self._advance(batch, person, incoming.event, "reply")
        data: dict[str, Any] = dict(incoming.event.data)
        batch.deferred.append(Due(person.id, incoming.event.name, wait.until, data))
        return await self._advance(batch, person, Event("slowed", batch.work.now), "reply") if wait.first else Heard()

    async def _hear_due(self, batch: Batch, home: Person | None, row: Due) -> None:
        if home is not None:
            event = Event(row.name, batch.work.now, row.data)
            await self._advance(batch, home, event, "reply" if row.name in FROM_PEOPLE else "notice")

    async def _advance(self, batch: Batch, person: Person, event: Event, kind: Kind) -> Heard:
        """One turn with the answers of its effects, at most ROUNDS of them."""
        heard = Heard()
        session = batch.sessions.get(person.id) or _fresh(batch.work.programme, person.language)
        events = [event]
        for round_ in range(len(events) + ROUNDS):
            if round_ >= len(events):
                break
            turn = advance(session, events[round_], batch.work.programme)
            session = turn.session
            heard.messages += turn.messages
            heard.effects += turn.effects
            heard.route = heard.route or turn.route
            events += await _run(batch.work, person, turn.effects)
        if len(events) > 1 + ROUNDS:
            raise RuntimeError(f"a turn went over {ROUNDS} rounds: {[one.name for one in events]}")
        heard.route = heard.route or "answer"
        batch.sessions[person.id] = session
        self._post(batch, person, heard.messages, kind)
        return heard

    def _post(self, batch: Batch, person: Person, messages: Iterable[Message], kind: Kind) -> None:
        channel = person.address.channel
        parts = [part for message in messages for part in fit(message, CAPABILITIES[channel])]
        batch.letters += [Posting(person.address_id, channel, kind, part) for part in parts]
        if parts:
            batch.posted.add(person.address)


FROM_PEOPLE = ("said", "tapped", "started", "located", "shared", "file_ready", "file_refused", "unreadable")


async def _run(work: Work, person: Person, effects: Iterable[Effect]) -> list[Event]:
    answers = [await EFFECTS[effect.name](work, person, effect.data) for effect in effects]
    return [answer for answer in answers if answer]


async def _home(store: Store, person_id: int, known: Iterable[Person]) -> Person | None:
    """Where a person hears what they did not ask for: the address they were last heard on."""
    here = next((person for person in known if person.id == person_id), None)
    return here or next(iter(await store.people.addresses(person_id)), None)


def _fresh(programme: Programme, language: str) -> Session:
    return Session(language=language if language in programme.languages else programme.languages[0])


def trace(error: BaseException) -> str:
    """Where it happened, without the exception's own message, which can hold people's words."""
    return f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}"


def _pinned(sessions: Iterable[Session]) -> set[str]:
    """The releases that forms in progress need."""
    drafts = [session.draft for session in sessions if session.draft]
    paused = [paused for session in sessions for paused in session.paused]
    return {draft.release for draft in drafts} | {one.release for one in paused}


__all__ = ["Conversation", "Flooded", "Heard"]
