"""Speaking for an organisation no more: the person's own wish, or an official's decision."""

from __future__ import annotations

from bot.effects import organisations
from bot.effects.membership import deciding
from bot.effects.work import Data, Work, number
from bot.flows.answers.display import masked
from bot.flows.understanding import fold
from bot.flows.values import Event, Json
from bot.office import membership
from storage.organisations import Organisation
from storage.people import Person

MOST = 8  # organisations of one name shown at once


async def weigh_leaving(work: Work, person: Person, data: Data) -> Event:
    """{organisation} → leaving_weighed {organisations, one}: where the person belongs; what would remain of the one that is
    meant (None: which?)."""
    own = await organisations.own(work, person)
    wanted = own.get(number(data.get("organisation")) or (next(iter(own)) if len(own) == 1 else 0))
    about = await _remains(work, wanted) if wanted else None
    return Event("leaving_weighed", work.now, {"organisations": organisations.listed(own), "one": about})


async def leave_organisation(work: Work, person: Person, data: Data) -> Event | None:
    """{organisation} → organisation_left {organisation, name, cases, last}; nothing if they do not belong to it any more."""
    wanted = (await organisations.own(work, person)).get(number(data.get("organisation")) or 0)
    if wanted is None:
        return await weigh_leaving(work, person, {})
    about = await _remains(work, wanted)
    await membership.leave(work.store, wanted, person.id, "", work.now)
    known: dict[str, Json] = {"told": True, "organisations": [*await organisations.own(work, person)]}
    return Event("organisation_left", work.now, {**about, "known": known})


async def _remains(work: Work, one: Organisation) -> dict[str, Json]:
    """Whether nobody else speaks for it, and the cases that go on."""
    standing = await work.store.organisations.members(one.id)
    members = [each for each in standing if each.state == "member"]
    cases: list[Json] = [
        case.number for case in await work.store.cases.of_organisations([one.id]) if not case.closed_at
    ]
    return {"organisation": one.id, "name": one.name, "last": len(members) <= 1, "cases": cases}


# -- officials -----------------------------------------------------------------------------------------------------------


async def find_members(work: Work, person: Person, data: Data) -> Event:
    """{text or organisation} → members_found {found, one}: those of that tax code or name; its members if it is one."""
    if await deciding(work, person) is None:
        return Event("members_found", work.now, {"found": [], "one": None})
    store, wanted = work.store.organisations, number(data.get("organisation"))
    text = str(data.get("text", ""))
    if wanted:
        found = await store.get([wanted])
    else:
        named = await store.called("".join(filter(str.isdecimal, text)), fold(text), MOST)
        found = {one.id: one for one in named}
    shown = await _members(work, next(iter(found.values()))) if len(found) == 1 else None
    return Event("members_found", work.now, {"found": organisations.listed(found), "one": shown})


async def _members(work: Work, one: Organisation) -> dict[str, Json]:
    rows: list[Json] = []
    for each in await work.store.organisations.members(one.id):
        if each.state == "member":
            who, phone = await membership.who(work.store, each.person_id)
            rows.append({"person": each.person_id, "who": who, "phone": phone})
    return {"organisation": one.id, "name": one.name, "code": masked(one.tax_code), "members": rows}


async def remove_member(work: Work, person: Person, data: Data) -> Event:
    """{organisation, person} → member_removed {done, who, unit}; who may is asked of the store now."""
    official, gone = await deciding(work, person), number(data["person"]) or 0
    one = (await work.store.organisations.get([number(data["organisation"]) or 0])).get(
        number(data["organisation"]) or 0
    )
    done = (
        official is not None and one is not None and await membership.remove(work.store, official, one, gone, work.now)
    )
    work.told = work.told or done
    who = (await membership.who(work.store, gone))[0] if done else ""
    return Event("member_removed", work.now, {"done": done, "who": who, "unit": one.name if one else ""})
