"""What tests of the web chat share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.simulators.web_house import WebHouse


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[WebHouse]:
    house = await WebHouse(tmp_path).open()
    yield house
    await house.close()
