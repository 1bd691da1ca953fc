"""What the store answers to those who ask for training: whose classes they see, who may attend, for whom, and who is offered
as the first to attend."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from bot.channel import Address
from bot.effects import EFFECTS, Work
from bot.flows.values import Event
from bot.office import classes
from bot.office.hours import hours
from storage import Storage
from storage.classes import Class
from storage.organisations import Member, Organisation
from tests.flows.engine_house import an_giang

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
START = NOW + timedelta(days=10)
CLASS = Class("class", "5S cho tổ trưởng", START, START + timedelta(hours=3), START, 30, NOW)
ATTENDEE = {"name": "Nguyễn Thị Ví Dụ", "position": "tổ trưởng", "phone": "+84912345678"}


@pytest.fixture
async def storage(database_url):
    opened = await Storage.open(database_url)
    yield opened
    await opened.close()


async def somebody(store, name="A"):
    place = Address("web", "web", name)
    return (await store.people.resolve([place], NOW))[place]


def work(store, programme=None):
    return Work(store, programme or an_giang(), NOW, "https://nhipcau.example")


async def ask(at, person, name, /, **data) -> Any:
    """The event that answers: its data is what the test says it is."""
    answer = await EFFECTS[name](at, person, data)
    assert isinstance(answer, Event)
    return answer


def form(lesson, **answers):
    given: dict[str, Any] = {
        "group": "enterprise",
        "unit_name": "Công ty Ví Dụ",
        "attendees": [ATTENDEE],
        "attendees.me": ATTENDEE,
    }
    given |= {"experience_years": 1}
    return {
        "run": 1,
        "form": "x",
        "release": an_giang().release,
        "subject": f"class:{lesson}",
        "answers": given | answers,
    }


async def test_members_see_the_classes_of_their_group_and_others_all(storage):
    async with storage.write() as store:
        person = await somebody(store)
        for groups in ((), ("agency",), ("cooperative", "household")):
            await classes.open_class(store, an_giang(), replace(CLASS, groups=groups, title=" ".join(groups) or "all"))
        await classes.open_class(store, an_giang(), replace(CLASS, kind="expert", title="expert"))
        seen = (await ask(work(store), person, "list_classes", organisation=0)).data["rows"]
        assert [row["title"] for row in seen] == ["all", "agency", "cooperative household", "expert"]
        one = await store.organisations.add(Organisation("HKD Ví Dụ", NOW, "0123456787", kind="household"))
        await store.organisations.put(Member(one, person.id, "asked", NOW))
        assert len((await ask(work(store), person, "list_classes", organisation=one)).data["rows"]) == 4
        await store.organisations.put(Member(one, person.id, "member", NOW))
        seen = (await ask(work(store), person, "list_classes", organisation=0)).data["rows"]
        assert [row["title"] for row in seen] == ["all", "cooperative household"]


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"group": "household"}, "class_group"),
        ({"unit_name": None}, "class_organisation"),
        ({"experience_years": 1}, "class_experience"),
        ({"experience_years": 2}, None),
    ],
)
async def test_experts_keep_to_the_conditions_of_the_programme(storage, answers, reason):
    kinds = an_giang().entries["training"]
    strict = tuple(replace(one, data={**one.data, "years": 2}) if one.id == "expert" else one for one in kinds)
    programme = replace(an_giang(), entries={**an_giang().entries, "training": strict})
    async with storage.write() as store:
        person = await somebody(store)
        lesson, _ = await classes.open_class(store, programme, replace(CLASS, kind="expert"))
        answered = await ask(work(store, programme), person, "register_attendees", **form(lesson, **answers))
        assert answered.name == ("form_refused" if reason else "attendees_registered")
        assert answered.data.get("reason") == reason


async def test_the_form_is_kept_as_sent_and_a_tax_code_names_the_organisation(storage):
    async with storage.write() as store:
        person, other = await somebody(store), await somebody(store, "B")
        lesson, _ = await classes.open_class(store, an_giang(), CLASS)
        await ask(work(store), person, "register_attendees", **form(lesson, tax_code="0123456787"))
        sent = await store.submissions.load(person.id, 1)
        assert sent
        assert (sent.state, sent.subject, "attendees.me" in sent.answers) == ("sent", f"class:{lesson}", False)
        own = await store.organisations.by_tax_code("0123456787")
        (there,) = await store.classes.attendees(lesson)
        assert own
        assert (there.organisation_id, sent.organisation_id, there.group) == (own.id, own.id, "enterprise")
        stranger = {**ATTENDEE, "name": "Trần Văn Mẫu"}
        await ask(work(store), other, "register_attendees", **form(lesson, tax_code="0123456787", attendees=[stranger]))
        assert [one.organisation_id for one in await store.classes.attendees(lesson)] == [own.id, None]
        assert [one.state for one in await store.organisations.members(own.id)] == ["member", "asked"]


async def test_nothing_new_sends_nothing(storage):
    async with storage.write() as store:
        person, other = await somebody(store), await somebody(store, "B")
        lesson, _ = await classes.open_class(store, an_giang(), CLASS)
        await ask(work(store), person, "register_attendees", **form(lesson))
        at = work(store)
        again = await ask(at, other, "register_attendees", **form(lesson))
        await at.flush()
        assert (again.data["twice"], again.data["seated"]) == (["Nguyễn Thị Ví Dụ"], [])
        assert await store.submissions.load(other.id, 1) is None


async def test_who_named_themselves_before_is_offered_first(storage):
    async with storage.write() as store:
        person = await somebody(store)
        lesson, _ = await classes.open_class(store, an_giang(), CLASS)
        assert (await ask(work(store), person, "show_class", **{"class": lesson})).data["me"] is None
        answers = {"contact_name": "Nguyễn Thị Ví Dụ, tổ trưởng", "phone": "+84912345678"}
        await store.people.tell(person.id, answers)
        assert (await ask(work(store), person, "show_class", **{"class": lesson})).data["me"] == ATTENDEE


async def test_only_officials_run_classes(storage):
    async with storage.write() as store:
        person = await somebody(store)
        lesson, _ = await classes.open_class(store, an_giang(), CLASS)
        staff = await store.officials.add("Nhân viên thử nghiệm", "staff", NOW)
        for bound in (False, True):
            if bound:
                await store.officials.bind(person.id, staff, NOW)
            for name in ("desk_classes", "desk_class", "change_seats", "move_class", "cancel_class", "mark_attendance"):
                answered = await ask(
                    work(store), person, name, **{"class": lesson, "seats": "9", "when": "", "code": ""}
                )
                assert (answered.name, answered.data) == ("desk_refused", {"reason": "role"})
            answered = await ask(work(store), person, "open_class", **form(lesson))
            assert answered.data == {"reason": "class_role"}
        assert (await store.classes.get(lesson) or CLASS).seats == 30


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("8:00 - 11:30", (time(8), time(11, 30))), ("8h-11h30", (time(8), time(11, 30))), ("13g30–16g", (time(13, 30), time(16))),
        ("8 giờ đến 11 giờ 30", (time(8), time(11, 30))), ("08.00 den 11.30", (time(8), time(11, 30))), ("8 tới 10", (time(8), time(10))),
        ("11:30 - 8:00", None), ("8:00", None), ("25h-26h", None), ("8h70-9h", None), ("sáng", None), ("", None), ("8-9-10", None),
    ],
)  # fmt: skip
def test_hours_as_officials_type_them(words, read):
    assert hours(words) == read
