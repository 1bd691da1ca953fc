"""Who may speak for an organisation: a further person is confirmed by a member, or by an official; an organisation
without a tax code by an official."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from bot.flows.answers.display import national
from bot.flows.programme import Programme
from bot.flows.stages import of_state
from bot.flows.values import Json
from bot.office import cases
from bot.office.news import news, of
from storage import Store
from storage.cases import Case
from storage.events import Due
from storage.officials import Official
from storage.organisations import Member, Organisation

MAY_DECIDE = ("admin", "official")
LATEST = datetime(9999, 1, 1, tzinfo=UTC)
MOST = 200  # that wait at once and are looked through


@dataclass(frozen=True, slots=True)
class Asking:
    """What waits for a decision: a person who wants to speak for it, or (`person_id` 0) the organisation itself."""

    organisation: Organisation
    person_id: int = 0
    name: str = ""
    phone: str = ""
    told_by: int = 0  # whose name and phone these are
    cases: tuple[str, ...] = ()  # numbers of those that wait for the organisation to be confirmed

    @property
    def key(self) -> str:
        return f"{self.organisation.id}.{self.person_id}"


async def ask(store: Store, one: Organisation, person_id: int, before: Member | None, now: datetime) -> None:
    """The person wants to speak for it: every member hears of it in their chat, unless they refused before."""
    asked = Member(one.id, person_id, "asked", now)
    if before:
        asked = replace(before, state="asked", at=now)
    await store.organisations.put(asked)
    if asked.decided_by:
        return
    name, phone = await who(store, person_id)
    members = [member for member in await store.organisations.members(one.id) if member.state == "member"]
    routes = [f"member:{one.id}"]
    told = [
        of(person_id, news(each.person_id, "organisation.wanted", now, routes, unit=one.name, who=name, phone=phone))
        for each in members
    ]
    await store.events.add(told, now)


async def waiting_for_member(store: Store, person_id: int, organisation: int | None = None) -> list[Asking]:
    """Who asks for the organisations where that person is a member now (or for that one of them)."""
    own = [member.organisation_id for member in await store.organisations.of_person(person_id) if _is(member, "member")]
    found = await store.organisations.get([each for each in own if organisation in (None, each)])
    asking = [(one, member) for one in found.values() for member in await store.organisations.members(one.id)]
    return [await _asking(store, one, each) for one, each in asking if _is(each, "asked") and not each.decided_by]


async def waiting_for_official(store: Store) -> list[Asking]:
    """Everyone who asks, then the organisations without a tax code that nobody confirmed."""
    asked = [member for member, _ in await store.organisations.asking(MOST)]
    found = await store.organisations.get([member.organisation_id for member in asked])
    people = [await _asking(store, found[member.organisation_id], member) for member in asked]
    return people + [await _unheard(store, one) for one in await store.organisations.unconfirmed(MOST)]


async def _unheard(store: Store, one: Organisation) -> Asking:
    """One without a tax code, with whom to ask about it: the first who speaks for it."""
    members = [each.person_id for each in await store.organisations.members(one.id) if _is(each, "member")]
    named = await who(store, members[0]) if members else ("", "")
    return Asking(
        one, 0, *named, members[0] if members else 0, tuple(each.number for each in await _open(store, one.id))
    )


async def _open(store: Store, organisation: int) -> list[Case]:
    return [each for each in await store.cases.of_organisations([organisation]) if each.closed_at is None]


async def asks(store: Store, organisation: int, person_id: int) -> bool:
    """False if they did and took it back themselves."""
    standing = await store.organisations.members(organisation)
    mine = next((member for member in standing if member.person_id == person_id), None)
    return mine is None or mine.state != "left" or bool(mine.decided_by)


async def decide_as_member(
    store: Store, decider: int, organisation: int, person_id: int, agreed: bool, now: datetime
) -> bool:
    """Once, and only by somebody who is a member now; False if there was nothing (more) to decide."""
    standing = {member.person_id: member for member in await store.organisations.members(organisation)}
    asked = standing.get(person_id)
    if not _is(standing.get(decider), "member") or asked is None or not _is(asked, "asked") or asked.decided_by:
        return False
    return await _decided(store, asked, agreed, f"person {decider}", now)


async def decide_as_official(
    store: Store, official: Official, organisation: int, person_id: int, agreed: bool, now: datetime
) -> bool:
    """A person's standing, or (`person_id` 0) that an organisation without a tax code is one."""
    subject = f"organisation {organisation}" + (f" person {person_id}" if person_id else "")
    if person_id:
        members = await store.organisations.members(organisation)
        asked = next((one for one in members if one.person_id == person_id and _is(one, "asked")), None)
        if asked is None or not await _decided(store, asked, agreed, f"official {official.id}", now):
            return False
    elif not agreed or not await _unconfirmed(store, organisation):
        return False
    else:
        await store.organisations.confirm(organisation, now)
    await store.officials.note(official.id, "confirmed" if agreed else "refused", subject, now)
    return True


async def take_back(store: Store, asked: Member, now: datetime) -> None:
    """Who asked does not want to belong any more: the members who were told hear that there is nothing to decide. A refusal
    of before stands."""
    state: Literal["refused", "left"] = "refused" if asked.decided_by else "left"
    await store.organisations.put(replace(asked, state=state))
    if asked.decided_by:
        return
    one = (await store.organisations.get([asked.organisation_id]))[asked.organisation_id]
    name, _ = await who(store, asked.person_id)
    members = [each for each in await store.organisations.members(one.id) if _is(each, "member")]
    told = [news(each.person_id, "organisation.not_wanted", now, unit=one.name, who=name) for each in members]
    await store.events.add(told, now)


async def leave(store: Store, one: Organisation, person_id: int, by: str, now: datetime) -> bool:
    """They speak for it no more: the others hear of it, and of its cases nothing more is told to who left, not even what
    was on its way. `by`: "" at their own wish, who may ask to belong again like anybody; after an official only officials decide."""
    standing = {member.person_id: member for member in await store.organisations.members(one.id)}
    member = standing.get(person_id)
    if member is None or not _is(member, "member"):
        return False
    await store.organisations.put(replace(member, state="left", decided_at=now, decided_by=by))
    await _take_back(store, one.id, person_id)
    name, _ = await who(store, person_id)
    others = [each.person_id for each in standing.values() if _is(each, "member") and each.person_id != person_id]
    await store.events.add(
        [news(each, "organisation.member_left", now, unit=one.name, who=name) for each in others], now
    )
    return True


async def remove(store: Store, official: Official, one: Organisation, person_id: int, now: datetime) -> bool:
    """An official ends it; who it is about hears of it."""
    if not await leave(store, one, person_id, f"official {official.id}", now):
        return False
    told: dict[str, Json] = {"organisation": one.id, "name": one.name}
    await store.events.add([Due(person_id, "membership_ended", now, told)], now)
    await store.officials.note(official.id, "removed", f"organisation {one.id} person {person_id}", now)
    return True


async def _take_back(store: Store, organisation: int, person_id: int) -> None:
    """What was to be told of its cases, now or later."""
    waiting = await store.events.due(LATEST, MOST, [person_id])
    about = {row.id: row.data["case"] for row in waiting if row.name == "case_told"}
    own = {case.id for case in await store.cases.of_organisations([organisation], MOST)}
    await store.events.done([row for row, case in about.items() if isinstance(case, dict) and case["id"] in own])


async def refuse_organisation(
    store: Store, programme: Programme, official: Official, organisation: int, reason: str, now: datetime
) -> bool:
    """It is none, for that reason: its open cases end, nobody speaks for it (nor can open them), and who did hears why. False if there was
    nothing (more) to decide."""
    if not await _unconfirmed(store, organisation):
        return False
    ended, by = await _open(store, organisation), cases.By(official_id=official.id)
    for case in ended:
        await cases.move(store, programme, case, of_state(programme, "rejected").id, by, now, reason)
        await store.officials.note(official.id, "moved case", case.number, now)
    numbers: list[Json] = [case.number for case in ended]
    one = (await store.organisations.get([organisation]))[organisation]
    spoke = [each for each in await store.organisations.members(organisation) if not _is(each, "refused")]
    for each in spoke:
        refused = replace(each, state="refused", decided_at=now, decided_by=f"official {official.id}")
        await store.organisations.put(refused)
    told = [
        news(each.person_id, "organisation.not_confirmed", now, ["human"], unit=one.name, reason=reason, labels=numbers)
        for each in spoke
    ]
    await store.events.add(told, now)
    await store.officials.note(official.id, "refused", f"organisation {organisation}", now)
    return True


async def _unconfirmed(store: Store, organisation: int) -> bool:
    one = (await store.organisations.get([organisation])).get(organisation)
    return one is not None and not one.tax_code and one.confirmed_at is None


async def _decided(store: Store, asked: Member, agreed: bool, by: str, now: datetime) -> bool:
    """It is kept, and who asked hears of it; False if somebody else decided at the same time."""
    state: Literal["member", "refused"] = "member" if agreed else "refused"
    if not await store.organisations.decide(replace(asked, state=state, decided_at=now, decided_by=by)):
        return False
    one = (await store.organisations.get([asked.organisation_id]))[asked.organisation_id]
    told: dict[str, Json] = {"organisation": one.id, "agreed": agreed, "name": one.name if agreed else ""}
    await store.events.add([Due(asked.person_id, "membership_decided", now, told)], now)
    return True


async def _asking(store: Store, one: Organisation, member: Member) -> Asking:
    return Asking(one, member.person_id, *await who(store, member.person_id), member.person_id)


async def who(store: Store, person_id: int) -> tuple[str, str]:
    """The name and phone they gave; without one, what they call themselves where they chat."""
    told = await store.people.told(person_id)
    name = str(told.get("contact_name") or "")
    if not name:
        name = next((each.name for each in await store.people.addresses(person_id) if each.name), "")
    return name, national(str(told.get("phone") or ""))


def _is(member: Member | None, state: str) -> bool:
    return member is not None and member.state == state
