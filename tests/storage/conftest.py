"""A migrated database for each test. An engine is a parameter here and nowhere else: PostgreSQL is added to ENGINES."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage import Storage, migrate

ENGINES = ["sqlite"]


@pytest.fixture(scope="session", params=ENGINES)
def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database at the current schema, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "empty.sqlite"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def url(migrated: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(migrated, tmp_path / 'nhipcau.sqlite')}"


@pytest.fixture
async def storage(url: str) -> AsyncIterator[Storage]:
    opened = await Storage.open(url, busy_seconds=0.05)
    yield opened
    await opened.close()
