"""The stages a case goes through, as the programme has them: what each is called, who acts, and which comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from bot.flows.programme import Entry, Localised, Programme, words
from bot.flows.remembering import remembered

State = Literal[
    "received", "reviewing", "supplement", "approved", "running", "completed", "rejected", "withdrawn", "lapsed"
]  # fmt: skip
STATES: tuple[State, ...] = get_args(State)
CLOSED: tuple[State, ...] = ("completed", "rejected", "withdrawn", "lapsed")
ASIDE: tuple[State, ...] = ("supplement", "rejected", "withdrawn", "lapsed")  # these follow nothing by themselves
UNDECIDED: tuple[State, ...] = ("received", "reviewing", "supplement")  # until then the applicant can take it back


@dataclass(frozen=True, slots=True)
class Stage:
    """`days` 0: no fixed time. `remind`: so many days before the deadline. `then`: where a case goes on once it handed in
    what was asked for at this stage, "" for the same. `from_call`: its time begins when the call closes."""

    id: str
    title: Localised
    state: State
    says: Localised = field(default_factory=dict)
    actor: Literal["agency", "applicant"] = "agency"
    days: int = 0
    unit: Literal["calendar", "working"] = "calendar"
    remind: tuple[int, ...] = ()
    then: str = ""
    from_call: bool = False

    @property
    def final(self) -> bool:
        return self.state in CLOSED


@remembered(16)
def stages(programme: Programme) -> Mapping[str, Stage]:
    """Those that a case can stand at, in order."""
    rows = programme.entries.get("stages", ())
    return {row.id: _stage(row, programme) for row in rows if row.data.get("state") in STATES}


def _stage(row: Entry, programme: Programme) -> Stage:
    data: Any = row.data
    return Stage(
        row.id,
        row.title,
        data["state"],
        localised(data.get("says"), programme),
        data.get("actor") or "agency",
        data.get("days") or 0,
        data.get("unit") or "calendar",
        tuple(data["remind"]) if isinstance(data.get("remind"), list) else (),
        data.get("then") or "",
        bool(data.get("from_call")),
    )


def localised(value: object, programme: Programme) -> Localised:
    """Words of a row: those of each language, or one for all."""
    return value if isinstance(value, dict) else {programme.languages[0]: str(value or "")}


def of_state(programme: Programme, state: State) -> Stage:
    """The first stage of that state; check sees to it that there is one."""
    return next(stage for stage in stages(programme).values() if stage.state == state)


def following(programme: Programme, id: str) -> Stage | None:
    """What comes after that stage if all goes well."""
    known = list(stages(programme).values())
    at = next((n for n, stage in enumerate(known) if stage.id == id), len(known))
    if at == len(known) or known[at].final or known[at].state in ASIDE:
        return None
    return next((stage for stage in known[at + 1 :] if stage.state not in ASIDE), None)


def called(programme: Programme, id: str, language: str) -> str:
    """A stage's title; one that the content no longer has keeps its id."""
    stage = stages(programme).get(id)
    return words(stage.title, language) if stage else id


def support_called(programme: Programme, id: str, language: str) -> str:
    row = next((row for row in programme.entries.get("supports", ()) if row.id == id), None)
    return words(row.title, language) if row else id
