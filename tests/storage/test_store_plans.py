"""The hot statements find their rows by an index, however many people there are."""

import json
import re
from collections.abc import Awaitable, Callable, Collection, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event

from bot.channel import Address, Sent
from bot.flows.values import Message, Text
from storage import Storage, Store
from storage.letters import Posting
from storage.submissions import Submission

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
PLACES = [Address("telegram", "1001", str(number)) for number in range(20)]
IDS = list(range(1, 21))


async def settle(store: Store) -> None:
    letters = await store.letters.claim(NOW, ["telegram"])
    await store.letters.settle([(letter, Sent()) for letter in letters], NOW)


async def stream(store: Store) -> None:
    assert [one.id async for one in store.submissions.stream("f")] == []


async def answer(store: Store) -> None:
    rows = [Submission(person, 1, "f", "r", {}, "telegram", NOW, NOW) for person in IDS]
    await store.submissions.keep(rows)
    await store.submissions.load(1, 1)


Call = Callable[[Store], Awaitable[object]]
HOT: dict[str, Call] = {
    "resolve": lambda store: store.people.resolve(PLACES, NOW, {PLACES[0]: "Khác"}),
    "addresses": lambda store: store.people.addresses(1),
    "sessions": lambda store: store.sessions.load(IDS),
    "answer": answer,
    "abandon": lambda store: store.submissions.abandon(NOW),
    "quiet": lambda store: store.submissions.quiet(NOW, NOW),
    "page": lambda store: store.submissions.page("f"),
    "stream": stream,
    "claim and settle": settle,
    "recover": lambda store: store.letters.recover(),
    "history": lambda store: store.letters.after(1, 0),
    "latest": lambda store: store.letters.latest(1),
    "seen": lambda store: store.letters.seen(1, 5, NOW),
    "waiting": lambda store: store.letters.waiting(),
    "next letter": lambda store: store.letters.next_at(),
    "broadcast counts": lambda store: store.broadcasts.counts(1),
    "due": lambda store: store.events.due(NOW),
    "next event": lambda store: store.events.next_at(),
    "consents": lambda store: store.consents.current(1),
    "audience": lambda store: store.consents.count_audience("announcements"),
    "token": lambda store: store.tokens.spend("invite", "x", NOW),
    "officials": lambda store: store.officials.bound(IDS),
    "jobs": lambda store: store.jobs.claim(NOW),
    "next job": lambda store: store.jobs.next_at(),
    "file": lambda store: store.files.known(["ab"]),
    "receipts forgotten": lambda store: store.receipts.forget(NOW),
    "tokens forgotten": lambda store: store.tokens.forget(NOW),
}
# A walk over an index from its start is meant where everything in it is wanted. Two hold the letters that wait: either will
# do.
WALKS = {
    "sqlite": {"waiting": ["letters_waiting", "letters_in_line"], "recover": ["letters_sending"]},
    "postgresql": {
        "waiting": ["letters_waiting", "letters_in_line"],
        "recover": ["letters_sending"],
        "claim and settle": [
            "letters_sending",
            "letters_waiting",
            "letters_in_line",
        ],  # with a few rows one look at all of them is best
        "next event": ["events_due"],  # its first entry
        "next job": ["jobs_due"],
    },
}


@pytest.fixture
async def peopled(storage: Storage) -> Storage:
    async with storage.write() as store:
        found = await store.people.resolve(PLACES, NOW)
        letters = [Posting(one.address_id, "telegram", "reply", Message(Text("x"))) for one in found.values()]
        await store.letters.post(letters * 2, NOW)
    return storage


@pytest.mark.parametrize("name", HOT)
async def test_no_hot_statement_reads_a_whole_table(peopled: Storage, database: str, name: str):
    seen: list[tuple[str, object]] = []
    async with peopled.write() as store:
        event.listen(
            store.connection.sync_connection, "before_cursor_execute", lambda *call: seen.append((call[2], call[3]))
        )
        await HOT[name](store)
        plans = [line for call in list(seen) for line in await plan(store, *call)]
    assert plans
    assert [line for line in plans if is_scan(line, WALKS[database].get(name, ()))] == [], "\n".join(plans)


async def plan(store: Store, statement: str, parameters: object) -> list[str]:
    """How the planner goes about it. PostgreSQL, which likes to read small tables whole, is told that this is dear."""
    one: Any = parameters[0] if isinstance(parameters, list) else parameters
    if store.connection.dialect.name == "sqlite":
        rows = await store.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", one)
        return [row.detail for row in rows]
    if not statement.startswith(("SELECT", "UPDATE", "INSERT", "DELETE", "WITH", "(")):
        return []
    await store.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    told = (await store.connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", one)).scalar_one()
    return list(in_words((json.loads(told) if isinstance(told, str) else told)[0]["Plan"]))


def in_words(node: dict[str, Any]) -> Iterator[str]:
    """PostgreSQL's plan in the words of SQLite's: an index read without a condition is read from its start."""
    kind, table, index = node["Node Type"], node.get("Relation Name"), node.get("Index Name")
    whole = kind == "Seq Scan" or ("Index" in kind and "Index Cond" not in node)
    yield f"{'SCAN' if whole else kind} {table} USING INDEX {index}"
    for inner in node.get("Plans", ()):
        yield from in_words(inner)


def is_scan(line: str, walks: Collection[str] = ()) -> bool:
    """A table or an index read from its start, or an index made for one statement."""
    if any(f"INDEX {walk}" in line for walk in walks):
        return False
    return bool(re.match(r"SCAN (?!(?:\d+ )?CONSTANT ROW|anon_|\()", line)) or "AUTOMATIC" in line


async def test_the_check_finds_a_scan(peopled: Storage):
    async with peopled.read() as store:
        lines = await plan(store, "SELECT * FROM letters WHERE native_id = 'x'", ())
    assert is_scan(lines[0])
