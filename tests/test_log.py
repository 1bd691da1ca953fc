"""What reaches the log: our own lines at the level that was asked for, and no other package's below INFO."""

import logging
from collections.abc import Iterator

import pytest

from bot.cli import _log

NAMES = ("", "bot", "storage")


@pytest.fixture(autouse=True)
def levels() -> Iterator[None]:
    before = {name: logging.getLogger(name).level for name in NAMES}
    yield
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
def test_libraries_do_not_write_what_people_say(level: str):
    """aiosqlite writes the values of every statement when asked for details."""
    logging.getLogger().setLevel(level)
    _log(level)
    assert not logging.getLogger("aiosqlite").isEnabledFor(logging.DEBUG)
    assert logging.getLogger("bot.outbox").isEnabledFor(logging.getLevelName(level))
    assert logging.getLogger("storage").isEnabledFor(logging.getLevelName(level))
