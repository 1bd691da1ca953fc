"""Everybody at once, through the whole conversation and in several processes where the database allows it: the last seats of a
class, and one application sent by two members of an organisation. Nobody goes without an answer, and nothing is given twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from bot.conversation import MOST, Heard
from bot.office import classes
from storage.classes import Class, Count
from storage.organisations import Member, Organisation
from tests.replay import TALKS, opened, programme_of, steps
from tests.simulators.hearing_house import BEGIN, HearingHouse, address
from tests.simulators.hearing_house import opened as house

PROCESSES = 4
SEATS, PEOPLE = 30, [f"p{number:03}" for number in range(200)]
START = BEGIN + timedelta(days=10)
LESSON = Class("class", "5S cho tổ trưởng", START, START + timedelta(hours=3), START, SEATS, BEGIN)


@pytest.fixture
async def houses(database_url: str) -> AsyncIterator[list[HearingHouse]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(house(database_url, busy_seconds=30)) for _ in range(PROCESSES)]


async def all_say(house: HearingHouse, words: dict[str, str]) -> None:
    """One line of each, in as few batches as there may be."""
    lines = [house.line(person, said) for person, said in words.items()]
    for at in range(0, len(lines), MOST):
        assert all(isinstance(heard, Heard) for heard in await house.batch(*lines[at : at + MOST]))


async def at_once(houses: Sequence[HearingHouse], words: dict[str, str]) -> dict[str, Heard]:
    """Each says their line at the same moment, as handlers bring it: whoever comes while a transaction runs is in the next."""
    running = [asyncio.create_task(each.conversation.run()) for each in houses]
    brought = list(words)
    Random(5).shuffle(brought)
    try:
        wanted = [
            houses[n % len(houses)].conversation.hear(houses[0].line(person, words[person]))
            for n, person in enumerate(brought)
        ]
        return dict(zip(brought, await asyncio.gather(*wanted), strict=True))
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def asked(heard: Heard, label: str) -> bool:
    return any(choice.label == label for message in heard.messages for choice in message.choices)


@pytest.mark.slow
async def test_two_hundred_register_at_once_for_thirty_seats(houses):
    async with houses[0].storage.write() as store:
        lesson, _ = await classes.open_class(store, houses[0].releases.current, LESSON)
    for said in ("đăng ký lớp", "1", "đăng ký", "đồng ý", "cá nhân"):
        await all_say(houses[0], dict.fromkeys(PEOPLE, said))
    each = {one: f"Nguyễn Văn Ví Dụ, tổ viên, 09120{n:05}" for n, one in enumerate(PEOPLE)}
    await all_say(houses[0], each)
    await all_say(houses[0], dict.fromkeys(PEOPLE, "xong"))

    heard = await at_once(houses, dict.fromkeys(PEOPLE, "gửi"))
    short = [one for one in PEOPLE if asked(heard[one], "Vào danh sách chờ")]
    assert all(one.messages for one in heard.values())
    assert len(short) == len(PEOPLE) - SEATS
    assert await counted(houses[0], lesson) == Count(SEATS, 0)

    await at_once(houses, dict.fromkeys(short, "vào danh sách chờ"))
    assert await counted(houses[0], lesson) == Count(SEATS, len(short))
    async with houses[0].storage.read() as store:
        there = await store.classes.attendees(lesson)
    assert len({one.person_id for one in there}) == len({one.code for one in there}) == len(PEOPLE)
    told = {one: (await houses[0].texts(one)) for one in PEOPLE}
    assert Counter(any("Đã giữ chỗ" in text for text in texts) for texts in told.values()) == {True: 30, False: 170}


async def counted(house: HearingHouse, lesson: int) -> Count:
    async with house.storage.read() as store:
        return (await store.classes.counts([lesson]))[lesson]


async def test_two_members_send_the_same_application_at_the_same_moment(houses, tmp_path):
    await summary_reached(houses[0].url, tmp_path)
    await joined_by(houses[0], "A", "B")
    heard = await at_once(houses, {"A": "gửi", "B": "gửi"})
    async with houses[0].storage.read() as store:
        (case,) = await store.cases.in_states(["received", "reviewing", "supplement"])
        history = sorted(one.name for one in await store.cases.history(case.id))
    assert [name for name in history if name in ("opened", "joined")] == ["joined", "opened"]
    said = ["\n".join(message.text.plain for message in one.messages) for one in heard.values()]
    assert all(case.number in one for one in said)
    assert said[0] != said[1]
    assert {len(await houses[0].submissions(one)) for one in "AB"} == {1}


async def summary_reached(url: str, folder) -> None:
    """A has filled in an application and looks at its summary."""
    text = (TALKS / "shortest_application.talk").read_text("utf-8").partition("> [Gửi đơn đăng ký]")[0]
    talk = await opened(folder, programme_of(text), url)
    try:
        for doing, _ in steps(text):
            if doing.startswith("> "):
                await talk.say(doing[2:])
    finally:
        await talk.storage.close()


async def joined_by(house: HearingHouse, first: str, second: str) -> None:
    """Both are members of the organisation of the first one's form by now, and the second has the same form before them."""
    session = await house.session(first)
    assert session
    assert session.draft
    assert not session.draft.asked
    async with house.storage.write() as store:
        people = await store.people.resolve([address(first), address(second)], house.now)
        made = await store.organisations.add(Organisation("Cơ sở khô cá Ví Dụ", house.now, tax_code="0123456787"))
        for person in people.values():
            await store.organisations.put(Member(made, person.id, "member", house.now))
        draft = replace(session.draft, organisation=made)
        state = replace(session, organisations=(made,), organisation=made, draft=draft).to_json()
        await store.sessions.keep({person.id: state for person in people.values()})
