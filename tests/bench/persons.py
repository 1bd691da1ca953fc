"""What a turn costs among few and among many persons, batches of 32, a survey answer each: microseconds of CPU a turn, all
threads, and by the clock (`wall`), which also waits for the disk and for whoever else is on the machine."""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bot.channel import Address, Incoming
from bot.flows.values import Event
from tests.replay import BEGIN, Replay, opened

BATCH, ROUNDS = 32, 150


async def main(persons: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        talk = await opened(Path(folder))
        try:
            await begin(talk)
            fill(Path(folder) / "talk.sqlite3", persons)
            cpu, wall = await measure(talk, persons)
            print(json.dumps({"value": cpu, "wall": wall}))
        finally:
            await talk.storage.close()


async def begin(talk: Replay) -> None:
    """One person is asked the first question: the pattern that all others are copies of."""
    for line in ("khảo sát", "đồng ý"):
        await talk.say(line)


def fill(path: Path, persons: int) -> None:
    """Copies the first person's rows; plain sqlite3, since a million turns would take an hour."""
    base = sqlite3.connect(path)
    base.execute("PRAGMA synchronous=OFF")
    state = base.execute("SELECT state FROM sessions").fetchone()[0]
    address = _columns(base, "addresses")
    person = _columns(base, "people")
    base.executemany(_insert("people", person), ({**person, "id": n} for n in range(2, persons + 1)))
    rows = ({**address, "id": n, "person_id": n, "native": f"p{n}"} for n in range(2, persons + 1))
    base.executemany(_insert("addresses", address), rows)
    base.executemany(
        "INSERT INTO sessions (person_id, state) VALUES (?, ?)", ((n, state) for n in range(2, persons + 1))
    )
    base.commit()
    base.execute("ANALYZE")
    base.close()


def _columns(base: sqlite3.Connection, table: str) -> dict[str, object]:
    cursor = base.execute(f"SELECT * FROM {table}")
    return dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))


def _insert(table: str, row: dict[str, object]) -> str:
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(':' + name for name in row)})"


async def measure(talk: Replay, persons: int) -> tuple[float, float]:
    """The medians over the batches, in microseconds a turn."""
    worked, spent = [], []
    for batch in batches(persons):
        begun, at = time.process_time(), time.perf_counter()
        await talk.conversation.hear_batch(batch)
        worked.append((time.process_time() - begun) / BATCH * 1e6)
        spent.append((time.perf_counter() - at) / BATCH * 1e6)
    return statistics.median(worked), statistics.median(spent)


def batches(persons: int) -> Iterator[list[Incoming]]:
    chance = random.Random(7)
    for number in range(ROUNDS):
        chosen = chance.sample(range(2, persons + 1), BATCH)
        yield [
            Incoming(Address("web", "web", f"p{n}"), f"{number}.{n}", Event("said", BEGIN, {"text": "gao"}))
            for n in chosen
        ]


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
