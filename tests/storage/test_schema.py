"""Migrations: they lead to the tables as they are, back to nothing, and all or nothing."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import PrimaryKeyConstraint, Table, UniqueConstraint

from storage import Locked, StorageError, migrate
from storage.schema import SCRIPTS, unmigrate
from storage.tables import metadata


def tables_in(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        return {row[0] for row in rows}


def sql_in(connection: sqlalchemy.Connection) -> dict[str, str]:
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    return {name: " ".join(sql.split()) for name, sql in rows}


def test_up_down_up(tmp_path: Path):
    path = tmp_path / "a b%c.sqlite"  # folders have such names
    migrate(f"sqlite:///{path}")
    assert tables_in(path) == {*metadata.tables, "alembic_version"}
    unmigrate(f"sqlite:///{path}")
    assert tables_in(path) == {"alembic_version"}
    migrate(f"sqlite:///{path}")
    migrate(f"sqlite:///{path}")
    assert tables_in(path) == {*metadata.tables, "alembic_version"}


def test_the_migrations_lead_to_the_tables(url: str):
    engine = sqlalchemy.create_engine(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_the_migrations_lead_to_the_indexes_with_their_conditions(url: str):
    """Alembic does not compare conditions and WITHOUT ROWID, so both schemas are built and laid side by side."""
    migrated, described = sqlalchemy.create_engine(url), sqlalchemy.create_engine("sqlite://")
    with migrated.connect() as one, described.connect() as other:
        metadata.create_all(other)
        assert sql_in(one) == sql_in(other)
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
    assert tables_in(path) == {"mine"}


def test_scripts_are_named_by_their_revision_in_order():
    """`migrate` tells by the names alone whether there is anything to do."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    walked = list(ScriptDirectory.from_config(config).walk_revisions())
    names = [Path(script.path).name.split("_")[0] for script in walked]
    assert [script.revision for script in walked] == names == sorted(names, reverse=True)


def test_a_database_at_the_current_schema_is_left_alone_and_a_later_one_refused(url: str):
    path = url.removeprefix("sqlite:///")
    migrate(url)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(StorageError, match="9999"):
        migrate(url)
