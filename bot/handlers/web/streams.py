"""Who waits for a word that there is more to fetch. A stream carries no content and may end at any time."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HEARTBEAT_SECONDS = 20.0
BEATS = 15  # a stream lives for five minutes, then the browser opens the next one by itself
PER_DEVICE = 6  # tabs; the oldest stream ends for the next
OPENING = "retry: 3000\ndata: more\n\n"


class Streams:
    """The open streams by device."""

    def __init__(self, heartbeat: float = HEARTBEAT_SECONDS) -> None:
        self._open: dict[str, list[Bell]] = defaultdict(list)
        self._heartbeat = heartbeat
        self.closed = False

    def wake(self, device: str) -> None:
        for bell in self._open.get(device, ()):
            bell.ring()

    def wake_all(self) -> None:
        """An announcement went to many; whoever got none fetches nothing."""
        for device in self._open:
            self.wake(device)

    def close(self) -> None:
        self.closed = True
        for bells in self._open.values():
            for bell in bells:
                bell.end()

    async def listen(self, device: str) -> AsyncIterator[str]:
        """Server-sent events: *more* at once and whenever letters came, a comment now and then to keep the line open."""
        with self._bell(device) as bell:
            yield OPENING
            for _ in range(BEATS):
                rang = await bell.wait(self._heartbeat)
                if bell.ended or self.closed:
                    return
                yield "data: more\n\n" if rang else ": \n\n"

    @contextmanager
    def _bell(self, device: str) -> Iterator[Bell]:
        bell = Bell()
        bells = self._open[device]
        bells.append(bell)
        if len(bells) > PER_DEVICE:
            bells[0].end()
        try:
            yield bell
        finally:
            bells.remove(bell)
            if not bells:
                self._open.pop(device, None)


class Bell:
    """Rings for one stream; rung twice before it is heard, it counts once."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()
        self.ended = False

    def ring(self) -> None:
        self._rung.set()

    def end(self) -> None:
        self.ended = True
        self._rung.set()

    async def wait(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        rang = self._rung.is_set()
        self._rung.clear()
        return rang
