"""The process is killed again and again while people answer: whatever the bot acknowledged is on disk, once."""

import asyncio
import random
import sqlite3
import time
from contextlib import closing

import pytest

from tests.simulators.process import Server
from tests.simulators.web_truth import compare
from tests.simulators.web_user import WebUser

USERS, KILLS, SEED = 50, 30, 20261123
LONGEST = 400.0  # seconds; on two idle cores it takes about 90


async def kill_and_restart(server: Server, over: asyncio.Event) -> None:
    await server.kill_again_and_again(KILLS, random.Random(SEED), server.ready, within=1.2)
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
    file = server.data_dir / "nhipcau.sqlite3"
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    await compare(users, f"sqlite:///{file}")
