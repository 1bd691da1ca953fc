"""The whole server as its own process, to be killed and started again."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parents[2]
READY_SECONDS = 60.0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    """Ours without any NHIPCAU_ setting of this machine, and with these."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("NHIPCAU_")}
    settings = {f"NHIPCAU_{name}": value for name, value in more.items()}
    return {**ours, "NHIPCAU_DATA_DIR": str(data_dir), "PYTHONPATH": str(ROOT), **settings}


@dataclass
class Server:
    """`python -m bot run` over one data folder, always on the same port. `starts`: seconds until it answered; `prefix`:
    what the command is started with."""

    data_dir: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    starts: list[float] = field(default_factory=list)
    prefix: list[str] = field(default_factory=list)

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
        self.data_dir.mkdir(exist_ok=True)
        if not self.content.exists():
            shutil.copytree(ROOT / "content", self.content)
        settings = {"PORT": str(self.port), "CONTENT_DIR": str(self.content), "LOG_LEVEL": "WARNING", **self.settings}
        env = environment(self.data_dir, **settings)
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self.prefix,
                sys.executable,
                "-m",
                "bot",
                "run",
                cwd=self.data_dir.parent,
                env=env,
                stdout=log,
                stderr=log,
            )
        self.spawned = time.monotonic()

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

    async def kill(self) -> None:
        """SIGKILL: nothing is tidied up."""
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> None:
        if self.process.returncode is None:
            self.process.terminate()
            try:
                await asyncio.wait_for(self.process.wait(), 20)
            except TimeoutError:
                await self.kill()
