"""Whom a person speaks for: organisations, their members, and what is known of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.effects.work import Data, Work, mapping, number, sent, told_on_duty
from bot.flows import profile
from bot.flows.programme import Form
from bot.flows.understanding import fold
from bot.flows.values import Event, Json
from bot.office import membership
from storage.organisations import Member, Organisation
from storage.people import Person
from storage.submissions import Submission


async def speaks_for(work: Work, person: Person, data: Data) -> int | None:
    """The organisation that a form being sent speaks for: the draft's own if the person is its member and the answers do
    not name another; else the one that they name, which they found if it was not there. None while somebody has yet to
    confirm them, who is asked: answer `form_refused {reason: "membership"}` then."""
    standing = await _standing(work, person)
    known = _told(work, data)
    own = number(data.get("organisation"))
    if own and _is_member(standing.get(own)) and await _names_no_other(work, own, known):
        return own
    found = await _named(work, known)
    if found is None:
        return await _founded(work, person, known)
    if _is_member(standing.get(found.id)):
        return found.id
    await _ask(work, person, found, standing.get(found.id), known)
    return None


async def sent_for(work: Work, person: Person, data: Data, form: Form) -> tuple[int | None, bool]:
    """Whom a form speaks for, if it must or names one by tax code (or goes on from one); and whether somebody has yet to
    confirm the person."""
    names = any(question.profile == "tax_code" for question in form.questions) and _told(work, data).get("tax_code")
    if form.organisation != "required" and not names and not number(data.get("organisation")):
        return None, False
    organisation = await speaks_for(work, person, data)
    return organisation, organisation is None


async def remember(work: Work, person: Person, data: Data, organisation: int | None = None) -> dict[str, Json]:
    """Keeps what a form being sent tells, to be offered again. `organisation`: whom it speaks for (`speaks_for`).

    What it gives is to be joined to the data of the answering event, by which the session learns of it."""
    form = _form(work, data)
    told = profile.told(form, mapping(data.get("answers"))) if form else {}
    if form is None or not told:
        return {}
    if organisation:
        await _told_of(work, organisation, told, knowing=number(data.get("organisation")) == organisation)
    await _told_by(work, person, form, told, alone=organisation is None)
    ids: list[Json] = [*await own(work, person)]
    return {"known": {"told": True, "organisations": ids}}


async def own(work: Work, person: Person) -> dict[int, Organisation]:
    """Where the person is a member, the longest first."""
    ids = [key for key, member in (await _standing(work, person)).items() if _is_member(member)]
    found = await work.store.organisations.get(ids)
    return {key: found[key] for key in ids}


async def find_known(work: Work, person: Person, data: Data) -> Event:
    """{run, organisation, other, changed} → known_found {run, organisations, organisation, name, answers, other, changed}:
    what can be offered again. Of several organisations none is chosen here; `other`: none of them is meant."""
    mine, other = await own(work, person), bool(data.get("other"))
    chosen = mine.get(number(data.get("organisation")) or (next(iter(mine)) if len(mine) == 1 else 0))
    answers = await work.store.people.told(person.id)
    if other or mine:
        answers = profile.personal(answers)
    if chosen and not other:
        answers |= profile.of_organisation(chosen.profile)
    known: dict[str, Json] = {"run": data["run"], "other": other, "changed": bool(data.get("changed"))}
    known |= {"organisations": listed(mine), "answers": answers}
    return Event("known_found", work.now, known | about(None if other else chosen))


async def name_organisation(work: Work, person: Person, data: Data) -> Event:
    """{run, question, answers} → organisation_named {run, question, standing, organisation, name, answers}: what the
    names given so far stand for. Of an organisation where they do not belong they learn that it is one, and no more."""
    found = await _named(work, mapping(data["answers"]))
    answer: dict[str, Json] = {"run": data["run"], "question": data["question"]}
    if found is None:
        return Event("organisation_named", work.now, answer | {"standing": "new"})
    member = (await _standing(work, person)).get(found.id)
    if not _is_member(member):
        return Event("organisation_named", work.now, answer | {"standing": "others"})
    told = profile.personal(await work.store.people.told(person.id)) | profile.of_organisation(found.profile)
    return Event("organisation_named", work.now, answer | {"standing": "own", "answers": told} | about(found))


async def list_own(work: Work, person: Person, data: Data) -> Event:
    """{} → own_listed {organisations, asked}: where the person belongs, and how many have yet to confirm them."""
    asked = [one for one in (await _standing(work, person)).values() if one.state == "asked"]
    return Event("own_listed", work.now, {"organisations": listed(await own(work, person)), "asked": len(asked)})


async def keep_organisation(work: Work, person: Person, data: Data) -> Event:
    """{run, form, release, answers, organisation} → organisation_kept {name} or form_refused {reason}: what an
    organisation tells of itself."""
    organisation = await speaks_for(work, person, data)
    if organisation is None:
        return refused(work)
    await sent(work, person, data, organisation)
    known = await remember(work, person, data, organisation)
    named = (await work.store.organisations.get([organisation]))[organisation]
    return Event("organisation_kept", work.now, {"name": named.name, **known})


async def keep_wishes(work: Work, person: Person, data: Data) -> None:
    """{supports}: what the form sent shows to fit, to be offered in the application."""
    told = await work.store.people.told(person.id)
    await work.store.people.tell(person.id, {**told, "supports": data["supports"]})


async def awaited(work: Work, person: Person, data: Data) -> str:
    """Why the organisation that the answers name keeps a form from being sent, as `held` says it; "" if it does not."""
    found = await _named(work, _told(work, data))
    member = (await _standing(work, person)).get(found.id) if found else None
    return {"asked": "membership", "refused": "declined"}.get(member.state, "") if member else ""


async def named_in_forms(work: Work, person: Person) -> set[int]:
    """The organisations that forms of the person name, sent or not, this turn's answers included."""
    forms = {one.run: one for one in await work.store.submissions.of_person(person.id)}
    forms |= {run: one for (who, run), one in work.kept.items() if who == person.id}
    gone = {run for who, run in work.dropped if who == person.id}
    found = [await _named(work, _names_given(work, one)) for run, one in forms.items() if run not in gone]
    return {one.id for one in found if one}


def _names_given(work: Work, one: Submission) -> dict[str, Json]:
    """By the very names of a profile where the form's release is not at hand."""
    there = one.release == work.programme.release or one.release in work.programme.older
    about: Data = {"form": one.form, "release": one.release} if there else {}
    return _told(work, {**about, "answers": dict(one.answers)})


def refused(work: Work) -> Event:
    """Somebody has yet to confirm that the person speaks for the organisation."""
    return Event("form_refused", work.now, {"reason": "membership"})


def listed(organisations: Mapping[int, Organisation]) -> list[Json]:
    """Their ids and names; of several with one name the last digits of the tax code tell which."""
    names = [one.name for one in organisations.values()]
    return [
        [key, f"{one.name} (…{one.tax_code[-4:]})" if names.count(one.name) > 1 and one.tax_code else one.name]
        for key, one in organisations.items()
    ]


def about(one: Organisation | None) -> dict[str, Json]:
    return {"organisation": one.id, "name": one.name} if one else {"organisation": 0, "name": ""}


# -- who is meant -----------------------------------------------------------------------------------------------------


def _form(work: Work, data: Data) -> Form | None:
    """The form as pinned."""
    return work.programme.at(str(data["release"])).forms.get(str(data["form"]))


def _told(work: Work, data: Data) -> dict[str, Json]:
    """The answers by profile name; those that go by the very name count too."""
    answers = mapping(data.get("answers"))
    form = _form(work, data) if "form" in data else None
    return {name: answers[name] for name in profile.NAMES if answers.get(name) is not None} | (
        profile.told(form, answers) if form else {}
    )


async def _standing(work: Work, person: Person) -> dict[int, Member]:
    return {member.organisation_id: member for member in await work.store.organisations.of_person(person.id)}


def _is_member(member: Member | None) -> bool:
    return member is not None and member.state == "member"


async def _named(work: Work, known: Mapping[str, Json]) -> Organisation | None:
    code = known.get("tax_code")
    if code:
        return await work.store.organisations.by_tax_code(str(code))
    names = _by_name(known)
    return await work.store.organisations.by_name(*names) if names[0] else None


async def _names_no_other(work: Work, id: int, known: Mapping[str, Json]) -> bool:
    """Whether the answers fit that organisation: they name it, or nobody that is there; a second tax code is a second
    organisation."""
    one = (await work.store.organisations.get([id]))[id]
    code, found = str(known.get("tax_code") or ""), await _named(work, known)
    if found is not None:
        return found.id == id or not code
    return not (code and one.tax_code)


def _by_name(known: Mapping[str, Json]) -> tuple[str, str, str]:
    name, group = str(known.get("unit_name") or ""), str(known.get("group") or "")
    return fold(name), group, profile.commune_of(known)


async def _founded(work: Work, person: Person, known: Mapping[str, Json]) -> int:
    """The first who names an organisation belongs to it."""
    made = await work.store.organisations.add(_called(Organisation("", work.now), known))
    await work.store.organisations.put(Member(made, person.id, "member", work.now, work.now))
    if not known.get("tax_code"):
        await told_on_duty(work, person, "members")
    return made


def _called(one: Organisation, known: Mapping[str, Json]) -> Organisation:
    """It with the names that are told now, and those it had where nothing is told."""
    name = str(known.get("unit_name") or one.name)
    group, commune = str(known.get("group") or one.kind), profile.commune_of(known) or one.commune
    code = str(known.get("tax_code") or one.tax_code)
    return replace(one, name=name, tax_code=code, folded=fold(name), kind=group, commune=commune)


async def _ask(work: Work, person: Person, one: Organisation, before: Member | None, known: Mapping[str, Json]) -> None:
    """A further person is confirmed by a member or an official. Who was refused once is for officials alone to decide."""
    mine = profile.personal({name: value for name, value in known.items() if name not in profile.ONCE})
    if mine:
        await work.store.people.tell(person.id, {**await work.store.people.told(person.id), **mine})
    if before is None or before.state in ("refused", "left"):
        await membership.ask(work.store, one, person.id, before, work.now)
        await told_on_duty(work, person, "members")


# -- what is kept ------------------------------------------------------------------------------------------------------


async def _told_of(work: Work, id: int, told: Mapping[str, Json], knowing: bool) -> None:
    """What the organisation told, and by which names it is known. Who did not see what it told before (`knowing`) adds to
    it and changes nothing. Names that belong to another are left alone; an official confirmed the names that it had."""
    store = work.store.organisations
    one = (await store.get([id]))[id]
    about = profile.of_organisation(told)
    await store.tell(id, {**one.profile, **about} if knowing else {**about, **one.profile})
    if not knowing:
        return
    called = _called(one, told)
    if called == one or (await _named(work, _names_of(called)) or one).id != id:
        return
    same = called.tax_code or (called.folded, called.kind, called.commune) == (one.folded, one.kind, one.commune)
    await store.name(called if same else replace(called, confirmed_at=None))


def _names_of(one: Organisation) -> dict[str, Json]:
    return {"tax_code": one.tax_code, "unit_name": one.name, "group": one.kind, "commune": {"code": one.commune}}


async def _told_by(work: Work, person: Person, form: Form, told: Mapping[str, Json], alone: bool) -> None:
    """What the person told; of an organisation only while it is none of the store's."""
    mine = {**await work.store.people.told(person.id), **(told if alone else profile.personal(told))}
    asked = {question.profile for question in form.questions}
    spent = {name for name in profile.ONCE if name in asked}
    kept = {name: value for name, value in mine.items() if name not in spent}
    await work.store.people.tell(person.id, kept if alone else profile.personal(kept))
