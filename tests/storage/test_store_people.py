"""Persons and addresses: found or made in few statements, heard, renamed, out of reach and back."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import event

from bot.channel import Address
from storage import Storage

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
LAN, MINH = Address("telegram", "1001", "7"), Address("zalo_bot", "1001", "7")


async def test_a_new_address_is_a_new_person_and_then_the_same(storage: Storage):
    async with storage.write() as store:
        first = await store.people.resolve([LAN, MINH, LAN], NOW, {LAN: "Người dùng A"})
    async with storage.write() as store:
        again = await store.people.resolve([MINH, LAN], LATER)
    assert first.keys() == {LAN, MINH}
    assert first[LAN].id != first[MINH].id
    assert {one: person.id for one, person in again.items()} == {one: person.id for one, person in first.items()}
    assert (again[LAN].name, again[LAN].language, again[LAN].heard_at) == ("Người dùng A", "", NOW)
    assert first[LAN].heard_at is None


async def test_each_new_address_gets_its_own_person_in_a_large_batch(storage: Storage):
    many = [Address("telegram", "1001", str(number)) for number in range(1234)]
    async with storage.write() as store:
        made = await store.people.resolve(many, NOW)
    async with storage.read() as store:
        found = await store.people.find(many)
    assert len({person.id for person in made.values()}) == len(many)
    assert {one: (person.id, person.address_id) for one, person in found.items()} == {
        one: (person.id, person.address_id) for one, person in made.items()
    }


async def test_a_batch_takes_as_many_statements_as_one_update(storage: Storage):
    statements: list[str] = []

    def note(connection, cursor, statement, *rest):
        statements.append(statement)

    async def count(number: int) -> int:
        some = [Address("telegram", "1001", f"{number}-{each}") for each in range(number)]
        async with storage.write() as store:
            await store.people.resolve(some, NOW)
        statements.clear()
        async with storage.write() as store:
            event.listen(store.connection.sync_connection, "before_cursor_execute", note)
            await store.people.resolve(some, NOW)
        return len(statements)

    assert await count(100) == await count(1) == 2


async def test_a_changed_name_is_taken_over_and_no_name_changes_nothing(storage: Storage):
    async with storage.write() as store:
        await store.people.resolve([LAN, MINH], NOW, {LAN: "Cũ", MINH: "Người dùng B"})
        await store.people.resolve([LAN, MINH], LATER, {LAN: "Mới"})
    async with storage.read() as store:
        found = await store.people.find([LAN, MINH])
    assert (found[LAN].name, found[MINH].name) == ("Mới", "Người dùng B")


async def test_who_cannot_be_reached_is_again_once_heard(storage: Storage):
    async with storage.write() as store:
        person = (await store.people.resolve([LAN], NOW))[LAN]
        await store.people.unreachable({person.address_id: "blocked"})
        assert (await store.people.find([LAN]))[LAN].unreachable == "blocked"
        await store.people.resolve([LAN], LATER)
        assert (await store.people.find([LAN]))[LAN].unreachable == ""
        await store.people.unreachable({person.address_id: ""})  # no reason is one too
        assert (await store.people.find([LAN]))[LAN].unreachable != ""
        await store.people.reachable(person.address_id)
        assert (await store.people.find([LAN]))[LAN].unreachable == ""


async def test_the_language_is_the_persons(storage: Storage):
    async with storage.write() as store:
        person = (await store.people.resolve([LAN], NOW))[LAN]
        await store.people.speak(person.id, "en")
        assert [(one.address, one.language) for one in await store.people.addresses(person.id)] == [(LAN, "en")]


async def test_the_same_id_on_another_account_is_someone_else(storage: Storage):
    elsewhere = Address("telegram", "2002", LAN.id)
    async with storage.write() as store:
        found = await store.people.resolve([LAN, elsewhere], NOW)
    assert found[LAN].id != found[elsewhere].id


async def test_an_instant_without_a_time_zone_is_refused(storage: Storage):
    refused = False
    try:
        async with storage.write() as store:
            await store.people.resolve([LAN], datetime(2026, 11, 20))  # noqa: DTZ001
    except Exception as error:  # noqa: BLE001
        refused = isinstance(error.__cause__ or error, TypeError)
    assert refused
