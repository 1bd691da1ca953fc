"""A migrated database for each test, on each engine."""

from collections.abc import AsyncIterator

import pytest

from storage import Storage


@pytest.fixture
def url(database_url: str) -> str:
    return database_url


@pytest.fixture
async def storage(url: str) -> AsyncIterator[Storage]:
    opened = await Storage.open(url, busy_seconds=0.05)
    yield opened
    await opened.close()
