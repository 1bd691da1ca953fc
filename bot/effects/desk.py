"""Cases as officials handle them in chat. Their role counts as it is in this transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.effects.work import Data, Work, number
from bot.flows.values import Event, Json
from bot.office import case_files, cases, conditions, downloads, supplements
from storage.cases import Case, Paper
from storage.officials import Official
from storage.people import Person

MOST = 10  # cases in one list


async def list_cases(work: Work, person: Person, data: Data) -> Event:
    """{} → desk_listed {cases, more}: open ones, the soonest due first; case_desk_refused {reason} for who may not."""
    if await _official(work, person) is None:
        return _refused(work, "role")
    found = await work.store.cases.in_states(cases.WAITING, MOST + 1)
    names = await work.store.organisations.get([case.organisation_id for case in found])
    listed: list[Json] = [
        cases.describe(work.programme, case)
        | {"unit": names[case.organisation_id].name}
        | {"priority": await conditions.has_priority(work.store, work.programme, case)}
        for case in found[:MOST]
    ]
    return Event("desk_listed", work.now, {"cases": listed, "more": len(found) > MOST})


async def look_at_case(work: Work, person: Person, data: Data) -> Event:
    """{case, number or short} → desk_opened {case, unit, papers, notes, conditions, letters, attached, links, hours}:
    `letters` and `attached` with their links, `links` of papers by their ids."""
    if await _official(work, person) is None:
        return _refused(work, "role")
    case = await _case(work, data)
    if case is None:
        return _refused(work, "missing")
    (unit,) = (await work.store.organisations.get([case.organisation_id])).values()
    handed = await work.store.cases.papers([case.id])
    papers: list[Json] = [_paper(paper) for paper in handed]
    notes: list[Json] = [
        str(one.data["note"]) for one in await work.store.cases.history(case.id) if one.data.get("note")
    ]
    described: Json = cases.describe(work.programme, case)
    about: dict[str, Json] = {"case": described, "unit": unit.name, "papers": papers, "notes": notes}
    about["conditions"] = await conditions.of_case(work.store, work.programme, case)
    return Event("desk_opened", work.now, about | await _links(work, person, case, handed))


async def _links(work: Work, person: Person, case: Case, papers: Sequence[Paper]) -> dict[str, Json]:
    """To read it before it is judged: what was applied for, what came with it, and what was handed in later."""
    sent = await case_files.sent(work.store, case)
    letters: list[Json] = [await _link(work, person, "case_letter", case, submission=one.id) for one in sent]
    attached: list[Json] = [
        {"title": each.title, "url": await _link(work, person, "case_paper", case, file=each.file_id)}
        for one in sent
        for each in case_files.attached(one, work.programme)
    ]
    links: dict[str, Json] = {
        str(paper.id): await _link(work, person, "case_paper", case, file=paper.file_id)
        for paper in papers
        if paper.file_id and paper.state != "asked"
    }
    hours = downloads.SHORT // timedelta(hours=1)
    return {"letters": letters, "attached": attached, "links": links, "hours": hours}


async def _link(work: Work, person: Person, kind: str, case: Case, **what: Json) -> str:
    about: dict[str, Json] = {"case": case.id, **what}
    return work.url + await downloads.offer(work.store, person.id, kind, about, work.now, downloads.SHORT)


async def move_case(work: Work, person: Person, data: Data) -> Event:
    """{case, from, to, note} → case_desk_done {what, case} or case_desk_refused {reason}: also if it moved since the official saw it."""
    official, case = await _official(work, person), await _case(work, data)
    if case is None or case.stage != data.get("from"):
        return _refused(work, "stage")
    note = str(data.get("note", ""))
    done = await cases.decide(work.store, work.programme, case, str(data["to"]), official, work.now, note)
    return _done(work, "moved", done, case)


async def ask_papers(work: Work, person: Person, data: Data) -> Event:
    """{case, titles} → desk_done or desk_refused."""
    official, case = await _official(work, person), await _case(work, data)
    if case is None:
        return _refused(work, "missing")
    listed = data["titles"] if isinstance(data["titles"], list) else []
    titles = [str(title).strip() for title in listed if str(title).strip()]
    done = await supplements.ask_supplement(work.store, work.programme, case, titles, official, work.now)
    return _done(work, "asked", done, case)


async def note_case(work: Work, person: Person, data: Data) -> Event:
    """{case, note} → desk_done or desk_refused."""
    official, case = await _official(work, person), await _case(work, data)
    if case is None:
        return _refused(work, "missing")
    return _done(work, "noted", await cases.note(work.store, case, str(data["note"]), official, work.now), case)


async def judge_paper(work: Work, person: Person, data: Data) -> Event:
    """{case, paper, accepted, note} → desk_done or desk_refused."""
    official, case = await _official(work, person), await _case(work, data)
    papers = await work.store.cases.papers([case.id]) if case else []
    paper = next((one for one in papers if one.id == data["paper"]), None)
    if case is None or paper is None:
        return _refused(work, "missing")
    verdict = supplements.Verdict(bool(data["accepted"]), str(data.get("note", "")))
    done = await supplements.judge(work.store, work.programme, case, paper, verdict, official, work.now)
    return _done(work, "accepted" if verdict.accepted else "returned", done, case)


def _done(work: Work, what: str, done: Case | cases.Refused | None, case: Case) -> Event:
    if isinstance(done, cases.Refused):
        return _refused(work, done.reason)
    return Event("case_desk_done", work.now, {"what": what, "case": cases.describe(work.programme, done or case)})


def _refused(work: Work, reason: str) -> Event:
    return Event("case_desk_refused", work.now, {"reason": reason})


async def _official(work: Work, person: Person) -> Official | None:
    """Who speaks, if they may decide about cases."""
    official = (await work.store.officials.bound([person.id])).get(person.id)
    return official if official and official.role in cases.MAY_DECIDE else None


async def _case(work: Work, data: Data) -> Case | None:
    if wanted := number(data.get("case")):
        return await work.store.cases.get(wanted)
    if short := number(data.get("short")):
        return await cases.by_short(work.store, work.programme, short, work.now)
    return await work.store.cases.by_number(str(data.get("number", "")))


def _paper(paper: Paper) -> dict[str, Json]:
    return {"id": paper.id, "title": paper.title, "state": paper.state}
