"""One process serves a data folder; the next one waits for its end, and not for ever."""

import asyncio
from pathlib import Path

import pytest

from bot.app.alone import alone
from bot.app.house import Unusable


async def test_a_second_process_is_refused(tmp_path: Path):
    async with alone(tmp_path):
        with pytest.raises(Unusable, match="only one"):
            async with alone(tmp_path, patience=0.2):
                raise AssertionError


async def test_the_next_one_comes_in_when_the_first_has_gone(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    over = asyncio.Event()

    async def first() -> None:
        async with alone(tmp_path):
            await over.wait()

    task = asyncio.create_task(first())
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_later(0.3, over.set)
    async with alone(tmp_path, patience=10):
        assert over.is_set()
    await task
    assert caplog.text.count("waiting for it to end") == 1
