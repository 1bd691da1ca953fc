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
class Slot:
    """The next free slot of an address, and whether its person was told that it is being slowed."""

    next: datetime
    told: bool = False


Slots = dict[Address, Slot]


@dataclass(frozen=True, slots=True)
class Wait:
    """When it will be heard, and whether it is the first one that has to wait."""

    until: datetime
    first: bool


@dataclass(slots=True)
class Flood:
    """`pace` events a minute per address, as many at once; 0 is no limit. Each event takes a slot of a minute ÷ pace
    (the generic cell rate algorithm). What a batch takes is gathered in `taken`, and kept only once it is committed."""

    pace: int
    _slots: Slots = field(default_factory=dict)

    def full(self, address: Address, now: datetime) -> bool:
        """Whether an hour's worth waits."""
        slot = self._slots.get(address)
        return bool(self.pace and slot and slot.next - now > WINDOW + LONGEST)

    def free(self, address: Address, now: datetime) -> bool:
        """Whether what came now would be heard now; takes no slot."""
        return self.take(address, now, {}) is None

    def take(self, address: Address, now: datetime, taken: Slots) -> Wait | None:
        """None: hear it now."""
        if not self.pace:
            return None
        slot = taken.get(address) or self._slots.get(address)
        after, told = (
            (slot.next, slot.told) if slot and slot.next > now else (now, False)
        )  # after a quiet minute all is forgotten
        after += WINDOW / self.pace
        until = after - WINDOW
        waits = until > now
        taken[address] = Slot(after, told or waits)
        return Wait(until, first=not told) if waits else None

    def keep(self, taken: Slots, now: datetime) -> None:
        """The batch is committed."""
        self._slots |= taken
        if len(self._slots) > MANY:
            self._slots = {address: slot for address, slot in self._slots.items() if slot.next > now}

    def recall(self, address: Address, until: datetime) -> None:
        """After a restart: something of this address is to be heard only then, so that nothing new may overtake it."""
        if self.pace:
            slot = self._slots.get(address) or Slot(until)
            self._slots[address] = Slot(max(slot.next, until + WINDOW), told=True)
