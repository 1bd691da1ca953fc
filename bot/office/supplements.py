"""Papers that a case still needs: asked for with a deadline, or put off by the applicant; handed in one by one, reminded
of, and given up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.flows.programme import Programme
from bot.flows.stages import UNDECIDED, Stage, of_state, stages
from bot.flows.understanding.folding import each_once, fold
from bot.flows.values import Json
from bot.office import inbox
from bot.office.calls import MORNING, morning
from bot.office.cases import MAY_DECIDE, By, Refused, move, tell, written
from bot.office.news import for_office, news
from storage import Store
from storage.cases import OPEN, Case, Paper
from storage.jobs import Job
from storage.officials import Official


async def ask_supplement(
    store: Store, programme: Programme, case: Case, titles: Sequence[str], official: Official | None, now: datetime
) -> Case | Refused:
    """Asks for papers: the list goes to all members, with the deadline and its reminders."""
    if official is None or official.role not in MAY_DECIDE:
        return Refused("role")
    titles = each_once(titles)
    if not titles:
        return Refused("empty")
    by = By(official_id=official.id)
    moved = await _waiting(store, programme, case, by, now)
    if isinstance(moved, Refused):
        return moved
    there = {fold(paper.title) for paper in await store.cases.papers([case.id]) if paper.state == "asked"}
    await store.cases.ask(case.id, [title for title in titles if fold(title) not in there], now)
    await written(store, moved, now, "asked", by, papers=list(titles))
    await store.officials.note(official.id, "asked for papers", moved.number, now)
    await tell(store, programme, moved, "asked", now, papers=list(titles))
    return moved


@dataclass(frozen=True, slots=True)
class Verdict:
    """On a paper that was handed in; `note`: why it is asked for again, in the official's words."""

    accepted: bool
    note: str = ""


async def judge(
    store: Store,
    programme: Programme,
    case: Case,
    paper: Paper,
    verdict: Verdict,
    official: Official | None,
    now: datetime,
) -> Case | Refused:
    """A paper that was handed in is accepted, or asked for again, which is told like any other that is missing, with why."""
    if official is None or official.role not in MAY_DECIDE:
        return Refused("role")
    if case.closed_at or not await store.cases.judge(paper.id, "accepted" if verdict.accepted else "asked"):
        return Refused("closed" if case.closed_at else "stage")
    by = By(official_id=official.id)
    await written(
        store, case, now, "accepted" if verdict.accepted else "returned", by, papers=[paper.title], note=verdict.note
    )
    if verdict.accepted:
        return case
    moved = await _waiting(store, programme, case, by, now)
    if isinstance(moved, Case):
        await tell(store, programme, moved, "asked", now, papers=[paper.title], note=verdict.note)
    return moved


async def _waiting(store: Store, programme: Programme, case: Case, by: By, now: datetime) -> Case | Refused:
    """The case at the stage where it waits for papers, with the reminders of its deadline; it may stand there already."""
    if case.state == "supplement":
        return case
    stage = of_state(programme, "supplement")
    moved = await move(store, programme, case, stage.id, by, now)
    if isinstance(moved, Case):
        await store.jobs.add(_reminders(programme, moved, stage))
    return moved


# -- papers ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of a file: `twice` names the paper that this very file was handed in for already; `late` when nobody
    waits for it any more; `left` what is still missing; `on`: all that was asked for is there, and the case goes on."""

    title: str = ""
    twice: str = ""
    late: bool = False
    on: bool = False
    left: tuple[Paper, ...] = ()
    case: Case | None = None


async def hand(
    store: Store, programme: Programme, case: Case, paper_id: int, file_id: str, person_id: int, now: datetime
) -> Handed:
    """Ticks a paper off; with the last one that was asked for the case goes on by itself."""
    papers = await store.cases.papers([case.id])
    file = await store.files.get(file_id)
    left = open_papers(case, papers, now)
    paper = next((one for one in left if one.id == paper_id), None)
    if paper is None or file is None or file.person_id != person_id:
        return Handed(late=True, case=case)
    if double := next((one for one in papers if one.state not in OPEN and one.sha256 == file.sha256), None):
        return Handed(twice=double.title, left=left, case=case)
    if not await store.cases.hand(paper_id, file_id, person_id, now):
        return Handed(late=True, left=left, case=case)
    by = By(person_id=person_id)
    await written(store, case, now, "handed", by, papers=[paper.title])
    await _hand_elsewhere(store, case, paper, file_id, by, now)
    left = tuple(one for one in left if one.id != paper_id)
    if paper.state == "later" or any(one.state == "asked" for one in left):
        return Handed(paper.title, left=left, case=case)
    moved = await move(store, programme, case, await _going_on(store, programme, case), by, now)
    if isinstance(moved, Refused):
        return Handed(late=True, case=case)
    await tell(store, programme, moved, "complete", now, but=person_id)
    return Handed(paper.title, left=left, on=True, case=moved)


def open_papers(case: Case, papers: Sequence[Paper], now: datetime) -> tuple[Paper, ...]:
    """What can be handed in now: what was asked for within its deadline, what was put off until something is decided."""
    may = {"asked": case.state == "supplement" and not _over(case, now), "later": case.state in UNDECIDED}
    return tuple(sorted((one for one in papers if may.get(one.state)), key=lambda one: one.state))


async def _hand_elsewhere(store: Store, case: Case, paper: Paper, file_id: str, by: By, now: datetime) -> None:
    """What was put off for several cases of one application is there for all of them."""
    if paper.state != "later" or case.submission_id is None or by.person_id is None:
        return
    others = {one.id: one for one in await store.cases.of_submission(case.submission_id) if one.id != case.id}
    for one in await store.cases.papers(others):
        if one.state == "later" and one.title == paper.title:
            await store.cases.hand(one.id, file_id, by.person_id, now)
            await written(store, others[one.case_id], now, "handed", by, papers=[one.title])


def _over(case: Case, now: datetime) -> bool:
    return case.due_at is not None and case.due_at < now


async def _going_on(store: Store, programme: Programme, case: Case) -> str:
    """Where a completed case goes: on from the stage at which it was found incomplete."""
    history = await store.cases.history(case.id)
    before = next((e.data.get("before") for e in reversed(history) if e.name == "moved" and e.stage == case.stage), "")
    stage = stages(programme).get(str(before)) or of_state(programme, "reviewing")
    return stage.then if stage.then in stages(programme) else stage.id


# -- the calendar ------------------------------------------------------------------------------------------------------


def _reminders(programme: Programme, case: Case, stage: Stage) -> list[Job]:
    """One job for each day on which its members are reminded, and one when time is up. A case that was completed and
    found incomplete again has another deadline, and so other jobs."""
    if case.due_at is None:
        return []
    last = case.due_at.astimezone(programme.zone)
    data: dict[str, Json] = {"case": case.id, "until": case.due_at.isoformat()}
    days = ((days, datetime.combine(last.date() - timedelta(days), MORNING, programme.zone)) for days in stage.remind)
    jobs = [Job(f"remind_case:{case.id}:{last:%Y-%m-%d}:{n}", "remind_case", at, data) for n, at in days]
    return [job for job in jobs if job.due_at > case.staged_at] + [
        Job(f"lapse_case:{case.id}:{last:%Y-%m-%d}", "lapse_case", case.due_at + timedelta(seconds=1), data)
    ]


async def waits(store: Store, job: Job, now: datetime) -> tuple[Case, list[Paper]] | None:
    """The case that a job is about, if it still waits for papers until that very moment, and which papers."""
    case = await store.cases.get(int(str(job.data["case"])))
    if case is None or case.state != "supplement" or case.due_at is None or case.closed_at:
        return None
    if case.due_at != datetime.fromisoformat(str(job.data["until"])):
        return None
    return case, [paper for paper in await store.cases.papers([case.id]) if paper.state == "asked"]


async def remind(store: Store, programme: Programme, job: Job, now: datetime) -> None:
    """Members hear once more which papers are missing, and until when."""
    if (waiting := await waits(store, job, now)) and waiting[0].due_at and waiting[0].due_at >= now:
        case, papers = waiting
        await written(store, case, now, "reminded", By())
        await tell(store, programme, case, "reminded", now, papers=[paper.title for paper in papers])


async def lapse(store: Store, programme: Programme, job: Job, now: datetime) -> None:
    """Time is up: the case is not considered any further. Its members hear of it in the morning."""
    if waiting := await waits(store, job, now):
        case = await move(store, programme, waiting[0], of_state(programme, "lapsed").id, By(), now)
        if isinstance(case, Case):
            await tell(store, programme, case, "closed", now, at=morning(programme, now))
            await _tell_office(store, case, morning(programme, now), now)


async def _tell_office(store: Store, case: Case, at: datetime, now: datetime) -> None:
    """Officials hear of it too: nobody of them decided it."""
    unit = (await store.organisations.get([case.organisation_id]))[case.organisation_id].name
    chats = await inbox.on_duty(store, ())
    rows = [news(chat, "duty.lapsed", at, number=case.number, unit=unit) for chat in chats]
    await store.events.add([for_office(row) for row in rows], now)
