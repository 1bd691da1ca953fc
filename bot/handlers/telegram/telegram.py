"""The channel: what the outbox sends goes out here, and what the whole token must obey (429, a revoked token) is kept
here. Best effort and no letters: answers to taps and marks on keyboards."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from bot.channel import Address, Busy, Gone, Incoming, Kind, Outcome, Unsure
from bot.conversation import Heard
from bot.files import RefusedFile
from bot.flows.programme import Programme
from bot.flows.values import Json, Message
from bot.handlers.telegram.sending import LITTLE, outcome
from bot.handlers.telegram.updates import CHANNEL
from bot.handlers.telegram.wire import ANSWER, Answer, NoAnswer, NotSent, Wire
from bot.handlers.telegram.writing import Request, write
from bot.pace import Pace
from bot.receiving import NotFetched
from storage import Storage

log = logging.getLogger(__name__)
State = Literal["starting", "ok", "unreachable", "revoked", "taken", "refused"]
MEANING: dict[State, str] = {
    "ok": "Telegram: connected",
    "unreachable": "Telegram cannot be reached (blocked, or no network?); letters wait, trying again",
    "revoked": "Telegram does not know this token (revoked?): set NHIPCAU_TELEGRAM_TOKEN anew; other channels go on",
    "taken": "Telegram: another process asks for updates with this token; only one may",
    "refused": "Telegram refuses our webhook; is NHIPCAU_PUBLIC_URL an https address on port 443, 80, 88 or 8443?",
}


@dataclass(eq=False)
class Telegram:
    """`hear`, `programme`, `now` as everywhere. `webhook`: the address that Telegram calls, with `secret`; "" to poll.
    `file_came`: a file was committed as receiving. `state`: how it stands with Telegram, for /readyz."""

    wire: Wire
    account: str
    storage: Storage
    hear: Callable[[Incoming], Awaitable[Heard]]
    programme: Callable[[], Programme]
    now: Callable[[], datetime]
    file_came: Callable[[], object]
    webhook: str = ""
    secret: str = field(default="", repr=False)
    pace: Pace | None = None
    state: State = "starting"
    name: str = CHANNEL
    _quiet_until: float = 0.0

    # -- what the outbox needs

    async def send(self, address: Address, message: Message) -> Outcome:
        if address.account != self.account:
            return Gone("they know another bot than this one")
        request = write(address, message)
        try:
            return outcome(await self.call(request))
        except NotSent:
            return Busy(LITTLE)
        except NoAnswer as error:
            return Unsure(str(error))

    def may_send(self, kind: Kind, last_heard: datetime | None, quota: int | None, now: datetime) -> bool:
        """Whoever wrote to the bot once may be written to until they block it."""
        return True

    # -- the token

    async def call(self, request: Request) -> Answer:
        """As `ask`; but while the token must be quiet 429 without asking."""
        left = self._quiet_until - asyncio.get_running_loop().time()
        return Answer(429, description="still quiet", retry_after=left) if left > 0 else await self.ask(request)

    async def ask(self, request: Request, seconds: float = ANSWER) -> Answer:
        """One request; NotSent or NoAnswer if there was no answer. What it says about the token is noted."""
        try:
            answer = await self.wire.call(request.method, request.data, seconds)
        except NotSent:
            self.stands("unreachable")
            raise
        self._note(answer)
        return answer

    def _note(self, answer: Answer) -> None:
        if answer.code == 429:
            until = asyncio.get_running_loop().time() + answer.retry_after
            self._quiet_until = max(self._quiet_until, until)
            log.warning("Telegram asks for %s seconds of quiet", answer.retry_after)
        elif answer.code in {401, 404}:
            self.stands("revoked")
        elif answer.code < 500 and self.state in {"unreachable", "revoked"}:
            self.stands("ok")

    def stands(self, state: State) -> None:
        """Said once, when it changes."""
        if state != self.state:
            self.state = state
            log.log(logging.INFO if state == "ok" else logging.ERROR, MEANING[state])

    async def try_(self, method: str, data: Mapping[str, Any]) -> Answer | None:
        """Best effort; None if there was no good answer."""
        try:
            answer = await self.call(Request(method, data))
        except (NotSent, NoAnswer):
            return None
        return answer if answer.ok else None

    # -- files

    @asynccontextmanager
    async def fetch(self, source: Mapping[str, Json]) -> AsyncIterator[AsyncIterator[bytes]]:
        """The bytes of a file somebody sent; NotFetched: not now, RefusedFile: not ever."""
        try:
            path = await self._path(str(source["file_id"]))
            async with self.wire.file(path) as stream:
                yield stream
        except (NotSent, NoAnswer) as error:
            raise NotFetched(str(error)) from None

    async def _path(self, file_id: str) -> str:
        answer = await self.call(Request("getFile", {"file_id": file_id}))
        if answer.ok and isinstance(answer.result, dict) and answer.result.get("file_path"):
            return str(answer.result["file_path"])
        if answer.code == 400 and "too big" in answer.description:
            raise RefusedFile("too_large")
        raise NotFetched(f"HTTP {answer.code}")

    async def close(self) -> None:
        await self.wire.close()
