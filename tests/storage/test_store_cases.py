"""Cases in the store, on both databases: one open case for a support however many apply at once, numbers without gaps,
papers ticked off once."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.channel import Address
from bot.office import cases
from bot.office.cases import Applied
from storage import Collided, Storage
from storage.cases import Case, CaseEvent
from storage.files import File
from storage.organisations import Member, Organisation
from tests.replay import loaded

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
AT_ONCE = 24
BLANK = Case("", 0, "", "", "", NOW, NOW)


async def organisation(storage: Storage, name: str) -> tuple[int, int]:
    """One with its member: (organisation, person)."""
    async with storage.write() as store:
        person = next(iter((await store.people.resolve([Address("web", "web", name)], NOW)).values()))
        made = await store.organisations.add(Organisation(f"HTX {name}", NOW, folded=name, kind="cooperative"))
        await store.organisations.put(Member(made, person.id, "member", NOW))
    return made, person.id


async def applied(storage: Storage, own: int, person: int, supports: list[str], now: datetime = NOW) -> Applied:
    """As the conversation does it: what stood in another's way begins again."""
    one = replace(BLANK, organisation_id=own, person_id=person, staged_at=now, opened_at=now)
    for _ in range(20):
        try:
            async with storage.write() as store:
                return await cases.apply(store, loaded().current, one, supports, now)
        except Collided:
            continue
    raise AssertionError("never got through")


@pytest.fixture
async def storages(database_url: str):
    """Several processes on one database, as far as it knows."""
    async with AsyncExitStack() as stack:
        opened = [await Storage.open(database_url, busy_seconds=20) for _ in range(6)]
        for one in opened:
            stack.push_async_callback(one.close)
        yield opened


async def test_many_applying_at_once_for_the_same_support_have_one_case(storages):
    own, person = await organisation(storages[0], "rau")
    each = [applied(storages[n % 6], own, person, ["barcode", "tool"]) for n in range(AT_ONCE)]
    done = await asyncio.gather(*each)
    assert sorted(case.number for one in done for case in one.opened) == ["AG-2026-00001", "AG-2026-00002"]
    assert sum(len(one.joined) for one in done) == 2 * AT_ONCE - 2
    async with storages[0].read() as store:
        found = await store.cases.of_organisations([own])
        assert [(case.support, case.number) for case in found] == [
            ("tool", "AG-2026-00002"),
            ("barcode", "AG-2026-00001"),
        ]
        names = [one.name for case in found for one in await store.cases.history(case.id)]
    assert sorted(names) == ["joined"] * (2 * AT_ONCE - 2) + ["opened"] * 2


async def test_numbers_have_no_gaps_however_many_organisations_apply_at_once(storages):
    owners = [await organisation(storages[0], f"u{n}") for n in range(12)]
    each = [applied(storages[n % 6], own, person, ["barcode", "tool"]) for n, (own, person) in enumerate(owners * 2)]
    done = await asyncio.gather(*each)
    numbers = sorted(case.number for one in done for case in one.opened)
    assert numbers == [f"AG-2026-{n:05d}" for n in range(1, 25)]


async def test_the_year_of_a_number_is_the_programmes_own(storages):
    own, person = await organisation(storages[0], "rau")
    eve = datetime(2026, 12, 31, 17, 30, tzinfo=UTC)  # half past midnight in Việt Nam
    (first,) = (await applied(storages[0], own, person, ["barcode"])).opened
    (second,) = (await applied(storages[0], own, person, ["tool"], eve)).opened
    assert (first.number, second.number) == ("AG-2026-00001", "AG-2027-00001")


async def test_a_closed_case_makes_room_for_another(storages):
    own, person = await organisation(storages[0], "rau")
    (first,) = (await applied(storages[0], own, person, ["barcode"])).opened
    async with storages[0].write() as store:
        assert isinstance(await cases.withdraw(store, loaded().current, first, person, NOW), Case)
        assert await store.cases.open_of(own, "barcode") is None
    (second,) = (await applied(storages[0], own, person, ["barcode"])).opened
    assert second.number == "AG-2026-00002"


async def test_a_case_is_moved_by_who_saw_it_where_it_stands(storages):
    own, person = await organisation(storages[0], "rau")
    (case,) = (await applied(storages[0], own, person, ["barcode"])).opened
    there = replace(case, stage="completeness", state="reviewing", due_at=NOW + timedelta(days=10))
    async with storages[0].write() as store:
        assert await store.cases.stage(there, "received")
        assert not await store.cases.stage(replace(there, stage="approval"), "received")
        assert await store.cases.get(case.id) == there
        closed = replace(there, stage="rejected", state="rejected", closed_at=NOW)
        assert await store.cases.stage(closed, "completeness")
        assert not await store.cases.stage(there, "rejected"), "closed is closed"
        assert await store.cases.by_number(case.number) == closed
        assert await store.cases.in_states(["received", "reviewing", "rejected"]) == []


async def test_the_soonest_due_is_first_and_without_a_deadline_last(storages):
    own, person = await organisation(storages[0], "rau")
    three = (await applied(storages[0], own, person, ["barcode", "tool", "traceability"])).opened
    async with storages[0].write() as store:
        for case, days in zip(three, (0, 9, 3), strict=True):
            until = NOW + timedelta(days) if days else None
            await store.cases.stage(replace(case, stage="x", state="reviewing", due_at=until), case.stage)
        found = await store.cases.in_states(["reviewing"])
    assert [case.support for case in found] == ["traceability", "tool", "barcode"]


async def test_a_paper_is_handed_in_once_and_may_be_asked_for_again(storages):
    own, person = await organisation(storages[0], "rau")
    (case,) = (await applied(storages[0], own, person, ["barcode"])).opened
    async with storages[0].write() as store:
        await store.files.receive(File("f1", person, "a.pdf", NOW, sha256="d" * 64, state="ready"))
        await store.cases.ask(case.id, ["Giấy đăng ký", "Ảnh nhãn"], NOW)
        first, second = await store.cases.papers([case.id])
        assert await store.cases.hand(first.id, "f1", person, NOW)
        assert not await store.cases.hand(first.id, "f1", person, NOW)
        handed, _ = await store.cases.papers([case.id])
        assert (handed.title, handed.state, handed.sha256) == ("Giấy đăng ký", "handed", "d" * 64)
        assert not await store.cases.judge(second.id, "accepted"), "nothing was handed in"
        assert await store.cases.judge(first.id, "asked")
        await store.cases.hand(second.id, "f1", person, NOW)
        await store.cases.drop_asked(case.id)
        assert [paper.id for paper in await store.cases.papers([case.id])] == [second.id]
        assert await store.files.unreferenced(NOW + timedelta(days=9)) == [], "a case's file is kept"


async def test_what_happened_is_told_in_order(storages):
    own, person = await organisation(storages[0], "rau")
    (case,) = (await applied(storages[0], own, person, ["barcode"])).opened
    noted = CaseEvent(case.id, NOW, "noted", "received", None, None, {"note": "x"})
    async with storages[0].write() as store:
        await store.cases.note(noted)
        opened, last = await store.cases.history(case.id)
    assert (opened.name, opened.person_id) == ("opened", person)
    assert replace(last, id=0) == noted


async def test_who_waits_for_a_call_waits_once(storages):
    _, person = await organisation(storages[0], "rau")
    async with storages[0].write() as store:
        await store.watches.add(person, ["barcode", "tool"], NOW)
        await store.watches.add(person, ["barcode"], NOW + timedelta(days=1))
        assert sorted(await store.watches.all()) == [(person, "barcode"), (person, "tool")]
        await store.watches.forget([(person, "barcode")])
        assert await store.watches.all() == [(person, "tool")]
