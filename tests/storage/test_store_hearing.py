"""Receipts, sessions and events: what one batch of `hear` reads and keeps."""

from datetime import UTC, datetime, timedelta

from bot.channel import Address
from storage import Storage
from storage.events import Due

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
HERE = Address("telegram", "1001", "7")
ELSEWHERE = Address("zalo_bot", "1001", "7")


async def persons(storage: Storage, number: int) -> list[int]:
    places = [Address("telegram", "1001", f"person-{each}") for each in range(number)]
    async with storage.write() as store:
        found = await store.people.resolve(places, NOW)
    return [found[place].id for place in places]


async def test_a_receipt_counts_once(storage: Storage):
    async with storage.write() as store:
        assert await store.receipts.take([(HERE, "1"), (HERE, "1"), (ELSEWHERE, "1")], NOW) == {
            (HERE, "1"),
            (ELSEWHERE, "1"),
        }
    async with storage.write() as store:
        assert await store.receipts.take([(HERE, "1"), (HERE, "2")], NOW) == {(HERE, "2")}
        assert await store.receipts.take([], NOW) == set()


async def test_a_batch_that_was_undone_is_heard_again(storage: Storage):
    try:
        async with storage.write() as store:
            await store.receipts.take([(HERE, "1")], NOW)
            raise LookupError
    except LookupError:
        pass
    async with storage.write() as store:
        assert await store.receipts.take([(HERE, "1")], NOW) == {(HERE, "1")}


async def test_more_receipts_than_fit_into_one_statement(storage: Storage):
    keys = {(HERE, str(number)) for number in range(2500)}
    async with storage.write() as store:
        assert await store.receipts.take(keys, NOW) == keys
        assert await store.receipts.take(keys, NOW) == set()


async def test_old_receipts_are_forgotten(storage: Storage):
    async with storage.write() as store:
        await store.receipts.take([(HERE, "old")], NOW - timedelta(days=41))
        await store.receipts.take([(HERE, "new")], NOW)
        assert await store.receipts.forget(NOW - timedelta(days=40)) == 1
        assert await store.receipts.take([(HERE, "old"), (HERE, "new")], NOW) == {(HERE, "old")}


async def test_whatever_came_can_be_set_aside(storage: Storage):
    raw = {"text": "nửa \ud83d và \x00", "ten": "Đỗ"}
    async with storage.write() as store:
        await store.receipts.set_aside((HERE, "9"), raw, "KeyError", NOW)
    async with storage.read() as store:
        (aside,) = await store.receipts.aside()
        assert (aside.raw, aside.error, aside.channel, aside.at) == (raw, "KeyError", "telegram", NOW)
        assert await store.receipts.one_aside(aside.id) == aside
        assert await store.receipts.aside(after=aside.id) == []


async def test_sessions_are_kept_and_loaded_together(storage: Storage):
    one, two, none = await persons(storage, 3)
    async with storage.write() as store:
        await store.sessions.keep({one: {"turns": 1}, two: {"turns": 1}})
        await store.sessions.keep({two: {"turns": 2, "waiting": None, "tên": "Đỗ"}})
        await store.sessions.keep({})
    async with storage.read() as store:
        assert await store.sessions.load([one, two, none]) == {
            one: {"turns": 1},
            two: {"turns": 2, "waiting": None, "tên": "Đỗ"},
        }
        assert await store.sessions.load([]) == {}


async def test_events_are_due_in_order_and_once(storage: Storage):
    one, two = await persons(storage, 2)
    soon = NOW + timedelta(minutes=5)
    async with storage.write() as store:
        assert await store.events.next_at() is None
        await store.events.add(
            [Due(one, "later", soon), Due(one, "first", NOW, {"n": 1}), Due(two, "second", NOW)], NOW
        )
        await store.events.add([], NOW)
    async with storage.write() as store:
        due = await store.events.due(NOW)
        assert [(row.person_id, row.name, row.data) for row in due] == [(one, "first", {"n": 1}), (two, "second", {})]
        assert [row.name for row in await store.events.due(NOW, limit=1)] == ["first"]
        assert [row.name for row in await store.events.due(soon, persons=[two])] == ["second"]
        assert await store.events.due(soon, persons=[]) == []
        await store.events.done([row.id for row in due])
        assert await store.events.due(NOW) == []
        assert await store.events.next_at() == soon
        (later,) = await store.events.due(soon)
        await store.events.done([later.id])
        assert await store.events.next_at() is None
