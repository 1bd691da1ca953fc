"""Two chats of one person become one: their sessions together, so that nothing told is lost and no button that stands on
either screen can answer what it was not made for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.flows.session import Draft, Paused, Session, Waiting, set_aside
from bot.flows.values import Json

Begun = TypeVar("Begun", Draft, Paused)
PASSED = ("offers", "move", "cancel", "unfinished")  # what asked this is asked anew


@dataclass(frozen=True, slots=True)
class Joined:
    """`runs`: forms in progress by their number once all are one person's → their new number."""

    session: Session
    runs: Mapping[int, int]


def join(mine: Session, other: Session, consents: Mapping[str, bool]) -> Joined:
    """`other` goes up in `mine`, whose form stays in hand. The other's forms are numbered after mine; those in progress,
    of both, get numbers that no button has."""
    total = mine.runs + other.runs
    open_runs = [*_open(mine), *(mine.runs + run for run in _open(other))]
    runs = {run: total + place for place, run in enumerate(open_runs, 1)}
    theirs = [*other.paused, *([set_aside(other.draft)] if other.draft else [])]
    paused = [_numbered(one, runs[one.run]) for one in mine.paused]
    paused += [_numbered(one, runs[mine.runs + one.run]) for one in theirs]
    turns = max(mine.turns, other.turns) + 1
    session = replace(
        mine,
        turns=turns,
        runs=total + len(runs),
        draft=_numbered(mine.draft, runs[mine.draft.run]) if mine.draft else None,
        paused=tuple(paused),
        waiting=_waiting(mine.waiting, turns),
        failures=0,
        consents=dict(consents),
        organisation=mine.organisation or other.organisation,
        organisations=tuple(dict.fromkeys((*mine.organisations, *other.organisations))),
        told=mine.told or other.told,
        notices=_notices(mine.notices, other.notices),
        noticed=max(mine.noticed, other.noticed),
    )
    return Joined(session, runs)


def _open(session: Session) -> list[int]:
    return [one.run for one in (session.draft, *session.paused) if one]


def _numbered(one: Begun, run: int) -> Begun:
    return replace(one, run=run)


def _waiting(waiting: Waiting | None, turn: int) -> Waiting | None:
    """What waits goes on waiting, with new buttons."""
    return replace(waiting, turn=turn) if waiting and waiting.kind not in PASSED else None


def _notices(mine: Mapping[str, Json], other: Mapping[str, Json]) -> dict[str, Json]:
    """A number that means something else on the other screen means nothing any more."""
    both = {**mine, **other}
    return {number: routes for number, routes in both.items() if mine.get(number, routes) == other.get(number, routes)}
