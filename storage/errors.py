"""What can go wrong with the database itself, whatever was asked of it: nothing was stored, and nothing was lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

# SQLite: primary result codes; PostgreSQL: classes or codes of SQLSTATE.
LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
FULL = (sqlite3.SQLITE_FULL,)
BROKEN = (
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
)
COLLIDED_STATES = ("40001", "40P01")
LOCKED_STATES = ("55P03",)
FULL_STATES = ("53100",)
BROKEN_STATES = ("08", "25006", "28", "3D000", "53", "57P", "58", "XX")


class StorageError(Exception):
    """The database could not do its work; the transaction is undone, the same may be tried again later."""


class Locked(StorageError):
    """Someone else holds the database for longer than we wait."""


class Collided(Locked):
    """Two transactions stood in each other's way, and this one was undone so that the other could go on: it may be
    tried again at once. PostgreSQL only."""


class Full(StorageError):
    """The disk takes no more."""


class WrongProgramme(StorageError):
    """The database belongs to another programme."""


@contextmanager
def named() -> Iterator[None]:
    """Gives the driver's errors about the database itself the names above; errors in what was asked pass unchanged."""
    try:
        yield
    except exc.TimeoutError as error:  # all readers are taken
        raise Locked("no connection became free") from error
    except exc.DBAPIError as error:
        kind = StorageError if error.connection_invalidated else _kind(error.orig)
        if kind is None:
            raise
        raise kind(str(error.orig)) from error


@contextmanager
def reached() -> Iterator[None]:
    """Around connecting only: where the operating system finds no way to the server, which is no error of the driver."""
    try:
        yield
    except OSError as error:
        raise StorageError(f"the database does not answer: {error}") from error


def _kind(error: BaseException | None) -> type[StorageError] | None:
    state = getattr(error, "sqlstate", None)
    if state in COLLIDED_STATES:
        return Collided
    if state:
        return _pick(state.startswith(LOCKED_STATES), state.startswith(FULL_STATES), state.startswith(BROKEN_STATES))
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the upper bytes say more than we tell apart
    return _pick(code in LOCKED, code in FULL, code in BROKEN)


def _pick(locked: bool, full: bool, broken: bool) -> type[StorageError] | None:
    return Locked if locked else Full if full else StorageError if broken else None
