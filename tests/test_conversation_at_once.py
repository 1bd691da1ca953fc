"""Several processes hear at once on one PostgreSQL: each update and each due event once, everybody in order; whoever
stands in another's way begins again."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from random import Random

import pytest

import bot.conversation.batch as rounds
from bot.conversation import TRIES, Heard
from storage import Collided, Locked
from storage.events import Due
from tests.simulators.hearing_house import HearingHouse, address, opened

PROCESSES, PEOPLE, BATCHES = 6, [f"p{number}" for number in range(10)], 12


@pytest.fixture
async def houses(postgresql_url) -> AsyncIterator[list[HearingHouse]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(process(postgresql_url)) for _ in range(PROCESSES)]


def process(url):
    return opened(url, busy_seconds=30)


@pytest.mark.postgresql
async def test_every_update_is_heard_once_whoever_brings_it(houses):
    """Each update comes to two processes, in batches that share people; everybody is new at first."""
    chance = Random(3)
    brought: list[list[list]] = [[] for _ in houses]
    for _ in range(PROCESSES * BATCHES):
        lines = [houses[0].line(person, "menu") for person in chance.choices(PEOPLE, k=8)]
        for some in chance.sample(brought, k=2):
            some.append(chance.sample(lines, k=len(lines)))
    answered: Counter[tuple] = Counter()
    messages: Counter[str] = Counter()

    async def bring(house, batches):
        for batch in batches:
            for one, heard in zip(batch, await house.batch(*batch), strict=True):
                assert isinstance(heard, Heard), heard
                answered[one.address, one.receipt] += heard.new
                messages[one.address.id] += len(heard.messages)

    await asyncio.gather(*map(bring, houses, brought))
    assert set(answered.values()) == {1}
    assert len(answered) == PROCESSES * BATCHES * 8
    assert await houses[0].count("people") == len(PEOPLE)
    assert {person: len(await houses[0].texts(person)) for person in PEOPLE} == dict(messages)


@pytest.mark.postgresql
async def test_what_is_due_is_heard_once_and_in_order(houses, monkeypatch):
    heard: dict[int, list[int]] = defaultdict(list)
    real = rounds.Batch.hear_due

    async def noted(batch, person, row):
        heard[person.id].append(row.id)
        await asyncio.sleep(0)
        return await real(batch, person, row)

    monkeypatch.setattr(rounds.Batch, "hear_due", noted)
    for person in PEOPLE:
        await houses[0].say(person, "menu")
    before = {person: len(await houses[0].texts(person)) for person in PEOPLE}
    async with houses[0].storage.write() as store:
        found = await store.people.find([address(person) for person in PEOPLE])
        news = [Due(one.id, "notified", houses[0].now, {"text": "flow.dismissed"}) for one in found.values()]
        await store.events.add(news * 30, houses[0].now)

    async def listen(house):
        for number in range(6):
            await house.batch(house.line(PEOPLE[number], "menu"))

    await asyncio.gather(*map(listen, houses))
    assert [len(rows) for rows in heard.values()] == [30] * len(PEOPLE)
    assert all(rows == sorted(rows) for rows in heard.values())
    after = {person: len(await houses[0].texts(person)) for person in PEOPLE}
    menus = {person: PROCESSES if number < 6 else 0 for number, person in enumerate(PEOPLE)}
    assert {person: after[person] - before[person] - menus[person] for person in PEOPLE} == dict.fromkeys(PEOPLE, 30)


async def test_whoever_stood_in_the_way_begins_again(database_url, monkeypatch):
    real, calls = rounds.Batch.close, []

    async def in_the_way(batch, done):
        await real(batch, done)
        calls.append(1)
        if len(calls) < times:
            raise Collided

    monkeypatch.setattr(rounds.Batch, "close", in_the_way)
    async with opened(database_url) as house:
        times = TRIES
        (heard,) = await house.batch(house.line("lan", "menu"))
        assert isinstance(heard, Heard)
        assert heard.new
        assert len(calls) == TRIES
        assert len(await house.texts("lan")) == len(heard.messages), "what was undone left no letters"
        times, line = 10**6, house.line("lan", "menu")
        with pytest.raises(Locked):
            await house.batch(line)
        monkeypatch.setattr(rounds.Batch, "close", real)
        assert [one.new for one in await house.batch(line) if isinstance(one, Heard)] == [True]
