"""Every golden conversation goes as written. `pytest tests/conversations --update` rewrites them: review the diff."""

import pytest

from tests.replay import TALKS, opened, programme_of, replay

FILES = sorted(TALKS.rglob("*.talk"))


@pytest.mark.parametrize("path", FILES, ids=[path.relative_to(TALKS).with_suffix("").as_posix() for path in FILES])
async def test_goes_as_written(path, tmp_path, request):
    text = path.read_text("utf-8")
    talk = await opened(tmp_path, programme_of(text))
    try:
        real = await replay(talk, text)
    finally:
        await talk.storage.close()
    if request.config.getoption("--update"):
        path.write_text(real, "utf-8")
    assert real == path.read_text("utf-8")


def test_there_are_talks():
    assert len(FILES) >= 10
