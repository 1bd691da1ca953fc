"""An open desk for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.simulators.desk import Desk


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    opened = await Desk(tmp_path).open()
    yield opened
    await opened.close()
