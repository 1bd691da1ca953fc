"""Whom somebody speaks for, what is kept and given back, and who decides about it: on both databases, asked of the store
itself, whatever a chat may show or send."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from bot.channel import Address
from bot.content import load
from bot.effects import EFFECTS, Work
from bot.effects.organisations import remember, speaks_for
from bot.flows.programme import Programme
from bot.flows.values import Json
from bot.office import cases, membership
from storage import Storage
from storage.cases import Case
from storage.organisations import Member, Organisation, Organisations
from storage.submissions import Submission
from tests.replay import release

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
CODE, OTHER_CODE = "0123456787", "0101248141"
PLACE: Json = {"code": "30307", "name": "Phường Long Xuyên"}
RICE: dict[str, Json] = {
    "group": "cooperative",
    "unit_name": "HTX Ví Dụ",
    "tax_code": CODE,
    "commune": PLACE,
    "employees": 12,
}
CONTACT = {"contact_name": "Lan Ví Dụ", "phone": "+84912345678"}
GROUP = {"group": "cooperative_group", "unit_name": "Tổ Ví Dụ", "commune": PLACE}


@cache
def programme() -> Programme:
    return load(release("known"))


@pytest.fixture
async def storage(database_url):
    opened = await Storage.open(database_url)
    yield opened
    await opened.close()


async def meet(store, name):
    found = await store.people.resolve([Address("web", "web", name)], NOW)
    return next(iter(found.values()))


def work(store) -> Work:
    return Work(store, programme(), NOW, "")


def form(answers, form="support_wish", **more):
    return {"run": 1, "form": form, "release": programme().release, "answers": answers, **more}


async def do(store, name, person, /, **data):
    event = await EFFECTS[name](work(store), person, data)
    return {} if event is None else dict(event.data)


async def official(store, person, role="official"):
    number = await store.officials.add("Cán bộ Ví Dụ", role, NOW)
    await store.officials.bind(person.id, number, NOW)
    return number


async def state(store, organisation, person):
    return next(one.state for one in await store.organisations.members(organisation) if one.person_id == person.id)


async def told(store, person):
    """The texts of the news that wait for them."""
    return [row.data.get("text", row.name) for row in await store.events.due(NOW, persons=[person.id])]


# -- who belongs ---------------------------------------------------------------------------------------------------------


async def test_the_first_belongs_and_a_further_one_is_confirmed(storage):
    async with storage.write() as store:
        lan, minh = await meet(store, "Lan"), await meet(store, "Minh")
        one = await speaks_for(work(store), lan, form(RICE | CONTACT))
        assert one
        assert await state(store, one, lan) == "member"
        minhs = form(RICE | CONTACT | {"contact_name": "Minh Ví Dụ"})
        assert await speaks_for(work(store), minh, minhs) is None
        assert await speaks_for(work(store), minh, minhs) is None
        assert await state(store, one, minh) == "asked"
        assert await told(store, lan) == ["organisation.wanted"]  # once
        (asked,) = await membership.waiting_for_member(store, lan.id)
        assert (asked.name, asked.phone) == ("Minh Ví Dụ", "0912 345 678")
        answer = {"by": "member", "organisation": one, "person": minh.id, "agree": True}
        assert (await do(store, "decide_member", lan, **answer))["done"]
        assert await speaks_for(work(store), minh, minhs) == one
        assert await told(store, minh) == ["membership_decided"]
        assert not (await do(store, "decide_member", lan, **answer))["done"]  # once


@pytest.mark.parametrize("how", ["another", "none", "dropped"])
async def test_a_request_falls_away_with_the_form_that_made_it(storage, how):
    async with storage.write() as store:
        lan, minh = await meet(store, "Lan"), await meet(store, "Minh")
        one = await speaks_for(work(store), lan, form(RICE | CONTACT))
        minhs = RICE | CONTACT | {"contact_name": "Minh Ví Dụ"}
        at = work(store)
        await EFFECTS["keep_answers"](at, minh, form(minhs))
        assert await speaks_for(at, minh, form(minhs)) is None
        await at.flush()
        await EFFECTS["review_asking"](work(store), minh, {})
        assert await state(store, one, minh) == "asked", "it still names the organisation"
        later = work(store)
        if how == "dropped":
            await EFFECTS["drop_submission"](later, minh, {"run": 1})
        else:
            code = OTHER_CODE if how == "another" else None
            await EFFECTS["keep_answers"](later, minh, form(minhs | {"tax_code": code}))
        await EFFECTS["review_asking"](later, minh, {})
        assert await told(store, lan) == ["organisation.wanted", "organisation.not_wanted"]
        assert not await membership.waiting_for_member(store, lan.id)
        answer = {"by": "member", "organisation": one, "person": minh.id, "agree": True}
        decided = await do(store, "decide_member", lan, **answer)
        assert (decided["done"], decided["gone"]) == (False, True)
        assert await state(store, one, minh) == "left"


async def test_a_form_that_was_sent_goes_on_asking(storage):
    async with storage.write() as store:
        lan, minh = await meet(store, "Lan"), await meet(store, "Minh")
        one = await speaks_for(work(store), lan, form(RICE))
        assert await speaks_for(work(store), minh, form(RICE)) is None
        await store.submissions.send(Submission(minh.id, 2, "needs_survey", "gone", RICE, "web", NOW, NOW), NOW)
        await do(store, "review_asking", minh)
        assert await state(store, one, minh) == "asked"


async def test_only_a_member_decides_for_members(storage):
    async with storage.write() as store:
        lan, minh, stranger = [await meet(store, name) for name in ("Lan", "Minh", "Hương")]
        one = await speaks_for(work(store), lan, form(RICE))
        await speaks_for(work(store), minh, form(RICE))
        for decider in (minh, stranger):
            answer = {"by": "member", "organisation": one, "person": minh.id, "agree": True}
            assert not (await do(store, "decide_member", decider, **answer))["done"]
            assert (await do(store, "find_waiting", decider, by="member"))["one"] is None
        assert await state(store, one, minh) == "asked"


@pytest.mark.parametrize(("role", "may"), [("official", True), ("admin", True), ("staff", False), ("disabled", False)])
async def test_an_official_decides_as_their_role_is_now(storage, role, may):
    async with storage.write() as store:
        lan, minh, desk = [await meet(store, name) for name in ("Lan", "Minh", "Cán bộ")]
        one = await speaks_for(work(store), lan, form(RICE))
        await speaks_for(work(store), minh, form(RICE))
        number = await official(store, desk, "official" if role == "disabled" else role)
        if role == "disabled":
            await store.officials.disable(number, NOW)
        shown = await do(store, "find_waiting", desk, by="official")
        answer = {"by": "official", "organisation": one, "person": minh.id, "agree": True}
        done = await do(store, "decide_member", desk, **answer)
        assert (bool(shown["one"]), done["done"]) == (may, may)
        assert await state(store, one, minh) == ("member" if may else "asked")
        deeds = [(deed.action, deed.subject) for deed in await store.officials.recent()]
        assert deeds == ([("confirmed", f"organisation {one} person {minh.id}")] if may else [])


async def test_who_was_refused_is_for_officials(storage):
    async with storage.write() as store:
        lan, minh, desk = [await meet(store, name) for name in ("Lan", "Minh", "Cán bộ")]
        one = await speaks_for(work(store), lan, form(RICE))
        assert one
        await speaks_for(work(store), minh, form(RICE))
        assert await membership.decide_as_member(store, lan.id, one, minh.id, agreed=False, now=NOW)
        before = await told(store, lan)
        assert await speaks_for(work(store), minh, form(RICE)) is None
        assert await told(store, lan) == before  # nobody is asked again and again
        assert not await membership.decide_as_member(store, lan.id, one, minh.id, agreed=True, now=NOW)
        await official(store, desk)
        answer = {"by": "official", "organisation": one, "person": minh.id, "agree": True}
        assert (await do(store, "decide_member", desk, **answer))["done"]
        assert await speaks_for(work(store), minh, form(RICE)) == one


async def test_without_a_tax_code_by_group_name_and_commune(storage):
    async with storage.write() as store:
        lan, minh, desk = [await meet(store, name) for name in ("Lan", "Minh", "Cán bộ")]
        one = await speaks_for(work(store), lan, form(GROUP))
        assert await speaks_for(work(store), minh, form(GROUP | {"unit_name": "TỔ ví du"})) is None
        elsewhere = GROUP | {"commune": {"code": "30742", "name": "Phường Rạch Giá"}}
        assert await speaks_for(work(store), minh, form(elsewhere)) not in (None, one)
        await official(store, desk)
        answer = {"by": "official", "organisation": one, "person": 0, "agree": True}
        assert (await do(store, "decide_member", desk, **answer))["done"]
        assert (await store.organisations.get([one]))[one].confirmed_at == NOW
        assert not (await do(store, "decide_member", desk, **answer))["done"]


async def test_one_that_is_not_confirmed_ends_with_its_reason(storage):
    """The official sees whom to ask; refused, it waits no more, nobody speaks for it, and its person hears why."""
    async with storage.write() as store:
        lan, desk = await meet(store, "Lan"), await meet(store, "Cán bộ")
        one = await speaks_for(work(store), lan, form(GROUP))
        await remember(work(store), lan, form(GROUP | CONTACT), one)
        await store.people.tell(lan.id, CONTACT)
        assert one
        case = Case("AG-2026-00007", one, "barcode", "received", "received", NOW, NOW)
        await store.cases.add(case)
        await official(store, desk)
        shown = await do(store, "find_waiting", desk, by="official")
        asked = shown["one"]
        assert (asked["who"], asked["phone"], asked["cases"]) == ("Lan Ví Dụ", "0912 345 678", ["AG-2026-00007"])
        assert shown["mentions"] == [lan.id]
        answer = {"by": "official", "organisation": one, "person": 0, "agree": False, "reason": "Không có tổ này."}
        assert not (await do(store, "decide_member", lan, **answer))["done"]
        assert (await do(store, "decide_member", desk, **answer))["done"]
        assert (await do(store, "find_waiting", desk, by="official"))["one"] is None
        assert await state(store, one, lan) == "refused"
        ended = await store.cases.by_number("AG-2026-00007")
        assert ended
        assert (ended.state, ended.closed_at) == ("rejected", NOW)
        (told,) = [
            row for row in await store.events.due(NOW, 9) if row.data.get("text") == "organisation.not_confirmed"
        ]
        assert told.person_id == lan.id
        assert told.data["values"] == {"unit": "Tổ Ví Dụ", "reason": "Không có tổ này.", "labels": ["AG-2026-00007"]}


# -- which organisation is meant ------------------------------------------------------------------------------------------


async def test_answers_that_name_another_are_not_for_ones_own(storage):
    async with storage.write() as store:
        lan, minh = await meet(store, "Lan"), await meet(store, "Minh")
        one = await speaks_for(work(store), lan, form(RICE))
        theirs = await speaks_for(work(store), minh, form(RICE | {"tax_code": OTHER_CODE}))
        named = form(RICE | {"tax_code": OTHER_CODE}, organisation=one)
        assert await speaks_for(work(store), lan, named) is None
        assert await state(store, theirs, lan) == "asked"
        assert await speaks_for(work(store), lan, form(RICE, organisation=theirs)) == one  # not a member of it yet
        second = await speaks_for(work(store), lan, form(RICE | {"tax_code": "0101248141-001"}, organisation=one))
        assert second not in (None, one, theirs)


async def test_a_group_that_gets_a_tax_code_stays_itself(storage):
    async with storage.write() as store:
        lan = await meet(store, "Lan")
        one = await speaks_for(work(store), lan, form(GROUP))
        data = form(GROUP | {"group": "cooperative", "tax_code": CODE}, organisation=one)
        assert await speaks_for(work(store), lan, data) == one
        await remember(work(store), lan, data, one)
        found = await store.organisations.by_tax_code(CODE)
        assert found
        assert (found.id, found.kind) == (one, "cooperative")


async def test_of_somebody_elses_one_learns_nothing(storage):
    async with storage.write() as store:
        lan, minh = await meet(store, "Lan"), await meet(store, "Minh")
        one = await speaks_for(work(store), lan, form(RICE | CONTACT))
        await remember(work(store), lan, form(RICE | CONTACT), one)
        named = await do(store, "name_organisation", minh, run=1, question="tax_code", answers={"tax_code": CODE})
        assert named == {"run": 1, "question": "tax_code", "standing": "others"}
        known = await do(store, "find_known", minh, run=1, organisation=one)
        assert (known["organisations"], known["organisation"], known["name"], known["answers"]) == ([], 0, "", {})
        await speaks_for(work(store), minh, form(RICE))  # asked, and still nothing
        assert (
            await do(store, "name_organisation", minh, run=1, question="tax_code", answers={"tax_code": CODE}) == named
        )
        assert (await do(store, "find_known", minh, run=1, organisation=one))["answers"] == {}


async def test_two_who_name_a_new_one_at_once(storage, database_url):
    async def names(person):
        own = await Storage.open(database_url)  # as another process has it
        try:
            return await again_and_again(own, person)
        finally:
            await own.close()

    async def again_and_again(own, person):
        for _ in range(5):
            try:
                async with own.write() as store:
                    found = await speaks_for(work(store), person, form(RICE))
                    await asyncio.sleep(0.01)
                    return found
            except Exception:  # noqa: BLE001  the other was first: heard again, as a batch is
                continue
        raise AssertionError

    async with storage.write() as store:
        people = [await meet(store, f"person {number}") for number in range(4)]
    found = await asyncio.gather(*map(names, people))
    assert len([one for one in found if one]) == 1
    async with storage.read() as store:
        (one,) = filter(None, found)
        assert sorted(each.state for each in await store.organisations.members(one)) == ["asked"] * 3 + ["member"]


async def test_two_members_who_decide_at_once(storage, database_url, monkeypatch):
    async with storage.write() as store:
        lan, minh, asker = [await meet(store, name) for name in ("Lan", "Minh", "Hương")]
        one = await speaks_for(work(store), lan, form(RICE))
        assert one
        await store.organisations.put(Member(one, minh.id, "member", NOW))
        await speaks_for(work(store), asker, form(RICE))
    read = Organisations.members

    async def slowly(self, organisation):
        found = await read(self, organisation)
        await asyncio.sleep(0.2)  # both have seen that it is open, where the database lets them
        return found

    async def decides(own, person, agreed):
        async with own.write() as store:
            return await membership.decide_as_member(store, person.id, one, asker.id, agreed, NOW)

    own = [await Storage.open(database_url) for _ in range(2)]  # as two processes have it
    with monkeypatch.context() as patched:
        patched.setattr(Organisations, "members", slowly)
        done = await asyncio.gather(decides(own[0], lan, agreed=True), decides(own[1], minh, agreed=False))
    for each in own:
        await each.close()
    assert sorted(done) == [False, True]
    async with storage.read() as store:
        assert await state(store, one, asker) == ("member" if done[0] else "refused")
        assert await told(store, asker) == ["membership_decided"]


# -- what is kept ----------------------------------------------------------------------------------------------------------


async def test_answers_go_to_the_person_until_there_is_an_organisation(storage):
    async with storage.write() as store:
        lan = await meet(store, "Lan")
        known = await remember(work(store), lan, form(GROUP | CONTACT))
        assert known == {"known": {"told": True, "organisations": []}}
        assert await store.people.told(lan.id) == GROUP | CONTACT
        assert (await do(store, "find_known", lan, run=1))["answers"] == GROUP | CONTACT
        one = await speaks_for(work(store), lan, form(RICE | CONTACT))
        now_known: Any = (await remember(work(store), lan, form(RICE | CONTACT), one))["known"]
        assert now_known["organisations"] == [one]
        assert await store.people.told(lan.id) == CONTACT
        assert (await store.organisations.get([one]))[one].profile == RICE
        found = await do(store, "find_known", lan, run=1)
        assert (found["organisation"], found["answers"]) == (one, CONTACT | RICE)
        assert (await do(store, "find_known", lan, run=1, other=True))["answers"] == CONTACT


async def test_who_has_not_seen_what_is_known_changes_nothing_of_it(storage):
    async with storage.write() as store:
        lan = await meet(store, "Lan")
        one = await speaks_for(work(store), lan, form(RICE))
        await remember(work(store), lan, form(RICE), one)
        blind = RICE | {"unit_name": "Ví Dụ", "employees": 3, "email": "a@example.com"}
        await remember(work(store), lan, form(blind), one)
        assert (await store.organisations.get([one]))[one].profile == RICE
        seen = form(RICE | {"unit_name": "HTX Ví Dụ Mới", "employees": None}, organisation=one)
        await remember(work(store), lan, seen, one)
        found = (await store.organisations.get([one]))[one]
        assert (found.name, found.profile["unit_name"], found.profile["employees"]) == (
            "HTX Ví Dụ Mới",
            "HTX Ví Dụ Mới",
            12,
        )


async def test_a_name_that_another_has_is_not_taken(storage):
    async with storage.write() as store:
        lan, minh = await meet(store, "Lan"), await meet(store, "Minh")
        one = await speaks_for(work(store), lan, form(GROUP))
        await speaks_for(work(store), minh, form(GROUP | {"unit_name": "Tổ Khác"}))
        renamed = form(GROUP | {"unit_name": "Tổ Khác"}, "organisation", organisation=one)
        await remember(work(store), lan, renamed, one)
        assert (await store.organisations.get([one]))[one].name == "Tổ Ví Dụ"


async def test_a_confirmation_is_of_the_names_it_was_given_for(storage):
    async with storage.write() as store:
        lan = await meet(store, "Lan")
        one = await speaks_for(work(store), lan, form(GROUP))
        await store.organisations.confirm(one, NOW)
        await remember(work(store), lan, form(GROUP, organisation=one), one)
        assert (await store.organisations.get([one]))[one].confirmed_at == NOW
        await remember(work(store), lan, form(GROUP | {"unit_name": "Tổ Mới"}, organisation=one), one)
        assert (await store.organisations.get([one]))[one].confirmed_at is None


async def test_an_organisation_tells_of_itself(storage):
    async with storage.write() as store:
        lan, minh = await meet(store, "Lan"), await meet(store, "Minh")
        kept = await do(store, "keep_organisation", lan, **form(RICE, "organisation"))
        assert kept["name"] == "HTX Ví Dụ"
        (one,) = kept["known"]["organisations"]
        assert (await store.organisations.get([one]))[one].profile == RICE
        sent = await store.submissions.load(lan.id, 1)
        assert sent
        assert (sent.state, sent.organisation_id) == ("sent", one)
        refused = await do(store, "keep_organisation", minh, **form(RICE | {"employees": 1}, "organisation"))
        assert refused == {"reason": "membership"}
        assert (await store.organisations.get([one]))[one].profile == RICE
        assert await store.submissions.load(minh.id, 1) is None


async def test_a_form_that_must_speak_for_one_waits_and_a_survey_does_not(storage):
    async with storage.write() as store:
        lan, minh = await meet(store, "Lan"), await meet(store, "Minh")
        one = await speaks_for(work(store), lan, form(RICE))
        assert await do(store, "submit_form", minh, **form(RICE | CONTACT)) == {"reason": "membership"}
        survey = await do(store, "submit_form", minh, **form(RICE | CONTACT, "needs_survey"))
        assert survey["waits"]
        assert survey["known"] == {"told": True, "organisations": []}
        sent = await store.submissions.load(minh.id, 1)
        assert sent
        assert (sent.state, sent.organisation_id) == ("sent", None)
        mine = await do(store, "submit_form", lan, **form(RICE | CONTACT, "needs_survey"))
        assert not mine["waits"]
        assert mine["known"]["organisations"] == [one]
        nobody = await do(store, "submit_form", await meet(store, "Hương"), **form(GROUP, "needs_survey"))
        assert nobody["known"]["organisations"] == []  # a survey without a tax code makes none


async def test_supports_are_carried_over_once(storage):
    async with storage.write() as store:
        lan = await meet(store, "Lan")
        await do(store, "keep_wishes", lan, supports=["barcode", "training"])
        one = await speaks_for(work(store), lan, form(RICE))
        await remember(work(store), lan, form(RICE | CONTACT), one)
        assert (await store.people.told(lan.id))["supports"] == ["barcode", "training"]
        application = form(RICE | {"supports": ["barcode"]}, "support_application")
        await remember(work(store), lan, application, one)
        assert await store.people.told(lan.id) == CONTACT


async def test_several_of_one_name_are_told_apart(storage):
    async with storage.write() as store:
        lan = await meet(store, "Lan")
        ids = [await speaks_for(work(store), lan, form(RICE | {"tax_code": code})) for code in (CODE, OTHER_CODE)]
        found = await do(store, "find_known", lan, run=1)
        assert found["organisations"] == [[ids[0], "HTX Ví Dụ (…6787)"], [ids[1], "HTX Ví Dụ (…8141)"]]
        assert (found["organisation"], found["answers"]) == (0, {})


async def test_the_store_names_and_lists_them(storage):
    async with storage.write() as store:
        one = Organisation("Tổ A", NOW, "", "to a", "cooperative_group", "30307")
        number = await store.organisations.add(one)
        await store.organisations.name(replace(one, id=number, name="Tổ B", folded="to b", tax_code=CODE))
        assert await store.organisations.by_name("to a", "cooperative_group", "30307") is None
        found = await store.organisations.by_tax_code(CODE)
        assert found
        assert found.name == "Tổ B"
        assert await store.organisations.unconfirmed(9) == []
        other = await store.organisations.add(one)
        assert [each.id for each in await store.organisations.unconfirmed(9)] == [other]


# -- who belongs no more -------------------------------------------------------------------------------------------------


async def two_members(store):
    lan, minh = await meet(store, "Lan"), await meet(store, "Minh")
    number = await speaks_for(work(store), lan, form(RICE | CONTACT))
    assert number
    await store.organisations.put(Member(number, minh.id, "member", NOW, NOW, f"person {lan.id}"))
    return number, lan, minh


async def test_who_leaves_hears_nothing_more_of_its_cases_and_the_others_are_told(storage):
    async with storage.write() as store:
        number, lan, minh = await two_members(store)
        one = Case("", number, "", "", "", NOW, NOW, person_id=lan.id)
        case = (await cases.apply(store, programme(), one, ["barcode"], NOW)).opened[0]
        await cases.tell(store, programme(), case, "reminded", NOW)
        left = await do(store, "leave_organisation", minh, organisation=number)
        assert left["cases"] == [case.number]
        assert not left["last"]
        assert left["known"] == {"told": True, "organisations": []}
        assert await told(store, minh) == [], "what was on its way is taken back"
        assert await told(store, lan) == ["case_told", "organisation.member_left"]
        await cases.tell(store, programme(), case, "reminded", NOW)
        assert await told(store, minh) == []
        assert await do(store, "find_case", minh, case=case.id) == {}
        assert (await do(store, "find_cases", minh))["cases"] == []


async def test_who_left_may_ask_again_and_whom_an_official_removed_only_an_official_lets_back(storage):
    async with storage.write() as store:
        number, lan, minh = await two_members(store)
        await do(store, "leave_organisation", minh, organisation=number)
        assert await speaks_for(work(store), minh, form(RICE)) is None
        assert [one.person_id for one in await membership.waiting_for_member(store, lan.id)] == [minh.id]
        await do(store, "decide_member", lan, by="member", organisation=number, person=minh.id, agree=True)
        binh = await meet(store, "Bình")
        await official(store, binh)
        assert (await do(store, "remove_member", binh, organisation=number, person=minh.id))["done"]
        assert "membership_ended" in await told(store, minh)
        assert await speaks_for(work(store), minh, form(RICE)) is None
        assert await membership.waiting_for_member(store, lan.id) == []
        assert [one.person_id for one in await membership.waiting_for_official(store) if one.person_id] == [minh.id]


async def test_only_officials_remove_and_only_members_are_removed(storage):
    async with storage.write() as store:
        number, lan, minh = await two_members(store)
        binh, staff = await meet(store, "Bình"), await meet(store, "Sơn")
        await official(store, binh)
        await official(store, staff, "staff")
        for who in (lan, staff):
            assert not (await do(store, "remove_member", who, organisation=number, person=minh.id))["done"]
            assert (await do(store, "find_members", who, text=CODE))["one"] is None
        assert not (await do(store, "remove_member", binh, organisation=number, person=binh.id))["done"]
        assert not (await do(store, "remove_member", binh, organisation=number + 1, person=minh.id))["done"]
        shown = (await do(store, "find_members", binh, text="0123 456 787"))["one"]
        assert [row["person"] for row in shown["members"]] == [lan.id, minh.id]
        assert (await do(store, "find_members", binh, text="htx ví dụ"))["one"] == shown
        assert (await do(store, "find_members", binh, text="%"))["found"] == []
        assert await state(store, number, minh) == "member"


async def test_one_leaves_only_what_one_belongs_to(storage):
    async with storage.write() as store:
        number, _, _ = await two_members(store)
        other = await meet(store, "Người ngoài")
        assert await do(store, "leave_organisation", other, organisation=number) == {"organisations": [], "one": None}
        assert (await do(store, "weigh_leaving", other, organisation=number))["one"] is None
