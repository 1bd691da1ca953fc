"""What is known of an update once it is read, in values that need no aiogram."""

from __future__ import annotations

from dataclasses import dataclass

from bot.channel import Address, Incoming
from bot.flows.values import Choice

CHANNEL = "telegram"


class Malformed(Exception):
    """An update that cannot be read; the message is the kind of error and holds nothing of it."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Somebody can be reached again, or (`reason`) not any more."""

    address: Address
    receipt: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Tap:
    """A tapped button; where its message is still there for us, with that message and the buttons below it."""

    id: str
    value: str
    chat: int = 0
    message: int = 0
    shown: tuple[tuple[Choice, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """An update: what is to be heard of it, and the tap to be answered after that."""

    what: Incoming | Reached | None
    tap: Tap | None = None
