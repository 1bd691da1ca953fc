"""Slowing those who send too fast: what comes over the pace is kept and heard later, in order, harming nobody else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.channel import Address

WINDOW = timedelta(minutes=1)
LONGEST = timedelta(hours=1)  # how far ahead one address may fill its slots; over that it must come again later
MANY = 10_000  # addresses remembered before those long quiet are forgotten


class Flooded(Exception):
    """So much of this address waits already that this update was not taken."""


@dataclass(frozen=True, slots=True)
class Wait:
    """When it will be heard, and whether it is the first one that has to wait."""

    until: datetime
    first: bool


@dataclass(slots=True)
class Flood:
    """`pace` events a minute per address, as many at once; 0 is no limit. Each event takes a slot of a minute ÷ pace
    (the generic cell rate algorithm): `_next` is the slot after the last one taken."""

    pace: int
    _next: dict[Address, datetime] = field(default_factory=dict)
    _slowed: set[Address] = field(default_factory=set)

    def take(self, address: Address, now: datetime) -> Wait | None:
        """None: hear it now. Raises Flooded when an hour's worth waits."""
        if not self.pace:
            return None
        slot = max(self._next.get(address, now), now)
        if slot - now > WINDOW + LONGEST:
            raise Flooded
        self._next[address] = slot + WINDOW / self.pace
        until = slot - WINDOW + WINDOW / self.pace
        if until <= now:
            self._slowed.discard(address)
            self._forget(now)
            return None
        first = address not in self._slowed
        self._slowed.add(address)
        return Wait(until, first)

    def _forget(self, now: datetime) -> None:
        if len(self._next) > MANY:
            self._next = {address: slot for address, slot in self._next.items() if slot > now}
            self._slowed &= self._next.keys()
