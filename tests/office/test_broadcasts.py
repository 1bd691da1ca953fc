"""Announcements: once to everybody who agreed, by those who may, and counted."""

from bot.channel import Address
from bot.flows.values import Message, Text
from bot.office import broadcasts
from bot.office.broadcasts import Announced, Refused
from tests.simulators.desk import Desk

BODY = Message(Text("Mở lớp tập huấn 5S."))


async def announce(desk: Desk, person: int, key: str = "1.7") -> Announced | Refused:
    async with desk.storage.write() as store:
        return await broadcasts.announce(store, person, key, "announcements", BODY, desk.at)


async def letters(desk: Desk) -> list[tuple[str, str]]:
    async with desk.storage.read() as store:
        found = await store.connection.exec_driver_sql(
            "SELECT native, letters.kind FROM letters JOIN addresses ON addresses.id = address_id ORDER BY native"
        )
        return [(str(row.native), str(row.kind)) for row in found]


async def test_everybody_who_agreed_and_can_be_reached_gets_one_letter(desk: Desk):
    sender = await desk.person("sender", agreed=True)
    await desk.official("official", person=sender)
    await desk.person("no", agreed=False)
    await desk.person("never asked")
    await desk.person("withdrew", agreed=True)
    await desk.person("withdrew", agreed=False)
    await desk.person("yes", "telegram", agreed=True)
    await desk.person("blocked", "telegram", agreed=True)
    async with desk.storage.write() as store:
        blocked = Address("telegram", "", "blocked")
        found = await store.people.find([blocked])
        await store.people.unreachable({found[blocked].address_id: "blocked"})
    async with desk.storage.read() as store:
        assert await broadcasts.audience_count(store, "announcements") == 2
    assert await announce(desk, sender) == Announced(2)
    assert await letters(desk) == [("sender", "announcement"), ("yes", "announcement")]


async def test_the_same_confirmation_twice_sends_once(desk: Desk):
    sender = await desk.person("sender", agreed=True)
    await desk.official("admin", person=sender)
    assert await announce(desk, sender, "1.7") == Announced(1)
    assert await announce(desk, sender, "1.7") == Refused("twice")
    assert len(await letters(desk)) == 1
    assert await announce(desk, sender, "1.8") == Announced(1)


async def test_staff_and_strangers_may_not_announce(desk: Desk):
    stranger, staff = await desk.person("stranger", agreed=True), await desk.person("staff")
    await desk.official("staff", person=staff)
    assert await announce(desk, stranger) == Refused("role")
    assert await announce(desk, staff) == Refused("role")
    assert await letters(desk) == []


async def test_a_role_taken_away_before_the_confirmation_counts(desk: Desk):
    person = await desk.person("sender", agreed=True)
    official = await desk.official("official", person=person)
    async with desk.storage.write() as store:
        await store.officials.appoint(official.id, "staff")
    assert await announce(desk, person) == Refused("role")
    async with desk.storage.write() as store:
        await store.officials.appoint(official.id, "official")
        await store.officials.disable(official.id, desk.at)
    assert await announce(desk, person) == Refused("role")
    assert await letters(desk) == []


async def test_what_became_of_it_is_told_by_state(desk: Desk):
    sender = await desk.person("sender", agreed=True)
    await desk.person("far", "telegram", agreed=True)
    await desk.official("official", "Cán bộ A", person=sender)
    await announce(desk, sender, "first")
    await announce(desk, sender, "second")
    async with desk.storage.read() as store:
        newest, oldest = await broadcasts.outcomes(store, 5)
        assert [one.broadcast.id for one in await broadcasts.outcomes(store, 5, newest.broadcast.id)] == [
            oldest.broadcast.id
        ]
    assert (newest.broadcast.key, newest.by, newest.broadcast.persons) == ("second", "Cán bộ A", 2)
    assert newest.counts == {"sent": 1, "waiting": 1, "seen": 0}
