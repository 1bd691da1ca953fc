"""Organisations, who belongs to them, and numbers without gaps, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.channel import Address
from storage import Storage
from storage.organisations import Member, Organisation

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
ONE = Organisation("HTX Ví Dụ", NOW, "", "htx vi du", "cooperative", "30001", {"employees": 12})


async def test_it_is_found_as_it_is_known(database_url):
    storage = await Storage.open(database_url)
    async with storage.write() as store:
        first = await store.organisations.add(ONE)
        second = await store.organisations.add(replace(ONE, tax_code="0123456787"))
        assert await store.organisations.by_name("htx vi du", "cooperative", "30001") == replace(ONE, id=first)
        assert await store.organisations.by_tax_code("0123456787") == replace(ONE, tax_code="0123456787", id=second)
        assert await store.organisations.by_tax_code("") is None
        await store.organisations.tell(first, {"employees": 13})
        await store.organisations.confirm(first, NOW)
        told = (await store.organisations.get([first, second, 99]))[first]
        assert (told.profile, told.confirmed_at) == ({"employees": 13}, NOW)
    await storage.close()


async def test_a_members_standing_is_the_last_one(database_url):
    storage = await Storage.open(database_url)
    async with storage.write() as store:
        person = next(iter((await store.people.resolve([Address("web", "web", "A")], NOW)).values()))
        one = await store.organisations.add(ONE)
        await store.organisations.put(Member(one, person.id, "asked", NOW))
        member = Member(one, person.id, "member", NOW, NOW, "official 1")
        await store.organisations.put(member)
        assert await store.organisations.of_person(person.id) == [member]
        assert await store.organisations.members(one) == [member]
    await storage.close()


async def test_numbers_have_no_gaps(database_url):
    storage = await Storage.open(database_url)
    for given in (1, 2):
        try:
            async with storage.write() as store:
                assert await store.counters.next("case.2026") == given
                raise LookupError
        except LookupError:
            pass
        async with storage.write() as store:
            assert await store.counters.next("case.2026") == given
            assert await store.counters.next("case.2027") == given
    await storage.close()
