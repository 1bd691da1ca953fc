"""Consents and broadcasts: who agreed, whom an announcement reaches and where, and that it goes out once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.channel import Address, Gone, Sent
from bot.flows.values import Message, Text
from storage import Storage
from storage.consents import Consent
from storage.people import Person

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
HELLO = Message(Text("Mời dự lớp tập huấn"))
NAMES = {"a": "telegram", "b": "zalo_bot", "c": "web", "d": "telegram"}
WORDS = "Tôi đồng ý nhận thông báo."


def consent(person: Person, granted: bool = True, purpose: str = "announcements", text: str = WORDS) -> Consent:
    return Consent(person.id, purpose, granted, text, person.address.channel, NOW)


@pytest.fixture
async def persons(storage: Storage) -> dict[str, Person]:
    places = {name: Address(channel, "1001", name) for name, channel in NAMES.items()}
    async with storage.write() as store:
        found = await store.people.resolve(list(places.values()), NOW)
    return {name: found[place] for name, place in places.items()}


async def test_the_newest_word_counts_and_all_are_kept(storage: Storage, persons: dict[str, Person]):
    a, b = persons["a"], persons["b"]
    async with storage.write() as store:
        await store.consents.record([consent(a), consent(a, purpose="sharing", granted=False), consent(b)])
        await store.consents.record([consent(a, granted=False, text="Tôi rút lại.")])
        await store.consents.record([])
    async with storage.read() as store:
        assert await store.consents.current(a.id) == {"announcements": False, "sharing": False}
        assert await store.consents.current(b.id) == {"announcements": True}
        assert await store.consents.current(persons["c"].id) == {}
        history = await store.consents.history(a.id)
    assert [(one.purpose, one.granted, one.text) for one in history] == [
        ("announcements", True, WORDS),
        ("sharing", False, WORDS),
        ("announcements", False, "Tôi rút lại."),
    ]
    assert history[0] == consent(a)


async def test_the_audience_agreed_can_be_reached_and_stands_where_it_was_last_heard(
    storage: Storage, persons: dict[str, Person]
):
    a, b, c, d = persons.values()
    async with storage.write() as store:
        await store.consents.record([consent(a), consent(b), consent(c), consent(d, purpose="sharing")])
        await store.consents.record([consent(b, granted=False), consent(b), consent(c, granted=False)])
        await store.connection.exec_driver_sql(f"UPDATE addresses SET person_id = {a.id} WHERE id = {c.address_id}")
        await store.people.resolve([c.address], NOW + HOUR)
        members = await store.consents.audience("announcements")
        assert {(one.person_id, one.address_id, one.channel) for one in members} == {
            (b.id, b.address_id, "zalo_bot"),
            (a.id, c.address_id, "web"),
        }
        assert [one.address_id for one in members] == sorted(one.address_id for one in members)
        assert await store.consents.count_audience("announcements") == 2
        await store.people.unreachable({c.address_id: "blocked", b.address_id: "blocked"})
        assert [one.address_id for one in await store.consents.audience("announcements")] == [a.address_id]
        assert await store.consents.count_audience("announcements") == 1
        assert await store.consents.count_audience("nothing") == 0


async def test_one_letter_each_and_confirmed_twice_goes_once(storage: Storage, persons: dict[str, Person]):
    async with storage.write() as store:
        await store.consents.record([consent(persons[name]) for name in "abc"])

    async def confirm() -> bool:
        async with storage.write() as store:
            broadcast, fresh = await store.broadcasts.announce("5.41", None, "announcements", HELLO, NOW)
            assert (broadcast.persons, broadcast.message, broadcast.made_at) == (3, HELLO, NOW)
            return fresh

    assert sorted(await asyncio.gather(confirm(), confirm())) == [False, True]
    async with storage.write() as store:
        (broadcast,) = await store.broadcasts.recent()
        assert await store.broadcasts.counts(broadcast.id) == {"waiting": 2, "sent": 1, "seen": 0}
        going = await store.letters.claim(NOW, ["telegram", "zalo_bot"])
        assert {letter.broadcast_id for letter in going} == {broadcast.id}
        assert [letter.message for letter in going] == [HELLO, HELLO]
        await store.letters.settle([(going[0], Sent("t1")), (going[1], Gone("blocked"))], NOW)
        home = persons["c"].address_id
        (shown,) = await store.letters.after(home, 0)
        await store.letters.seen(home, shown.id, NOW + HOUR)
        assert await store.broadcasts.counts(broadcast.id) == {"sent": 2, "unreachable": 1, "seen": 1}


async def test_a_broadcast_undone_leaves_no_letters(storage: Storage, persons: dict[str, Person]):
    async with storage.write() as store:
        await store.consents.record([consent(persons["a"])])
    try:
        async with storage.write() as store:
            await store.broadcasts.announce("1.1", None, "announcements", HELLO, NOW)
            raise LookupError
    except LookupError:
        pass
    async with storage.read() as store:
        assert await store.broadcasts.recent() == []
        assert await store.letters.waiting() == {}


async def test_too_long_for_a_channel_arrives_there_in_parts_in_order(storage: Storage, persons: dict[str, Person]):
    long = Message(Text("\n\n".join(f"Đoạn {number}: " + "x" * 900 for number in range(4))))
    async with storage.write() as store:
        await store.consents.record([consent(persons[name]) for name in "ab"])
        broadcast, _ = await store.broadcasts.announce("1.1", None, "announcements", long, NOW)
        assert broadcast.persons == 2
        assert await store.broadcasts.counts(broadcast.id) == {"waiting": 2, "seen": 0}
        parts: list[str] = []
        while going := await store.letters.claim(NOW, ["zalo_bot"]):
            parts += [letter.message.text.plain for letter in going]
            await store.letters.settle([(letter, Sent()) for letter in going], NOW)
        assert await store.broadcasts.counts(broadcast.id) == {"sent": 1, "waiting": 1, "seen": 0}
    assert len(parts) > 1
    assert "\n\n".join(parts) == long.text.plain


async def test_nobody_agreed_is_a_broadcast_to_nobody(storage: Storage, persons: dict[str, Person]):
    async with storage.write() as store:
        broadcast, fresh = await store.broadcasts.announce("1.1", None, "announcements", HELLO, NOW)
        assert (broadcast.persons, fresh) == (0, True)
        assert await store.broadcasts.counts(broadcast.id) == {"seen": 0}
