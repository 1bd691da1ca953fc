"""Seats of a class on both databases: never more than there are, nobody overtakes who waits, and each who moves up is
told."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zlib import crc32

import pytest

from bot.channel import Address
from bot.flows.understanding import fold
from bot.office import classes, seats
from bot.office.seats import Refused, Registered, Short
from storage import Storage
from storage.classes import Attendee, Class, Count, Trained
from storage.officials import Official
from tests.flows.engine_house import an_giang

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
START = NOW + timedelta(days=10)
CLASS = Class(
    "class",
    "5S cho tổ trưởng",
    START,
    START + timedelta(hours=3),
    START - timedelta(days=1),
    3,
    NOW,
    groups=("agency",),
)


@pytest.fixture
async def storage(database_url):
    opened = await Storage.open(database_url, busy_seconds=30)
    yield opened
    await opened.close()


def attendee(name, person=None, group="agency"):
    return Attendee(
        0, name, "", NOW, "waiting", "tổ trưởng", f"+849{crc32(name.encode()) % 10**8:08}", group, person_id=person
    )


def of(lesson, *wanted):
    return [replace(each, class_id=lesson) for each in wanted]


async def person(store, name):
    place = Address("web", "web", name)
    return (await store.people.resolve([place], NOW))[place].id


async def test_the_surplus_waits_only_if_it_is_wanted(storage):
    async with storage.write() as store:
        lesson, told = await classes.open_class(store, an_giang(), CLASS)
        wanted = of(lesson, *(attendee(f"Người Thứ {n}") for n in range(5)))
        assert told == 0
        assert await seats.register(store, lesson, wanted, NOW, waits=False) == Short(3, 5)
        assert (await store.classes.counts([lesson]))[lesson] == Count()
        done = await seats.register(store, lesson, wanted, NOW, waits=True)
        assert isinstance(done, Registered)
        assert [one.name for one in done.seated] == ["Người Thứ 0", "Người Thứ 1", "Người Thứ 2"]
        assert [(one.name, place) for one, place in done.waiting] == [("Người Thứ 3", 1), ("Người Thứ 4", 2)]
        assert len({one.code for one in [*done.seated, *(each for each, _ in done.waiting)]}) == 5
        assert (await store.classes.counts([lesson]))[lesson] == Count(3, 2)


async def test_the_same_person_is_put_down_once(storage):
    async with storage.write() as store:
        lesson, _ = await classes.open_class(store, an_giang(), CLASS)
        one = replace(attendee("Nguyễn Thị Ví Dụ"), class_id=lesson)
        await seats.register(store, lesson, [one], NOW, waits=False)
        again = await seats.register(store, lesson, [replace(one, name="NGUYỄN thị ví dụ"), one], NOW, waits=False)
        assert isinstance(again, Registered)
        assert (again.seated, again.twice) == ([], ["NGUYỄN thị ví dụ", "Nguyễn Thị Ví Dụ"])
        namesake = replace(one, phone="+84912345679")
        other = await seats.register(store, lesson, [namesake], NOW, waits=False)
        assert isinstance(other, Registered)
        assert other.seated
        assert (await store.classes.counts([lesson]))[lesson] == Count(2)


async def test_who_cancels_makes_room_and_the_next_is_told(storage):
    async with storage.write() as store:
        lesson, _ = await classes.open_class(store, an_giang(), replace(CLASS, seats=1))
        first, second, stranger = [await person(store, name) for name in "ABC"]
        a = await seats.register(store, lesson, of(lesson, attendee("Ví Dụ Một", first)), NOW, waits=False)
        b = await seats.register(store, lesson, of(lesson, attendee("Ví Dụ Hai", second)), NOW, waits=True)
        assert isinstance(a, Registered)
        assert isinstance(b, Registered)
        assert await seats.cancel(store, an_giang(), a.seated[0].id, stranger, NOW) is None
        assert await seats.cancel(store, an_giang(), a.seated[0].id, first, START) is None
        assert await seats.cancel(store, an_giang(), a.seated[0].id, first, NOW)
        assert await seats.cancel(store, an_giang(), a.seated[0].id, first, NOW) is None
        (told,) = await store.events.due(NOW)
        assert (told.person_id, told.data["text"]) == (second, "training.moved_up")
        assert (await store.classes.counts([lesson]))[lesson] == Count(1)
        assert [one.state for one in await store.classes.attendees(lesson)] == ["seated"]


async def test_as_many_move_up_as_there_are_more_seats(storage):
    async with storage.write() as store:
        lesson, _ = await classes.open_class(store, an_giang(), replace(CLASS, seats=1))
        who = await person(store, "A")
        await seats.register(
            store, lesson, of(lesson, *(attendee(f"Người Thứ {n}", who) for n in range(4))), NOW, waits=True
        )
        assert await classes.change_seats(store, an_giang(), lesson, 3, NOW) == 2
        assert (await store.classes.counts([lesson]))[lesson] == Count(3, 1)
        assert await classes.change_seats(store, an_giang(), lesson, 2, NOW) == 0
        assert (await store.classes.counts([lesson]))[lesson] == Count(3, 1), "a seat once given stays"
        assert isinstance(await seats.register(store, lesson, of(lesson, attendee("Đến Sau")), NOW, waits=False), Short)


@pytest.mark.parametrize(
    ("change", "group", "at", "reason"),
    [
        ({}, "household", NOW, "class_group"),
        ({}, "agency", START - timedelta(hours=1), "class_closed"),
        ({"state": "cancelled"}, "agency", NOW, "class_gone"),
    ],
)
async def test_some_cannot_register(storage, change, group, at, reason):
    async with storage.write() as store:
        lesson, _ = await classes.open_class(store, an_giang(), CLASS)
        if change:
            await store.classes.change(lesson, **change)
        wanted = of(lesson, attendee("Nguyễn Thị Ví Dụ", group=group))
        assert await seats.register(store, lesson, wanted, at, waits=True) == Refused(reason)
        assert await seats.register(store, lesson + 1, wanted, at, waits=True) == Refused("class_gone")


async def test_two_hundred_at_once_never_get_more_seats_than_there_are(database_url):
    """Eight processes, 25 persons each, two attendees a person: each seat is given once, and the line has no gaps."""
    async with AsyncExitStack() as stack:
        processes = [await Storage.open(database_url, busy_seconds=60) for _ in range(8)]
        for process in processes:
            stack.push_async_callback(process.close)
        async with processes[0].write() as store:
            lesson, _ = await classes.open_class(store, an_giang(), replace(CLASS, seats=30))

        async def one(number):
            async with processes[number % 8].write() as store:
                wanted = of(lesson, *(attendee(f"Người {number} {n}") for n in range(2)))
                return await seats.register(store, lesson, wanted, NOW, waits=True)

        done = await asyncio.gather(*map(one, range(200)))
        places = sorted(place for each in done for _, place in each.waiting)
        assert sum(len(each.seated) for each in done) == 30
        assert places == list(range(1, 371))
        async with processes[0].read() as store:
            assert (await store.classes.counts([lesson]))[lesson] == Count(30, 370)
            there = await store.classes.attendees(lesson)
            assert len({each.code for each in there}) == 400
            line = [each.name for each in there if each.state == "waiting"]
            assert [
                name for _, name in sorted((place, row.name) for each in done for row, place in each.waiting)
            ] == line


async def test_a_class_moved_or_called_off_is_told_and_old_reminders_are_silent(storage):
    async with storage.write() as store:
        lesson, _ = await classes.open_class(store, an_giang(), CLASS)
        who = await person(store, "A")
        await seats.register(store, lesson, of(lesson, attendee("Nguyễn Thị Ví Dụ", who)), NOW, waits=False)
        later = START + timedelta(days=1)
        assert await classes.move_class(store, an_giang(), lesson, later, later + timedelta(hours=2), NOW) == 1
        assert await classes.remind(store, an_giang(), lesson, "hours", START, START - timedelta(hours=2)) == 0
        assert await classes.remind(store, an_giang(), lesson, "hours", later, later - timedelta(hours=2)) == 1
        assert await classes.cancel_class(store, an_giang(), lesson, NOW) == 1
        assert await classes.remind(store, an_giang(), lesson, "hours", later, later - timedelta(hours=2)) == 0
        assert await classes.cancel_class(store, an_giang(), lesson, NOW) is None
        texts = [one.data["text"] for one in await store.events.due(later)]
        assert texts == ["training.moved", "training.called_off", "training.in_hours"]


async def test_who_registers_late_is_not_reminded_at_once(storage):
    async with storage.write() as store:
        lesson, _ = await classes.open_class(store, an_giang(), CLASS)
        who = await person(store, "A")
        late = START - timedelta(days=2)
        await seats.register(store, lesson, of(lesson, attendee("Nguyễn Thị Ví Dụ", who)), late, waits=False)
        assert await classes.remind(store, an_giang(), lesson, "days", START, late + timedelta(minutes=5)) == 0
        assert await classes.remind(store, an_giang(), lesson, "hours", START, START - timedelta(hours=2)) == 1


async def test_codes_mark_who_was_there_and_the_trained_are_counted(storage):
    async with storage.write() as store:
        official = await store.officials.add("Cán bộ thử nghiệm", "official", NOW)
        one = replace(CLASS, groups=(), official_id=official)
        lesson, _ = await classes.open_class(store, an_giang(), one)
        who, other = await person(store, "A"), await person(store, "B")
        done = await seats.register(
            store, lesson, of(lesson, attendee("Ví Dụ Một", who), attendee("Ví Dụ Hai", who)), NOW, waits=False
        )
        await seats.register(store, lesson, of(lesson, attendee("Ví Dụ Ba", other, "household")), NOW, waits=False)
        assert isinstance(done, Registered)
        code = done.seated[0].code
        marked = await classes.attended(store, f" {code[:3].lower()}-{code[3:]} ", START)
        assert marked
        assert (marked[0].name, marked[2]) == ("Ví Dụ Một", True)
        again = await classes.attended(store, code, START)
        assert again
        assert not again[2]
        assert await classes.attended(store, "AAAAAAA", START) is None
        assert await classes.over(store, an_giang(), lesson, CLASS.ends_at, CLASS.ends_at) == 1
        ended = CLASS.ends_at
        assert await classes.trained(store, NOW, ended + timedelta(seconds=1)) == [
            Trained("class", "agency", 2, 1),
            Trained("class", "household", 1, 0),
        ]
        assert await classes.trained(store, NOW, ended) == []
        assert isinstance(await store.officials.get(official), Official)
        assert [deed.action for deed in await store.officials.recent()] == ["opened_class"]


async def test_who_asked_to_be_told_of_a_class_is_told_once(storage):
    async with storage.write() as store:
        who = await person(store, "A")
        await store.watches.add(who, ["classes"], NOW)
        await store.watches.add(who, ["classes"], NOW)
        assert (await classes.open_class(store, an_giang(), CLASS))[1] == 1
        assert (await classes.open_class(store, an_giang(), CLASS))[1] == 0
        (told,) = await store.events.due(NOW)
        assert (told.person_id, told.data["text"]) == (who, "training.opened")


def test_codes_have_only_signs_that_are_not_mistaken():
    made = {seats.new_code() for _ in range(500)}
    assert len(made) == 500
    assert not set("".join(made)) & set("01OIL")
    assert all(fold(code).isalnum() and len(code) == 7 for code in made)
