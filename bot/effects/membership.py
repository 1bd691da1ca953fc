"""Members and officials decide in chat who may speak for an organisation."""

from __future__ import annotations

from collections.abc import Sequence

from bot.effects import organisations
from bot.effects.work import Data, Work, number
from bot.flows.answers.display import masked
from bot.flows.values import Event, Json
from bot.office import membership
from storage.officials import Official
from storage.people import Person


async def find_waiting(work: Work, person: Person, data: Data) -> Event:
    """{by, organisation, passed} → waiting_found {by, passed, count, one, mentions}: the first that waits for them and was not
    passed over; `by`: member or official."""
    by, passed = str(data["by"]), _passed(data)
    if by == "official":
        official = await deciding(work, person)
        found = await membership.waiting_for_official(work.store) if official else []
    else:
        found = await membership.waiting_for_member(work.store, person.id, number(data.get("organisation")))
    left = [each for each in found if each.key not in passed]
    one = _shown(left[0]) if left else None
    about: list[Json] = [left[0].told_by] if left and left[0].told_by else []
    answer: dict[str, Json] = {"by": by, "passed": [*passed], "count": len(left), "one": one, "mentions": about}
    return Event("waiting_found", work.now, answer)


async def decide_member(work: Work, person: Person, data: Data) -> Event:
    """{by, organisation, person, agree, reason} → member_decided {done, agreed, by, gone}; what may be decided is asked of the
    store now, whatever the chat showed. `gone`: who asked does so no more."""
    organisation, asked = number(data["organisation"]) or 0, number(data["person"]) or 0
    agreed, store, now = bool(data["agree"]), work.store, work.now
    gone = not await membership.asks(store, organisation, asked) if asked else False
    if data["by"] == "official":
        official = await deciding(work, person)
        done = official is not None and await _by_official(work, official, organisation, asked, data)
    else:
        done = await membership.decide_as_member(store, person.id, organisation, asked, agreed, now)
    return Event("member_decided", now, {"done": done, "agreed": agreed, "by": data["by"], "gone": gone})


async def review_asking(work: Work, person: Person, data: Data) -> None:
    """{}: a form that waited for a membership names another organisation now, or was dropped. Where no form of theirs names
    it any more, they do not ask to belong any more: nobody shall let a stranger in by a mistyped tax code."""
    standing = await work.store.organisations.of_person(person.id)
    asked = [member for member in standing if member.state == "asked"]
    named = await organisations.named_in_forms(work, person) if asked else set()
    for member in asked:
        if member.organisation_id not in named:
            await membership.take_back(work.store, member, work.now)
            work.told = True


async def _by_official(work: Work, official: Official, organisation: int, asked: int, data: Data) -> bool:
    if not asked and not data["agree"]:
        reason = str(data.get("reason", ""))
        return await membership.refuse_organisation(
            work.store, work.programme, official, organisation, reason, work.now
        )
    agreed = bool(data["agree"])
    return await membership.decide_as_official(work.store, official, organisation, asked, agreed, work.now)


async def deciding(work: Work, person: Person) -> Official | None:
    """The official bound to this chat, if they may decide now."""
    official = (await work.store.officials.bound([person.id])).get(person.id)
    return official if official and official.role in membership.MAY_DECIDE else None


def _passed(data: Data) -> Sequence[str]:
    passed = data.get("passed")
    return [str(key) for key in passed] if isinstance(passed, list) else []


def _shown(one: membership.Asking) -> dict[str, Json]:
    organisation = one.organisation
    return {
        "organisation": organisation.id,
        "person": one.person_id,
        "who": one.name,
        "phone": one.phone,
        "unit": organisation.name,
        "code": masked(organisation.tax_code),
        "group": organisation.kind,
        "commune": organisation.commune,
        "cases": [*one.cases],
    }
