"""Updates that wait for the bot: fetched with getUpdates and confirmed by the next offset, or posted to a webhook."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import telegram

from tests.simulators.telegram.faults import Faults
from tests.simulators.telegram.wire import Refused

KEPT = 24 * 3600.0  # seconds; older updates are gone
LEFT_OUT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})  # unless asked for by name
Lane = int


def plain(thing: telegram.TelegramObject) -> dict[str, Any]:
    """As JSON values; python-telegram-bot writes flags that are false, which the real server leaves out."""
    data: dict[str, Any] = _bare(json.loads(thing.to_json()))
    return data


def _bare(data: Any) -> Any:
    if isinstance(data, dict):
        gone = ("_created", "delete_chat_photo")
        return {key: _bare(value) for key, value in data.items() if not (value is False and key.endswith(gone))}
    return [_bare(value) for value in data] if isinstance(data, list) else data


@dataclass
class Pending:
    update: dict[str, Any]
    lane: Lane
    at: float


class Updates:
    """`pending` in order of arrival. `handed_out`: update id → how often a poll was given it. `on_arrival`: told of the
    lane of each new one (the webhook's ear)."""

    def __init__(self, faults: Callable[[], Faults], now: Callable[[], float], first_id: int = 700_000_001) -> None:
        self.faults, self.now, self.next_id = faults, now, first_id
        self.pending: dict[int, Pending] = {}
        self.allowed: frozenset[str] = frozenset()
        self.confirmed: deque[dict[str, Any]] = deque(maxlen=100)
        self.handed_out: Counter[int] = Counter()
        self.on_arrival: Callable[[int, Lane], None] = lambda _id, _lane: None
        self._waiting: asyncio.Future[None] | None = None

    def push(self, kind: str, content: telegram.TelegramObject | dict[str, Any], lane: Lane) -> int:
        """The update's id; 0 if the bot does not want its kind."""
        if not (kind in self.allowed if self.allowed else kind not in LEFT_OUT):
            return 0
        number, self.next_id = self.next_id, self.next_id + 1
        body = plain(content) if isinstance(content, telegram.TelegramObject) else content
        self.pending[number] = Pending({"update_id": number, kind: body}, lane, self.now())
        self.on_arrival(number, lane)
        self._wake(None)
        return number

    def _wake(self, refused: Refused | None) -> None:
        if self._waiting is None or self._waiting.done():
            return
        if refused:
            self._waiting.set_exception(refused)
        else:
            self._waiting.set_result(None)

    def forget_old(self) -> None:
        oldest = self.now() - KEPT
        for number in [number for number, waiting in self.pending.items() if waiting.at < oldest]:
            del self.pending[number]

    def confirm(self, offset: int) -> None:
        if offset < 0:
            offset = ([0, *self.pending])[max(offset, -len(self.pending))]
        for number in [number for number in self.pending if number < offset]:
            self.confirmed.append(self.pending.pop(number).update)

    def take(self, offset: int, limit: int) -> list[dict[str, Any]]:
        self.forget_old()
        self.confirm(offset)
        batch = self._disturbed([waiting.update for waiting in list(self.pending.values())[:limit]])
        self.handed_out.update(update["update_id"] for update in batch)
        return batch

    def _disturbed(self, batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Some come twice (now, or again after they were confirmed), some in another order."""
        faults = self.faults()
        again = [update for update in batch if faults.happens(faults.duplicate)]
        if batch and self.confirmed and faults.happens(faults.duplicate):
            again.append(self.confirmed[-1])
        batch = again + batch if again and faults.happens(0.5) else batch + again
        if faults.happens(faults.disorder):
            faults.shuffle(batch)
        return batch

    async def poll(self, offset: int, limit: int, timeout: float) -> list[dict[str, Any]]:
        """A newer poller ends an older one with 409."""
        self.end_poll(
            Refused(
                409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
            )
        )
        loop = asyncio.get_running_loop()
        ends = loop.time() + timeout
        while not (found := self.take(offset, limit)) and (left := ends - loop.time()) > 0:
            self._waiting = mine = loop.create_future()
            try:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(left):
                        await mine
            finally:
                self._waiting = None if self._waiting is mine else self._waiting
        return found

    def end_poll(self, why: Refused) -> None:
        self._wake(why)


@dataclass(frozen=True)
class Hook:
    url: str = ""
    secret: str = ""
    max_connections: int = 40


class Webhook:
    """Posts per chat one after the other, chats side by side; what is not answered with 2xx is posted again."""

    def __init__(self, updates: Updates, reply: Callable[[dict[str, Any]], Any], pause: float = 0.05) -> None:
        self.updates, self.reply, self.pause = updates, reply, pause
        self.hook = Hook()
        self.posts: list[tuple[int, int]] = []  # update id and status (0: no answer), as they went
        self.last_error: tuple[float, str] | None = None
        self._lanes: dict[Lane, deque[int]] = defaultdict(deque)
        self._tasks: dict[Lane, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(40)
        self._session: aiohttp.ClientSession | None = None
        updates.on_arrival = self.arrived

    def brings(self, lane: Lane) -> bool:
        """Something of that chat is being posted, waits to be, or comes a second time."""
        return lane in self._tasks

    async def set(self, hook: Hook) -> None:
        await self.stop()
        self.hook, self.last_error = hook, None
        self._slots = asyncio.Semaphore(hook.max_connections)
        for number, waiting in self.updates.pending.items():
            self.arrived(number, waiting.lane)

    async def stop(self) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._tasks.clear()
        self._lanes.clear()
        if self._session:
            await self._session.close()
            self._session = None

    def arrived(self, number: int, lane: Lane) -> None:
        if not self.hook.url:
            return
        self._lanes[lane].append(number)
        if lane not in self._tasks:
            self._tasks[lane] = asyncio.create_task(self._deliver(lane))

    async def _deliver(self, lane: Lane) -> None:
        waiting = self._lanes[lane]
        while waiting:
            faults = self.updates.faults()
            place = 1 if len(waiting) > 1 and faults.happens(faults.disorder) else 0
            self.updates.forget_old()
            pending = self.updates.pending.get(waiting[place])
            if pending is None or await self._post(pending.update):
                self.updates.pending.pop(waiting[place], None)
                del waiting[place]
                if pending and faults.happens(faults.duplicate):
                    await self._post(pending.update)
            else:
                await asyncio.sleep(self.pause)
        self._tasks.pop(lane, None)

    async def _post(self, update: dict[str, Any]) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.hook.secret} if self.hook.secret else {}
        self._session = self._session or aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60))
        status, body = 0, b""
        async with self._slots:
            with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError):
                async with self._session.post(self.hook.url, json=update, headers=headers) as answer:
                    status, body = answer.status, await answer.read()
        self.posts.append((update["update_id"], status))
        if not 200 <= status < 300:
            self.last_error = (self.updates.now(), f"Wrong response from the webhook: {status}")
            return False
        self._take_reply(body)
        return True

    def _take_reply(self, body: bytes) -> None:
        """A method in the answer is carried out, and nobody learns how it went."""
        with contextlib.suppress(ValueError):
            data = json.loads(body)
            if isinstance(data, dict) and "method" in data:
                self.reply(data)
