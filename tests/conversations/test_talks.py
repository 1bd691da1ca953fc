"""Every golden conversation goes as written. `pytest tests/conversations --update` rewrites them: review the diff."""

import pytest

from tests.replay import TALKS, opened, programme_of, replay

FILES = sorted(TALKS.rglob("*.talk"))


def name(path):
    return path.relative_to(TALKS).with_suffix("").as_posix()


async def goes(path, tmp_path, url=""):
    """The talk as it really goes."""
    text = path.read_text("utf-8")
    talk = await opened(tmp_path, programme_of(text), url)
    try:
        return await replay(talk, text)
    finally:
        await talk.storage.close()


@pytest.mark.parametrize("path", FILES, ids=name)
async def test_goes_as_written(path, tmp_path, request):
    real = await goes(path, tmp_path)
    if request.config.getoption("--update"):
        path.write_text(real, "utf-8")
    assert real == path.read_text("utf-8")


@pytest.mark.postgresql
@pytest.mark.parametrize("path", FILES[::3], ids=name)
async def test_goes_as_written_on_postgresql(path, tmp_path, postgresql_url):
    """A third of them: what is said does not depend on where it is kept."""
    assert await goes(path, tmp_path, postgresql_url) == path.read_text("utf-8")


def test_there_are_talks():
    assert len(FILES) >= 10
