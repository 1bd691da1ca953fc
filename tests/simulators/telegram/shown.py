"""What people were shown, held against the letters that were written to them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from tests.simulators.telegram.wire import Call

OF_CHAT = "letters JOIN addresses ON addresses.id = address_id WHERE native = ? ORDER BY letters.id"
Letter = tuple[str, int, dict[str, Any]]  # state, attempts, body


def by_chat(calls: Iterable[Call]) -> dict[int, list[Call]]:
    """Chat → what came there, in order."""
    shown: dict[int, list[Call]] = {}
    for call in calls:
        if call.taken:
            shown.setdefault(call.chat_id, []).append(call)
    return shown


def letters(rows: Iterable[Sequence[Any]]) -> list[Letter]:
    """Of rows of state, attempts and body."""
    return [(state, attempts, json.loads(body) if isinstance(body, str) else body) for state, attempts, body in rows]


def copies(written: Iterable[Letter], calls: Iterable[Call]) -> list[list[Call]]:
    """How each letter was shown: those sent at least once, none oftener than it was tried, in the order in which they
    were written, and nothing else."""
    left, found = list(calls), []
    for state, attempts, body in written:
        mine: list[Call] = []
        while left and as_seen(left[0]) == as_written(body):
            mine.append(left.pop(0))
        assert (state == "sent") <= len(mine) <= attempts, (body, state, len(mine), attempts)
        found.append(mine)
    assert left == [], "something was shown that no letter says, or in another order"
    return found


def as_written(body: dict[str, Any]) -> tuple[str, set[str]]:
    """Its text and its buttons, unless it has a keyboard with which to hand something over."""
    return body["text"], set() if body.get("wants") else {choice[0] for choice in body.get("choices", ())}


def as_seen(call: Call) -> tuple[str, set[str]]:
    rows = (call.data.get("reply_markup") or {}).get("inline_keyboard", [])
    return call.text, {button["callback_data"] for row in rows for button in row}
