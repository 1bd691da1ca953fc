"""SQLite's connection as SQLAlchemy drives it. aiosqlite asks its thread four times for a statement (a cursor, to execute,
to fetch, to close), and both threads wake up each time; here the whole statement is one errand."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Self

import aiosqlite

Done = tuple[Any, int, int | None, list[Any]]  # what a cursor knows after a statement, and its rows


class Cursor:
    """All its rows are there when a statement is done: the house reads in pages (Submissions.stream)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.lastrowid: int | None = None
        self.rowcount, self.arraysize = -1, 1

    async def execute(self, sql: str, parameters: Any = ()) -> Self:
        return await self._run(self._connection.run, sql, parameters)

    async def executemany(self, sql: str, parameters: Sequence[Any]) -> Self:
        return await self._run(self._connection.run_many, sql, parameters)

    async def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """It is closed already."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """As close."""

    async def _run(self, run: Callable[[str, Any], Done], sql: str, parameters: Any) -> Self:
        done = await self._connection.ask(run, sql, parameters)
        self.description, self.rowcount, self.lastrowid, self._rows = done
        return self


class Connection(aiosqlite.Connection):
    """`run` and `run_many` are called on its thread only."""

    def cursor(self) -> Any:
        return Cursor(self)

    def ask(self, run: Callable[[str, Any], Done], sql: str, parameters: Any) -> Coroutine[Any, Any, Done]:
        return self._execute(run, sql, parameters)  # type: ignore[no-untyped-call]

    def run(self, sql: str, parameters: Any) -> Done:
        return _done(self._conn.execute(sql, parameters))

    def run_many(self, sql: str, parameters: Sequence[Any]) -> Done:
        return _done(self._conn.executemany(sql, parameters))


def _done(cursor: sqlite3.Cursor) -> Done:
    rows = cursor.fetchall() if cursor.description else []
    done = (cursor.description, cursor.rowcount, cursor.lastrowid, rows)
    cursor.close()
    return done


async def connect(database: str, busy_seconds: float) -> Connection:
    """Begins no transaction by itself. Its thread does not keep a process that ends."""
    connection = Connection(lambda: sqlite3.connect(database, timeout=busy_seconds, isolation_level=None), 64)
    connection._thread.daemon = True  # noqa: SLF001  as SQLAlchemy does with aiosqlite's own
    _ = await connection
    return connection
