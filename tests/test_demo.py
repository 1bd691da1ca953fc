"""Made-up data: it comes in through the doors that people use, is the same every time, and never lands among real people."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import Unusable
from bot.app.demo import fill
from bot.settings import Settings
from storage import Storage

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
MADE_UP = ("Ví Dụ", "Mẫu", "Thử")


async def filled(folder: Path, programme: str, count: int = 12) -> tuple[Mapping[str, int], Settings]:
    settings = Settings(data_dir=folder, programme=programme)
    return await fill(settings, NOW, count), settings


@pytest.mark.parametrize("programme", ["an-giang", "ha-noi"])
async def test_it_is_plainly_made_up_and_complete(programme, tmp_path):
    counts, settings = await filled(tmp_path / "data", programme)
    assert counts["people"] >= 12
    assert counts["submissions"] >= 6  # some do not agree
    storage = await Storage.open(settings.database)
    async with storage.read() as store:
        surveys = [one async for one in store.submissions.stream("needs_survey")]
    await storage.close()
    for survey in surveys:
        assert any(word in str(survey.answers["unit_name"]) for word in MADE_UP)
        assert str(survey.answers.get("tax_code") or "99").startswith("99"), "no province has that number"


async def test_it_is_the_same_every_time(tmp_path):
    first, _ = await filled(tmp_path / "a", "an-giang")
    second, _ = await filled(tmp_path / "b", "an-giang")
    assert json.dumps(first) == json.dumps(second)


async def test_it_never_lands_among_people(tmp_path):
    await filled(tmp_path / "data", "an-giang", 2)
    with pytest.raises(Unusable, match="holds people already"):
        await filled(tmp_path / "data", "an-giang", 2)
