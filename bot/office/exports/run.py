"""An export in a process of its own, so that nobody in chat waits: a child that only reads, and is gone afterwards.

A child started with `python -m`, and no pool: its memory is given back when it ends, it can be killed by its id, and it
imports neither the web application nor a channel. Its order comes on standard input, where a database's password is
seen by nobody (arguments are).
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict, dataclass

LONGEST = 600.0  # seconds


class ExportFailed(Exception):
    """The child did not finish; nothing was written. The message is a kind of error and holds no answer of anybody."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to write from which database to where."""

    database_url: str
    form: str
    out: str
    codes: bool = False


async def run(order: Order) -> None:
    """Returns when the file is there; ExportFailed if it will not be."""
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.office.exports", stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(LONGEST):
            said, _ = await child.communicate(json.dumps(asdict(order)).encode())
    except BaseException as error:
        await _end(child)
        if isinstance(error, TimeoutError):
            raise ExportFailed("it took too long") from error
        raise
    if child.returncode:
        raise ExportFailed(said.decode("utf-8", "replace").strip()[:100] or f"exit {child.returncode}")


async def _end(child: asyncio.subprocess.Process) -> None:
    if child.returncode is None:
        child.kill()
        await child.wait()
