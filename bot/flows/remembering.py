"""What follows from content is worked out once. What was remembered holds the content it followed from; when that changes,
`forget` lets both go."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Known = TypeVar("Known")
_FORGET: list[Callable[[], None]] = []


def remembered(most: int) -> Callable[[Callable[Given, Known]], Callable[Given, Known]]:
    """The results of a pure function, for the `most` last used arguments; those of content are themselves and no other."""

    def remember(function: Callable[Given, Known]) -> Callable[Given, Known]:
        cached = lru_cache(maxsize=most)(function)
        _FORGET.append(cached.cache_clear)
        return cached  # type: ignore[return-value]  # its parameters are only said to be hashable

    return remember


def forget() -> None:
    """Everything; it is found out anew when it is needed."""
    for each in _FORGET:
        each()
