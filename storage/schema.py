"""Brings a database to the current schema, from Python and without an alembic.ini."""

from __future__ import annotations

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from storage.errors import StorageError, named
from storage.store import driver_url

SCRIPTS = Path(__file__).parent / "migrations"


def migrate(url: str, revision: str = "head") -> None:
    """Upgrades, all or nothing. Not inside a running event loop: `await asyncio.to_thread(migrate, url)` there."""
    asyncio.run(_run(url, revision, command.upgrade))


def unmigrate(url: str, revision: str = "base") -> None:
    """Goes back to an earlier schema, for development and tests: what the later one added is deleted."""
    asyncio.run(_run(url, revision, command.downgrade))


async def _run(url: str, revision: str, move: object) -> None:
    parsed = driver_url(url)
    sqlite = parsed.get_backend_name() == "sqlite"
    engine = create_async_engine(parsed, poolclass=NullPool, connect_args={"isolation_level": None} if sqlite else {})
    if sqlite:  # Alembic copies tables, with foreign keys off, as they are unless asked for
        event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with named():
            async with engine.begin() as connection:
                await connection.run_sync(_move, revision, move)
    finally:
        await engine.dispose()


def _move(connection: Connection, revision: str, move: object) -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    move(config, revision)  # type: ignore[operator]
    if connection.dialect.name == "sqlite" and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
        raise StorageError(f"the migration left rows that point nowhere: {broken[:5]}")
