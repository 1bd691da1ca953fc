"""The one door out: letters leave paced, in order per address, replies first, and each attempt ends in something
that is known: sent, failed, unreachable, or honestly unsure. Nobody waits for somebody else's slow answer."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

from bot.channel import Busy, Channel, Outcome, Refused, Sent, Unsure
from bot.pace import Pace
from storage import Storage, StorageError, Store
from storage.letters import Letter, Posting
from storage.people import Person

log = logging.getLogger(__name__)
IDLE = 30.0  # seconds: a look at the table even when nobody called
PAUSE = 1.0  # seconds: after trouble with the database
ANSWER = 60.0  # seconds: a channel that has not answered by then leaves us unsure
LAST = 10.0  # seconds: when we are to stop, for what is on its way
MOST = 100  # letters of one channel on their way at once
AHEAD = 0.4  # seconds: so much of the pace is taken from the table in advance; a reply waits no longer than that
GATHER = 0.1  # seconds: so long outcomes are gathered, unless a batch of the conversation takes them along


Over = tuple[Letter, Outcome | None]


@dataclass(slots=True)
class Way:
    """A channel on its way out. `going`: its letters that were taken from the table; `queued`: those of them that wait
    for the pace. `rests_until`: the account must be quiet until then. `more`: the last look took all it had room for."""

    channel: Channel
    pace: Pace | None = None
    rests_until: datetime | None = None
    going: int = 0
    queued: int = 0
    more: bool = False

    def rests(self, now: datetime) -> bool:
        return self.rests_until is not None and now < self.rests_until

    def room(self, now: datetime) -> int:
        """How many letters may be taken from the table now."""
        if self.rests(now):
            return 0
        free = MOST - self.going
        return min(free, self.ahead - self.queued) if self.pace else free

    @property
    def ahead(self) -> int:
        return max(3, ceil(self.pace.rate * AHEAD)) if self.pace else MOST

    @property
    def hungry(self) -> bool:
        """Whether half of the room is free again, and letters may wait that found none."""
        return self.more and (self.queued if self.pace else self.going) * 2 <= self.ahead

    def rest(self, until: datetime) -> None:
        self.rests_until = max(until, self.rests_until or until)


def paced(channel: Channel, rate: float) -> Way:
    """`rate` messages a second, replies and announcements together (0: unlimited)."""
    return Way(channel, Pace(rate) if rate else None)


@dataclass(slots=True)
class Outbox:
    """Sends what waits, for ever. `ways` by channel name; channels that people fetch from themselves need none.
    `_over`: what came of letters and is not noted yet; None for one that was not tried after all. `_left`: some may wait in
    the table. `_held`: the letters that the table has as *sending* for our sake; `_doubt`: a transaction has ended of which
    we do not know whether it was kept, so that there may be more."""

    storage: Storage
    ways: Mapping[str, Way]
    clock: Callable[[], datetime]
    _called: asyncio.Event = field(default_factory=asyncio.Event)
    _over: list[Over] = field(default_factory=list)
    _going: set[asyncio.Task[None]] = field(default_factory=set)
    _left: bool = True
    _held: set[int] = field(default_factory=set)
    _doubt: bool = False
    _gathering: asyncio.TimerHandle | None = None
    _stopping: bool = False

    def wake(self) -> None:
        """There may be letters."""
        self._called.set()

    async def recover(self) -> int:
        """At start: letters that a crash left between send and answer are unsure, and treated as such."""
        async with self.storage.write() as store:
            return await store.letters.recover()

    async def run(self) -> None:
        """Until cancelled; no transaction is cut off then, so that nothing is left in doubt without need."""
        self._stopping = False
        looking = asyncio.create_task(self._look_for_ever())
        try:
            await asyncio.shield(looking)
        finally:
            self._stopping = True
            self.wake()
            await asyncio.wait({looking}, timeout=LAST)
            await self._finish()

    async def _look_for_ever(self) -> None:
        while not self._stopping:
            await self._look()

    async def _look(self) -> None:
        self._called.clear()
        try:
            await self._rest(await self.round())
        except StorageError as error:
            log.warning("outbox waits for the database: %s", type(error).__name__)
            await asyncio.sleep(PAUSE)
        except Exception:
            log.exception("outbox goes on after a fault")
            await asyncio.sleep(PAUSE)

    async def round(self) -> datetime | None:
        """Notes what came of letters, and takes the next ones that wait in the table; the hour of the one after those."""
        if not self._over and not self._rooms(self.clock()):
            return None
        async with self.storage.write() as store:
            now, over = self.clock(), list(self._over)
            rooms = self._rooms(now)
            await self._begin(store, over, now)
            taken = {name: await store.letters.claim(now, [name], room) for name, room in rooms.items()}
            self._left = await store.letters.wait()
            next_at = await store.letters.next_at(now) if self._left else None
        self._noted(over)
        for name, letters in taken.items():
            self.ways[name].more = len(letters) == rooms[name]
            for letter in letters:
                self._start(self.ways[name], [letter])
        return next_at

    async def post(self, store: Store, letters: Sequence[tuple[Person, Posting]], now: datetime) -> Callable[[], None]:
        """Posts what a batch of the conversation says. Replies to whom nothing waits are committed as *sending* and need not
        be looked for in the table: call what is returned once they are."""
        over = list(self._over)
        await self._begin(store, over, now)
        going = await self._may_go(store, letters, now)
        ids = await store.letters.post([posting for _, posting in letters], now, going)

        def committed() -> None:
            self._noted(over)
            self._gathered_by_others()
            runs: dict[int, list[Letter]] = {}
            for number, (person, posting) in zip(ids, letters, strict=True):
                runs.setdefault(person.address_id, []).append(_letter(number, person, posting, now))
            for place in going:
                self._start(self.ways[runs[place][0].address.channel], runs[place])
            behind = {posting.channel for _, posting in letters if posting.address_id not in going} & self.ways.keys()
            for channel in behind:
                self.ways[channel].more = True
            if behind or any(not isinstance(outcome, Sent) for _, outcome in over):
                self._left = True
                self.wake()

        return committed

    async def _may_go(self, store: Store, letters: Sequence[tuple[Person, Posting]], now: datetime) -> set[int]:
        """The addresses whose replies may go at once: as many as there is room for, and none before those that wait."""
        rooms = {name: room for name, room in self._rooms(now).items() if not self.ways[name].more}
        counts = Counter(posting.address_id for _, posting in letters)
        going: set[int] = set()
        for _, posting in letters:
            channel, place = posting.channel, posting.address_id
            if place not in going and posting.kind == "reply" and counts[place] <= rooms.get(channel, 0):
                rooms[channel] -= counts[place]
                going.add(place)
        return await store.letters.free(going) if going else going

    async def _begin(self, store: Store, over: Sequence[Over], now: datetime) -> None:
        """Notes what came of letters. What an unknown end left behind is treated as after a crash."""
        if self._doubt and await store.letters.recover(self._held):
            log.warning("letters of a transaction whose end is unknown go again")
            self._left = True
            self.wake()
        self._doubt = True
        await store.letters.put_back([letter.id for letter, outcome in over if not outcome])
        await store.letters.settle([(letter, outcome) for letter, outcome in over if outcome], now)

    def _noted(self, over: Sequence[Over]) -> None:
        """The transaction is kept."""
        self._doubt = False
        del self._over[: len(over)]
        self._held -= {letter.id for letter, _ in over}

    def _rooms(self, now: datetime) -> dict[str, int]:
        ways = {} if self._stopping else self.ways
        return {name: room for name, way in ways.items() if (room := way.room(now)) > 0}

    def _start(self, way: Way, letters: Sequence[Letter]) -> None:
        self._held |= {letter.id for letter in letters}
        way.going += len(letters)
        way.queued += len(letters)
        task = asyncio.create_task(self._deliver(way, letters))
        self._going.add(task)
        task.add_done_callback(self._going.discard)

    async def _deliver(self, way: Way, letters: Sequence[Letter]) -> None:
        """Letters of one address, in order; what follows one that did not arrive goes back to wait behind it."""
        halted = False
        for letter in letters:
            outcome = None if halted else await self._send(way, letter)
            way.going -= 1
            way.queued -= halted
            halted = halted or not isinstance(outcome, Sent | Refused)
            self._over.append((letter, outcome))
        if way.hungry:
            self.wake()
        elif self._gathering is None:
            self._gathering = asyncio.get_running_loop().call_later(GATHER, self._gathered)

    def _gathered_by_others(self) -> None:
        if self._gathering and not self._left and not self._over:
            self._gathering.cancel()
            self._gathering = None

    def _gathered(self) -> None:
        self._gathering = None
        if self._over or self._left:
            self.wake()

    async def _send(self, way: Way, letter: Letter) -> Outcome | None:
        """One attempt; None if it was not made."""
        may = way.channel.may_send(letter.kind, letter.heard_at, None, self.clock())
        if may and way.pace:
            await way.pace.wait()
        way.queued -= 1
        if not may:
            return Refused("window")
        if self._stopping or way.rests(self.clock()):
            return None
        if way.pace and way.hungry:
            self.wake()  # for the next ones
        outcome = await self._attempt(way, letter)
        if isinstance(outcome, Busy):
            way.rest(self.clock() + timedelta(seconds=outcome.seconds))
        return outcome

    async def _attempt(self, way: Way, letter: Letter) -> Outcome:
        try:
            async with asyncio.timeout(ANSWER):
                return await way.channel.send(letter.address, letter.message)
        except TimeoutError:
            return Unsure("timeout")
        except Exception as error:  # noqa: BLE001  nobody knows whether it arrived
            log.error("sending over %s failed: %s", way.channel.name, type(error).__name__)  # noqa: TRY400  URLs hold tokens
            return Unsure(type(error).__name__)

    async def _rest(self, next_at: datetime | None) -> None:
        """Until called, until an account has rested, or until the next letter's hour, which may be past by now."""
        now = self.clock()
        rests = [way.rests_until for way in self.ways.values() if way.rests(now)]
        seconds = min([IDLE, *((at - now).total_seconds() for at in (*rests, next_at) if at)])
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._called.wait()

    async def _finish(self) -> None:
        """What waits for the pace goes back, what is on its way gets some seconds for its answer."""
        if self._going:
            await asyncio.wait(self._going, timeout=LAST)
        with suppress(StorageError):
            await self.round()
        for task in self._going:
            task.cancel()


def _letter(number: int, person: Person, posting: Posting, now: datetime) -> Letter:
    """What was just posted, as the table has it."""
    return Letter(
        number, person.id, person.address_id, person.address, now, posting.kind, posting.message, "sending", 1, now
    )
