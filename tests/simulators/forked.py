"""The whole server without its imports, to be killed and started again and again: forked from a process that has loaded
everything, so that a start costs what the start itself costs. Starts from nothing are tried with `Server`."""

from __future__ import annotations

import asyncio
import importlib
import os
import signal
import sys
import time
import traceback
from dataclasses import dataclass, field

from tests.simulators.process import Server

LOADED = ("bot.app.serving", "bot.handlers.telegram.reading", "uvloop")


@dataclass
class Child:
    """A forked process, as `Running`; the one that it was forked from tells of its end."""

    pid: int
    loaded: asyncio.subprocess.Process
    returncode: int | None = None
    _ending: asyncio.Task[int] | None = None

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def terminate(self) -> None:
        os.kill(self.pid, signal.SIGTERM)

    async def wait(self) -> int:
        self._ending = self._ending or asyncio.create_task(ask(self.loaded, f"wait {self.pid}"))
        self.returncode = await asyncio.shield(self._ending)
        return self.returncode


@dataclass
class ForkedServer(Server):
    """`nhipcau run` like `Server`'s; `end` also ends the process that it is forked from."""

    loaded: asyncio.subprocess.Process | None = field(default=None, repr=False)

    async def spawn(self) -> None:
        if self.loaded is None:
            pipe = asyncio.subprocess.PIPE
            self.loaded = await self.execute("-m", "tests.simulators.forked", stdin=pipe, stdout=pipe)
        self.process = Child(await ask(self.loaded, "fork"), self.loaded)
        self.spawned = time.monotonic()

    async def end(self) -> None:
        await self.stop()
        if self.loaded and self.loaded.stdin:
            self.loaded.stdin.close()
            await self.loaded.wait()


async def ask(loaded: asyncio.subprocess.Process, what: str) -> int:
    assert loaded.stdin
    assert loaded.stdout
    loaded.stdin.write(f"{what}\n".encode())
    return int(await loaded.stdout.readline())


def fork() -> int:
    """The child's id; in the child the command runs to its end."""
    if pid := os.fork():
        return pid
    code = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)
        code = importlib.import_module("bot.cli").main(["run"])
    except BaseException:  # noqa: BLE001  the child ends here, whatever it is
        traceback.print_exc()
    os._exit(code)


def main() -> None:
    for name in LOADED:
        importlib.import_module(name)
    for line in sys.stdin:
        what, _, pid = line.strip().partition(" ")
        answer = fork() if what == "fork" else os.waitstatus_to_exitcode(os.waitpid(int(pid), 0)[1])
        print(answer, flush=True)


if __name__ == "__main__":
    main()
