"""One process serves a data folder: a second one would take the first one's letters for lost, and send them again."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.app.house import Unusable

log = logging.getLogger(__name__)
PATIENCE = 20.0  # seconds: when a service is restarted, the new process may come before the old one has gone
LOOK = 0.2


@asynccontextmanager
async def alone(folder: Path, patience: float = PATIENCE) -> AsyncIterator[None]:
    """Holds the folder until the end, whatever the end is: a lock goes with its process. Unusable if another has it."""
    with (folder / "run.lock").open("a") as file:
        for tries in range(1 + round(patience / LOOK)):
            if _locked(file.fileno()):
                break
            if tries == 0:
                log.warning("another nhipcau serves this data folder; waiting for it to end")
            await asyncio.sleep(LOOK)
        else:
            raise Unusable("another nhipcau serves this data folder, and only one may: its letters would go twice")
        yield


def _locked(descriptor: int) -> bool:
    if sys.platform == "win32":  # where the second one would not get the port either
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
