"""From the first word with Telegram to the last: who we are, webhook or polling, the list of commands; for ever."""

from __future__ import annotations

import asyncio
import importlib
import logging
import sys
import traceback
from dataclasses import dataclass, field

from bot.handlers.telegram.backoff import Backoff
from bot.handlers.telegram.commands import set_commands
from bot.handlers.telegram.hearing import Hearing
from bot.handlers.telegram.polling import WANTED, Polling
from bot.handlers.telegram.telegram import Telegram
from bot.handlers.telegram.wire import Answer, NoAnswer, NotSent
from bot.handlers.telegram.writing import Request
from storage import StorageError

log = logging.getLogger(__name__)
READING = "bot.handlers.telegram.reading"
FIRST = 1.0  # seconds left to the first page before aiogram is loaded beside it
HEALTH = 60.0  # seconds between two looks whether Telegram still knows us, while it calls us
CONNECTIONS = 100  # that Telegram may open to our webhook at once: what comes together is one transaction
RELOAD = 5.0  # seconds after a fault of ours


@dataclass(slots=True)
class Connection:
    """`hearing` is there once aiogram is loaded, which takes seconds and must not hold up the first page."""

    telegram: Telegram
    hearing: Hearing | None = None
    backoff: Backoff = field(default_factory=lambda: Backoff(most=300.0))

    async def run(self) -> None:
        """Until cancelled; a fault here stops no other channel."""
        try:
            while True:
                try:
                    await self._live()
                except Exception as error:  # noqa: BLE001
                    log.error("Telegram begins anew after a fault: %s", _trace(error))  # noqa: TRY400
                    await asyncio.sleep(RELOAD)
        finally:
            if self.hearing:
                await self.hearing.close()

    async def _live(self) -> None:
        if READING not in sys.modules:
            await asyncio.sleep(FIRST)
        reading = await asyncio.to_thread(importlib.import_module, READING)
        self.hearing = self.hearing or Hearing(self.telegram, reading.parse)
        await self._until_good(Request("getMe", {}))
        await self._until_good(self._hook())
        self.telegram.stands("ok")
        commands = asyncio.create_task(self._commands())
        try:
            await (self._watch() if self.telegram.webhook else Polling(self.telegram, self.hearing).run())
        finally:
            commands.cancel()

    def _hook(self) -> Request:
        if not self.telegram.webhook:
            return Request("deleteWebhook", {})
        return Request(
            "setWebhook",
            {
                "url": self.telegram.webhook,
                "secret_token": self.telegram.secret,
                "allowed_updates": WANTED,
                "max_connections": CONNECTIONS,
            },
        )

    async def _until_good(self, request: Request) -> Answer:
        while True:
            answer = await self._answer(request)
            if answer and answer.ok:
                self.backoff.reset()
                return answer
            await asyncio.sleep(answer.retry_after if answer and answer.retry_after else self.backoff.next())

    async def _answer(self, request: Request) -> Answer | None:
        try:
            answer = await self.telegram.ask(request)
        except (NotSent, NoAnswer):
            self.telegram.stands("unreachable")
            return None
        if answer.code == 400:
            self.telegram.stands("refused")
        elif answer.code >= 500:
            self.telegram.stands("unreachable")
        return answer

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(HEALTH)
            answer = await self._answer(Request("getMe", {}))
            if answer and answer.ok:
                self.telegram.stands("ok")

    async def _commands(self) -> None:
        try:
            await set_commands(self.telegram)
        except StorageError as error:
            log.warning("commands were not listed: %s", type(error).__name__)


def _trace(error: Exception) -> str:
    """Where it happened, without the exception's own words."""
    return f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}"
