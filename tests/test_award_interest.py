"""Interest in the award is kept with the last self-assessment of the person who registers: theirs, sent, and the newest."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.channel import Address
from bot.effects.award import ASSESSMENT, register_interest
from bot.effects.work import Work
from bot.flows.values import Json
from bot.office.exports.columns import in_code_columns
from storage import Storage
from storage.people import Person
from storage.releases import Release
from storage.submissions import Submission
from tests.replay import loaded

NOW = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)  # 24 November in Việt Nam
PROGRAMME = loaded().current
ANSWERS: dict[str, Json] = {
    "product": "Khô cá Ví Dụ", "group": "household", "unit_name": "Cơ sở Ví Dụ", "tax_code": None,
    "commune": {"code": "30307", "name": "Phường Long Xuyên"},
}  # fmt: skip
SENT: dict[str, Json] = {"run": 9, "form": "award_registration", "release": PROGRAMME.release, "answers": ANSWERS}


@pytest.fixture
async def storage(database_url: str) -> AsyncIterator[Storage]:
    opened = await Storage.open(database_url)
    async with opened.write() as store:
        await store.releases.keep(Release(PROGRAMME.release, 1, b"", NOW))
    yield opened
    await opened.close()


async def somebody(storage: Storage, name: str) -> Person:
    async with storage.write() as store:
        place = Address("web", "", name)
        return (await store.people.resolve([place], NOW))[place]


async def assessed(storage: Storage, person: Person, run: int, points: int, sent: bool = True, days: int = 0) -> None:
    at = NOW - timedelta(days=days)
    answers = {"score_low": points, "score_high": points + 20}
    row = Submission(person.id, run, ASSESSMENT, PROGRAMME.release, answers, "web", at, at)
    async with storage.write() as store:
        if sent:
            await store.submissions.send(row, at)
        else:
            await store.submissions.keep([row])


async def register(storage: Storage, person: Person) -> tuple[dict, Submission]:
    async with storage.write() as store:
        work = Work(store, PROGRAMME, NOW, "https://nhipcau.example")
        event = await register_interest(work, person, {**SENT, "computed": {"self_low": "", "conditions": "met"}})
        kept = await store.submissions.load(person.id, 9)
    assert event.name == "interest_registered"
    assert kept is not None
    return dict(event.data), kept


def _of_assessment(said: dict) -> dict:
    return {name: said[name] for name in ("low", "high", "day") if name in said}


async def test_the_newest_assessment_goes_with_it(storage: Storage):
    person = await somebody(storage, "a")
    await assessed(storage, person, 1, 400, days=30)
    await assessed(storage, person, 2, 610, days=1)
    await assessed(storage, person, 3, 990, sent=False)
    said, kept = await register(storage, person)
    assert _of_assessment(said) == {"low": 610, "high": 630, "day": "2026-11-23"}
    assert (said["number"], said["waits"], said["known"]["organisations"]) == (kept.id, False, [kept.organisation_id])
    assert kept.state == "sent"
    assert kept.answers == {
        **ANSWERS, "conditions": "met", "self_low": 610, "self_high": 630, "self_day": "2026-11-23",
    }  # fmt: skip


async def test_somebody_else_s_assessment_does_not(storage: Storage):
    person, other = await somebody(storage, "a"), await somebody(storage, "b")
    await assessed(storage, other, 1, 700)
    said, kept = await register(storage, person)
    assert (said["number"], _of_assessment(said)) == (kept.id, {})
    assert kept.answers["self_low"] == ""


async def test_it_speaks_for_the_organisation_that_it_names(storage: Storage):
    """Found by its first person; a second one who names it too is not taken for a member, and their interest is kept."""
    first, second = await somebody(storage, "a"), await somebody(storage, "b")
    _, kept = await register(storage, first)
    assert kept.organisation_id is not None
    said, late = await register(storage, second)
    assert (late.state, late.organisation_id) == ("sent", None)
    assert said["waits"], "somebody has yet to confirm them, which they are told"


def test_points_and_what_follows_are_columns_of_the_export():
    names = [column.id for column in in_code_columns(ASSESSMENT, [PROGRAMME])]
    assert {"score_low", "score_high", "product_low", "level", "conditions"} <= set(names)
    assert {"self_low", "self_high", "self_day"} <= {
        column.id for column in in_code_columns("award_registration", [PROGRAMME])
    }
