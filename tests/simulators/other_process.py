"""Another process on the same database."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any

import asyncpg


@asynccontextmanager
async def held(url: str) -> AsyncIterator[None]:
    """Another process is writing, and takes its time."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
        return
    connection: Any = await asyncpg.connect(url)
    async with connection.transaction():
        await connection.execute("LOCK TABLE meta, receipts IN EXCLUSIVE MODE")
        yield
    await connection.close()
