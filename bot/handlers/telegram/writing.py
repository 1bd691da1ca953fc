"""A message as Telegram's sendMessage takes it. Pure.

Choices are inline buttons, which carry their question. A telephone number or a location can only be asked for by a
reply keyboard, of which a message has one or the other: then the controls stand on it too, as words to be typed. A
message without any choice takes what is left of such a keyboard away.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.channel import CAPABILITIES, Address, units
from bot.flows.values import Choice, Link, Message, Span, Text

ENTITIES = 100  # of a message; more are shown without their style
ROW = 8  # buttons side by side at most
WIDTH = 30  # characters that fit side by side on a phone
VALUE = CAPABILITIES["telegram"].value
HALF = re.compile("[\ud800-\udfff]")  # half a surrogate pair, which Telegram refuses
ASKS = {"phone": "request_contact", "location": "request_location"}
NO_PREVIEW = {"is_disabled": True}
NO_KEYBOARD = {"remove_keyboard": True}
Row = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Request:
    """A method of the Bot API and its parameters."""

    method: str
    data: Mapping[str, Any]


def write(address: Address, message: Message) -> Request:
    return Request("sendMessage", {"chat_id": int(address.id), **_written(message)})


@lru_cache(maxsize=2048)
def _written(message: Message) -> Mapping[str, Any]:
    """Everything but for whom; many are asked the same."""
    plain = HALF.sub("�", message.text.plain)
    data: dict[str, Any] = {"text": plain, "link_preview_options": NO_PREVIEW}
    if found := entities(message.text):
        data["entities"] = found
    return data | {"reply_markup": _markup(message)}


def entities(text: Text) -> list[dict[str, Any]]:
    """Styles and web links, counted in UTF-16 units; Telegram itself finds telephone numbers and mail addresses."""
    if not text.spans and not text.links:
        return []
    at = _units_before(text.plain)
    links = [link for link in text.links if link.href.startswith(("http://", "https://"))]
    marks: list[Span | Link] = sorted([*text.spans, *links], key=lambda mark: mark.start)
    found = []
    for mark in marks[:ENTITIES]:
        start, stop = at(mark.start), at(mark.start + mark.length)
        kind = {"type": "text_link", "url": mark.href} if isinstance(mark, Link) else {"type": mark.style}
        found.append({**kind, "offset": start, "length": stop - start})
    return found


def keyboard(choices: Sequence[Choice]) -> list[Row]:
    """Rows of inline buttons: the answers, then the controls. What a button cannot carry is typed."""
    can = [choice for choice in choices if 0 < len(choice.value.encode()) <= VALUE]
    groups = ([c for c in can if not c.control], [c for c in can if c.control])
    return [[button(c.label, c.value) for c in row] for group in groups for row in _rows(group)]


def button(label: str, value: str) -> dict[str, Any]:
    return {"text": label, "callback_data": value}


def _markup(message: Message) -> dict[str, Any]:
    if message.hand and all(choice.control for choice in message.choices):
        return _asking(message)
    rows = keyboard(message.choices)
    return {"inline_keyboard": rows} if rows else NO_KEYBOARD


def _asking(message: Message) -> dict[str, Any]:
    first: Row = [{"text": message.hand, ASKS[message.wants]: True}]
    rows = [[{"text": choice.label} for choice in row] for row in _rows(message.choices)]
    return {"keyboard": [first, *rows], "resize_keyboard": True, "one_time_keyboard": True}


def _rows(choices: Sequence[Choice]) -> Iterator[Sequence[Choice]]:
    """As many side by side as fit, all rows alike."""
    longest = max((units(choice.label) for choice in choices), default=0)
    beside = max(1, min(ROW, WIDTH // (longest + 1)))
    for first in range(0, len(choices), beside):
        yield choices[first : first + beside]


def _units_before(plain: str) -> Callable[[int], int]:
    """Place in code points → place in UTF-16 units."""
    if plain.isascii() or max(plain) <= "\uffff":
        return lambda place: place
    places = [0]
    for sign in plain:
        places.append(places[-1] + (2 if sign > "\uffff" else 1))
    return lambda place: places[min(place, len(plain))]
