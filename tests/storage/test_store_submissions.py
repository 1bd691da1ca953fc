"""Answers: from the first one on, sent once, never changed after; lists, exports, quiet and abandoned ones."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.channel import Address
from storage import Storage
from storage.releases import Release
from storage.submissions import Submission

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
async def begun(storage: Storage) -> Submission:
    async with storage.write() as store:
        place = Address("web", "", "a")
        person = (await store.people.resolve([place], NOW))[place]
    return Submission(person.id, 1, "needs_survey", "r1", {"name": "Cơ sở mẫu"}, "web", NOW, NOW)


async def test_answers_grow_and_stay_one_row(storage: Storage, begun: Submission):
    more = replace(begun, answers={"name": "Cơ sở mẫu", "needs": ["barcode"], "note": None}, answered_at=NOW + DAY)
    async with storage.write() as store:
        await store.submissions.keep([begun])
        await store.submissions.keep([begun, more])
    async with storage.read() as store:
        kept = await store.submissions.load(begun.person_id, 1)
        assert kept is not None
        assert kept == replace(more, id=kept.id)
        assert await store.submissions.get(kept.id) == kept
        assert await store.submissions.of_person(begun.person_id) == [kept]
        assert await store.submissions.load(begun.person_id, 2) is None


async def test_what_was_sent_is_never_changed(storage: Storage, begun: Submission):
    async with storage.write() as store:
        number = await store.submissions.send(begun, NOW)  # sent with its very first answer
        late = replace(begun, answers={"name": "Khác"})
        await store.submissions.keep([late])
        assert await store.submissions.send(late, NOW + DAY) == number
        await store.submissions.drop([(begun.person_id, 1)])
        assert await store.submissions.load(begun.person_id, 1)
        kept = await store.submissions.load(begun.person_id, 1)
    assert kept == replace(begun, state="sent", sent_at=NOW, id=number)


async def test_dropped_is_gone(storage: Storage, begun: Submission):
    async with storage.write() as store:
        await store.submissions.keep([begun])
        await store.submissions.drop([(begun.person_id, 1), (begun.person_id, 2)])
        assert await store.submissions.load(begun.person_id, 1) is None


async def test_thirty_quiet_days_abandon_and_an_answer_revives(storage: Storage, begun: Submission):
    async with storage.write() as store:
        await store.submissions.keep([begun, replace(begun, run=2, answered_at=NOW + DAY)])
        assert await store.submissions.abandon(NOW + timedelta(hours=1)) == 1
        assert await store.submissions.counts("needs_survey") == {"abandoned": 1, "in_progress": 1}
        await store.submissions.keep([replace(begun, answered_at=NOW + 2 * DAY)])
        assert await store.submissions.counts("needs_survey") == {"in_progress": 2}


async def test_quiet_ones_are_found_between_two_looks(storage: Storage, begun: Submission):
    runs = [replace(begun, run=run, answered_at=NOW + run * DAY) for run in (1, 2, 3)]
    async with storage.write() as store:
        await store.submissions.keep(runs)
        await store.submissions.send(runs[1], NOW)
        assert [one.run for one in await store.submissions.quiet(NOW, NOW + 2 * DAY)] == [1]
        assert [one.run for one in await store.submissions.quiet(NOW + DAY, NOW + 3 * DAY)] == [3]


async def test_pages_go_back_in_time_and_a_stream_forward(storage: Storage, begun: Submission):
    async with storage.write() as store:
        ids = [await store.submissions.send(replace(begun, run=run), NOW) for run in range(1, 8)]
        await store.submissions.keep([replace(begun, run=50), replace(begun, run=51, form="other", release="r2")])
    async with storage.read() as store:
        first = await store.submissions.page("needs_survey", limit=4)
        rest = await store.submissions.page("needs_survey", after=first[-1].id, limit=4)
        assert [one.id for one in first + rest] == ids[::-1]
        assert [one.id async for one in store.submissions.stream("needs_survey")] == ids
        assert [one.run for one in await store.submissions.page("needs_survey", "in_progress")] == [50]
        assert await store.submissions.releases_of("needs_survey") == ["r1"]


async def test_a_stream_longer_than_a_page_misses_none(storage: Storage, begun: Submission):
    async with storage.write() as store:
        await store.submissions.keep([replace(begun, run=run) for run in range(1, 1102)])
    async with storage.read() as store:
        assert [one.run async for one in store.submissions.stream("needs_survey", "in_progress")] == list(
            range(1, 1102)
        )


async def test_a_release_stays_while_anyone_needs_it(storage: Storage, begun: Submission):
    names = ["current", "answering", "sent", "begun", "unused"]
    async with storage.write() as store:
        for number, name in enumerate(names):
            await store.releases.keep(Release(name, 1, b"\x00bundle", NOW + number * DAY))
        await store.releases.keep(Release("unused", 1, b"again", NOW))  # the same content, the same release
        await store.submissions.keep([replace(begun, release="answering")])
        await store.submissions.send(replace(begun, run=2, release="sent"), NOW)
        await store.sessions.keep({begun.person_id: {"draft": {"run": 3, "release": "begun"}}})
        assert await store.releases.needed() == {"answering", "begun"}
        assert await store.releases.newest() == "unused"
        assert await store.releases.forget_unneeded("current") == 1
        assert [name for name in names if await store.releases.load(name)] == names[:-1]
        assert await store.releases.load("sent") == Release("sent", 1, b"\x00bundle", NOW + 2 * DAY)
