"""Made-up data: it comes in through the doors that people use, is the same every time, and never lands among real people."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.app import Unusable
from bot.app.demo import fill
from bot.app.demo.filling import ORGANISATIONS
from bot.content import read_bundle
from bot.flows.stages import stages
from bot.releases import Releases
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
    assert counts["organisations"] == 12, "as many as were asked for"
    assert min(counts[table] for table in ("cases", "classes", "attendees", "talks")) > 0
    assert counts["cases"] >= 6, "whoever answered may apply as well"
    storage = await Storage.open(settings.database)
    async with storage.read() as store:
        surveys = [one async for one in store.submissions.stream("needs_survey")]
    await storage.close()
    for survey in surveys:
        assert any(word in str(survey.answers["unit_name"]) for word in MADE_UP)
        assert str(survey.answers.get("tax_code") or "99").startswith("99"), "no province has that number"


@pytest.mark.slow
@pytest.mark.parametrize("programme", ["an-giang", "ha-noi"])
async def test_there_are_cases_at_every_stage(programme, tmp_path):
    """As `nhipcau demo` fills a database without further words."""
    counts, settings = await filled(tmp_path / "data", programme, ORGANISATIONS)
    assert counts["organisations"] == ORGANISATIONS == 300
    storage = await Storage.open(settings.database)
    async with storage.read() as store:
        at = set(await store.connection.scalars(text("SELECT stage FROM cases")))
    await storage.close()
    assert at == set(stages(Releases(read_bundle(settings.content_dir, programme)).current))


async def test_it_is_the_same_every_time(tmp_path):
    first, _ = await filled(tmp_path / "a", "an-giang")
    second, _ = await filled(tmp_path / "b", "an-giang")
    assert json.dumps(first) == json.dumps(second)


async def test_it_never_lands_among_people(tmp_path):
    await filled(tmp_path / "data", "an-giang", 2)
    with pytest.raises(Unusable, match="holds people already"):
        await filled(tmp_path / "data", "an-giang", 2)
