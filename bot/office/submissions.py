"""Submissions as staff read them: every answer under the release it was given to, in that form's own words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from bot.flows.answers import display
from bot.flows.programme import Form, Programme, Question, words
from bot.flows.values import Json
from storage import Storage, Store
from storage.submissions import State, Submission

STATES: tuple[State, ...] = get_args(State)
BETWEEN = "; "
Programmes = Callable[[str], Awaitable[Programme]]  # by a release's hash; LookupError if it is not there any more


@dataclass(frozen=True, slots=True)
class Answered:
    """A question as lists name it, and its answer in words; "" if it was skipped."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Part:
    """A section of a form with what was answered in it."""

    title: str
    answers: tuple[Answered, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """A purpose, and what its person last said to it; None if they were never asked."""

    title: str
    granted: bool | None


@dataclass(frozen=True, slots=True)
class Line:
    """A submission in a list: its number, since when it stands as it does, what it calls itself and its commune."""

    number: int
    state: State
    channel: str
    at: datetime
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class Page:
    """`after`: where the next page goes on, None on the last one."""

    lines: tuple[Line, ...]
    after: int | None


async def counts(store: Store, forms: Mapping[str, Form]) -> dict[str, dict[State, int]]:
    """Form → state → how many."""
    found = {form: await store.submissions.counts(form) for form in forms}
    return {form: {state: numbers.get(state, 0) for state in STATES} for form, numbers in found.items()}


async def listing(
    storage: Storage, programmes: Programmes, form: str, state: State, after: int | None = None, size: int = 50
) -> Page:
    """The newest first; `after` is the number of the last one of the page before."""
    async with storage.read() as store:
        rows = await store.submissions.page(form, state, after, size + 1)
    lines = tuple([_line(row, await _release(programmes, row.release)) for row in rows[:size]])
    return Page(lines, lines[-1].number if len(rows) > size else None)


def parts(submission: Submission, programme: Programme, language: str) -> tuple[Part, ...]:
    """All answers in the form's order, by section; what was never asked is left out."""
    form = programme.forms[submission.form]
    titles = {section.id: words(section.title, language) for section in form.sections}
    found: dict[str, list[Answered]] = {}
    for question in form.questions:
        if question.id in submission.answers:
            value = shown(question, submission.answers, programme, language)
            found.setdefault(question.section, []).append(Answered(label(form, question, programme, language), value))
    return tuple(Part(titles.get(section, ""), tuple(answers)) for section, answers in found.items())


def agreements(consents: Mapping[str, bool], programme: Programme, language: str) -> tuple[Agreement, ...]:
    """Every purpose of the programme, with what a person's consents (purpose → granted) say of it."""
    purposes = programme.purposes.values()
    return tuple(Agreement(words(purpose.title, language), consents.get(purpose.id)) for purpose in purposes)


def label(form: Form, question: Question, programme: Programme, language: str) -> str:
    """What the question is called in lists; its text if it has no short name."""
    if short := form.short.get(question.id):
        return words(short, language)
    return programme.render(f"forms.{form.id}.{question.id}", language, {"answers": {}}).plain


def shown(question: Question, answers: Mapping[str, Json], programme: Programme, language: str) -> str:
    """The answer in words, with what was written beside "other"; several apart from each other, since labels hold
    commas. "" if it was skipped or not given."""
    value, written = answers.get(question.id), answers.get(f"{question.id}.other")
    several = value if isinstance(value, list) else [] if value is None else [value]
    said = [(one, display(question, one, programme, language)) for one in several]
    return BETWEEN.join(f"{label}: {written}" if written and one == question.other else label for one, label in said)


async def _release(programmes: Programmes, hash_: str) -> Programme | None:
    try:
        return await programmes(hash_)
    except LookupError:
        return None


def _line(row: Submission, programme: Programme | None) -> Line:
    name = _first(row, programme, lambda question: question.type == "text" and question.personal)
    place = _first(row, programme, lambda question: question.type == "commune")
    return Line(row.id, row.state, row.channel, row.sent_at or row.answered_at, name, place)


def _first(row: Submission, programme: Programme | None, fits: Callable[[Question], bool]) -> str:
    """The answer to the form's first question of a kind: no form needs to name its questions as we would."""
    form = programme.forms.get(row.form) if programme else None
    question = next((question for question in form.questions if fits(question)), None) if form else None
    return shown(question, row.answers, programme, programme.languages[0]) if programme and question else ""
