"""Faults on demand: planned one by one, or drawn at given rates from a seed."""

from __future__ import annotations

import random
from collections import defaultdict, deque
from dataclasses import dataclass, field

# What can happen to a request; "after": it was taken all the same, and only the answer is lost.
FAULTS = ("error", "error_after", "hang", "hang_after", "drop", "drop_after", "flood")


@dataclass
class Faults:
    """`rates`: method ("*": any) → fault → probability. `duplicate`, `disorder`: of an update that is handed out."""

    seed: int = 0
    rates: dict[str, dict[str, float]] = field(default_factory=dict)
    duplicate: float = 0.0
    disorder: float = 0.0
    hang_for: float = 3600.0  # seconds, then the connection is dropped
    retry_after: int = 1
    code: int = 502

    def __post_init__(self) -> None:
        unknown = {fault for rates in self.rates.values() for fault in rates} - set(FAULTS)
        if unknown:
            raise ValueError(f"no such fault: {unknown}")
        self._chance = random.Random(self.seed)
        self._planned: dict[str, deque[str]] = defaultdict(deque)

    def plan(self, method: str, *faults: str) -> None:
        """The next calls of this method meet these, in order; "" lets one pass."""
        if not {"", *FAULTS} >= set(faults):
            raise ValueError(f"no such fault: {faults}")
        self._planned[method.lower()].extend(faults)

    def draw(self, method: str) -> str:
        if planned := self._planned.get(method.lower()):
            return planned.popleft()
        rates = self.rates.get(method) or self.rates.get("*") or {}
        if not rates:
            return ""
        drawn = self._chance.random()
        for fault, rate in rates.items():
            drawn -= rate
            if drawn < 0:
                return fault
        return ""

    def happens(self, rate: float) -> bool:
        return rate > 0 and self._chance.random() < rate

    def shuffle(self, items: list[dict[str, object]]) -> None:
        self._chance.shuffle(items)
