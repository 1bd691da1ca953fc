"""Where someone is in the conversation: a frozen value that round-trips through JSON at every turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.flows.values import Json

FORMAT = 1  # raised when an old session can no longer be read as it stands; `from_json` then reads both


@dataclass(frozen=True, slots=True)
class Draft:
    """A form in progress, pinned to the release it began with. `run` numbers a person's forms: 1, 2, 3 …

    `answers` holds None for a skipped question, and `<question>.other` beside a choice of "other".
    `asked` is the question waiting, "" while the summary is shown; `picked` what is ticked so far at a question that
    takes several. `changing` is the question being changed from the summary. `organisation`: whom it speaks for, 0 while
    that is open; `filled`: the questions whose answers were known beforehand and stand as they were; `subject`: what the
    form is about ("class:12"), "" for one that stands alone; `held`: why it could not be sent when that was tried last.
    """

    run: int
    form: str
    release: str
    answers: Mapping[str, Json] = field(default_factory=dict)
    asked: str = ""
    picked: tuple[str, ...] = ()
    changing: str = ""
    organisation: int = 0
    filled: tuple[str, ...] = ()
    subject: str = ""
    held: str = ""


@dataclass(frozen=True, slots=True)
class Paused:
    """A form put aside; its answers are in the store, loaded again by its run."""

    run: int
    form: str
    release: str
    organisation: int = 0
    filled: tuple[str, ...] = ()
    subject: str = ""
    held: str = ""


def set_aside(draft: Draft) -> Paused:
    return Paused(draft.run, draft.form, draft.release, draft.organisation, draft.filled, draft.subject, draft.held)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the next line answers, when it is not simply the draft's question.

    `kind` is one of the keys of the engine's table of waiting places; `turn` is the turn that asked, which its
    buttons carry; `data` is what the asker needs to go on.
    """

    kind: str
    turn: int
    data: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Session:
    """`consents`: purpose → granted or refused, as last recorded. `role`: an official's role bound to this chat.

    `organisations`: those the person is a member of; `organisation`: whom they speak for now, 0 for nobody. `told`: the
    store knows answers of theirs that can be offered again. `notices`: the last messages that nobody asked for, by their
    number: the routes that "A7", "B7" mean; `noticed` counts them. `beside`: label → value of the routes' buttons shown last
    that nothing else would tell from their words. `talk`: the place of a talk with an official, while something else is
    asked amid it.
    """

    language: str = "vi"
    turns: int = 0
    runs: int = 0
    draft: Draft | None = None
    paused: tuple[Paused, ...] = ()
    waiting: Waiting | None = None
    failures: int = 0
    consents: Mapping[str, bool] = field(default_factory=dict)
    role: str = ""
    organisation: int = 0
    organisations: tuple[int, ...] = ()
    told: bool = False
    notices: Mapping[str, Json] = field(default_factory=dict)
    noticed: int = 0
    beside: Mapping[str, str] = field(default_factory=dict)
    talk: Waiting | None = None

    def next_turn(self) -> Session:
        return Session(
            self.language, self.turns + 1, self.runs, self.draft, self.paused, self.waiting, self.failures, self.consents,
            self.role, self.organisation, self.organisations, self.told, self.notices, self.noticed, self.beside,
            self.talk,
        )  # fmt: skip

    def with_draft(self, draft: Draft | None) -> Session:
        return Session(
            self.language, self.turns, self.runs, draft, self.paused, self.waiting, self.failures, self.consents,
            self.role, self.organisation, self.organisations, self.told, self.notices, self.noticed, self.beside,
            self.talk,
        )  # fmt: skip

    def to_json(self) -> dict[str, Json]:
        """The session as JSON values, without what stands at its default."""
        changed = {name: value for name in FIELDS if (value := getattr(self, name)) != DEFAULTS[name]}
        return {"format": FORMAT} | {name: _plain(value) for name, value in changed.items()}


FIELDS = tuple(Session.__dataclass_fields__)
DEFAULTS = {name: getattr(Session(), name) for name in FIELDS}


def _plain(value: Any) -> Any:
    """Tuples become lists and the small values of this module dictionaries; JSON values stay as they are."""
    if isinstance(value, Draft | Paused | Waiting):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def from_json(data: Mapping[str, Any]) -> Session:
    """The inverse of `to_json`; raises KeyError or TypeError on what no release ever wrote."""
    fields = {name: value for name, value in data.items() if name != "format"}
    if draft := fields.get("draft"):
        fields["draft"] = Draft(**draft | {name: tuple(draft.get(name, ())) for name in ("picked", "filled")})
    for place in ("waiting", "talk"):
        if waiting := fields.get(place):
            fields[place] = Waiting(**waiting)
    fields["paused"] = tuple(
        Paused(**one | {"filled": tuple(one.get("filled", ()))}) for one in fields.get("paused", ())
    )
    fields["organisations"] = tuple(fields.get("organisations", ()))
    return Session(**fields)


def wait(session: Session, kind: str, **data: Json) -> Session:
    """The session with its next line answering `kind`, asked in this turn."""
    return replace(session, waiting=Waiting(kind, session.turns, data))
