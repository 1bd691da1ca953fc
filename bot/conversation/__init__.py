"""The one door in: updates of every channel and due events are heard in batches; a batch is one transaction, and only
after its commit is anything confirmed or shown."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import partial

from bot.channel import Address, Incoming
from bot.conversation.batch import HELD, Batch, Heard, held_address, held_event, homes
from bot.effects import Work
from bot.flood import LONGEST, WINDOW, Flood, Flooded
from bot.flows.engine import advance
from bot.flows.session import Session, from_json
from bot.flows.values import Event
from bot.releases import Releases
from storage import Collided, Storage, StorageError, Store
from storage.events import Due
from storage.letters import Posting
from storage.people import Person

log = logging.getLogger(__name__)
TRIES = 5  # of a transaction that stands in another process's way
MOST = 100  # updates in one batch; a getUpdates answer holds as many
RECALLED = 100_000  # held updates looked at after a restart
Posted = Callable[[Collection[Address] | None], None]  # None: to whom is not told one by one
Post = Callable[[Store, Sequence[tuple[Person, Posting]], datetime], Awaitable[Callable[[], object]]]
Waiter = tuple[Incoming, asyncio.Future[Heard]]


class Conversation:
    """Whoever wants to know sets `posted` (these addresses, or None: any, have new letters) and `held` (there are new due events);
    both are called after the commit. `post` puts a batch's letters into its transaction; what it returns is called after the
    commit. `url`: where we are."""

    posted: Posted
    held: Callable[[], object]
    post: Post

    def __init__(
        self, storage: Storage, releases: Releases, clock: Callable[[], datetime], url: str, flood: int
    ) -> None:
        self.storage, self.releases, self.clock, self.url = storage, releases, clock, url
        self.posted = lambda addresses: None
        self.held = lambda: None
        self.post = post
        self.flood = Flood(flood)
        self._recalled = not flood
        self._waiting: asyncio.Queue[Waiter | None] = asyncio.Queue()

    # -- the queue -----------------------------------------------------------------------------------------------

    def hear(self, incoming: Incoming) -> asyncio.Future[Heard]:
        """Done when the update and its answer are on disk; StorageError when nothing was kept, and Flooded when so much of
        this address waits already that it must come again later."""
        done: asyncio.Future[Heard] = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait((incoming, done))
        return done

    def may_come(self, address: Address) -> bool:
        """Whether what comes now from there would be heard now: asked before taking in much, such as a file."""
        return self.flood.free(address, self.clock())

    async def awaits_file(self, address: Address) -> bool:
        """Whether a file from there would be an answer; changes nothing. The engine is asked, in a turn that nobody sees."""
        async with self.storage.read() as store:
            person = (await store.people.find([address])).get(address)
            states = await store.sessions.load([person.id]) if person else {}
            if not states:
                return False
            (session,) = map(from_json, states.values())
            programme = await self.releases.programme(store, _pinned([session]))
        turn = advance(session, Event("file_sent", self.clock(), {"name": "", "source": {}}), programme)
        return any(effect.name == "receive_file" for effect in turn.effects)

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

    async def _answer(self, taken: Sequence[Waiter]) -> None:
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
        """Hears the updates in order, in one transaction; if that fails, one by one. StorageError: nothing was kept."""
        try:
            return await self._transaction(incoming)
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001  a fault of ours: find whose update it is
            log.warning("a batch of %d failed and is heard one by one: %s", len(incoming), trace(error))
        await self._due_alone()
        return [await self._alone(one) for one in incoming]

    async def _transaction(
        self, incoming: Sequence[Incoming], due: Sequence[Due] | None = None
    ) -> list[Heard | Exception]:
        """One that stood in another process's way was undone so that the other could go on, and begins again."""
        for _ in range(TRIES - 1):
            try:
                return await self._attempt(incoming, due)
            except Collided:
                log.info("a batch of %d begins again: another process was in its way", len(incoming))
        return await self._attempt(incoming, due)

    async def _attempt(self, incoming: Sequence[Incoming], due: Sequence[Due] | None) -> list[Heard | Exception]:
        """`due`: these and no other due events."""
        now = self.clock()
        async with self.storage.write() as store:
            await self._recall(store, now)
            full = {one.address for one in incoming if self.flood.full(one.address, now)}
            taken = [one for one in incoming if one.address not in full]
            fresh = await store.receipts.take([(one.address, one.receipt) for one in taken], now)
            rows = await store.events.due(now, MOST) if due is None else due
            names = {one.address: one.name for one in taken if one.name}
            persons = await store.people.resolve([one.address for one in taken], now, names)
            places = await homes(store, rows, persons.values())
            batch = await self._open(store, now, {person.id for person in (*places.values(), *persons.values())})
            batch.fresh, rows = fresh, await store.events.standing(rows)
            for row in rows:
                if row.id in places:
                    await batch.hear_due(places[row.id], row)
            heard: list[Heard | Exception] = [
                Flooded() if one.address in full else await batch.hear(persons[one.address], one) for one in incoming
            ]
            await batch.close([row.id for row in rows])
            committed = await self.post(store, batch.letters, now)
        committed()
        self._committed(batch, more=len(rows) == MOST)
        return heard

    async def _open(self, store: Store, now: datetime, person_ids: Collection[int]) -> Batch:
        states = await store.sessions.load(person_ids)
        sessions = {person: from_json(state) for person, state in states.items()}
        programme = await self.releases.programme(store, _pinned(sessions.values()))
        work = Work(store, programme, now, self.url, pin=partial(self.releases.programme, store))
        return Batch(work, sessions, self.flood)

    def _committed(self, batch: Batch, *, more: bool = False) -> None:
        self.flood.keep(batch.slots, batch.work.now)
        self.posted(None if batch.work.announced else batch.posted)
        if batch.held or batch.work.told:
            self.held()
        if more:
            self.wake()

    async def _recall(self, store: Store, now: datetime) -> None:
        """Once after a start: nothing new may overtake what was held back before it."""
        if self._recalled:
            return
        for row in await store.events.due(now + LONGEST + 2 * WINDOW, RECALLED):
            if address := held_address(row):
                self.flood.recall(address, row.not_before)
        self._recalled = True

    # -- one by one ----------------------------------------------------------------------------------------------

    async def _alone(self, incoming: Incoming) -> Heard | Exception:
        try:
            try:
                return (await self._transaction([incoming], due=()))[0]
            except StorageError:
                raise
            except Exception as error:  # noqa: BLE001  set aside, so that the rest go on
                return await self._set_aside(incoming, error)
        except StorageError as error:
            return error

    async def _due_alone(self) -> None:
        """A due event that cannot be heard is set aside too."""
        async with self.storage.read() as store:
            rows = await store.events.due(self.clock(), MOST)
        for row in rows:
            try:
                await self._transaction([], due=[row])
            except StorageError:
                raise
            except Exception as error:  # noqa: BLE001
                await self._set_due_aside(row, error)

    async def _set_due_aside(self, row: Due, error: Exception) -> None:
        """Somebody's own update that was held back is theirs to hear of; of others the person knows nothing."""
        if address := held_address(row):
            event = held_event(row, self.clock())
            await self._set_aside(Incoming(address, f"{HELD}:{row.id}", event), error, done=[row.id])
            return
        log.error("a due event was set aside: %s", trace(error))
        key = (Address("due", "", str(row.person_id)), f"due:{row.id}")
        raw = {"event": row.name, "data": dict(row.data)}
        async with self.storage.write() as store:
            await store.receipts.set_aside(key, raw, type(error).__name__, self.clock())
            await store.events.done([row.id])

    async def _set_aside(self, incoming: Incoming, error: Exception, done: Sequence[int] = ()) -> Heard:
        """Keeps what could not be heard for inspection, and tells its sender politely: as their session allows, or,
        if that is what is broken, in plain words."""
        log.error("an update was set aside: %s", trace(error))
        try:
            return await self._keep_aside(incoming, error, done, plainly=False)
        except StorageError:
            raise
        except Exception as again:  # noqa: BLE001
            log.warning("its sender is told without their session: %s", trace(again))
        return await self._keep_aside(incoming, error, done, plainly=True)

    async def _keep_aside(self, incoming: Incoming, error: Exception, done: Sequence[int], *, plainly: bool) -> Heard:
        now, key = self.clock(), (incoming.address, incoming.receipt)
        raw = {"event": incoming.event.name, "data": dict(incoming.event.data)}
        async with self.storage.write() as store:
            await store.receipts.take([key], now)
            await store.receipts.set_aside(key, raw, type(error).__name__, now)
            person = (await store.people.resolve([incoming.address], now))[incoming.address]
            batch = await self._open(store, now, () if plainly else (person.id,))
            if plainly:
                heard = batch.say(person, "trouble.set_aside")
            else:
                heard = await batch.advance(person, Event("set_aside", now), "reply")
            await batch.close(done)
            committed = await self.post(store, batch.letters, now)
        committed()
        self._committed(batch)
        return heard


async def post(store: Store, letters: Sequence[tuple[Person, Posting]], now: datetime) -> Callable[[], object]:
    """Where no outbox works beside us: they wait for one."""
    await store.letters.post([posting for _, posting in letters], now)
    return lambda: None


def trace(error: BaseException) -> str:
    """Where it happened: files, lines and functions. No message, which can hold people's words; no source text."""
    steps = traceback.extract_tb(error.__traceback__)
    return "\n".join([type(error).__name__, *(f"  {step.filename}:{step.lineno} {step.name}" for step in steps)])


def _pinned(sessions: Iterable[Session]) -> set[str]:
    """The releases that forms in progress need."""
    drafts = [session.draft for session in sessions if session.draft]
    paused = [paused for session in sessions for paused in session.paused]
    return {draft.release for draft in drafts} | {one.release for one in paused}


__all__ = ["Conversation", "Flooded", "Heard"]
