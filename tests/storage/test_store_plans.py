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
from storage.belongings import HELD
from storage.letters import Posting
from storage.organisations import Member
from storage.submissions import Submission

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
PLACES = [Address("telegram", "1001", str(number)) for number in range(20)]
IDS = list(range(1, 21))
MEMBER = Member(1, 1, "member", NOW)


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
    "class": lambda store: store.classes.hold(1),
    "attendees": lambda store: store.classes.attendees(1),
    "counts of classes": lambda store: store.classes.counts(IDS),
    "own attendees": lambda store: store.classes.of_person(1, NOW),
    "code": lambda store: store.classes.by_code("AB2CD3E"),
    "open classes": lambda store: store.classes.open(NOW),
    "token": lambda store: store.tokens.spend("invite", "x", NOW),
    "officials": lambda store: store.officials.bound(IDS),
    "talk": lambda store: store.talks.of_person(1),
    "talk's lines": lambda store: store.talks.lines(1),
    "file of a talk": lambda store: store.talks.tells(1, "ab"),
    "talk taken": lambda store: store.talks.take(1, 1, None),
    "open talks": lambda store: store.talks.open_ones(),
    "organisations": lambda store: store.organisations.get(IDS),
    "tax code": lambda store: store.organisations.by_tax_code("0123456787"),
    "name": lambda store: store.organisations.by_name("htx vi du", "cooperative", "30307"),
    "own organisations": lambda store: store.organisations.of_person(1),
    "members": lambda store: store.organisations.members(1),
    "decided": lambda store: store.organisations.decide(MEMBER),
    "who asks": lambda store: store.organisations.asking(10),
    "unconfirmed": lambda store: store.organisations.unconfirmed(10),
    "case": lambda store: store.cases.get(1),
    "case by number": lambda store: store.cases.by_number("AG-2026-00042"),
    "open case": lambda store: store.cases.open_of(1, "barcode"),
    "cases": lambda store: store.cases.of_organisations(IDS),
    "cases under way": lambda store: store.cases.in_states(["received", "supplement"]),
    "history of a case": lambda store: store.cases.history(1),
    "papers": lambda store: store.cases.papers(IDS),
    "paper handed": lambda store: store.cases.hand(1, "ab", 1, NOW),
    "papers dropped": lambda store: store.cases.drop_asked(1),
    "watches over": lambda store: store.watches.forget([(1, "barcode")]),
    "watchers": lambda store: store.watches.of("training"),
    "application": lambda store: store.applications.of_case(1, 1),
    "newest application": lambda store: store.applications.newest(1),
    "request": lambda store: store.requests.called("AG-YC-2026-00001"),
    "own requests": lambda store: store.requests.of_person(1),
    "open requests": lambda store: store.requests.open(),
    "requests that wait": lambda store: store.requests.waiting(),
    "attendee": lambda store: store.classes.attendee(1),
    "classes since": lambda store: store.classes.since(NOW),
    "what binds": lambda store: store.belongings.ties(1, NOW),
    "all that is held": lambda store: store.belongings.held(1),
    "counted": lambda store: store.belongings.counts(1, HELD),
    "erased": lambda store: store.erasing.erase(1, {}, NOW),
    "erased later": lambda store: store.erasing.release(1, {}, NOW, NOW),
    "told of elsewhere": lambda store: store.mentions.forget(1),
    "handed over": lambda store: store.belongings.hand_over(1, 2, 0, NOW),
    "jobs": lambda store: store.jobs.claim(NOW),
    "next job": lambda store: store.jobs.next_at(),
    "file": lambda store: store.files.known(["ab"]),
    "receipts forgotten": lambda store: store.receipts.forget(NOW),
    "tokens forgotten": lambda store: store.tokens.forget(NOW),
}
# A walk over an index from its start is meant where everything in it is wanted. Two hold the letters that wait: either will
# do.
OPEN_ONES = {  # what officials see as a list: an index holds these and no others
    "open talks": ["talks_ending", "talks_open_once"],
    "who asks": ["members_asking"],
    "unconfirmed": ["organisations_unconfirmed"],
    "cases under way": ["cases_due", "cases_open_once"],
    "open requests": ["requests_open", "requests_waiting"],
    "requests that wait": ["requests_waiting"],
}
FEW_CASES = ["cases_open_once", "cases_due", "cases_by_stage"]  # as long as there are few, any of these is the shortest
WALKS = {
    "sqlite": {
        "waiting": ["letters_waiting", "letters_in_line"],
        "recover": ["letters_sending"],
        "told of elsewhere": ["chats_official_id"],  # the officials' chats, all of them
        **OPEN_ONES,
    },
    "postgresql": {
        "waiting": ["letters_waiting", "letters_in_line"],
        "recover": ["letters_sending"],
        **OPEN_ONES,
        "what binds": FEW_CASES,
        "all that is held": FEW_CASES,
        "counted": FEW_CASES,
        "erased": FEW_CASES,
        "erased later": FEW_CASES,
        "told of elsewhere": ["chats_pk"],
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
