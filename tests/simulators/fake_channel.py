"""A channel that refuses what a real one refuses (more than its rate in any sliding second), and fails when told to."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from bot.channel import Address, Busy, Gone, Kind, Outcome, Sent, Unsure
from bot.flows.values import Message


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that reached the channel, whatever it answered; `at` is the loop's time."""

    at: float
    to: str
    text: str


@dataclass
class FakeChannel:
    """`per_second`: one more in any sliding second is answered Busy. `answers` are given before all else, in order: an
    outcome, or an exception to be raised. `slow`: person → seconds until the answer; `gone`: persons who are not there."""

    name: str = "telegram"
    account: str = "bot"
    per_second: float = float("inf")
    delay: float = 0.0
    answers: deque[Outcome | Exception] = field(default_factory=deque)
    slow: dict[str, float] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    closed: set[Kind] = field(default_factory=set)
    arrived: list[Arrival] = field(default_factory=list)
    refused: int = 0

    async def send(self, address: Address, message: Message) -> Outcome:
        self.arrived.append(Arrival(asyncio.get_running_loop().time(), address.id, message.text.plain))
        if self._too_fast():
            self.refused += 1
            return Busy(1.0)
        await asyncio.sleep(self.slow.get(address.id, self.delay))
        if self.answers:
            answer = self.answers.popleft()
            if isinstance(answer, Exception):
                raise answer
            return answer
        return Gone("blocked") if address.id in self.gone else Sent(str(len(self.arrived)))

    def may_send(self, kind: Kind, last_heard: datetime | None, quota: int | None, now: datetime) -> bool:
        return kind not in self.closed

    def texts(self, to: str = "") -> list[str]:
        return [one.text for one in self.arrived if to in ("", one.to)]

    def _too_fast(self) -> bool:
        now = self.arrived[-1].at
        return sum(1 for one in self.arrived if now - one.at < 1.0) > self.per_second


TIMED_OUT = Unsure("timeout")
DROPPED = ConnectionResetError("in the middle")
