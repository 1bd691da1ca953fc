"""What people of the web chat said and were told, beside what the store has."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from storage import Storage, Store
from tests.simulators.survey import RECEIVED, Key, alike, asked
from tests.simulators.web_user import WebUser


async def compare(users: Sequence[WebUser], url: str) -> None:
    storage = await Storage.open(url)
    try:
        async with storage.read() as store:
            await compare_lines(users, store)
            for user in users:
                await compare_user(user, store)
    finally:
        await storage.close()


async def rows(store: Store, sql: str, **values: object) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await store.connection.execute(text(sql), values)]


def decoded(value: Any) -> dict[str, Any]:
    """The driver of PostgreSQL has done it already."""
    return dict(json.loads(value) if isinstance(value, str) else value)


async def compare_lines(users: Sequence[WebUser], store: Store) -> None:
    """Each was heard once."""
    for table, number in (
        ("people", len(users)),
        ("sessions", len(users)),
        ("set_aside", 0),
        ("receipts", sum(user.lines for user in users)),
    ):
        assert await rows(store, f"SELECT count(*) FROM {table}") == [(number,)], table


async def compare_user(user: WebUser, store: Store) -> None:
    """All that they were asked, answered and told is there, once and in order."""
    (place,) = await rows(store, "SELECT person_id, id FROM addresses WHERE native = :native", native=user.device)
    stored = await rows(
        store, "SELECT run, state, answers FROM submissions WHERE person_id = :person ORDER BY run", person=place[0]
    )
    assert [(run, state) for run, state, _ in stored] == [(run, "sent") for run in range(1, user.finished + 1)]
    told = {(run, name): value for run, _, answers in stored for name, value in decoded(answers).items()}
    assert user.acknowledged == set(user.said)
    for key, value in user.said.items():
        assert alike(told[key], value), (key, told[key], value)
    letters = await rows(
        store, "SELECT id, body FROM letters WHERE address_id = :place AND state = 'sent' ORDER BY id", place=place[1]
    )
    assert [(one["id"], one["text"]) for one in user.bubbles] == [(row, decoded(body)["text"]) for row, body in letters]
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
    received = sum(1 for one in user.bubbles if RECEIVED in one["text"])
    assert (summaries, received) == (user.finished, user.finished)
