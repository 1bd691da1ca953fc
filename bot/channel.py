"""What every channel shares: addresses, what comes in, what a sending ends in, what each channel can show, and `fit`,
the one place where a message is degraded to that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Protocol, TypeVar

from bot.flows.values import Choice, Event, Link, Message, Span, Text

Mark = TypeVar("Mark", Span, Link)
Kind = Literal["reply", "notice", "announcement"]


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person can be reached: a channel, the account of ours there, and their id for it."""

    channel: str
    account: str
    id: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update of a channel. `receipt` is its own id there, unique per channel, account and address: heard twice, it counts once."""

    address: Address
    receipt: str
    event: Event
    name: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """The channel took it; `id` is the message's id there."""

    id: str = ""


@dataclass(frozen=True, slots=True)
class Gone:
    """The person cannot be reached there any more (blocked, deleted)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Busy:
    """Not taken, and the whole account must wait that many seconds before anything else."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Unsure:
    """It may have arrived or not: a time-out or a broken connection between request and answer."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The channel will never take this message; the same again would be refused again."""

    reason: str


Outcome = Sent | Gone | Busy | Unsure | Refused


class Channel(Protocol):
    """What the outbox needs of a channel."""

    name: str
    account: str

    async def send(self, address: Address, message: Message) -> Outcome: ...

    def may_send(self, kind: Kind, last_heard: datetime | None, quota: int | None, now: datetime) -> bool: ...


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Limits of a channel. `text` counts UTF-16 units, `value` bytes; `buttons` 0 means that choices are typed.

    `pulls`: the person's client fetches letters itself, so posting is sending. `collects`: its client can tick several.
    """

    text: int
    buttons: int
    label: int = 64
    value: int = 64
    files: bool = True
    pulls: bool = False
    collects: bool = False


CAPABILITIES = {
    "web": Capabilities(text=20_000, buttons=60, label=120, value=512, pulls=True, collects=True),
    "terminal": Capabilities(text=20_000, buttons=60, label=120, value=512, pulls=True),
    "telegram": Capabilities(text=4096, buttons=60),  # facts: Bot API 10.3; labels have no published limit
    "zalo_bot": Capabilities(text=2000, buttons=0, files=False),
    "zalo_oa": Capabilities(text=2000, buttons=5, label=100, value=1000),
}


def fit(message: Message, can: Capabilities) -> tuple[Message, ...]:
    """The message as that channel can show it: choices it cannot show as buttons become numbered lines, and a text
    over its limit becomes several bubbles, cut between paragraphs, lines or words; the choices stay on the last."""
    if len(message.choices) > can.buttons:
        message = replace(message, text=_numbered(message.text, message.choices), choices=())
    parts = list(_pages(message.text, can.text))
    head = tuple(Message(part) for part in parts[:-1])
    return (*head, replace(message, text=parts[-1], many=message.many and can.collects))


def units(words: str) -> int:
    """The length in UTF-16 units, which Telegram and Zalo count."""
    return len(words.encode("utf-16-le")) // 2


def _numbered(text: Text, choices: tuple[Choice, ...]) -> Text:
    """Choices as lines to be typed. A scale is typed as it reads: before its 0 no "1." may stand."""
    labels = [choice.label for choice in choices if not choice.control]
    scale = bool(labels) and all(label.isdecimal() for label in labels)
    numbered = [" · ".join(labels)] if scale else [f"{number}. {label}" for number, label in enumerate(labels, 1)]
    controls = [f"– {choice.label}" for choice in choices if choice.control]
    return replace(text, plain="\n".join((text.plain, "", *numbered, *controls)))


def _pages(text: Text, limit: int) -> Iterator[Text]:
    while units(text.plain) > limit:
        cut = _cut(text.plain, limit)
        yield slice_text(text, 0, cut)
        text = slice_text(text, cut, len(text.plain))
    yield text


def _cut(plain: str, limit: int) -> int:
    """Where to cut so that the first part holds at most `limit` units; after a paragraph if that leaves at least half."""
    room = len(plain.encode("utf-16-le")[: limit * 2].decode("utf-16-le", "ignore"))
    for mark in ("\n\n", "\n", " "):
        at = plain.rfind(mark, 0, room)
        if at > room // 2:
            return at + len(mark)
    return room


def slice_text(text: Text, start: int, stop: int) -> Text:
    """The part from start to stop, without blanks at its ends, and the styles and links that fall into it."""
    plain = text.plain[start:stop]
    start += len(plain) - len(plain.lstrip())
    plain = plain.strip()
    spans = tuple(_moved(span, start, start + len(plain)) for span in text.spans)
    links = tuple(_moved(link, start, start + len(plain)) for link in text.links)
    return Text(plain, tuple(filter(None, spans)), tuple(filter(None, links)))


def _moved(mark: Mark, start: int, stop: int) -> Mark | None:
    """The mark as it stands in the part from start to stop, if any of it does."""
    first, last = max(mark.start, start), min(mark.start + mark.length, stop)
    return replace(mark, start=first - start, length=last - first) if first < last else None
