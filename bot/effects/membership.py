"""Members and officials decide in chat who may speak for an organisation."""

from __future__ import annotations

from collections.abc import Sequence

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
        official = await _official(work, person)
        found = await membership.waiting_for_official(work.store) if official else []
    else:
        found = await membership.waiting_for_member(work.store, person.id, number(data.get("organisation")))
    left = [each for each in found if each.key not in passed]
    one = _shown(left[0]) if left else None
    about: list[Json] = [left[0].told_by] if left and left[0].told_by else []
    answer: dict[str, Json] = {"by": by, "passed": [*passed], "count": len(left), "one": one, "mentions": about}
    return Event("waiting_found", work.now, answer)


async def decide_member(work: Work, person: Person, data: Data) -> Event:
    """{by, organisation, person, agree, reason} → member_decided {done, agreed, by}; what may be decided is asked of the store
    now, whatever the chat showed."""
    organisation, asked = number(data["organisation"]) or 0, number(data["person"]) or 0
    agreed, store, now = bool(data["agree"]), work.store, work.now
    if data["by"] == "official":
        official = await _official(work, person)
        done = official is not None and await _by_official(work, official, organisation, asked, data)
    else:
        done = await membership.decide_as_member(store, person.id, organisation, asked, agreed, now)
    return Event("member_decided", now, {"done": done, "agreed": agreed, "by": data["by"]})


async def _by_official(work: Work, official: Official, organisation: int, asked: int, data: Data) -> bool:
    if not asked and not data["agree"]:
        reason = str(data.get("reason", ""))
        return await membership.refuse_organisation(
            work.store, work.programme, official, organisation, reason, work.now
        )
    agreed = bool(data["agree"])
    return await membership.decide_as_official(work.store, official, organisation, asked, agreed, work.now)


async def _official(work: Work, person: Person) -> Official | None:
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
