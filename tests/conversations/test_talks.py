"""Every golden conversation goes as written. `pytest tests/conversations --update` rewrites them: review the diff."""

import pytest

from tests.conversations.labels import Typing
from tests.replay import TALKS, opened, programme_of, replay

FILES = sorted(TALKS.rglob("*.talk"))


def name(path):
    return path.relative_to(TALKS).with_suffix("").as_posix()


@pytest.mark.parametrize("path", FILES, ids=name)
async def test_goes_as_written(path, tmp_path, request, database, database_url):
    """What is said does not depend on where it is kept, nor does what a button's label means, typed."""
    text = path.read_text("utf-8")
    talk = await opened(tmp_path, programme_of(text), database_url)
    if database == "sqlite":
        talk = Typing(**vars(talk))
    try:
        real = await replay(talk, text)
    finally:
        await talk.storage.close()
    if request.config.getoption("--update") and database == "sqlite":
        path.write_text(real, "utf-8")
    assert real == path.read_text("utf-8")
    assert getattr(talk, "faults", []) == []


def test_there_are_talks():
    assert len(FILES) >= 10
