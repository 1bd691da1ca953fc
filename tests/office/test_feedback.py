"""Feedback about a class, a case, or nothing in particular: kept once it is one's own to give; a complaint is told."""

import pytest
from sqlalchemy import select

from bot.effects import EFFECTS
from bot.office import classes
from storage import Storage
from storage.organisations import Member
from storage.tables import events
from tests.flows.engine_house import an_giang
from tests.office.test_classes_effects import ATTENDEE, CLASS, NOW, form, somebody, work
from tests.simulators.applied import applied, organisation


@pytest.fixture
async def storage(database_url):
    opened = await Storage.open(database_url)
    yield opened
    await opened.close()


async def say(store, person, form="feedback", subject="", run=9, **answers):
    data = {"run": run, "form": form, "release": an_giang().release, "subject": subject, "answers": answers}
    return await EFFECTS["submit_feedback"](work(store), person, data)


async def heard(store):
    return [row.data for row in await store.connection.execute(select(events).order_by(events.c.id))]


@pytest.mark.parametrize(("kind", "told"), [("complaint", 1), ("idea", 0)])
async def test_a_complaint_is_told_to_officials_and_what_it_says_is_not(storage, kind, told):
    async with storage.write() as store:
        person, desk = await somebody(store), await somebody(store, "desk")
        official = await store.officials.add("Cán bộ thử nghiệm", "official", NOW)
        await store.officials.bind(desk.id, official, NOW)
        answered = await say(store, person, kind=kind, words="Chậm quá")
        assert answered.name == "form_submitted"
        kept = await store.submissions.load(person.id, 9)
        assert (kept.state, kept.subject, kept.answers["words"]) == ("sent", "", "Chậm quá")
        news = await heard(store)
        assert len(news) == told
        assert "Chậm quá" not in str(news)


async def test_of_a_class_once_by_who_had_a_seat(storage):
    async with storage.write() as store:
        person, other = await somebody(store), await somebody(store, "B")
        lesson, _ = await classes.open_class(store, an_giang(), CLASS)
        await EFFECTS["register_attendees"](work(store), person, form(lesson, attendees=[ATTENDEE]))
        about = {"form": "class_feedback", "useful": 5}
        refused = await say(store, other, subject=f"class:{lesson}", **about)
        assert (refused.name, refused.data["reason"]) == ("form_refused", "class_gone")
        assert (await say(store, person, subject=f"class:{lesson}", **about)).name == "form_submitted"
        again = await say(store, person, subject=f"class:{lesson}", run=10, **about)
        assert (again.name, again.data["reason"]) == ("form_refused", "feedback_twice")


async def test_of_a_case_that_is_ones_own(storage):
    async with storage.write() as store:
        person, other = await somebody(store), await somebody(store, "B")
        own = await organisation(store, "HTX Ví Dụ", person.id, NOW)
        (case,) = await applied(store, person.id, own, {"AG-2026-00042": "barcode"}, an_giang().release, NOW)
        about = {"form": "case_feedback", "satisfaction": 4}
        for subject in (f"case:{case}", "case:", "case:x", "", f"class:{case}"):
            refused = await say(store, other, subject=subject, **about)
            assert (refused.name, refused.data["reason"]) == ("form_refused", "subject"), subject
        assert (await say(store, person, subject=f"case:{case}", **about)).name == "form_submitted"
        kept = await store.submissions.load(person.id, 9)
        assert kept.subject == f"case:{case}"
        await store.organisations.put(Member(own, person.id, "refused", NOW))
        assert (await say(store, person, subject=f"case:{case}", run=10, **about)).name == "form_refused"
