"""All four kinds of condition are checked in both programmes as soon as their answers exist, with reason and basis, and block
only where the programme says so; officials see them, and who is considered first."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.channel import Address
from bot.content import load, read_bundle
from bot.effects import EFFECTS, Work
from bot.flows.values import Json
from bot.office import cases
from bot.office.conditions import judged
from storage.cases import Case
from storage.organisations import Member, Organisation
from storage.submissions import Submission
from tests.simulators.desk import Desk

CONTENT = Path(__file__).parents[2] / "content"
HERE: Json = {"code": "30307", "name": "Phường Long Xuyên"}
AWAY: Json = {"code": "", "name": "Thành phố Cần Thơ"}
SMALL: dict[str, Json] = {
    "group": "enterprise",
    "employees": 8,
    "revenue": "to_3",
    "industry": {"code": "10", "name": "x", "section": "C"},
}
TRUTHS: list[tuple[dict[str, Json], dict[str, bool | None]]] = [
    ({}, {"address": None, "group": None, "registered_line": None, "priority": None}),
    ({"commune": HERE}, {"address": True}),
    ({"commune": AWAY}, {"address": False}),
    ({"group": "agency"}, {"group": False, "priority": False}),
    ({"works_in_line": False}, {"registered_line": False}),
    (SMALL, {"group": True, "priority": True}),
]


@pytest.mark.parametrize("name", ["an-giang", "ha-noi"])
def test_each_kind_is_checked_in_both_programmes(name, desk: Desk):
    programme = load(read_bundle(CONTENT, name))
    form = programme.forms["support_application"]
    assert {each.id: each.blocks for each in form.conditions} == {
        "address": True, "group": True, "registered_line": False, "priority": False,
    }  # fmt: skip
    assert all(
        each.basis and each.missing["vi"] and each.missing["en"] and each.advice["vi"] for each in form.conditions
    )
    for answers, expected in TRUTHS:
        sent = Submission(1, 1, form.id, programme.release, answers, "web", desk.at, desk.at)
        found = {each.condition.id: each.truth for each in judged(programme, sent)}
        assert found | expected == found, answers


async def test_officials_see_the_conditions_and_who_is_considered_first(desk: Desk):
    programme = load(read_bundle(CONTENT, "an-giang"))
    official = await desk.official("official")
    async with desk.storage.write() as store:
        found = await store.people.resolve([Address("web", "web", "a"), Address("web", "web", "o")], desk.at)
        person, chat = found.values()
        await store.officials.bind(chat.id, official.id, desk.at)
        for place, group in enumerate(("cooperative", "conformity_body"), 1):
            own = await store.organisations.add(Organisation(group, desk.at, folded=group, kind=group))
            await store.organisations.put(Member(own, person.id, "member", desk.at))
            answers: dict[str, Json] = {"group": group, "commune": HERE, "works_in_line": True}
            sent = Submission(
                person.id, place, "support_application", programme.release, answers, "web", desk.at, desk.at
            )
            number = await store.submissions.send(sent, desk.at)
            one = Case("", own, "", "", "", desk.at, desk.at, person_id=person.id)
            await cases.apply(store, programme, replace(one, submission_id=number), ["tool"], desk.at)
        work = Work(store, programme, desk.at, "")
        listed = await EFFECTS["list_cases"](work, chat, {})
        opened = await EFFECTS["look_at_case"](work, chat, {"number": "AG-2026-00001"})
    assert listed
    assert [case["priority"] for case in listed.data["cases"]] == [True, False]  # type: ignore[union-attr,call-overload,index]
    assert opened
    assert opened.data["conditions"] == {"address": True, "group": True, "registered_line": True, "priority": True}
