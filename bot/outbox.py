"""The one door out: letters leave paced, in order per address, replies first, and each attempt ends in something
that is known: sent, failed, unreachable, or honestly unsure."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aiolimiter import AsyncLimiter

from bot.channel import Busy, Channel, Outcome, Refused, Unsure
from storage import Storage, StorageError
from storage.letters import Letter

log = logging.getLogger(__name__)
IDLE = 30.0  # seconds: a look at the table even when nobody called
ANSWER = 60.0  # seconds: a channel that has not answered by then leaves us unsure
MOST = 100


@dataclass(slots=True)
class Way:
    """A channel on its way out: its pace for everything together, and until when its account must rest."""

    channel: Channel
    limiter: AsyncLimiter | None = None
    rests_until: datetime | None = None

    def rests(self, now: datetime) -> bool:
        return self.rests_until is not None and now < self.rests_until


def paced(channel: Channel, rate: float) -> Way:
    """`rate` messages a second (0: unlimited), never more than three at once."""
    return Way(channel, AsyncLimiter(3, 3 / rate) if rate else None)


@dataclass(slots=True)
class Outbox:
    """Sends what waits, for ever. `ways` by channel name; channels that people fetch from themselves need none."""

    storage: Storage
    ways: Mapping[str, Way]
    clock: Callable[[], datetime]
    _called: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """There may be letters."""
        self._called.set()

    async def recover(self) -> int:
        """At start: letters that a crash left between send and answer are unsure, and treated as such."""
        async with self.storage.write() as store:
            return await store.letters.recover()

    async def run(self) -> None:
        while True:
            self._called.clear()
            try:
                busy = await self.round()
            except StorageError as error:
                log.warning("outbox waits for the database: %s", type(error).__name__)
                busy = 0
            if not busy:
                await self._rest()

    async def round(self) -> int:
        """Claims what may go now, sends it side by side, and notes what came of it; how many were claimed."""
        now = self.clock()
        open_ways = [name for name, way in self.ways.items() if not way.rests(now)]
        if not open_ways:
            return 0
        async with self.storage.write() as store:
            letters = await store.letters.claim(now, open_ways, MOST)
        outcomes = await asyncio.gather(*(self._send(letter) for letter in letters))
        await self._settle([(letter, outcome) for letter, outcome in zip(letters, outcomes, strict=True) if outcome])
        await self._put_back([letter for letter, outcome in zip(letters, outcomes, strict=True) if not outcome])
        return len(letters)

    async def _settle(self, outcomes: Sequence[tuple[Letter, Outcome]]) -> None:
        if outcomes:
            async with self.storage.write() as store:
                await store.letters.settle(outcomes, self.clock())

    async def _put_back(self, letters: Sequence[Letter]) -> None:
        """Not tried after all, since the account was told to rest meanwhile."""
        if letters:
            async with self.storage.write() as store:
                await store.letters.put_back([letter.id for letter in letters])

    async def _send(self, letter: Letter) -> Outcome | None:
        """One attempt; None if it was not made."""
        way = self.ways[letter.address.channel]
        if not way.channel.may_send(letter.kind, letter.heard_at, None, self.clock()):
            return Refused("window")
        if way.limiter:
            await way.limiter.acquire()
        if way.rests(self.clock()):
            return None
        outcome = await self._attempt(way, letter)
        if isinstance(outcome, Busy):
            way.rests_until = self.clock() + timedelta(seconds=outcome.seconds)
        return outcome

    async def _attempt(self, way: Way, letter: Letter) -> Outcome:
        try:
            return await asyncio.wait_for(way.channel.send(letter.address, letter.message), ANSWER)
        except TimeoutError:
            return Unsure("timeout")
        except Exception as error:  # noqa: BLE001  nobody knows whether it arrived
            log.error("sending over %s failed: %s", way.channel.name, type(error).__name__)  # noqa: TRY400  URLs hold tokens
            return Unsure(type(error).__name__)

    async def _rest(self) -> None:
        """Until called, or until the next letter's hour."""
        now = self.clock()
        rests = [way.rests_until for way in self.ways.values() if way.rests(now) and way.rests_until]
        async with self.storage.read() as store:
            next_at = await store.letters.next_at()
        later = [at for at in (*rests, next_at) if at and at > now]
        seconds = min([IDLE, *((at - now).total_seconds() for at in later)])
        try:
            await asyncio.wait_for(self._called.wait(), seconds)
        except TimeoutError:
            return
