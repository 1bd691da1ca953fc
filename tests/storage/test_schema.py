"""Migrations: they lead to the tables as they are, back to nothing, and all or nothing."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, PrimaryKeyConstraint, Table, UniqueConstraint
from sqlalchemy.ext.asyncio import create_async_engine

from storage import Locked, StorageError, migrate
from storage.schema import SCRIPTS, unmigrate
from storage.store import driver_url
from storage.tables import metadata

OLDEST = "0001"
INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'",
}


async def asked(url: str, question: Callable[[Connection], Any]) -> Any:
    """What the database at that URL says."""
    engine = create_async_engine(driver_url(url))
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(question)
    finally:
        await engine.dispose()


def tables_in(url: str) -> set[str]:
    return set(asyncio.run(asked(url, lambda connection: sqlalchemy.inspect(connection).get_table_names())))


def indexes_in(connection: Connection) -> dict[str, str]:
    rows = connection.exec_driver_sql(INDEXES[connection.dialect.name])
    return {name: " ".join(sql.split()) for name, sql in rows}


def scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def differences(connection: Connection) -> Any:
    """From what storage.tables says."""
    return compare_metadata(MigrationContext.configure(connection), metadata)


def described(connection: Connection) -> dict[str, Any]:
    """Every table with its columns, keys and checks, in no order, as the database itself tells."""
    inspector = sqlalchemy.inspect(connection)
    asks = (
        inspector.get_columns,
        inspector.get_foreign_keys,
        inspector.get_unique_constraints,
        inspector.get_check_constraints,
    )
    return {
        table: [inspector.get_pk_constraint(table), *(sorted(map(str, ask(table))) for ask in asks)]
        for table in inspector.get_table_names()
    }


@pytest.fixture
def url(request: pytest.FixtureRequest, database: str) -> str:
    """A database of the test's own, since it may change more than rows."""
    return str(request.getfixturevalue("sqlite_url" if database == "sqlite" else "own_postgresql_url"))


@pytest.fixture
def empty_url(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without anything in it."""
    if database == "sqlite":
        yield f"sqlite:///{tmp_path}/a b%c.sqlite"  # folders have such names
        return
    server = request.getfixturevalue("postgresql")
    url = server.empty()
    yield url
    server.drop(url)


@pytest.fixture
def migrated_url(empty_url: str) -> str:
    """A database that has gone through every migration, as an empty one need not."""
    migrate(empty_url, OLDEST)
    migrate(empty_url)
    return empty_url


def test_up_down_up(empty_url: str):
    migrate(empty_url)
    assert tables_in(empty_url) == {*metadata.tables, "alembic_version"}
    unmigrate(empty_url)
    assert tables_in(empty_url) == {"alembic_version"}
    migrate(empty_url)
    migrate(empty_url)
    assert tables_in(empty_url) == {*metadata.tables, "alembic_version"}


def test_processes_that_start_at_once_migrate_once(empty_url: str):
    with ThreadPoolExecutor() as threads:
        assert list(threads.map(migrate, [empty_url] * 4)) == [None] * 4
    assert tables_in(empty_url) == {*metadata.tables, "alembic_version"}


def test_the_migrations_lead_to_the_tables(migrated_url: str):
    assert asyncio.run(asked(migrated_url, differences)) == []


def test_an_empty_database_gets_the_tables_at_once_and_counts_as_migrated(url: str):
    """Without Alembic, of which a first start would wait for the import."""
    assert asyncio.run(asked(url, differences)) == []
    standing = asyncio.run(asked(url, lambda one: MigrationContext.configure(one).get_current_heads()))
    assert standing == tuple(scripts().get_heads())


def test_a_database_made_at_once_differs_in_nothing_from_a_migrated_one(url: str, migrated_url: str):
    """Alembic compares neither defaults, nor rules of foreign keys, nor the conditions of indexes."""
    assert asyncio.run(asked(url, described)) == asyncio.run(asked(migrated_url, described))
    assert asyncio.run(asked(url, indexes_in)) == asyncio.run(asked(migrated_url, indexes_in))


def test_nor_in_the_kinds_of_its_tables(sqlite_url: str, tmp_path: Path):
    """WITHOUT ROWID and AUTOINCREMENT."""
    migrate(f"sqlite:///{tmp_path}/migrated.sqlite", OLDEST)
    migrate(f"sqlite:///{tmp_path}/migrated.sqlite")
    migrated = sqlalchemy.create_engine(f"sqlite:///{tmp_path}/migrated.sqlite")
    described = sqlalchemy.create_engine(sqlite_url)
    with migrated.connect() as one, described.connect() as other:
        for table in metadata.tables:
            options = "SELECT sql LIKE '%WITHOUT ROWID%', sql LIKE '%AUTOINCREMENT%' FROM sqlite_master WHERE name = ?"
            assert one.exec_driver_sql(options, (table,)).one() == other.exec_driver_sql(options, (table,)).one()
    migrated.dispose()
    described.dispose()


def leading(table: Table) -> set[str]:
    """Columns that an index, a key or a uniqueness begins with."""
    unique = (one for one in table.constraints if isinstance(one, PrimaryKeyConstraint | UniqueConstraint))
    columns = [one.columns for one in (*table.indexes, *unique)]
    return {next(iter(some)).name for some in columns}


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_every_foreign_key_can_be_followed_back(table: Table):
    """Without an index, deleting a person would read whole tables."""
    pointing = {column.name for column in table.columns if column.foreign_keys}
    assert pointing - leading(table) == set()


def test_every_index_has_a_name_of_its_own():
    names = [index.name for table in metadata.sorted_tables for index in table.indexes]
    assert len(set(names)) == len(names) > 0


def test_a_migration_that_cannot_write_leaves_the_database_as_it_was(tmp_path: Path):
    path = tmp_path / "held.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("CREATE TABLE mine (a)")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Locked):
            migrate(f"sqlite:///{path}?timeout=0.05")
        other.execute("ROLLBACK")
    assert tables_in(f"sqlite:///{path}") == {"mine"}


def test_scripts_are_named_by_their_revision_in_order():
    """`migrate` tells by the names alone whether there is anything to do."""
    walked = list(scripts().walk_revisions())
    names = [Path(script.path).name.split("_")[0] for script in walked]
    assert [script.revision for script in walked] == names == sorted(names, reverse=True)


def test_a_database_at_the_current_schema_is_left_alone_and_a_later_one_refused(url: str):
    migrate(url)
    later = "UPDATE alembic_version SET version_num = '9999'"
    asyncio.run(asked(url, lambda connection: connection.exec_driver_sql(later)))
    with pytest.raises(StorageError, match="9999"):
        migrate(url)
