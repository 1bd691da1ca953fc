"""An open desk for each test, on each engine."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.simulators.desk import Desk


@pytest.fixture
async def desk(tmp_path: Path, database_url: str) -> AsyncIterator[Desk]:
    opened = await Desk(tmp_path, database_url).open()
    yield opened
    await opened.close()
