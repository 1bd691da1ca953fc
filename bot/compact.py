"""JSON in few signs, by pydantic's own fast writer and reader. Both are stricter than JSON about half a surrogate pair, which
broken clients send: then the standard library writes it escaped and reads it back, so that nothing is lost."""

from __future__ import annotations

import json
from typing import Any

from pydantic_core import from_json, to_json


class Written(str):
    """JSON that is written already, which `dumps` leaves alone."""

    __slots__ = ()


def dumps(value: object) -> str:
    """ValueError if it is no JSON."""
    if type(value) is Written:
        return value
    try:
        return to_json(value).decode()
    except ValueError:
        return json.dumps(value, separators=(",", ":"))


def loads(words: str | bytes) -> Any:
    """ValueError or RecursionError if it is no JSON."""
    try:
        return from_json(words)
    except ValueError:
        return json.loads(words)
