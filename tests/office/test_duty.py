"""Officials hear that something new waits: all who may answer, of each kind once in ten minutes, and nothing is lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.office import duty
from storage import Storage
from storage.tables import events
from tests.office.test_classes_effects import NOW, somebody


@pytest.fixture
async def storage(database_url):
    opened = await Storage.open(database_url)
    yield opened
    await opened.close()


async def bound(store, name, role="official"):
    chat = await somebody(store, name)
    await store.officials.bind(chat.id, await store.officials.add(name, role, NOW), NOW)
    return chat.id


async def told(store):
    rows = await store.connection.execute(select(events).order_by(events.c.id))
    return [(row.person_id, row.data["text"], (row.not_before - NOW) / timedelta(minutes=1)) for row in rows]


async def test_at_once_and_then_every_ten_minutes_at_most(storage):
    async with storage.write() as store:
        chat = await bound(store, "Cán bộ")
        for minutes in (0, 0, 3, 9, 12, 25, 60):
            await duty.waits(store, "cases", NOW + timedelta(minutes=minutes))
        times = [at for _, text, at in await told(store) if text == "duty.cases"]
        assert times == [0, 10, 20, 30, 60], "what comes meanwhile is told when the ten minutes are over"
        assert {person for person, _, _ in await told(store)} == {chat}


async def test_each_kind_by_itself(storage):
    async with storage.write() as store:
        chat = await bound(store, "Cán bộ")
        for kind in ("cases", "papers", "members", "cases"):
            await duty.waits(store, kind, NOW)
        assert await told(store) == [
            (chat, "duty.cases", 0), (chat, "duty.papers", 0), (chat, "duty.members", 0), (chat, "duty.cases", 10),
        ]  # fmt: skip


async def test_only_who_may_answer_and_not_who_did_it(storage):
    async with storage.write() as store:
        own, chief = await bound(store, "Cán bộ"), await bound(store, "Lãnh đạo", "admin")
        await bound(store, "Nhân viên", "staff")
        gone = await bound(store, "Đã nghỉ")
        official = (await store.officials.bound([gone]))[gone]
        await store.officials.disable(official.id, NOW)
        await duty.waits(store, "cases", NOW, but=[own])
        assert await told(store) == [(chief, "duty.cases", 0)]


async def test_nobody_there_is_not_taken_for_told(storage):
    async with storage.write() as store:
        await duty.waits(store, "cases", NOW)
        chat = await bound(store, "Cán bộ")
        await duty.waits(store, "cases", NOW + timedelta(minutes=1))
        assert await told(store) == [(chat, "duty.cases", 1)]
