"""The only clock: wakes `hear` for due events and runs due jobs, each once, whatever crashes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.files import sweep
from bot.office import calls, classes, erasing, requests, supplements
from bot.releases import Releases
from storage import Storage, StorageError
from storage.events import Due
from storage.jobs import Job
from storage.receipts import KEPT
from storage.submissions import QUIET

log = logging.getLogger(__name__)
IDLE = 30.0  # seconds between two looks when nothing is due sooner
REMIND = timedelta(days=3)  # a form left in the middle for so long is mentioned once


@dataclass(slots=True)
class Clock:
    """`tick` once per look; `run` for ever. Time comes from `now`, so that tests and the terminal can move it."""

    storage: Storage
    releases: Releases
    data_dir: Path
    now: Callable[[], datetime]
    wake: Callable[[], object]
    _called: asyncio.Event = field(default_factory=asyncio.Event)

    def call(self) -> None:
        """There is a new due event, perhaps sooner than the next one it knew."""
        self._called.set()

    async def run(self) -> None:
        while True:
            self._called.clear()
            seconds = await self._look()
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._called.wait()

    async def _look(self) -> float:
        """Does what is due; how many seconds to sleep."""
        try:
            await self.tick()
            return await self._until_next()
        except StorageError as error:
            log.warning("the clock waits for the database: %s", type(error).__name__)
        except Exception:
            log.exception("the clock goes on after a fault")
        return IDLE

    async def tick(self) -> None:
        """Plans today's jobs, runs what is due, and wakes the conversation if an event is due."""
        now = self.now()
        async with self.storage.write() as store:
            await store.jobs.add([Job(f"{name}:{now:%Y-%m-%d}", name, now) for name in DAILY])
            await store.jobs.add([self._calls(now)])
            jobs = await store.jobs.claim(now)
        for job in jobs:
            await self._do(job)
        async with self.storage.read() as store:
            next_at = await store.events.next_at()
        if next_at and next_at <= self.now():
            self.wake()

    def _calls(self, now: datetime) -> Job:
        """Once a day of the programme, and whenever its content changes, calls may have opened."""
        programme = self.releases.current
        day = now.astimezone(programme.zone).date()
        return Job(f"tell_watchers:{day}:{programme.release[:16]}", "tell_watchers", now)

    async def _do(self, job: Job) -> None:
        """A job that fails is claimed again when its claim is stale."""
        try:
            await (ONCE[job.name](self, job) if job.name in ONCE else DAILY[job.name](self))
        except StorageError:
            raise
        except Exception:
            log.exception("job %s failed", job.name)
            return
        async with self.storage.write() as store:
            await store.jobs.done(job.id, self.now())

    async def _until_next(self) -> float:
        async with self.storage.read() as store:
            next_at = await store.events.next_at()
        return IDLE if next_at is None else min(IDLE, max(0.2, (next_at - self.now()).total_seconds()))


async def remind(clock: Clock) -> None:
    """Who left a form in the middle hears of it once: those who fell quiet between the last look and this one."""
    now = clock.now()
    async with clock.storage.write() as store:
        last = await store.meta.get("reminded_until")
        since = datetime.fromisoformat(last) if last else now - 2 * REMIND
        quiet = await store.submissions.quiet(since, now - REMIND)
        await store.events.add([Due(one.person_id, "draft_quiet", now, {"run": one.run}) for one in quiet], now)
        await store.meta.put("reminded_until", (now - REMIND).isoformat())


async def abandon(clock: Clock) -> None:
    """Forms that nobody answered for 30 days are called abandoned; they can still go on."""
    async with clock.storage.write() as store:
        await store.submissions.abandon(clock.now() - QUIET)


async def forget(clock: Clock) -> None:
    """Receipts, tokens and releases that nothing needs any more."""
    async with clock.storage.write() as store:
        await store.receipts.forget(clock.now() - KEPT)
        await store.tokens.forget(clock.now() - KEPT)
        await store.jobs.forget(clock.now() - KEPT)
        await store.releases.forget_unneeded(clock.releases.current.release)


async def sweep_files(clock: Clock) -> None:
    """Files that no answer names, and bytes that no row names."""
    await sweep(clock.storage, clock.data_dir, clock.now())


async def remind_requests(clock: Clock) -> None:
    """Officials hear of what people asked about their data and is to be answered today, or late already."""
    async with clock.storage.write() as store:
        await requests.remind(store, clock.releases.current, clock.now())


async def finish_deletions(clock: Clock) -> None:
    """What an open case or a class still kept of somebody's data goes once that has ended."""
    async with clock.storage.write() as store:
        await erasing.finish(store, clock.releases.current, clock.now())


DAILY: dict[str, Callable[[Clock], Awaitable[None]]] = {
    "remind": remind,
    "abandon": abandon,
    "forget": forget,
    "sweep_files": sweep_files,
    "remind_requests": remind_requests,
    "finish_deletions": finish_deletions,
}


async def class_due(clock: Clock, job: Job) -> None:
    """Before a class its reminders, after it the question what people thought; it looks again whether that still holds."""
    number, at = job.data["class"], datetime.fromisoformat(str(job.data["at"]))
    assert isinstance(number, int)
    async with clock.storage.write() as store:
        programme = await clock.releases.programme(store, ())
        if job.data["what"] == "over":
            await classes.over(store, programme, number, at, clock.now())
        else:
            await classes.remind(store, programme, number, str(job.data["what"]), at, clock.now())


async def remind_case(clock: Clock, job: Job) -> None:
    """Papers are missing and time runs out: looked at again now that it is due."""
    async with clock.storage.write() as store:
        await supplements.remind(store, clock.releases.current, job, clock.now())


async def lapse_case(clock: Clock, job: Job) -> None:
    async with clock.storage.write() as store:
        await supplements.lapse(store, clock.releases.current, job, clock.now())


async def tell_watchers(clock: Clock, job: Job) -> None:
    """Who asked for a support when no call was open hears once that one is."""
    async with clock.storage.write() as store:
        await calls.tell_watchers(store, clock.releases.current, clock.now())


# Jobs that somebody planned, each with what it is about.
ONCE: dict[str, Callable[[Clock, Job], Awaitable[None]]] = {
    "class": class_due,
    "remind_case": remind_case,
    "lapse_case": lapse_case,
    "tell_watchers": tell_watchers,
}
