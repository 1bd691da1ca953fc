"""Every golden conversation again as people in Telegram have it: over HTTP, asked for or brought, each update twice.
What they are sent is what is written, word for word; effects, which nobody sees, are left to test_talks.py."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from difflib import unified_diff
from pathlib import Path

import pytest

from bot.effects.forms import UPLOAD_MINUTES
from bot.handlers.telegram import reading  # noqa: F401  loaded now, or else by the first house, which waits a second
from tests.replay import BEGIN, DEFAULT, TALKS, act, content, loaded, programme_of, replay, steps
from tests.simulators.telegram.faults import Faults
from tests.simulators.telegram.limits import Limits
from tests.simulators.telegram.server import TelegramServer
from tests.simulators.telegram_house import TelegramHouse, opened
from tests.simulators.telegram_player import Player, sent

FILES = {path.relative_to(TALKS).with_suffix("").as_posix(): path for path in sorted(TALKS.rglob("*.talk"))}
TALKED = {name: path.read_text("utf-8") for name, path in FILES.items()}
# Of one's own data the talks say which channel it was told on, and show codes and links, which differ each time.
HERE = re.compile(r"qua trang web|Kênh nhắn tin: |‹|^@ channel ", re.MULTILINE)
PAPERS = re.compile(r"^@ case [\s\S]*^> \(tệp ", re.MULTILINE)  # a paper of a case is told with a link and "receiving"
ELSEWHERE = {
    name: "is about the channel it is on" for name, text in TALKED.items() if HERE.search(text) or PAPERS.search(text)
}
# What moves more than its own people: the clock, the content, the officials, the numbers of requests and cases.
MOVES = re.compile(r"^@ (release|official|case|programme|\d+ \w+ later)\b", re.MULTILINE)
COUNTED = re.compile(r"\b[A-Z]{2}-(?:YC-)?\d+")
# Whose organisation comes in another talk too: its members would be asked.
TAX_CODE = re.compile(r"^> (\d{10,13})$", re.MULTILINE)
NAMED = Counter(code for text in TALKED.values() for code in set(TAX_CODE.findall(text)))
OFTEN = {name for name, text in TALKED.items() if any(NAMED[code] > 1 for code in TAX_CODE.findall(text))}
ALONE = [
    name
    for name, text in TALKED.items()
    if name not in ELSEWHERE and (MOVES.search(text) or COUNTED.search(text) or name in OFTEN)
]
TOGETHER = [name for name in TALKED if name not in ELSEWHERE and name not in ALONE]
SURVEY = "form=needs_survey"
MODES = pytest.mark.parametrize("hook", [False, True], ids=["polling", "webhook"])
LINK = re.compile(r"http://\S+/upload/[\w-]{43}")


@asynccontextmanager
async def connected(folder: Path, hook: bool, programme: str = DEFAULT) -> AsyncIterator[TelegramHouse]:
    """A house that hears everything twice, with as fast a Telegram as can be; looked over when the talking is done."""
    more = {"at": BEGIN, "source": lambda: (content(programme), loaded(programme)), "busy": 10.0}
    async with (
        TelegramServer(limits=Limits(rate=0), faults=Faults(duplicate=1.0)) as server,
        opened(folder, server, hook=hook, **more) as house,
    ):
        yield house
        assert min(deliveries(house).values()) >= 2
        assert await house.count("letters") == await house.count("letters", "state = 'sent'") == len(sent(house))
        assert await house.count("set_aside") == 0


def deliveries(house: TelegramHouse) -> Counter[int]:
    """Update id → how often it came and was taken."""
    updates, posts = house.server.updates, house.server.webhook.posts
    came = Counter(number for number, status in posts if status == 200) if house.hook else updates.handed_out
    assert set(came) == set(range(700_000_001, updates.next_id))
    return came


def as_seen(text: str) -> str:
    """The talk without effects. The web chat takes files by itself; here a link is given, and that one is on its way is
    said."""
    out: list[str] = []
    for doing, shown in steps(text):
        lines = [line for line in shown if not line.startswith("! ")]
        while lines and not lines[-1]:
            lines.pop()
        if any(line.startswith("! offer_upload ") for line in shown):
            lines += ["", *_said("file.link", lines, url="LINK", minutes=UPLOAD_MINUTES)]
        unasked = loaded().current.render("unexpected.file_ready", "vi", {}).plain in lines
        if (coming := act(doing.removeprefix("> ")))[0] == "file" and lines and not unasked:
            lines = [*_said("file.receiving", lines, name=coming[1]), "", *lines]
        out += [doing, *lines, *([""] if lines or not doing.startswith("#") else [])] if doing else []
    return "\n".join(out).rstrip("\n") + "\n"


def _said(text_id: str, beside: list[str], **values: object) -> list[str]:
    """A text in the language of the lines that it stands with."""
    english = loaded().current.render("label.back", "en", {}).plain
    return loaded().current.render(text_id, "en" if f"[{english}]" in beside else "vi", values).plain.split("\n")


async def played(player: Player, name: str) -> None:
    """The talk goes as written, and nobody is told more than it says."""
    real = LINK.sub("LINK", await replay(player, TALKED[name]))
    written = as_seen(TALKED[name])
    assert real == written, "\n".join(unified_diff(written.split("\n"), real.split("\n"), name, "Telegram"))
    await player.quiet()
    assert not player.unread(), name


@MODES
@pytest.mark.parametrize("name", ALONE)
async def test_goes_as_written_with_every_update_twice(name: str, hook: bool, tmp_path: Path):
    async with connected(tmp_path, hook, programme_of(TALKED[name])) as house:
        await played(Player(house), name)


@pytest.mark.slow
@MODES
async def test_all_others_at_the_same_time(hook: bool, tmp_path: Path):
    """Each as written, though they share a bot, its batches and its outbox; and whoever is asked for their number can
    hand it over with one key, in their language."""
    async with connected(tmp_path, hook) as house:
        players = {name: Player(house, 1000 * place) for place, name in enumerate(TOGETHER, 5)}
        async with asyncio.TaskGroup() as group:
            for name, player in players.items():
                group.create_task(played(player, name), name=name)
    asks = {loaded().current.render("label.send_phone", language, {}).plain for language in ("vi", "en")}
    assert {label for player in players.values() for label in player.hands} == asks


def test_what_is_left_out_is_about_another_channel():
    """And nothing else is: also a talk that comes later is played."""
    assert ELSEWHERE.keys() == {name for name, text in TALKED.items() if "\n@ channel " in text or HERE.search(text)}
    assert not set(ALONE) & set(TOGETHER)
    assert set(FILES) == {*ALONE, *TOGETHER, *ELSEWHERE}
    sends = {name for name, text in TALKED.items() if re.search(rf"^! \w+ .*{SURVEY}", text, re.MULTILINE)}
    assert len(sends - ELSEWHERE.keys()) >= 15
