"""Talks with officials, on both databases: one open for each person, one official at a time, also when two take at once."""

import asyncio
from datetime import UTC, datetime, timedelta

from bot.channel import Address
from storage import Storage
from storage.files import File
from storage.talks import TalkLine

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
END = NOW + timedelta(days=1)


async def person(store, name="A"):
    return next(iter((await store.people.resolve([Address("web", "web", name)], NOW)).values())).id


async def test_what_was_said_comes_back_in_order(storage):
    async with storage.write() as store:
        talk = await store.talks.open(await person(store), NOW, END)
        official = await store.officials.add("Cán bộ Ví Dụ", "official", NOW)
        for number in range(25):
            line = TalkLine(talk.id, f"dòng {number}\0", NOW, official if number % 2 else None)
            await store.talks.write(line, END + timedelta(hours=number))
        lines = await store.talks.lines(talk.id)
        assert [line.text for line in lines] == [f"dòng {number}" for number in range(5, 25)]
        assert [line.official_id for line in lines[:2]] == [official, None]
        assert (await store.talks.get(talk.id)).ends_at == END + timedelta(hours=24)
        assert await store.talks.get(talk.id + 1) is None


async def test_one_is_open_until_it_is_closed(storage):
    async with storage.write() as store:
        one, other = await person(store), await person(store, "B")
        first = await store.talks.open(one, NOW, END)
        second = await store.talks.open(other, NOW, END)
        official = await store.officials.add("Cán bộ Ví Dụ", "official", NOW)
        assert await store.talks.take(first.id, official, None)
        assert [talk.id for talk in await store.talks.open_ones()] == [second.id, first.id]  # who waits comes first
        assert await store.talks.close(first.id, NOW)
        assert not await store.talks.close(first.id, NOW)
        assert not await store.talks.take(first.id, official, official)
        assert await store.talks.of_person(one) is None
        again = await store.talks.open(one, NOW, END)
        assert again.id not in (first.id, second.id)
        assert await store.talks.of_person(one) == again
        assert (await store.talks.get(first.id)).closed_at == NOW


async def test_only_who_has_it_hands_it_back(storage):
    async with storage.write() as store:
        talk = await store.talks.open(await person(store), NOW, END)
        one, other = [await store.officials.add(f"Cán bộ Ví Dụ {n}", "official", NOW) for n in (1, 2)]
        await store.talks.told(talk.id, NOW)
        assert await store.talks.take(talk.id, one, None)
        assert not await store.talks.hand_back(talk.id, other)
        assert await store.talks.hand_back(talk.id, one)
        found = await store.talks.get(talk.id)
        assert (found.official_id, found.told_at) == (None, None)  # so that all are told anew


async def test_of_two_who_take_at_once_one_has_it(database_url):
    """Two processes, each having seen that nobody has it."""
    here, there = await Storage.open(database_url), await Storage.open(database_url)
    try:
        async with here.write() as store:
            talk = await store.talks.open(await person(store), NOW, END)
            officials = [await store.officials.add(f"Cán bộ Ví Dụ {n}", "official", NOW) for n in range(2)]

        async def take(storage, official):
            async with storage.read() as store:
                before = (await store.talks.get(talk.id)).official_id
            assert before is None
            seen.append(official)
            while len(seen) < 2:
                await asyncio.sleep(0.01)
            async with storage.write() as store:
                return await store.talks.take(talk.id, official, before)

        seen = []
        took = await asyncio.gather(take(here, officials[0]), take(there, officials[1]))
        assert sorted(took) == [False, True]
        async with here.read() as store:
            taken = await store.talks.get(talk.id)
        assert taken is not None
        assert taken.official_id == officials[took.index(True)]
    finally:
        await here.close()
        await there.close()


async def test_a_file_told_to_an_official_is_not_swept(storage):
    async with storage.write() as store:
        one = await person(store)
        for token in ("a" * 24, "b" * 24):
            await store.files.receive(File(token, one, "a.pdf", NOW, state="ready"))
        talk = await store.talks.open(one, NOW, END)
        await store.talks.write(TalkLine(talk.id, "Tệp", NOW, None, "a" * 24), END)
        assert [file.id for file in await store.files.unreferenced(END)] == ["b" * 24]
        assert (await store.talks.lines(talk.id))[0].file_id == "a" * 24
        await store.files.forget(["a" * 24])
        assert (await store.talks.lines(talk.id))[0].file_id is None
