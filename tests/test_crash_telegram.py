"""The process is killed again and again while people answer over Telegram, and one request in twenty fails there: each
answer that people were led on from is on disk, once; nobody is left waiting; what came twice was honestly unsure."""

import asyncio
import json
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from itertools import pairwise

import pytest

from storage.letters import TRIES
from tests.simulators.forked import ForkedServer
from tests.simulators.survey import alike, asked
from tests.simulators.telegram.faults import Faults
from tests.simulators.telegram.limits import Limits
from tests.simulators.telegram.server import TelegramServer
from tests.simulators.telegram.shown import OF_CHAT, by_chat, copies, letters
from tests.simulators.telegram.taker import Taker
from tests.simulators.telegram.wire import Call

SEED, FIRST = 20261124, 8001
LONGEST = 400.0  # seconds; on two cores that others use as well it takes about 160
RATE, LIMIT = 40, 48  # messages a second, ours and theirs: as 25 to 30, so that the pace is kept but not waited for
FAULTS = {"error": 0.011, "error_after": 0.011, "drop": 0.011, "drop_after": 0.011, "flood": 0.006}
COMPUTED = {(1, "size")}  # kept with the answers, and nobody is asked
LAG = 1.0  # seconds: what was on the wire when the process was killed may be taken in as late as that


@pytest.mark.slow
@pytest.mark.parametrize(("hook", "users", "kills"), [(False, 50, 30), (True, 20, 10)], ids=["polling", "webhook"])
async def test_what_people_were_led_on_from_survives_any_kill(hook: bool, users: int, kills: int, tmp_path):
    faults = Faults(SEED, {"*": FAULTS}, duplicate=0.05)
    async with TelegramServer(limits=Limits(LIMIT), faults=faults) as telegram:
        settings = {"FLOOD": "0", "TELEGRAM_TOKEN": telegram.token, "TELEGRAM_API": telegram.url}
        server = ForkedServer(tmp_path / "data", {**settings, "TELEGRAM_RATE": str(RATE)})
        if hook:
            server.settings["PUBLIC_URL"] = server.url
        takers = [Taker(telegram.user(FIRST + n), random.Random(SEED + n)) for n in range(users)]
        await walk(takers, telegram, server, kills)
        shown = by_chat(telegram.called("sendMessage"))
    assert "set aside" not in server.log.read_text()
    with closing(connect(server)) as database:
        compare(takers, database)
        twice = [again for taker in takers for again in compare_shown(taker, shown[taker.user.id], database)]
    unexplained = [one for one in twice if not unsure(*one, server.kills)]
    print(f"{sum(map(len, shown.values()))} messages shown, {len(twice)} of them once more")
    print(f"left after {TRIES['reply']} tries of one letter: {sum(taker.left for taker in takers)}")
    assert unexplained == []
    assert any(not first.fault for first, _ in twice), "no kill came between a message and the note that it was sent"


async def walk(takers: Sequence[Taker], telegram: TelegramServer, server: ForkedServer, kills: int) -> None:
    began, chance, unfinished = time.monotonic(), random.Random(SEED), 0
    method = "setWebhook" if server.settings.get("PUBLIC_URL") else "getUpdates"

    async def serves() -> None:
        """Telegram was asked for updates, or told where to bring them, since the start."""
        nonlocal unfinished
        async with asyncio.timeout(LONGEST):
            while not any(call.at > server.spawned for call in reversed(telegram.requests) if call.method == method):
                await asyncio.sleep(0.02)
        unfinished = sum(not taker.finished for taker in takers)

    await server.start()
    try:
        async with asyncio.timeout(LONGEST), asyncio.TaskGroup() as group:
            group.create_task(server.kill_again_and_again(kills, chance, serves, within=2.0))
            for taker in takers:
                group.create_task(to_the_end(taker, server))
            group.create_task(at_rest(server, takers))
    finally:
        await server.end()
    failed = Counter(call.fault for call in telegram.requests if call.fault)
    print(
        f"\n{kills} kills in {server.kills[-1] - began:.0f} s, all done after {time.monotonic() - began:.0f} s; "
        f"at the last {unfinished} of {len(takers)} were on their way; {len(telegram.requests)} requests, "
        f"of which failed: {dict(sorted(failed.items()))}"
    )
    assert unfinished, "everybody was through before the last kill"


async def to_the_end(taker: Taker, server: ForkedServer) -> None:
    """Only those may be left waiting of whose last letter nobody knows anything after as many tries as there are."""
    try:
        await taker.walk()
    except AssertionError:
        with closing(connect(server)) as database:
            ((state,),) = database.execute(f"SELECT state FROM {OF_CHAT} DESC LIMIT 1", (str(taker.user.id),))
        if state != "unsure":
            raise
        taker.left = taker.finished = True


async def at_rest(server: ForkedServer, takers: Sequence[Taker]) -> None:
    """Everybody is through, and nothing is on its way to them."""
    with closing(connect(server)) as database:
        busy = "SELECT count(*) FROM letters WHERE state IN ('waiting', 'sending')"
        while not all(taker.finished for taker in takers) or database.execute(busy).fetchone() != (0,):
            await asyncio.sleep(0.2)


def connect(server: ForkedServer) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{server.data_dir / 'nhipcau.sqlite3'}?mode=ro", uri=True)


def compare(takers: Sequence[Taker], database: sqlite3.Connection) -> None:
    def rows(sql: str, *values: object) -> list[tuple]:
        return database.execute(sql, values).fetchall()

    assert rows("PRAGMA integrity_check") == [("ok",)]
    assert rows("SELECT count(*) FROM people") == rows("SELECT count(*) FROM sessions") == [(len(takers),)]
    assert rows("SELECT count(*) FROM set_aside") == [(0,)]
    assert rows("SELECT count(*) FROM receipts") == [(sum(one.lines for one in takers),)], "each line was heard once"
    given_up = rows("SELECT attempts FROM letters WHERE state != 'sent'")
    assert rows("SELECT count(*) FROM letters WHERE state = 'unsure'") == [(len(given_up),)], "nothing else is left"
    assert set(given_up) <= {(TRIES["reply"],)}
    for taker in takers:
        sql = "SELECT run, state, answers FROM submissions JOIN addresses USING (person_id) WHERE native = ?"
        ((run, state, answers),) = rows(sql, str(taker.user.id))
        assert (run, state) == (1, "in_progress" if taker.left and not taker.received else "sent")
        stored = {(run, name): value for name, value in json.loads(answers).items()}
        assert set(stored) - COMPUTED == set(taker.said)
        assert all(alike(stored[key], value) for key, value in taker.said.items()), (stored, taker.said)


def compare_shown(taker: Taker, calls: Sequence[Call], database: sqlite3.Connection) -> list[tuple[Call, Call]]:
    """Exactly the letters were shown, in order; each question is in one of them, or two where ticks were shown. Gives
    those that were shown again after themselves."""
    rows = database.execute(f"SELECT state, attempts, body FROM {OF_CHAT}", (str(taker.user.id),))
    written = letters(rows)
    put = Counter(asked([choice[0] for choice in body.get("choices", ())]) for _, _, body in written)
    put.pop(None, None)
    assert put == {key: 1 + (key in taker.ticked) for key in taker.said}
    return [again for shown in copies(written, calls) for again in pairwise(shown)]


def unsure(first: Call, again: Call, kills: Sequence[float]) -> bool:
    """Its answer was lost on the way, or the process was killed before it could note it."""
    return bool(first.fault) or any(first.at - LAG <= kill <= again.at for kill in kills)
