"""Brings a database to the current schema, from Python and without an alembic.ini. An empty one gets the tables as they
are; Alembic, slow to import, is imported only where there is something to move."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Literal

import sqlalchemy
from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table, event
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from storage.errors import StorageError, named, reached
from storage.store import driver_url
from storage.tables import metadata

MIGRATING = 20_260_002  # the number of a lock of PostgreSQL
SCRIPTS = Path(__file__).parent / "migrations"
Direction = Literal["up", "down"]
STAMP = Table(  # Alembic's own
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def migrate(url: str, revision: str = "head") -> None:
    """Upgrades, all or nothing. Not inside a running event loop: `await asyncio.to_thread(migrate, url)` there."""
    asyncio.run(_run(url, "up", revision))


def unmigrate(url: str, revision: str = "base") -> None:
    """Goes back to an earlier schema, for development and tests: what the later one added is deleted."""
    asyncio.run(_run(url, "down", revision))


async def _run(url: str, direction: Direction, revision: str) -> None:
    parsed = driver_url(url)
    sqlite = parsed.get_backend_name() == "sqlite"
    engine = create_async_engine(parsed, poolclass=NullPool, connect_args={"isolation_level": None} if sqlite else {})
    if sqlite:  # Alembic copies tables, with foreign keys off, as they are unless asked for
        event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with named():
            async with AsyncExitStack() as stack:
                with reached():
                    connection = await stack.enter_async_context(engine.begin())
                await connection.run_sync(_move, direction, revision)
    finally:
        await engine.dispose()


def _move(connection: Connection, direction: Direction, revision: str) -> None:
    if connection.dialect.name == "postgresql":  # of several processes that start at once one does it
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
    if (direction, revision) == ("up", "head") and _is_current(connection):
        return
    _migrate(connection, direction, revision)
    if connection.dialect.name == "sqlite" and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
        raise StorageError(f"the migration left rows that point nowhere: {broken[:5]}")


def _migrate(connection: Connection, direction: Direction, revision: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        (command.upgrade if direction == "up" else command.downgrade)(config, revision)
    except CommandError as error:  # a revision that these scripts do not know: the database of a later version
        raise StorageError(f"the database cannot be brought to {revision}: {error}") from error


def _is_current(connection: Connection) -> bool:
    """Whether the schema is the current one; in a database without any table it is now."""
    tables = sqlalchemy.inspect(connection).get_table_names()
    if not tables:
        _create(connection)
        return True
    if STAMP.name not in tables:
        return False
    return connection.scalar(sqlalchemy.select(STAMP.c.version_num)) == _newest()


def _create(connection: Connection) -> None:
    """What all migrations together lead to, as tests/storage/test_schema.py proves."""
    metadata.create_all(connection, checkfirst=False)
    STAMP.create(connection)
    connection.execute(STAMP.insert().values(version_num=_newest()))


def _newest() -> str:
    """The revision of the last script: their names begin with it, and sort."""
    return max(path.name for path in (SCRIPTS / "versions").glob("[0-9]*.py")).split("_")[0]
