"""Applications are seen by members of their organisation, and by nobody else, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import update

from bot.channel import Address
from storage import Storage
from storage.organisations import Member
from storage.tables import cases
from tests.simulators.applied import ANSWERS, applied, organisation, person_at

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


async def test_a_member_sees_the_whole_application_by_any_of_its_cases(database_url):
    storage = await Storage.open(database_url)
    async with storage.write() as store:
        person = await person_at(store, Address("web", "web", "A"), NOW)
        own = await organisation(store, "HTX Ví Dụ", person, NOW)
        numbers = {"AG-2026-00001": "barcode", "AG-2026-00002": "traceability"}
        opened = await applied(store, person, own, numbers, "r", NOW)
        for case in opened:
            found = await store.applications.of_case(case, person)
            assert found is not None
            assert (found.submission.answers, found.submission.organisation_id) == (ANSWERS, own)
            assert [(one.id, one.number, one.support) for one in found.cases] == [
                (id_, *row) for id_, row in zip(opened, numbers.items(), strict=True)
            ]
    await storage.close()


async def test_somebody_else_finds_nothing_whatever_their_standing(database_url):
    storage = await Storage.open(database_url)
    async with storage.write() as store:
        person = await person_at(store, Address("web", "web", "A"), NOW)
        other = await person_at(store, Address("web", "web", "B"), NOW)
        own = await organisation(store, "HTX Ví Dụ", person, NOW)
        await organisation(store, "HTX Ví Dụ Hai", other, NOW)
        (case,) = await applied(store, person, own, {"AG-2026-00001": "barcode"}, "r", NOW)
        for standing in ("", "asked", "refused"):
            if standing:
                await store.organisations.put(Member(own, other, standing, NOW))  # type: ignore[arg-type]
            assert await store.applications.of_case(case, other) is None
            assert await store.applications.newest(other) is None
        await store.organisations.put(replace(Member(own, other, "asked", NOW), state="member"))
        assert await store.applications.of_case(case, other) is not None
        assert await store.applications.of_case(case + 1, person) is None
    await storage.close()


async def test_the_newest_is_the_last_one_whose_answers_are_still_there(database_url):
    storage = await Storage.open(database_url)
    async with storage.write() as store:
        person = await person_at(store, Address("web", "web", "A"), NOW)
        own = await organisation(store, "HTX Ví Dụ", person, NOW)
        assert await store.applications.newest(person) is None
        await applied(store, person, own, {"AG-2026-00001": "barcode"}, "r", NOW)
        (second,) = await applied(store, person, own, {"AG-2026-00002": "tool"}, "r", NOW, run=2)
        found = await store.applications.newest(person)
        assert found is not None
        assert [one.number for one in found.cases] == ["AG-2026-00002"]
        await store.connection.execute(update(cases).where(cases.c.id == second).values(submission_id=None))
        assert await store.applications.of_case(second, person) is None, "deleted at the person's wish"
        found = await store.applications.newest(person)
        assert found is not None
        assert [one.number for one in found.cases] == ["AG-2026-00001"]
    await storage.close()
