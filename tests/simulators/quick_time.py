"""An event loop whose time is its own: it stands still while something runs, a thread (the database) included, and
leaps to the next timer as soon as nothing does. Hours pass in milliseconds, and no figure depends on the machine."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

STUCK = 20.0  # seconds
Result = TypeVar("Result")
BEGIN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


class Leaping(selectors.DefaultSelector):
    """Waits for real only while work is under way in a thread."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.working = 0.0, 0

    def select(self, timeout: float | None = None) -> Any:
        if (
            timeout == 0
        ):  # something is ready to run; a moment passes all the same, else a timer a hair away never comes
            self.now += 1e-7
            return super().select(0)
        if self.working or timeout is None:
            ready = super().select(STUCK)
            assert ready, f"nothing happened for {STUCK} s (threads at work: {self.working})"
            return ready
        ready = super().select(0)
        if not ready:
            self.now += timeout
        return ready


class QuickLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.leaping = Leaping()
        super().__init__(self.leaping)

    def time(self) -> float:
        return self.leaping.now

    @contextmanager
    def working(self) -> Any:
        """Time stands still inside."""
        self.leaping.working += 1
        try:
            yield
        finally:
            self.leaping.working -= 1


def quick_loop() -> QuickLoop:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, QuickLoop)
    return loop


def clock() -> datetime:
    """The loop's time as an instant."""
    return BEGIN + timedelta(seconds=asyncio.get_running_loop().time())


def run(main: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
    with asyncio.Runner(loop_factory=QuickLoop) as runner:
        return runner.run(main())
