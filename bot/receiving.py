"""Files that people sent through a channel which keeps them: fetched outside any transaction, on disk before their row
says so, and what came of them is an event. The rows are the list of what is to be done, so a restart loses none."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.files import Kept, RefusedFile, keep
from bot.flows.values import Json
from storage import Storage, StorageError
from storage.events import Due
from storage.files import File

log = logging.getLogger(__name__)
IDLE = 30.0  # seconds: a look at the table even when nobody called
AT_ONCE = 4  # files fetched at the same time
LONGEST = timedelta(minutes=30)  # after that, and TRIES, a file that never came is given up, and its sender is told
TRIES = 3
PAUSE = 60.0  # seconds between two attempts at most
Fetch = Callable[[Mapping[str, Json]], AbstractAsyncContextManager[AsyncIterator[bytes]]]


class NotFetched(Exception):
    """The bytes did not come this time; they may come later. A channel that will never give them raises RefusedFile."""


@dataclass(slots=True)
class Receiving:
    """`fetch` by channel name: a source's bytes as a stream. `wake` tells the conversation of new events."""

    storage: Storage
    data_dir: Path
    clock: Callable[[], datetime]
    wake: Callable[[], object]
    fetch: dict[str, Fetch] = field(default_factory=dict)
    _called: asyncio.Event = field(default_factory=asyncio.Event)
    _going: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _failures: dict[str, int] = field(default_factory=dict)
    _again: dict[str, datetime] = field(default_factory=dict)

    def call(self) -> None:
        """There may be a new file."""
        self._called.set()

    async def run(self) -> None:
        try:
            while True:
                self._called.clear()
                await self._look()
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._seconds()):
                        await self._called.wait()
        finally:
            for task in self._going.values():
                task.cancel()
            await asyncio.gather(*self._going.values(), return_exceptions=True)

    async def _look(self) -> None:
        """Begins with as many as may be fetched now, the oldest first."""
        try:
            async with self.storage.read() as store:
                rows = await store.files.receiving()
        except StorageError as error:
            return log.warning("files wait for the database: %s", type(error).__name__)
        now, there = self.clock(), {file.id for file in rows}
        for gone in self._again.keys() - there:
            self._forget(gone)
        for file in rows:
            if len(self._going) < AT_ONCE and file.id not in self._going and self._again.get(file.id, now) <= now:
                self._begin(file)

    def _begin(self, file: File) -> None:
        task = asyncio.create_task(self.receive(file))
        self._going[file.id] = task
        task.add_done_callback(lambda _: self._end(file.id))

    def _end(self, id: str) -> None:
        del self._going[id]
        self.call()

    def _seconds(self) -> float:
        """Until the next one that failed may be tried again."""
        now = self.clock()
        waits = [(at - now).total_seconds() for file, at in self._again.items() if file not in self._going]
        return max(0.05, min([IDLE, *waits])) if len(self._going) < AT_ONCE else IDLE

    async def receive(self, file: File) -> None:
        """One attempt; what came of it is stored with the event that tells, in one transaction."""
        try:
            try:
                kept = await self._kept(file)
            except RefusedFile as refused:
                return await self._tell(file, refused.reason)
            await self._tell(file, kept)
        except (NotFetched, StorageError) as error:
            await self._later(file, error)
        except Exception as error:  # noqa: BLE001  the others go on
            log.error("a file could not be received: %s", type(error).__name__)  # noqa: TRY400  addresses hold tokens
            await self._later(file, error)

    async def _kept(self, file: File) -> Kept:
        fetch = self.fetch.get(str(file.source.get("channel")))
        if fetch is None:
            raise NotFetched("its channel is not connected now")
        async with fetch(file.source) as stream:
            return await keep(stream, self.data_dir)

    async def _tell(self, file: File, result: Kept | str) -> None:
        async with self.storage.write() as store:
            if isinstance(result, str):
                expected = await store.files.refuse(file.id, result)
            else:
                expected = await store.files.ready(file.id, result.sha256, result.mime, result.size)
            if expected:
                await store.events.add([_event(file, result, self.clock())], self.clock())
        self._forget(file.id)
        self.wake()

    async def _later(self, file: File, error: Exception) -> None:
        failures = self._failures.get(file.id, 0) + 1
        now = self.clock()
        if now - file.at > LONGEST and failures >= TRIES and not isinstance(error, StorageError):
            log.warning("a file was given up after %d attempts: %s", failures, type(error).__name__)
            with suppress(StorageError):
                return await self._tell(file, "not_fetched")
        self._failures[file.id] = failures
        self._again[file.id] = now + timedelta(seconds=min(PAUSE, 2.0**failures))

    def _forget(self, id: str) -> None:
        self._failures.pop(id, None)
        self._again.pop(id, None)


def _event(file: File, result: Kept | str, now: datetime) -> Due:
    if isinstance(result, str):
        return Due(file.person_id, "file_refused", now, {"name": file.name, "reason": result})
    return Due(file.person_id, "file_ready", now, {"file": file.id, "name": file.name, **result.about()})
