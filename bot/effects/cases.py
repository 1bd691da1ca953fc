"""Cases as applicants ask for them: apply, look, hand in, withdraw. What is not one's own is answered as if it were not
there."""

from __future__ import annotations

from collections.abc import Sequence

from bot.effects import organisations
from bot.effects.work import Data, Work, mapping, number, sent, told_on_duty
from bot.flows.calls import open_call
from bot.flows.values import Event, Json
from bot.office import cases, downloads, supplements
from bot.office.working_days import local
from storage.cases import Case, CaseEvent, Paper
from storage.people import Person

MOST = 8  # cases in one list
ALL = 1000  # cases of one's organisations looked through for the end of a number
TOLD = ("opened", "joined", "moved", "asked", "handed", "accepted", "returned")  # the rest is the office's own
FEEDBACK = "case_feedback"


# -- applying ----------------------------------------------------------------------------------------------------------


async def open_cases(work: Work, person: Person, data: Data) -> Event:
    """A form with an answer `supports` {put_off: papers that come later} → cases_opened {opened, joined, closed, put_off, letter,
    days} or form_refused {reason}. Who asked for what cannot be applied for now is told when it can."""
    supports = _chosen(work, data)
    closed = [support for support in supports if open_call(work.programme, support, work.now) is None]
    await work.store.watches.add(person.id, closed, work.now)
    if len(closed) == len(supports):
        return Event("form_refused", work.now, {"reason": "no_call"})
    organisation = await organisations.speaks_for(work, person, data)
    if organisation is None:
        return organisations.refused(work)
    submission = await sent(work, person, data, organisation)
    known = await organisations.remember(work, person, data, organisation)
    one = _of(person, organisation, submission, work)
    applied = await cases.apply(work.store, work.programme, one, supports, work.now)
    for case in applied.opened:
        await cases.tell(work.store, work.programme, case, "opened", work.now, but=person.id)
    if applied.opened:
        await told_on_duty(work, person, "cases")
    described = {name: _described(work, getattr(applied, name)) for name in ("opened", "joined")}
    about: dict[str, Json] = {"closed": list(closed), "organisation": organisation, "letter": "", "put_off": []}
    if applied.opened:
        about |= {"put_off": await _put_off(work, applied.opened, data)}
        about |= {"letter": await _letter(work, person, applied.opened[0]), "days": downloads.KEPT.days}
    return Event("cases_opened", work.now, {**described, **about, **known})


async def _put_off(work: Work, opened: Sequence[Case], data: Data) -> list[Json]:
    """Papers that the applicant will hand in later: each new case waits for them, and nobody is reminded."""
    listed = data.get("put_off")
    titles = [str(title) for title in listed] if isinstance(listed, list) else []
    for case in opened:
        await work.store.cases.ask(case.id, titles, work.now, "later")
    return list(titles)


async def watch_calls(work: Work, person: Person, data: Data) -> None:
    """{supports, dropped}: what a form begun asks for and cannot be applied for yet (any more): they are told when it can."""
    wanted, dropped = data["supports"], data["dropped"]
    await work.store.watches.add(
        person.id, [str(each) for each in wanted] if isinstance(wanted, list) else [], work.now
    )
    gone = [(person.id, str(each)) for each in dropped] if isinstance(dropped, list) else []
    await work.store.watches.forget(gone)


async def _letter(work: Work, person: Person, case: Case) -> str:
    """The link to the application, filled in, to print and sign."""
    return work.url + await downloads.offer(work.store, person.id, "application", {"case": case.id}, work.now)


def _chosen(work: Work, data: Data) -> list[str]:
    """The supports that the answers name and the programme has, each once."""
    given = mapping(data["answers"]).get("supports")
    known = {row.id for row in work.programme.entries["supports"]}
    listed = given if isinstance(given, list) else [given]
    return [support for support in dict.fromkeys(map(str, listed)) if support in known]


def all_closed(work: Work, data: Data) -> bool:
    """Whether nothing that the answers ask for can be applied for now."""
    return not any(open_call(work.programme, support, work.now) for support in _chosen(work, data))


def _of(person: Person, organisation: int, submission: int, work: Work) -> Case:
    return Case("", organisation, "", "", "", work.now, work.now, submission_id=submission, person_id=person.id)


def _described(work: Work, some: Sequence[Case]) -> list[Json]:
    return [cases.describe(work.programme, case) for case in some]


# -- looking -----------------------------------------------------------------------------------------------------------


async def find_cases(work: Work, person: Person, data: Data) -> Event:
    """{then} → cases_found {cases, more, then}: those of the organisations the person is a member of."""
    found = await work.store.cases.of_organisations(await _own(work, person), MOST + 1)
    names = await work.store.organisations.get([case.organisation_id for case in found])
    several = len(names) > 1
    papers = await work.store.cases.papers([case.id for case in found])
    put_off = {paper.case_id for paper in papers if paper.state == "later"}
    listed: list[Json] = [
        cases.describe(work.programme, case)
        | {"unit": names[case.organisation_id].name if several else "", "put_off": case.id in put_off}
        for case in found[:MOST]
    ]
    then = data.get("then", "show")
    return Event("cases_found", work.now, {"cases": listed, "more": len(found) > MOST, "then": then})


async def find_case(work: Work, person: Person, data: Data) -> Event:
    """{case, number or short, then} → case_found {case, unit, papers, history, rated, then}, or case_missing {}."""
    case = await own_case(work, person, data)
    if case is None:
        return Event("case_missing", work.now)
    (unit,) = (await work.store.organisations.get([case.organisation_id])).values()
    papers: list[Json] = [_paper(paper) for paper in await work.store.cases.papers([case.id])]
    history: list[Json] = [_happened(work, one) for one in await work.store.cases.history(case.id) if one.name in TOLD]
    rated = any(
        one.form == FEEDBACK and one.state == "sent" and one.subject == f"case:{case.id}"
        for one in await work.store.submissions.of_person(person.id)
    )
    described: Json = cases.describe(work.programme, case)
    shown: dict[str, Json] = {"case": described, "unit": unit.name, "papers": papers, "history": history}
    return Event("case_found", work.now, {**shown, "rated": rated, "then": data.get("then", "show")})


async def own_case(work: Work, person: Person, data: Data) -> Case | None:
    """The case of that id, number or end of a number, if it is of an organisation the person is a member of."""
    if short := number(data.get("short")):
        found = await work.store.cases.of_organisations(await _own(work, person), ALL)
        return next((case for case in found if cases.ends_with(case, short)), None)
    if wanted := number(data.get("case")):
        case = await work.store.cases.get(wanted)
    else:
        case = await work.store.cases.by_number(str(data.get("number", "")))
    return case if case and case.organisation_id in await _own(work, person) else None


async def _own(work: Work, person: Person) -> set[int]:
    members = await work.store.organisations.of_person(person.id)
    return {one.organisation_id for one in members if one.state == "member"}


def _happened(work: Work, one: CaseEvent) -> dict[str, Json]:
    papers = one.data.get("papers", [])
    return {"name": one.name, "at": local(one.at, work.programme), "stage": one.stage, "papers": papers}


# -- doing -------------------------------------------------------------------------------------------------------------


async def withdraw_case(work: Work, person: Person, data: Data) -> Event:
    """{case} → case_withdrawn {case}, or case_missing {} if it is closed by now or not theirs."""
    case = await own_case(work, person, data)
    done = await cases.withdraw(work.store, work.programme, case, person.id, work.now) if case else None
    if not isinstance(done, Case):
        return Event("case_missing", work.now)
    return Event("case_withdrawn", work.now, {"case": cases.describe(work.programme, done)})


async def hand_paper(work: Work, person: Person, data: Data) -> Event:
    """{case, paper, file} → paper_handed {title, twice, late, on, left, case}, or case_missing {}. Officials hear of what they
    asked for, and once all is there that was put off."""
    case = await own_case(work, person, data)
    if case is None:
        return Event("case_missing", work.now)
    paper, file = number(data.get("paper")) or 0, str(data["file"])
    done = await supplements.hand(work.store, work.programme, case, paper, file, person.id, work.now)
    if done.title and (done.on or case.state == "supplement" or not done.left):
        await told_on_duty(work, person, "papers")
    left: list[Json] = [_paper(paper) for paper in done.left]
    shown = cases.describe(work.programme, done.case or case)
    said: dict[str, Json] = {"title": done.title, "twice": done.twice, "late": done.late, "on": done.on, "left": left}
    return Event("paper_handed", work.now, {**said, "case": shown})


def _paper(paper: Paper) -> dict[str, Json]:
    return {"id": paper.id, "title": paper.title, "state": paper.state}


async def refuses_feedback(work: Work, person: Person, data: Data) -> Event | None:
    """What somebody thinks of a case ("case:12") is about one of their own."""
    kind, _, which = str(data.get("subject", "")).partition(":")
    if kind == "case" and which.isdecimal() and await own_case(work, person, {"case": int(which)}):
        return None
    return Event("form_refused", work.now, {"reason": "subject"})
