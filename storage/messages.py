"""A Message as JSON and back: what stands at its default is left out, and what no field knows is ignored."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from bot.compact import Written, dumps
from bot.flows.values import Choice, Json, Link, Message, Span, Text


def message_to_json(message: Message) -> dict[str, Json]:
    text = message.text
    full: dict[str, Json] = {
        "text": text.plain,
        "spans": [[span.start, span.length, span.style] for span in text.spans],
        "links": [[link.start, link.length, link.href] for link in text.links],
        "choices": [[choice.value, choice.label, *([True] if choice.control else [])] for choice in message.choices],
        "many": message.many,
        "wants": message.wants,
        "hand": message.hand,
    }
    return {name: value for name, value in full.items() if value or name == "text"}


@lru_cache(maxsize=2048)
def written(message: Message) -> Written:
    """The JSON itself: many are told the same."""
    return Written(dumps(message_to_json(message)))


def message_from_json(data: Mapping[str, Any]) -> Message:
    spans = tuple(Span(*span) for span in data.get("spans", ()))
    links = tuple(Link(*link) for link in data.get("links", ()))
    choices = tuple(Choice(*choice) for choice in data.get("choices", ()))
    text, many = Text(data["text"], spans, links), data.get("many", False)
    return Message(text, choices, many, data.get("wants", ""), data.get("hand", ""))
