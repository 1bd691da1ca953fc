"""Too many messages: none above the limit in any second that slides, and after a refusal the token waits in full."""

from __future__ import annotations

import asyncio
import math
from collections import defaultdict, deque
from dataclasses import dataclass

from tests.simulators.telegram.wire import Refused


@dataclass
class Limits:
    """Messages in any sliding second, for the token and (0: off) per chat; `retry_after` in seconds."""

    rate: int = 30
    per_chat: int = 0
    retry_after: int = 1


class Rate:
    def __init__(self) -> None:
        self._shut_until = 0.0
        self._token: deque[float] = deque()
        self._chats: dict[int, deque[float]] = defaultdict(deque)

    def hold(self, limits: Limits, chat_id: int | None) -> None:
        """Counts one message, or refuses it."""
        now = asyncio.get_running_loop().time()
        if now < self._shut_until:
            raise flood(math.ceil(self._shut_until - now))
        held = [(limits.rate, self._token)]
        if limits.per_chat and chat_id is not None:
            held.append((limits.per_chat, self._chats[chat_id]))
        for limit, times in held:
            while times and now - times[0] >= 1.0:
                times.popleft()
            if limit and len(times) >= limit:
                self.shut(limits.retry_after)
        for _, times in held:
            times.append(now)

    def shut(self, seconds: int) -> None:
        self._shut_until = asyncio.get_running_loop().time() + seconds
        raise flood(seconds)


def flood(seconds: int) -> Refused:
    return Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
