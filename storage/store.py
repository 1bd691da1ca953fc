"""The unit of work and the only commit. All SQL stands in the modules of the nouns; README.md lists their calls.

storage = await Storage.open(url)
async with storage.write() as store:      # one transaction: commits at the end, rolls back on any error
    persons = await store.people.resolve(addresses, at)
async with storage.read() as store:       # a snapshot; cannot write
    page = await store.submissions.page("needs_survey", "sent")
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import URL, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.compact import dumps, loads
from storage.applications import Applications
from storage.belongings import Belongings
from storage.broadcasts import Broadcasts
from storage.cases import Cases
from storage.classes import Classes
from storage.consents import Consents
from storage.counters import Counters
from storage.erasing import Erasing
from storage.errors import StorageError, WrongProgramme, named, reached
from storage.events import Events
from storage.facts import Facts
from storage.files import Files
from storage.jobs import Jobs
from storage.letters import Letters
from storage.mentions import Mentions
from storage.meta import Meta
from storage.officials import Officials
from storage.organisations import Organisations
from storage.people import People
from storage.receipts import Receipts
from storage.releases import Releases
from storage.requests import Requests
from storage.sessions import Sessions
from storage.sqlite import connect
from storage.submissions import Submissions
from storage.talks import Talks
from storage.tokens import Tokens
from storage.watches import Watches

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
READERS = 5
CONNECT = 10.0  # seconds until a server that does not answer is given up
# PostgreSQL: a commit is on disk when it returns; no statement is worth compiling first.
SETTINGS = {"application_name": "nhipcau", "synchronous_commit": "on", "jit": "off"}
ONE_MOMENT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class Store:
    """The nouns over one open transaction. Not to be used by two tasks at once, nor after its block has ended."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.people = People(connection)
        self.receipts = Receipts(connection)
        self.sessions = Sessions(connection)
        self.submissions = Submissions(connection)
        self.letters = Letters(connection)
        self.broadcasts = Broadcasts(connection)
        self.events = Events(connection)
        self.consents = Consents(connection)
        self.files = Files(connection)
        self.officials = Officials(connection)
        self.tokens = Tokens(connection)
        self.facts = Facts(connection)
        self.releases = Releases(connection)
        self.jobs = Jobs(connection)
        self.meta = Meta(connection)
        self.counters = Counters(connection)
        self.organisations = Organisations(connection)
        self.applications = Applications(connection)
        self.talks = Talks(connection)
        self.classes = Classes(connection)
        self.watches = Watches(connection)
        self.requests = Requests(connection)
        self.belongings = Belongings(connection)
        self.erasing = Erasing(connection)
        self.cases = Cases(connection)
        self.mentions = Mentions(connection)


class Storage:
    """The database of one deployment: one writer at a time, readers beside it."""

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine) -> None:
        self._writer, self._reader = writer, reader
        self._turn = asyncio.Lock()

    @classmethod
    async def open(cls, url: str, *, busy_seconds: float = 5.0) -> Storage:
        """Opens a migrated database; `busy_seconds` is how long another process may hold it before we say Locked."""
        full = driver_url(url)
        storage = cls(_engine(full, busy_seconds, writes=True), _engine(full, busy_seconds, writes=False))
        async with storage.read():  # a database that cannot be opened is told now and not at the first message
            return storage

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Store]:
        """One transaction, committed when the block ends well; Locked, Full or StorageError if it could not be."""
        async with self._turn:
            with named():
                async with _connected(self._writer) as connection, connection.begin():
                    yield Store(connection)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Store]:
        """One snapshot of what is committed, beside the writer."""
        with named():
            async with _connected(self._reader) as connection:
                yield Store(connection)

    async def claim_programme(self, id: str) -> None:
        """Makes the database this programme's; WrongProgramme if it is another's."""
        async with self.write() as store:
            owner = await store.meta.once("programme", id)
        if owner != id:
            raise WrongProgramme(f"the database belongs to the programme {owner!r}, not {id!r}")

    async def check(self, now: datetime) -> None:
        """Writes one row to disk, for /readyz: raises what any other write would raise now."""
        async with self.write() as store:
            await store.meta.put("checked", now.isoformat())

    async def close(self) -> None:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._writer.dispose)
            stack.push_async_callback(self._reader.dispose)


@asynccontextmanager
async def _connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection; an operating system that finds no way there is the database's trouble, and nobody else's."""
    async with AsyncExitStack() as stack:
        with reached():
            connection = await stack.enter_async_context(engine.connect())
        yield connection


def driver_url(url: str) -> URL:
    """The URL with the asynchronous driver of its engine. A throw-away store is a file in a temporary folder."""
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise StorageError("a database in memory cannot be read beside its writer; use a file in a temporary folder")
    if mode := parsed.query.get("sslmode"):  # as all tools of PostgreSQL call it, but for this driver
        parsed = parsed.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
    return parsed.set(drivername=DRIVERS[parsed.get_backend_name()])


def _parsed(url: str) -> URL:
    """The URL itself, which can hold a password, stands in no message."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StorageError("the address of the database cannot be read: sqlite:///… or postgresql://…") from None
    if parsed.get_backend_name() not in DRIVERS:
        raise StorageError(f"a database is at sqlite:///… or postgresql://…, not at {parsed.drivername}://…")
    return parsed


def _engine(url: URL, busy_seconds: float, *, writes: bool) -> AsyncEngine:
    sqlite = url.get_backend_name() == "sqlite"
    engine = create_async_engine(
        url,
        json_serializer=dumps,
        json_deserializer=loads,
        pool_size=1 if writes else READERS,
        max_overflow=0,
        pool_timeout=busy_seconds,
        pool_pre_ping=not sqlite,  # a server that was started anew is not the next person's trouble
        **_connecting(url, busy_seconds),
        execution_options={} if sqlite or writes else ONE_MOMENT,
    )
    if sqlite:
        event.listen(engine.sync_engine, "connect", partial(_prepare, writes=writes))
        event.listen(engine.sync_engine, "begin", partial(_begin, writes=writes))
    return engine


def _connecting(url: URL, busy_seconds: float) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        return {"async_creator": partial(connect, url.database or "", busy_seconds)}
    return {"connect_args": _session(busy_seconds)}


def _session(busy_seconds: float) -> dict[str, Any]:
    """How a connection to PostgreSQL behaves, whatever the server's own settings."""
    wait = f"{max(1, round(busy_seconds * 1000))}ms"
    return {"timeout": CONNECT, "server_settings": SETTINGS | {"lock_timeout": wait}}


def _prepare(connection: Any, record: object, *, writes: bool) -> None:
    cursor = connection.cursor()
    pragmas = ["journal_mode=WAL", "synchronous=FULL"] if writes else ["query_only=ON"]
    # mapped, a page is read without a system call, which counts when a million persons do not fit the cache
    for pragma in [*pragmas, "foreign_keys=ON", "cache_size=-32000", "mmap_size=2147418112"]:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Any, *, writes: bool) -> None:
    """The driver begins nothing by itself (isolation_level None); a writer takes its place before it reads anything."""
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
