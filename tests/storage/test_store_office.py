"""Officials, tokens, the record of deeds, facts and jobs."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bot.channel import Address
from storage import Storage
from storage.jobs import STALE, Job
from storage.officials import Deed

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLACE = Address("telegram", "1001", "7")


async def test_a_token_opens_once_of_two_who_try(storage: Storage):
    async with storage.write() as store:
        await store.tokens.issue("invite", "bí mật", NOW + HOUR, data={"role": "admin"})

    async def spend() -> bool:
        async with storage.write() as store:
            token = await store.tokens.spend("invite", "bí mật", NOW)
            return token is not None and token.data == {"role": "admin"}

    assert sorted(await asyncio.gather(spend(), spend())) == [False, True]
    async with storage.read() as store:
        assert await store.tokens.find("invite", "bí mật", NOW) is None


async def test_a_token_is_good_for_its_kind_and_time_only(storage: Storage):
    async with storage.write() as store:
        await store.tokens.issue("sign_in", "abc", NOW + HOUR)
        assert await store.tokens.find("invite", "abc", NOW) is None
        assert await store.tokens.spend("sign_in", "abd", NOW) is None
        assert await store.tokens.find("sign_in", "abc", NOW + HOUR) is None
        found = await store.tokens.find("sign_in", "abc", NOW)
        assert found is not None
        assert found.expires_at == NOW + HOUR
        assert await store.tokens.forget(NOW + 2 * HOUR) == 1
        assert await store.tokens.find("sign_in", "abc", NOW) is None


async def test_no_token_lies_in_the_database(storage: Storage):
    async with storage.write() as store:
        await store.tokens.issue("upload", "secret-token", NOW + HOUR)
        rows = (await store.connection.exec_driver_sql("SELECT * FROM tokens")).all()
    assert len(rows) == 1
    assert "secret-token" not in repr(rows)


async def test_an_official_is_signed_out_everywhere_at_once(storage: Storage):
    async with storage.write() as store:
        one = await store.officials.add("Cán bộ A", "official", NOW)
        other = await store.officials.add("Cán bộ B", "official", NOW)
        for name, official in [("x", one), ("y", one), ("z", other)]:
            await store.tokens.issue("sign_in", name, NOW + HOUR, official_id=official)
        await store.tokens.issue("chat_code", "code", NOW + HOUR, official_id=one)
        await store.tokens.revoke(one, NOW, "chat_code")
        assert await store.tokens.find("sign_in", "x", NOW) is not None
        await store.tokens.revoke(one, NOW)
        found = [await store.tokens.find("sign_in", name, NOW) for name in "xyz"]
    assert [token.official_id if token else None for token in found] == [None, None, other]


async def test_wrong_codes_are_counted_while_they_stand(storage: Storage):
    async with storage.write() as store:
        person = (await store.people.resolve([PLACE], NOW))[PLACE].id
        for number in range(3):
            await store.tokens.issue("wrong_code", str(number), NOW + number * HOUR, person_id=person)
        assert await store.tokens.count("wrong_code", person, NOW) == 2
        assert await store.tokens.count("chat_code", person, NOW) == 0


async def test_a_chat_is_bound_to_one_official_until_disabled(storage: Storage):
    async with storage.write() as store:
        person = (await store.people.resolve([PLACE], NOW))[PLACE].id
        one = await store.officials.add("Cán bộ A", "staff", NOW)
        other = await store.officials.add("Cán bộ B", "admin", NOW)
        assert await store.officials.role_of(person) == ""
        await store.officials.bind(person, one, NOW)
        assert await store.officials.role_of(person) == "staff"
        await store.officials.bind(person, other, NOW)
        assert {who: one.name for who, one in (await store.officials.bound([person, 99])).items()} == {
            person: "Cán bộ B"
        }
        await store.officials.appoint(other, "official")
        assert await store.officials.role_of(person) == "official"
        await store.officials.disable(other, NOW)
        assert await store.officials.role_of(person) == ""
        await store.officials.disable(other, None)
        assert await store.officials.role_of(person) == "official"
        assert [official.id for official in await store.officials.all()] == [one, other]
        assert await store.officials.get(99) is None


async def test_the_record_of_deeds_grows(storage: Storage):
    async with storage.write() as store:
        official = await store.officials.add("Cán bộ A", "admin", NOW)
        await store.officials.note(official, "announced", "broadcast 1", NOW)
        await store.officials.note(None, "restored", "", NOW + HOUR)
        assert await store.officials.recent() == [
            Deed(NOW + HOUR, None, "restored", ""),
            Deed(NOW, official, "announced", "broadcast 1"),
        ]


async def test_an_official_who_acted_cannot_vanish(storage: Storage):
    async with storage.write() as store:
        official = await store.officials.add("Cán bộ A", "admin", NOW)
        await store.officials.note(official, "announced", "", NOW)
    with pytest.raises(IntegrityError):
        async with storage.write() as store:
            await store.connection.exec_driver_sql(f"DELETE FROM officials WHERE id = {official}")


async def test_facts_stand_as_last_set(storage: Storage):
    async with storage.write() as store:
        await store.facts.set("phone", "0296", None, NOW)
        await store.facts.set("phone", "0297", None, NOW)
        await store.facts.set("email", "", None, NOW)
        assert await store.facts.all() == {"phone": "0297", "email": ""}


async def test_a_job_is_added_claimed_and_done_once(storage: Storage):
    job = Job("reminder:7", "remind", NOW + HOUR, {"class": 7})
    async with storage.write() as store:
        await store.jobs.add([job, job, Job("sweep:1", "sweep", NOW)])
        await store.jobs.add([job])
        await store.jobs.add([])
        assert await store.jobs.next_at() == NOW
        (sweep,) = await store.jobs.claim(NOW)
        assert (sweep.key, sweep.name) == ("sweep:1", "sweep")
        assert await store.jobs.claim(NOW) == []
        assert await store.jobs.next_at() == NOW + HOUR
        await store.jobs.done(sweep.id, NOW)
        (remind,) = await store.jobs.claim(NOW + HOUR)
        assert (remind.data, remind.due_at) == ({"class": 7}, NOW + HOUR)
        await store.jobs.done(remind.id, NOW + HOUR)
        await store.jobs.add([job])
        assert await store.jobs.claim(NOW + 24 * HOUR) == []
        assert await store.jobs.forget(NOW + HOUR) == 1


async def test_a_job_whose_worker_died_is_claimed_again(storage: Storage):
    async with storage.write() as store:
        await store.jobs.add([Job("export:1", "export", NOW)])
        (job,) = await store.jobs.claim(NOW)
        assert await store.jobs.claim(NOW + STALE) == []
        (again,) = await store.jobs.claim(NOW + STALE + timedelta(seconds=1))
        assert again.id == job.id
