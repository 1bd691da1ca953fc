"""How fast an account may send: the pace is a promise to the channel, so it holds in every sliding second."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

from aiolimiter import AsyncLimiter

MARGIN = 0.001  # seconds: what clocks and rounding may differ by
BURST = 3  # at once at most; what a stall of BURST ÷ rate has cost is caught up


@dataclass(slots=True)
class Pace:
    """`rate` messages a second. The limiter spreads them; `_recent` sees that no second ever holds more."""

    rate: float
    _spread: AsyncLimiter = field(init=False)
    _recent: deque[float] = field(init=False)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self._spread = AsyncLimiter(BURST, BURST / self.rate)
        self._recent = deque(maxlen=max(1, int(self.rate)))

    async def wait(self) -> None:
        """Returns when one more may go."""
        async with self._turn:
            await self._spread.acquire()
            now = asyncio.get_running_loop().time
            while (left := self._free_at() - now()) > 0:  # noqa: ASYNC110  for an instant; loops may wake a little early
                await asyncio.sleep(left)
            self._recent.append(now())

    async def spare(self) -> bool:
        """Takes one more at once if nobody waits for it: for what may as well be left out."""
        free = self._free_at() <= asyncio.get_running_loop().time() and self._spread.has_capacity()
        if self._turn.locked() or not free:
            return False
        await self.wait()
        return True

    def _free_at(self) -> float:
        full = len(self._recent) == self._recent.maxlen
        return self._recent[0] + len(self._recent) / self.rate + MARGIN if full else 0.0
