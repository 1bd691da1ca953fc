"""What a start waits for. Seconds are measured by tests/bench/start.py; here is what must not even be imported."""

import json
import subprocess
import sys
from pathlib import Path

from tests.simulators.process import environment

LATER = {
    "aiogram",
    "alembic",
    "fastapi",
    "holidays",
    "openpyxl",
    "xlsxwriter",
    "docx",
    "docxtpl",
    "pyreadstat",
    "asyncpg",
}
STARTED = """
import asyncio, json, sys
import bot.__main__, bot.cli
from bot import app
from bot.settings import Settings

async def modules(**given):
    house = await app.build(Settings(**given))
    app.application(house)
    await house.storage.close()
    if house.telegram:
        await house.telegram.telegram.close()
    return sorted({*sys.modules})

async def main():
    plain = await modules()
    print(json.dumps([plain, await modules(telegram_token="123456789:AAbbCCddEEff", telegram_api="http://127.0.0.1:9")]))

asyncio.run(main())
"""


def test_the_first_page_waits_for_nothing_that_it_can_do_without(tmp_path: Path):
    """On an empty folder. Telegram's types are loaded once the page is there (telegram/connecting.py)."""
    done = subprocess.run(
        [sys.executable, "-c", STARTED],
        env=environment(tmp_path),
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    plain, telegram = json.loads(done.stdout)
    assert "storage.schema" in plain
    assert LATER & {*plain, *telegram} == set()
    assert "aiohttp" not in plain
    assert "bot.handlers.telegram.telegram" in telegram
