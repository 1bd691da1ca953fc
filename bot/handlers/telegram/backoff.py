"""How long to wait after the n-th failure in a row: longer each time, and not all at the same instant."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import SystemRandom

CHANCE = SystemRandom()


@dataclass(slots=True)
class Backoff:
    """In seconds; between half of it and all of it is waited."""

    first: float = 1.0
    most: float = 60.0
    failures: int = 0

    def next(self) -> float:
        self.failures += 1
        return min(self.most, self.first * 2.0 ** min(self.failures - 1, 16)) * CHANCE.uniform(0.5, 1.0)

    def reset(self) -> None:
        self.failures = 0
