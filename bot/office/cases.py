"""What officials, applicants and the calendar do to a case: every step is written into its history and told to all
members of its organisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from bot.flows.calls import closing, open_call
from bot.flows.programme import Programme
from bot.flows.stages import UNDECIDED, Stage, following, of_state, stages
from bot.flows.values import Json
from bot.office.working_days import END, deadline, local
from storage import Store
from storage.cases import Case, CaseEvent
from storage.events import Due
from storage.officials import Official

MAY_DECIDE = ("admin", "official")
WAITING = ("received", "reviewing", "supplement", "approved", "running")
Reason = Literal["role", "closed", "stage", "empty"]


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was done: who asked may not (`role`), the case is closed or stands elsewhere by now, or there is no such
    stage, or nothing was asked for (`empty`)."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of an application, support by support: a case of its own, an open one it was joined to, or no call."""

    opened: tuple[Case, ...] = ()
    joined: tuple[Case, ...] = ()
    closed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class By:
    """Who does it: an official, a person of the organisation, or neither (the calendar)."""

    official_id: int | None = None
    person_id: int | None = None


# -- applying ----------------------------------------------------------------------------------------------------------


async def apply(store: Store, programme: Programme, one: Case, supports: Sequence[str], now: datetime) -> Applied:
    """Opens a case for each support whose call is open, or joins the application to the one that is. `one`: whose, and
    with which submission. Numbers are given to nobody else meanwhile, so that two at once become one."""
    year = now.astimezone(programme.zone).year
    calls = {support: open_call(programme, support, now) for support in supports}
    await store.counters.hold(f"case.{year}")
    opened, joined = [], []
    for support, call in calls.items():
        if call is None:
            continue
        before = await store.cases.open_of(one.organisation_id, support)
        if before:
            joined.append(before)
            await written(store, before, now, "joined", By(person_id=one.person_id), submission=one.submission_id)
        else:
            number = f"{programme.case_prefix}-{year}-{await store.counters.next(f'case.{year}'):05d}"
            fresh = replace(one, number=number, support=support, call=call.id)
            opened.append(await _open(store, programme, fresh, closing(call), now))
    return Applied(tuple(opened), tuple(joined), tuple(support for support, call in calls.items() if call is None))


async def _open(store: Store, programme: Programme, case: Case, closes: date | None, now: datetime) -> Case:
    stage = of_state(programme, "received")
    case = replace(case, stage=stage.id, state=stage.state, due_at=due(programme, stage, now, closes))
    case = replace(case, id=await store.cases.add(case))
    await written(store, case, now, "opened", By(person_id=case.person_id), submission=case.submission_id)
    return case


def due(programme: Programme, stage: Stage, start: datetime, closes: date | None = None) -> datetime | None:
    """The end of a stage that begins now; one whose time begins with the call's end counts from there."""
    if not stage.days:
        return None
    end = datetime.combine(closes, END, programme.zone) if closes and stage.from_call else start
    return deadline(max(start, end), stage.days, stage.unit, programme.zone)


# -- moving ------------------------------------------------------------------------------------------------------------


async def move(
    store: Store, programme: Programme, case: Case, to: str, by: By, now: datetime, note: str = ""
) -> Case | Refused:
    """The case stands at that stage from now on; its members hear what that means, what comes next and by when."""
    stage = stages(programme).get(to)
    if stage is None or to == case.stage:
        return Refused("stage")
    moved = replace(
        case, stage=to, state=stage.state, staged_at=now,
        due_at=due(programme, stage, now, _closing(programme, case)),
        closed_at=now if stage.final else None,
    )  # fmt: skip
    if not await store.cases.stage(moved, case.stage):
        return Refused("closed")
    await written(store, moved, now, "moved", by, note=note, before=case.stage)
    if stage.state != "supplement":
        await store.cases.drop_asked(case.id)
    return moved


async def decide(
    store: Store, programme: Programme, case: Case, to: str, official: Official | None, now: datetime, note: str = ""
) -> Case | Refused:
    """An official moves it: to any stage, the last ones too."""
    if official is None or official.role not in MAY_DECIDE:
        return Refused("role")
    moved = await move(store, programme, case, to, By(official_id=official.id), now, note)
    if isinstance(moved, Case):
        await store.officials.note(official.id, "moved case", moved.number, now)
        await tell(store, programme, moved, "closed" if moved.closed_at else "moved", now, note=note)
    return moved


async def note(store: Store, case: Case, words: str, official: Official | None, now: datetime) -> Refused | None:
    """An official's own remark, which no member sees."""
    if official is None or official.role not in MAY_DECIDE:
        return Refused("role")
    await written(store, case, now, "noted", By(official_id=official.id), note=words)
    return None


async def withdraw(store: Store, programme: Programme, case: Case, person_id: int, now: datetime) -> Case | Refused:
    """The applicant takes it back, as long as nothing is decided; the other members hear of it."""
    if case.state not in UNDECIDED:
        return Refused("stage")
    moved = await move(store, programme, case, of_state(programme, "withdrawn").id, By(person_id=person_id), now)
    if isinstance(moved, Case):
        await tell(store, programme, moved, "withdrawn", now, but=person_id)
    return moved


# -- telling -----------------------------------------------------------------------------------------------------------


async def written(store: Store, case: Case, now: datetime, name: str, by: By, **data: Json) -> None:
    kept = {key: value for key, value in data.items() if value}
    await store.cases.note(CaseEvent(case.id, now, name, case.stage, by.person_id, by.official_id, kept))


async def tell(
    store: Store, programme: Programme, case: Case, what: str, now: datetime, /, but: int = 0, at: datetime | None = None,
    **more: Json,
) -> None:  # fmt: skip
    """All members hear it (`but` the one who did it), each in their language: the engine says it by its ids."""
    members = await store.organisations.members(case.organisation_id)
    data: dict[str, Json] = {"what": what, "case": describe(programme, case), **more}
    told = [one.person_id for one in members if one.state == "member" and one.person_id != but]
    await store.events.add([Due(person, "case_told", at or now, data) for person in told], now)


def _next_by(programme: Programme, case: Case) -> str:
    """Until when the next stage lasts at most: told of one received, whose own stage has no time."""
    after = following(programme, case.stage)
    if case.state != "received" or case.due_at or after is None:
        return ""
    until = due(programme, after, case.staged_at, _closing(programme, case))
    return local(until, programme) if until else ""


def _closing(programme: Programme, case: Case) -> date | None:
    return closing(next((call for call in programme.entries["calls"] if call.id == case.call), None))


def ends_with(case: Case, short: int) -> bool:
    """Whether that is how its number ends: "1" of AG-2026-00001."""
    return int(case.number.rpartition("-")[2]) == short


async def by_short(store: Store, programme: Programme, short: int, now: datetime) -> Case | None:
    """The case of that number of this year, else of the year before."""
    year = now.astimezone(programme.zone).year
    for each in (year, year - 1):
        if case := await store.cases.by_number(f"{programme.case_prefix}-{each}-{short:05d}"):
            return case
    return None


def describe(programme: Programme, case: Case) -> dict[str, Json]:
    """A case as it goes into an event: ids, and instants in the programme's zone."""
    return {
        "id": case.id,
        "number": case.number,
        "support": case.support,
        "stage": case.stage,
        "state": case.state,
        "since": local(case.staged_at, programme),
        "by": local(case.due_at, programme) if case.due_at else "",
        "next_by": _next_by(programme, case),
        "closed": case.closed_at is not None,
    }
