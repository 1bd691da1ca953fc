"""Whom a person speaks for: organisations and their members."""

from __future__ import annotations

from collections.abc import Mapping

from bot.effects.work import Data, Work, mapping, number
from bot.flows.understanding import fold
from bot.flows.values import Json
from storage.organisations import Member, Organisation
from storage.people import Person


async def speaks_for(work: Work, person: Person, data: Data) -> int | None:
    """The organisation that a form being sent speaks for: the draft's own if the person is its member; else the one that
    the answers name, which they found if it was not there. None while somebody has yet to confirm them, who is asked."""
    standing = {member.organisation_id: member.state for member in await work.store.organisations.of_person(person.id)}
    own = number(data.get("organisation"))
    if own and standing.get(own) == "member":
        return own
    answers = mapping(data.get("answers"))
    found = await _named(work, answers)
    if found is None:
        made = await work.store.organisations.add(_organisation(work, answers))
        await work.store.organisations.put(Member(made, person.id, "member", work.now, work.now))
        return made
    if standing.get(found.id) == "member":
        return found.id
    if found.id not in standing:
        await work.store.organisations.put(Member(found.id, person.id, "asked", work.now))
    return None


async def _named(work: Work, answers: Mapping[str, Json]) -> Organisation | None:
    code = answers.get("tax_code")
    if code:
        return await work.store.organisations.by_tax_code(str(code))
    return await work.store.organisations.by_name(*_by_name(answers))


def _organisation(work: Work, answers: Mapping[str, Json]) -> Organisation:
    folded, kind, commune = _by_name(answers)
    name, code = str(answers.get("unit_name") or ""), str(answers.get("tax_code") or "")
    return Organisation(name, work.now, code, folded, kind, commune)


def _by_name(answers: Mapping[str, Json]) -> tuple[str, str, str]:
    commune = mapping(answers.get("commune")).get("code")
    return fold(str(answers.get("unit_name") or "")), str(answers.get("group") or ""), str(commune or "")
