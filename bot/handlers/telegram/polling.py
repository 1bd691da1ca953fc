"""Asking for updates: one long poll at a time, and an update is confirmed (by the next one's offset) only after the
commit of everything in it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

from bot.handlers.telegram.backoff import Backoff
from bot.handlers.telegram.hearing import Hearing
from bot.handlers.telegram.telegram import Telegram
from bot.handlers.telegram.wire import Answer, NoAnswer, NotSent
from bot.handlers.telegram.writing import Request
from storage import StorageError

log = logging.getLogger(__name__)
MOST = 100  # updates at once
ALONE = 60.0  # seconds without another poller until it is over: two take the token from each other in turn
LONG = 50  # seconds that Telegram holds a question without updates
SHORT = 1  # seconds, while another one polls; after trouble none, so that an answer says at once that it is over
SLACK = 15.0  # seconds more until we give its answer up
IDLE = 86_400.0  # seconds: after a quiet week Telegram may number anew, and lower; so an old offset is forgotten
WANTED = ("message", "edited_message", "callback_query", "my_chat_member")


@dataclass(slots=True)
class Polling:
    telegram: Telegram
    hearing: Hearing
    offset: int | None = None
    backoff: Backoff = field(default_factory=Backoff)
    _last: float = 0.0
    _good: bool = False
    _taken: float = -inf

    async def run(self) -> None:
        while True:
            seconds = await self.once()
            if seconds:
                await asyncio.sleep(seconds)

    async def once(self) -> float:
        """One question and what comes of it; how long to wait before the next."""
        good, self._good = self._good, False
        try:
            answer = await self._ask(LONG if self.telegram.state == "ok" else SHORT if good else 0)
        except (NotSent, NoAnswer) as error:
            log.debug("no updates: %s", error)
            self.telegram.stands("unreachable")
            return self.backoff.next()
        if not answer.ok or not isinstance(answer.result, list):
            return await self._refused(answer)
        self._good, now = True, asyncio.get_running_loop().time()
        if now - self._taken > ALONE:
            self.telegram.stands("ok")
        return await self._take(sorted(answer.result, key=_number))  # its numbers say in which order it happened

    async def _ask(self, long: int) -> Answer:
        if self.offset is not None and asyncio.get_running_loop().time() - self._last > IDLE:
            self.offset = None
        data: dict[str, Any] = {"limit": MOST, "timeout": long, "allowed_updates": WANTED}
        if self.offset is not None:
            data["offset"] = self.offset
        return await self.telegram.ask(Request("getUpdates", data), LONG + SLACK)

    async def _take(self, raws: Sequence[Any]) -> float:
        try:
            flooded = await self.hearing.hear(raws)
        except StorageError as error:
            log.warning("updates are not confirmed, the database could not keep them: %s", type(error).__name__)
            return self.backoff.next()
        except Exception as error:  # noqa: BLE001  asked again, like any that was not kept
            log.error("updates are not confirmed: %s", type(error).__name__)  # noqa: TRY400  its words may be people's
            return self.backoff.next()
        if flooded:
            log.warning("%d updates were dropped: over an hour of their sender's waits already", flooded)
        return self._confirm(raws)

    def _confirm(self, raws: Sequence[Any]) -> float:
        numbers = [number for raw in raws if (number := _number(raw)) >= 0]
        if raws and not numbers:  # nothing that could be confirmed: not at once again
            return self.backoff.next()
        if numbers:
            self.offset, self._last = max(numbers) + 1, asyncio.get_running_loop().time()
        self.backoff.reset()
        return 0.0

    async def _refused(self, answer: Answer) -> float:
        if answer.code == 409 and "webhook" in answer.description:
            await self.telegram.try_("deleteWebhook", {})
        elif answer.code == 409:
            self._taken = asyncio.get_running_loop().time()
            self.telegram.stands("taken")
        elif answer.code == 429:
            return answer.retry_after + 0.1
        elif answer.code >= 500 or answer.ok:
            self.telegram.stands("unreachable")
        return self.backoff.next()


def _number(raw: Any) -> int:
    """-1 if it has none."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if isinstance(number, int) else -1
