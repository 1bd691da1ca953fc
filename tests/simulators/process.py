"""The whole server as its own process, to be killed and started again."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import aiohttp

ROOT = Path(__file__).parents[2]
READY_SECONDS = 60.0
Serves = Callable[[], Awaitable[None]]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    """Ours without any NHIPCAU_ setting of this machine, and with these."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("NHIPCAU_")}
    settings = {f"NHIPCAU_{name}": value for name, value in more.items()}
    return {**ours, "NHIPCAU_DATA_DIR": str(data_dir), "PYTHONPATH": str(ROOT), **settings}


class Running(Protocol):
    """What is needed of a process."""

    @property
    def pid(self) -> int: ...

    @property
    def returncode(self) -> int | None: ...

    def kill(self) -> None: ...

    def terminate(self) -> None: ...

    async def wait(self) -> int: ...


@dataclass
class Server:
    """`python -m bot run` over one data folder, always on the same port. `starts`: seconds until it answered; `kills`:
    when it was killed; `prefix`: what the command is started with."""

    data_dir: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    starts: list[float] = field(default_factory=list)
    kills: list[float] = field(default_factory=list)
    prefix: list[str] = field(default_factory=list)
    process: Running = field(init=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.data_dir.parent / "server.log"

    @property
    def content(self) -> Path:
        """A copy of the repository's content, to be changed at will."""
        return self.data_dir.parent / "content"

    async def spawn(self) -> None:
        with self.log.open("ab") as log:
            self.process = await self.execute("-m", "bot", "run", stdout=log)
        self.spawned = time.monotonic()

    async def execute(self, *arguments: str, **streams: Any) -> asyncio.subprocess.Process:
        """Python with the server's folders and settings; what it says goes to the log."""
        self.data_dir.mkdir(exist_ok=True)
        if not self.content.exists():
            shutil.copytree(ROOT / "content", self.content)
        settings = {"PORT": str(self.port), "CONTENT_DIR": str(self.content), "LOG_LEVEL": "WARNING", **self.settings}
        env = environment(self.data_dir, **settings)
        command = (*self.prefix, sys.executable, *arguments)
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *command, cwd=self.data_dir.parent, env=env, stderr=log, **streams
            )

    async def ready(self) -> None:
        async with asyncio.timeout(READY_SECONDS), aiohttp.ClientSession() as session:
            while True:
                assert self.process.returncode is None, self.log.read_text()[-3000:]
                try:
                    async with session.get(f"{self.url}/healthz") as response:
                        if response.status == 200:
                            break
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)
        self.starts.append(time.monotonic() - self.spawned)

    async def start(self) -> None:
        await self.spawn()
        await self.ready()

    async def kill_again_and_again(self, kills: int, chance: random.Random, serves: Serves, within: float) -> None:
        """SIGKILL at random moments: mostly while people are served, up to so many seconds after `serves` says that
        it does, now and then while it is still starting. It is left running."""
        for _ in range(kills):
            if chance.random() < 0.2:
                await asyncio.sleep(chance.uniform(0.2, 2.0))
            else:
                await serves()
                await asyncio.sleep(chance.uniform(0.05, within))
            await self.kill()
            await self.spawn()
        await self.ready()

    async def kill(self) -> None:
        """SIGKILL: nothing is tidied up."""
        self.process.kill()
        self.kills.append(time.monotonic())
        await self.process.wait()

    async def stop(self) -> None:
        if self.process.returncode is None:
            self.process.terminate()
            try:
                await asyncio.wait_for(self.process.wait(), 20)
            except TimeoutError:
                await self.kill()
