"""Requests about one's own data: their queue and their end, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.channel import Address
from storage.requests import Request

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


async def person_of(store, name="A"):
    return next(iter((await store.people.resolve([Address("web", "web", name)], NOW)).values())).id


async def test_the_first_due_stands_first_and_a_closed_one_nowhere(storage):
    async with storage.write() as store:
        person = await person_of(store)
        later = Request("AG-YC-2026-00001", person, "withdraw", NOW, NOW + timedelta(days=15))
        soon = Request("AG-YC-2026-00002", person, "correct", NOW, NOW + timedelta(days=2), data={"words": "Ví Dụ"})
        done = Request("AG-YC-2026-00003", person, "stop", NOW, NOW, "done", NOW)
        waits = Request("AG-YC-2026-00004", person, "delete", NOW, NOW, "waiting")
        ids = [await store.requests.add(one) for one in (later, soon, done, waits)]
        stored = [replace(one, id=number) for one, number in zip((later, soon, done, waits), ids, strict=True)]
        assert await store.requests.open() == [stored[3], stored[1], stored[0]]
        assert await store.requests.waiting() == [stored[3]]
        assert await store.requests.of_person(person) == stored
        assert await store.requests.called("AG-YC-2026-00002") == await store.requests.get(ids[1]) == stored[1]
        assert await store.requests.called("AG-YC-2026-00009") is None


async def test_it_is_answered_once(storage):
    async with storage.write() as store:
        official = await store.officials.add("Cán bộ Ví Dụ", "official", NOW)
        one = Request("AG-YC-2026-00001", await person_of(store), "correct", NOW, NOW, data={"words": "sai số"})
        one = replace(one, id=await store.requests.add(one))
        assert await store.requests.close(one, NOW, official, answer="Đã sửa")
        assert not await store.requests.close(one, NOW, official, answer="Lần nữa")
        closed = await store.requests.get(one.id)
        assert (closed.state, closed.done_at, closed.official_id) == ("done", NOW, official)
        assert closed.data == {"words": "sai số", "answer": "Đã sửa"}
        assert await store.requests.open() == []


async def test_it_stays_without_its_person(storage):
    async with storage.write() as store:
        one = Request("AG-YC-2026-00001", await person_of(store), "correct", NOW, NOW, "done", NOW, data={"words": "x"})
        number = await store.requests.add(one)
        await store.requests.forget_person(number)
        assert await store.requests.get(number) == replace(one, id=number, person_id=None, data={})
