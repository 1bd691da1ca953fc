"""The way through a form: which questions there are for these answers, which comes next, how far along one is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bot.flows import paths, scoring
from bot.flows.conditions import seen
from bot.flows.programme import Form, Question
from bot.flows.remembering import remembered
from bot.flows.values import Json

STEADY = 15  # a form of no more questions keeps its total


def known(form: Form, answers: Mapping[str, Json]) -> dict[str, Json]:
    """The answers and what is computed from them, as far as it can be known yet."""
    view = dict(answers) | scoring.known(form, answers)
    for computed in form.computed:
        value: str | None = computed.otherwise
        for condition, case in computed.cases:
            holds = condition.holds(view)
            if holds is not False:
                value = case if holds else None
                break
        if value is not None:
            view[computed.id] = value
    return view


@dataclass(frozen=True, slots=True)
class Way:
    """Where certain answers lead: questions and statements certainly on the path, and the ids of those that may yet be."""

    on: tuple[Question, ...]
    may: frozenset[str]


def way(form: Form, answers: Mapping[str, Json]) -> Way:
    """Many answer alike: what follows from the answers that conditions look at is worked out once."""
    return _way(form, _relevant(form, answers))


def _relevant(form: Form, answers: Mapping[str, Json]) -> tuple[tuple[str, Any], ...]:
    """The answers that conditions look at, as they see them."""
    return tuple([(name, _frozen(answers[name])) for name in _looked_at(form) if name in answers])


@remembered(64)
def _looked_at(form: Form) -> tuple[str, ...]:
    """The answers on which the path depends, those behind computed values included."""
    computed = {one.id: one for one in form.computed}
    names = {name for question in form.questions if question.when for name in question.when.names}
    while behind := {name for name in names if name in computed}:
        names -= behind
        names |= {name for one in behind for condition, _ in computed.pop(one).cases for name in condition.names}
    ratings = scoring.behind(form)
    return tuple(sorted(frozenset().union(*(ratings.get(name, {name}) for name in names))))


@remembered(20_000)
def _way(form: Form, looked_at: tuple[tuple[str, Any], ...]) -> Way:
    view = known(form, {name: list(value) if isinstance(value, tuple) else value for name, value in looked_at})
    holds = [(question, question.when is None or question.when.holds(view)) for question in form.questions]
    on = tuple(question for question, truth in holds if truth is True)
    may = frozenset(q.id for q, truth in holds if truth is not False and q.type != "statement")
    return Way(on, may)


def _frozen(value: Json) -> Any:
    if type(value) is str:
        return value
    value = seen(value)
    return tuple(value) if isinstance(value, list) else repr(value) if isinstance(value, dict) else value


def asked_of(form: Form, answers: Mapping[str, Json]) -> list[Question]:
    """The path without its statements."""
    return [question for question in way(form, answers).on if question.type != "statement"]


def following(form: Form, answers: Mapping[str, Json]) -> Question | None:
    """The first question on the path that has no answer yet; None when the form is complete."""
    missing = (question for question in way(form, answers).on if question.id not in answers)
    return next((question for question in missing if question.type != "statement"), None)


def before(form: Form, answers: Mapping[str, Json], asked: str) -> Question | None:
    """The question one goes back to from `asked` ("" is the summary): the nearest answered one on the path."""
    order = _order(form)
    at = order.get(asked, len(order))
    given = (question for question in reversed(way(form, answers).on) if question.id in answers)
    return next((question for question in given if order[question.id] < at), None)


@remembered(64)
def _order(form: Form) -> Mapping[str, int]:
    """Each question's place in the form."""
    return {question.id: place for place, question in enumerate(form.questions)}


def statements(form: Form, answers: Mapping[str, Json], after: str, upto: str) -> list[Question]:
    """The statements one passes between two questions ("" is the form's beginning, or its end)."""
    order = way(form, answers).on
    places = [question.id for question in order]
    start = places.index(after) + 1 if after in places else 0
    stop = places.index(upto) if upto in places else len(places)
    return [question for question in order[start:stop] if question.type == "statement"]


def progress(form: Form, answers: Mapping[str, Json], asked: str, filled: Collection[str] = ()) -> tuple[int, int]:
    """(number, total) of a question, from the answers before it alone, so that it is the same whenever one comes by.

    A short form keeps its total, and the number leaps where a branch is spared. In a long one, and where answers were known
    beforehand (`filled`), the total is the longest way that is still possible: it shrinks and never grows, and what was
    known counts neither as asked nor as to come."""
    order = _order(form)
    at = order[asked]
    earlier = {name: value for name, value in answers.items() if order.get(name, at) < at}
    may = way(form, earlier).may
    known = frozenset(filled) - {asked}
    passed = sum(1 for name in earlier if name in may and name not in known)
    if filled or form.total > STEADY:
        given = earlier | {name: answers[name] for name in known if name in answers}
        return passed + 1, passed + _to_come(form, given)
    ahead = sum(1 for name in may if order[name] >= at) + (asked not in may)
    return min(form.total, max(passed + 1, form.total - ahead + 1)), form.total


def _to_come(form: Form, given: Mapping[str, Json]) -> int:
    """How many more questions there may be; who begins with nothing has the whole form before them."""
    if not given:
        return form.total
    open_ = frozenset(question.id for question in form.questions if question.type != "statement") - frozenset(given)
    needs = paths.needed(form, open_)
    return _most(form, tuple([pair for pair in _relevant(form, given) if pair[0] in needs]), open_)


@remembered(20_000)
def _most(form: Form, given: tuple[tuple[str, Any], ...], open_: frozenset[str]) -> int:
    return paths.to_come(form, given, open_)


def pruned(form: Form, answers: Mapping[str, Json]) -> tuple[dict[str, Json], list[str]]:
    """The answers that may still belong, and the ids of the ones that certainly do not."""
    kept = dict(answers)
    dropped: list[str] = []
    while True:
        may = way(form, kept).may
        gone = [name for name in kept if name.partition(".")[0] not in may]
        if not gone:
            return kept, dropped
        for name in gone:
            del kept[name]
            dropped += [] if "." in name else [name]
