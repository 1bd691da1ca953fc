"""What every table shares: its metadata, names of constraints, and the columns and conditions both engines understand."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, MetaData, text

from storage.portable import Line

NAMES = {
    "ix": "%(table_name)s_%(column_0_N_name)s",
    "uq": "%(table_name)s_%(column_0_N_name)s_once",
    "fk": "%(table_name)s_%(column_0_name)s_fk",
    "pk": "%(table_name)s_pk",
}
metadata = MetaData(naming_convention=NAMES)
NEVER_AGAIN: dict[str, Any] = {"sqlite_autoincrement": True}  # an id of a deleted row is never given to another one
BY_KEY: dict[str, Any] = {"sqlite_with_rowid": False}  # the key is the whole row's place: one tree instead of two


def some(where: str) -> dict[str, Any]:
    """The condition of a partial index, for both engines."""
    return {"sqlite_where": text(where), "postgresql_where": text(where)}


def words(name: str, default: str = "") -> Column[str]:
    return Column(name, Line, nullable=False, server_default=default)
