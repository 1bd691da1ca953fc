"""Several processes on one PostgreSQL: nothing is lost, nothing happens twice, everybody's order is kept, and nobody
waits in a circle. A Storage of its own is to the database what a process of its own is."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, TypeVar

import pytest
from sqlalchemy import text

from bot.channel import Address, Sent
from bot.flows.values import Message, Text
from storage import Collided, Storage, StorageError, Store
from storage.consents import Consent
from storage.jobs import Job
from storage.letters import Letter, Posting

pytestmark = pytest.mark.postgresql

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
PROCESSES = 8
ROUNDS = 40
PLACES = [Address("telegram", "1001", f"p{number}") for number in range(12)]
HOMES = [Address("web", "web", f"h{number}") for number in range(6)]
Result = TypeVar("Result")


@pytest.fixture
async def processes(postgresql_url: str) -> AsyncIterator[list[Storage]]:
    async with AsyncExitStack() as stack:
        opened = [await Storage.open(postgresql_url, busy_seconds=20) for _ in range(PROCESSES)]
        for one in opened:
            stack.push_async_callback(one.close)
        yield opened


async def in_each(processes: list[Storage], do: Callable[[Store], Awaitable[Result]]) -> list[Result]:
    """The same in one transaction of every process, all at once."""

    async def one(storage: Storage) -> Result:
        async with storage.write() as store:
            return await do(store)

    return list(await asyncio.gather(*map(one, processes)))


# -- hearing


async def hear(storage: Storage, updates: list[tuple[Address, int]]) -> None:
    """A batch as the conversation hears it; a session is the list of what was said."""
    async with storage.write() as store:
        fresh = await store.receipts.take([(place, str(number)) for place, number in updates], NOW)
        persons = await store.people.resolve([place for place, _ in updates], NOW)
        states = await store.sessions.load({person.id for person in persons.values()})
        said: dict[int, list[int]] = {person: state["said"] for person, state in states.items()}
        letters = []
        for place, number in updates:
            if (place, str(number)) in fresh:
                fresh.discard((place, str(number)))
                said.setdefault(persons[place].id, []).append(number)
                letters.append(answer(persons[place].address_id, number))
        await store.sessions.keep({person: {"said": numbers} for person, numbers in said.items()})
        await store.letters.post(letters, NOW)


def answer(place: int, number: int) -> Posting:
    return Posting(place, "telegram", "reply", Message(Text(str(number))))


async def test_overlapping_batches_of_the_same_persons(processes: list[Storage]):
    """320 batches: every process hears every person, much of it is heard by another one too, and all are new at first."""
    chance = Random(1)
    spoken: Counter[Address] = Counter()
    streams: list[list[list[tuple[Address, int]]]] = [[] for _ in processes]
    for _ in range(ROUNDS):
        for stream in streams:
            batch = []
            for place in chance.choices(PLACES, k=10):
                spoken[place] += 1
                batch.append((place, spoken[place]))
            stream.append(batch)
    for stream in streams:
        other = chance.choice(streams)
        for number in range(0, ROUNDS, 2):
            other[number] = chance.sample(other[number] + stream[number], k=len(other[number] + stream[number]))

    async def listen(storage: Storage, stream: list[list[tuple[Address, int]]]) -> None:
        for batch in stream:
            await hear(storage, batch)

    await asyncio.gather(*map(listen, processes, streams))
    async with processes[0].read() as store:
        persons = await store.people.find(PLACES)
        states = await store.sessions.load([person.id for person in persons.values()])
        for place, person in persons.items():
            said = states[person.id]["said"]
            assert sorted(said) == list(range(1, spoken[place] + 1)), "each once"
            rows = await store.connection.exec_driver_sql(
                f"SELECT body ->> 'text' FROM letters WHERE address_id = {person.address_id} ORDER BY id"
            )
            assert [int(words) for words in rows.scalars()] == said, "answered in the order heard"
        number = (await store.connection.execute(text("SELECT count(*) FROM people"))).scalar_one()
    assert number == len(PLACES), "nobody was made twice"
    for stream in streams:
        check_order(stream, {place: states[person.id]["said"] for place, person in persons.items()})


def check_order(stream: list[list[tuple[Address, int]]], said: dict[Address, list[int]]) -> None:
    """What one process alone heard of a person in two batches was heard in that order."""
    own = [(place, number) for batch in stream[1::2] for place, number in batch]
    for place in PLACES:
        places = [said[place].index(number) for one, number in own if one == place]
        assert places == sorted(places)


async def test_who_is_new_to_all_is_made_once(processes: list[Storage]):
    chance = Random(1)
    found = await in_each(
        processes, lambda store: store.people.resolve(chance.sample(PLACES, k=len(PLACES)), NOW, {PLACES[0]: "A"})
    )
    assert len({frozenset((place, one.id, one.address_id) for place, one in each.items()) for each in found}) == 1
    async with processes[0].read() as store:
        for table in ("people", "addresses"):
            assert await store.connection.scalar(text(f"SELECT count(*) FROM {table}")) == len(PLACES)


async def test_an_update_is_new_to_one(processes: list[Storage]):
    keys = [(place, str(number)) for place in PLACES for number in range(20)]
    chance = Random(2)
    taken = await in_each(processes, lambda store: store.receipts.take(chance.sample(keys, k=len(keys)), NOW))
    assert sorted(key[1] for some in taken for key in some) == sorted(key[1] for key in keys)
    assert set.union(*taken) == set(keys)


# -- letters


async def test_workers_never_take_the_same_letter_nor_two_of_an_address(processes: list[Storage]):
    async with processes[0].write() as store:
        persons = await store.people.resolve(PLACES, NOW)
        kinds: list[Any] = ["reply", "notice", "announcement"]
        rows = [
            Posting(person.address_id, "telegram", kinds[number % 3], Message(Text("x")))
            for number in range(9)
            for person in persons.values()
        ]
        posted = await store.letters.post(rows, NOW)
    going: set[int] = set()
    gone: list[Letter] = []

    async def work(storage: Storage) -> None:
        while len(gone) < len(posted):
            async with storage.write() as store:
                letters = await store.letters.claim(NOW, ["telegram"], 3)
            places = {letter.address_id for letter in letters}
            assert not places & going, "one of an address at a time"
            going.update(places)
            await asyncio.sleep(0.002)
            going.difference_update(places)
            gone.extend(letters)
            async with storage.write() as store:
                await store.letters.settle([(letter, Sent()) for letter in letters], NOW)

    await asyncio.gather(*map(work, processes))
    assert sorted(letter.id for letter in gone) == posted, "each once"
    for place in {letter.address_id for letter in gone}:
        ids = [letter.id for letter in gone if letter.address_id == place]
        assert ids == sorted(ids)


async def test_a_page_that_asks_for_what_is_new_misses_nothing(processes: list[Storage]):
    """Replies and announcements of other processes appear in the order of their ids, whoever commits first."""
    async with processes[0].write() as store:
        persons = list((await store.people.resolve(HOMES, NOW)).values())
        await store.consents.record([Consent(one.id, "announcements", True, "Đồng ý", "web", NOW) for one in persons])
    over = asyncio.Event()
    seen: dict[int, list[int]] = {person.address_id: [] for person in persons}

    async def fetch(storage: Storage) -> None:
        last = False
        while not last:
            last = over.is_set()
            async with storage.read() as store:
                for place, ids in seen.items():
                    ids += [letter.id for letter in await store.letters.after(place, ids[-1] if ids else 0)]

    async def reply(storage: Storage) -> None:
        for _ in range(30):
            async with storage.write() as store:
                await store.sessions.load([person.id for person in persons])
                rows = [Posting(one.address_id, "web", "reply", Message(Text("x"))) for one in persons]
                await store.letters.post(rows, NOW)
                await asyncio.sleep(0.001)

    async def announce(storage: Storage, name: str) -> None:
        for number in range(15):
            async with storage.write() as store:
                await store.broadcasts.announce(f"{name}.{number}", None, "announcements", Message(Text("y")), NOW)
                await asyncio.sleep(0.003)

    fetching = asyncio.create_task(fetch(processes[0]))
    await asyncio.gather(
        reply(processes[1]), reply(processes[2]), announce(processes[3], "a"), announce(processes[4], "b")
    )
    over.set()
    await fetching
    assert [len(ids) for ids in seen.values()] == [30 * 2 + 15 * 2] * len(HOMES)


async def test_a_confirmation_that_comes_to_all_at_once_sends_once(processes: list[Storage]):
    async with processes[0].write() as store:
        persons = (await store.people.resolve(PLACES, NOW)).values()
        await store.consents.record(
            [Consent(one.id, "announcements", True, "Đồng ý", "telegram", NOW) for one in persons]
        )
    done = await in_each(
        processes, lambda store: store.broadcasts.announce("1.1", None, "announcements", Message(Text("y")), NOW)
    )
    assert sorted(made for _, made in done) == [False] * (PROCESSES - 1) + [True]
    assert {(one.id, one.persons) for one, _ in done} == {(done[0][0].id, len(PLACES))}
    async with processes[0].read() as store:
        assert await store.letters.waiting() == {("telegram", "announcement"): len(PLACES)}


# -- doors and clocks


async def test_a_token_opens_for_one(processes: list[Storage]):
    async with processes[0].write() as store:
        await store.tokens.issue("invite", "secret", NOW + timedelta(hours=1))
    opened = await in_each(processes, lambda store: store.tokens.spend("invite", "secret", NOW))
    assert sum(token is not None for token in opened) == 1


async def test_a_job_is_one_clocks(processes: list[Storage]):
    jobs = [Job(f"sweep:{number}", "sweep", NOW) for number in range(30)]
    await in_each(processes, lambda store: store.jobs.add(jobs))
    claimed = await in_each(processes, lambda store: store.jobs.claim(NOW, 7))
    keys = [job.key for some in claimed for job in some]
    assert len(keys) == len(set(keys))
    assert set(keys) == {job.key for job in jobs}


async def test_a_database_is_one_programmes(processes: list[Storage]):
    owners = await in_each(processes, lambda store: store.meta.once("programme", "an-giang"))
    assert owners == ["an-giang"] * PROCESSES


# -- trouble


async def test_a_circle_is_told_from_a_long_wait_and_undoes_one_of_the_two(processes: list[Storage]):
    ready = asyncio.Barrier(2)

    async def put(storage: Storage, *keys: str) -> None:
        async with storage.write() as store:
            for key in keys:
                await store.meta.put(key, keys[0])
                if key == keys[0]:
                    await ready.wait()

    async with asyncio.timeout(10):
        results = await asyncio.gather(put(processes[0], "a", "b"), put(processes[1], "b", "a"), return_exceptions=True)
    assert [type(one) for one in results if one] == [Collided]


async def test_a_server_that_was_away_is_found_again(processes: list[Storage]):
    """Its connections are gone when it comes back; the next transaction uses new ones."""
    one, other = processes[:2]
    await one.check(NOW)
    async with other.write() as store:
        mine = "application_name = 'nhipcau' AND pid <> pg_backend_pid() AND datname = current_database()"
        await store.connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine}"))
    await asyncio.sleep(0.1)
    await one.check(NOW)
    async with one.read() as store:
        assert await store.meta.get("checked") == NOW.isoformat()


async def test_a_connection_lost_amid_a_transaction_is_the_databases_trouble(processes: list[Storage]):
    async def write() -> None:
        async with processes[0].write() as store:
            await store.meta.put("key", "lost")
            await store.connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(StorageError):
        await write()
    async with processes[0].read() as store:
        assert await store.meta.get("key") is None


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://postgres@127.0.0.1:1/nhipcau", "does not answer"),
        ("postgresql://postgres@/nhipcau?host=/nowhere", "does not answer"),
    ],
)
async def test_nobody_there_is_said_so(url: str, words: str):
    with pytest.raises(StorageError, match=words):
        await Storage.open(url)


async def test_a_database_that_is_not_there_is_said_so(postgresql_url: str):
    with pytest.raises(StorageError, match="does not exist"):
        await Storage.open(postgresql_url.replace("/shared", "/no_such"))


async def test_acknowledged_means_on_disk_whatever_the_server_is_told(own_postgresql_url: str):
    first = await Storage.open(own_postgresql_url)
    async with first.write() as store:
        name = await store.connection.scalar(text("SELECT current_database()"))
        await store.connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    await first.close()
    fresh = await Storage.open(own_postgresql_url)
    async with fresh.write() as store:
        assert await store.connection.scalar(text("SHOW synchronous_commit")) == "on"
    await fresh.close()
