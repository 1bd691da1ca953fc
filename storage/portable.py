"""What differs between SQLite and PostgreSQL, and nothing else: instants, words, JSON, ids, `insert … on conflict`, locks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any, TypeVar

import sqlalchemy
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Delete,
    Dialect,
    Insert,
    Integer,
    Select,
    String,
    Table,
    Update,
    literal_column,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.types import TypeDecorator

Item = TypeVar("Item")
Write = Insert | Update | Delete
Field = tuple[str, Callable[[Any], Any]]
CHUNK = 500  # values of one IN list: far below any engine's limit, and few enough different statements to be cached
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only if the type reads INTEGER


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime, stored as whole microseconds since 1970: sorts and compares alike on every engine."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else (value - EPOCH) // MICROSECOND  # TypeError if it has no time zone

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else EPOCH + timedelta(microseconds=value)


class Line(TypeDecorator[str]):
    """A name as it comes from outside: what an engine's text cannot hold is left out, which is NUL and half a surrogate
    pair. Answers and messages are JSON, which keeps both."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or (value.isascii() and "\0" not in value):
            return value
        return value.replace("\0", "").encode("utf-8", "ignore").decode()


def chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


def word(value: str) -> ColumnElement[str]:
    """A constant inside the statement; a partial index is only used when its condition stands there literally."""
    if not value.isidentifier():
        raise ValueError(value)
    return literal_column(f"'{value}'")


def locks(connection: AsyncConnection) -> bool:
    """Whether this transaction must lock what others may change meanwhile. On SQLite it has the database for itself."""
    known = connection.sync_connection
    if known is None or known.dialect.name == "sqlite":
        return False
    return not known.get_execution_options().get("postgresql_readonly", False)


async def many(connection: AsyncConnection, statement: Write, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes rows that all have the same names, as `execute` does, which prepares each of them twice as slowly. The
    statement is one that is kept."""
    sql, fields = _prepared(statement, connection.dialect, tuple(rows[0]))
    values = [tuple(prepare(row[name] if name else None) for name, prepare in fields) for row in rows]
    await connection.exec_driver_sql(sql, values)


@cache
def _prepared(statement: Write, dialect: Dialect, names: tuple[str, ...]) -> tuple[str, list[Field]]:
    """The driver's SQL, and for each of its places the name of a row's value ("" for one of the statement's own) and how
    that is made what the driver takes."""
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    if compiled.insert_prefetch or compiled.update_prefetch or compiled.post_compile_params:
        raise ValueError("only what can be written as it stands")
    own, processors = compiled.construct_params(dict.fromkeys(names)), compiled._bind_processors  # noqa: SLF001  as `execute` does
    fields: list[Field] = []
    for name in compiled.positiontup or ():
        process = processors.get(name, _same)
        fields.append((name, process) if name in names else ("", partial(_always, process(own[name]))))
    return compiled.string, fields


def _same(value: Any) -> Any:
    return value


def _always(value: Any, _: Any) -> Any:
    return value


async def add(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Inserts rows; their new ids in the same order."""
    if connection.dialect.name == "sqlite":  # one writer alone, whose rows are numbered as they come
        await many(connection, _plainly(table), rows)
        last = (await connection.execute(_last(table))).scalar_one()
        return list(range(last - len(rows) + 1, last + 1))
    return list(await connection.scalars(_adding(table), rows))


def insert_new(connection: AsyncConnection, table: Table) -> Insert:
    """An insert that leaves rows alone which are already there."""
    return _insert_new(connection.dialect.name, table)


def upsert(connection: AsyncConnection, table: Table, key: tuple[str, ...], change: tuple[str, ...]) -> Insert:
    """An insert that, where `key` is already there, takes over the columns of `change`."""
    return _upsert(connection.dialect.name, table, key, change)


@cache
def _plainly(table: Table) -> Insert:
    return sqlalchemy.insert(table)


@cache
def _last(table: Table) -> Select[tuple[Any]]:
    return sqlalchemy.select(sqlalchemy.func.max(table.c.id))


@cache
def _adding(table: Table) -> ReturningInsert[tuple[int]]:
    return sqlalchemy.insert(table).returning(table.c.id, sort_by_parameter_order=True)


def insert(connection: AsyncConnection, table: Table) -> Any:
    """An insert of this engine, with `on_conflict_do_update`."""
    return _insert(connection.dialect.name, table)


def _insert(dialect: str, table: Table) -> Any:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


@cache
def _insert_new(dialect: str, table: Table) -> Insert:
    statement: Insert = _insert(dialect, table).on_conflict_do_nothing()
    return statement


@cache
def _upsert(dialect: str, table: Table, key: tuple[str, ...], change: tuple[str, ...]) -> Insert:
    return upsert_where(dialect, table, key, change)


def upsert_where(
    dialect: str, table: Table, key: tuple[str, ...], change: tuple[str, ...], where: ColumnElement[bool] | None = None
) -> Insert:
    """As `upsert`, but only where the row that is there meets a condition; its caller keeps it."""
    base = _insert(dialect, table)
    taken = {name: base.excluded[name] for name in change}
    statement: Insert = base.on_conflict_do_update(index_elements=list(key), set_=taken, where=where)
    return statement
