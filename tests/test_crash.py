"""The process is killed again and again while people answer: whatever the bot acknowledged is on disk, once."""

import asyncio
import json
import random
import sqlite3
import time
from collections import Counter
from contextlib import closing

import pytest

from tests.simulators.process import Server
from tests.simulators.survey import Key, alike, asked
from tests.simulators.web_user import WebUser

USERS, KILLS, SEED = 50, 30, 20261123
LONGEST = 400.0  # seconds; on two idle cores it takes about 90


async def kill_and_restart(server: Server, over: asyncio.Event) -> None:
    """SIGKILL at random moments: mostly while people are served, now and then while it is still starting."""
    chance = random.Random(SEED)
    for _ in range(KILLS):
        if chance.random() < 0.2:
            await asyncio.sleep(chance.uniform(0.2, 2.0))
        else:
            await server.ready()
            await asyncio.sleep(chance.uniform(0.05, 1.2))
        await server.kill()
        await server.spawn()
    await server.ready()
    over.set()


@pytest.mark.slow
async def test_what_the_bot_acknowledged_survives_any_kill(tmp_path):
    server, over = Server(tmp_path / "data", {"FLOOD": "0"}), asyncio.Event()
    began = time.monotonic()
    await server.start()
    users = [WebUser(n, server.url, random.Random(SEED + n)) for n in range(USERS)]
    try:
        async with asyncio.timeout(LONGEST), asyncio.TaskGroup() as group:
            group.create_task(kill_and_restart(server, over))
            for user in users:
                group.create_task(user.chat(over.is_set))
    finally:
        await server.stop()
    lines, tries = sum(user.lines for user in users), sum(user.tries for user in users)
    answers = sum(len(user.acknowledged) for user in users)
    print(
        f"\n{KILLS} kills in {time.monotonic() - began:.0f} s; "
        f"{lines} lines sent {tries} times, {answers} answers acknowledged, {sum(u.finished for u in users)} surveys; "
        f"start: median {sorted(server.starts)[len(server.starts) // 2]:.2f} s, "
        f"shortest {min(server.starts):.2f} s, longest {max(server.starts):.2f} s"
    )
    assert "set aside" not in server.log.read_text()
    assert tries > lines, "no line had to be sent again: the kills met nobody"
    with closing(sqlite3.connect(server.data_dir / "nhipcau.sqlite3")) as database:
        compare(users, database)


def compare(users: list[WebUser], database: sqlite3.Connection) -> None:
    def rows(sql: str, *values: object) -> list[tuple]:
        return database.execute(sql, values).fetchall()

    assert rows("PRAGMA integrity_check") == [("ok",)]
    assert rows("SELECT count(*) FROM people") == rows("SELECT count(*) FROM sessions") == [(len(users),)]
    assert rows("SELECT count(*) FROM set_aside") == [(0,)]
    assert rows("SELECT count(*) FROM receipts") == [(sum(user.lines for user in users),)], "each line was heard once"
    for user in users:
        ((person, address),) = rows("SELECT person_id, id FROM addresses WHERE native = ?", user.device)
        stored = rows("SELECT run, state, answers FROM submissions WHERE person_id = ? ORDER BY run", person)
        assert [(run, state) for run, state, _ in stored] == [(run, "sent") for run in range(1, user.finished + 1)]
        told = {(run, name): value for run, _, answers in stored for name, value in json.loads(answers).items()}
        assert user.acknowledged == set(user.said)
        for key, value in user.said.items():
            assert alike(told[key], value), (key, told[key], value)
        history = [(letter, json.loads(body)["text"]) for letter, body in rows(
            "SELECT id, body FROM letters WHERE address_id = ? AND state = 'sent' ORDER BY id", address
        )]  # fmt: skip
        assert [(one["id"], one["text"]) for one in user.bubbles] == history
        compare_asked(user)


def compare_asked(user: WebUser) -> None:
    """Each question of each run was put once, and each survey was listed and received once."""
    put: Counter[Key] = Counter()
    for bubble in user.bubbles:
        key = asked([each["value"] for each in bubble["choices"]])
        put.update([key] if key else [])
    assert set(put) == set(user.said)
    assert max(put.values()) == 1
    summaries = sum(1 for one in user.bubbles if any("!summary.!submit" in each["value"] for each in one["choices"]))
    received = sum(1 for one in user.bubbles if "Đã nhận phiếu" in one["text"])
    assert (summaries, received) == (user.finished, user.finished)
