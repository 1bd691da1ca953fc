"""All ways through a form, followed with values that stand for all others: which questions can be reached, and how
many a person is asked at most."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Any, TypeGuard

from bot.flows import scoring
from bot.flows.conditions import Condition
from bot.flows.programme import Computed, Form, Question
from bot.flows.remembering import remembered
from bot.flows.values import Json

MANY = 50_000  # ways followed at once
DATES = ("2000-01-01", "2050-01-01")
State = tuple[tuple[str, Json | tuple[str, ...]], ...]


class TooManyPaths(ValueError):
    """The conditions of a form look at so many answers that its paths cannot be counted."""


@dataclass(frozen=True, slots=True)
class Paths:
    """`longest`: questions on the longest path, statements not counted; `reached`: questions some path comes to."""

    longest: int
    reached: frozenset[str]


def follow(form: Form) -> Paths:
    """Follows every path; raises TooManyPaths if there are too many that differ."""
    asked: dict[State, int] = {(): 0}
    reached: set[str] = set()
    for question, later in _plan(form, frozenset(form.by_id)):
        asked = _step(asked, question, form, later, reached)
    return Paths(max(asked.values()), frozenset(reached))


def to_come(form: Form, given: State, open_: frozenset[str]) -> int:
    """The most of the questions `open_` that may still be asked after the answers `given` (`needed` says which matter)."""
    asked: dict[State, int] = {given: 0}
    for question, later in _plan(form, open_):
        asked = _step(asked, question, form, later, set())
    return max(asked.values())


@remembered(2048)
def needed(form: Form, asked: frozenset[str]) -> frozenset[str]:
    """The answers on which it depends whether one is asked these questions."""
    computed, ratings = {each.id: each for each in form.computed}, scoring.behind(form)
    return frozenset[str]().union(*(_needs(form.question(name), computed, ratings) for name in asked))


@remembered(2048)
def _plan(form: Form, asked: frozenset[str]) -> tuple[tuple[Question, frozenset[str]], ...]:
    """Each of these questions, with the answers that matter to those after it."""
    questions = [question for question in form.questions if question.id in asked]
    needs = [needed(form, frozenset([question.id])) for question in questions]
    later = [frozenset[str]().union(*needs[number + 1 :]) for number in range(len(needs))]
    return tuple(zip(questions, later, strict=True))


@remembered(2048)
def _tried(form: Form, question: Question) -> Sequence[Any]:
    return list(islice(_values(question, form), MANY))


def _step(
    asked: Mapping[State, int], question: Question, form: Form, later: frozenset[str], reached: set[str]
) -> dict[State, int]:
    """The states after a question, each with the most questions asked on the way, kept apart only by what counts later."""
    values = _tried(form, question) if question.id in later else [None]
    if len(values) >= MANY or len(values) * len(asked) > 10 * MANY:
        raise TooManyPaths(f"too many different paths at {question.id}")
    counts = question.type != "statement"
    after: dict[State, int] = {}
    for state, count in asked.items():
        answers: dict[str, Json] = {name: list(value) if isinstance(value, tuple) else value for name, value in state}
        if question.when and question.when.holds(answers | derive(form, answers)) is not True:
            _keep(after, state, later, count)
            continue
        reached.add(question.id)
        for value in values:
            _keep(after, (*state, (question.id, value)), later, count + counts)
    return after


def _keep(after: dict[State, int], state: State, later: frozenset[str], count: int) -> None:
    known = tuple(pair for pair in state if pair[0] in later)
    after[known] = max(count, after.get(known, 0))


def derive(form: Form, answers: Mapping[str, Json]) -> dict[str, Json]:
    """The points and computed values, as far as they can be known: the first case that holds, else `otherwise`; none while a
    case before it depends on an answer that is missing."""
    found = scoring.known(form, answers)
    for each in form.computed:
        holds = [(when.holds({**answers, **found}), value) for when, value in each.cases]
        decided = next(((truth, value) for truth, value in holds if truth is not False), (True, each.otherwise))
        if decided[0]:
            found[each.id] = decided[1]
    return found


def _needs(
    question: Question, computed: Mapping[str, Computed], ratings: Mapping[str, frozenset[str]]
) -> frozenset[str]:
    """The answers a question's `when` looks at, also through computed values and points."""
    waiting = set(question.when.names) if question.when else set()
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in computed:
            waiting |= {inner for when, _ in computed[name].cases for inner in when.names} - found
        waiting |= ratings.get(name, frozenset()) - found
        found.add(name)
    return frozenset(found)


def _values(question: Question, form: Form) -> Iterator[Json | tuple[str, ...]]:
    """Values of which every condition of the form sees all that it can tell apart."""
    if question.optional:
        yield None
    match question.type:
        case "yes_no":
            yield from (True, False)
        case "choice":
            yield from (option.id for option in question.options)
        case "choices":
            yield from _sets(question, form)
        case "number" | "money" | "rating":
            yield from _numbers(question, form)
        case "industry":
            yield from ("", *sorted(value for value in _constants(form) if _is_section(value)))
        case "date":
            yield from DATES
        case _:
            yield "x"


def _sets(question: Question, form: Form) -> Iterator[tuple[str, ...]]:
    """Sets of the options that conditions name, filled up with others where a set must be larger."""
    named = _constants(form)
    options = [option.id for option in question.options if option.id != question.none]
    telling = [option for option in options if option in named]
    others = [option for option in options if option not in named]
    least = max(1, int(question.minimum or 1)) if not isinstance(question.minimum, str) else 1
    most = int(question.maximum) if isinstance(question.maximum, int | float) else len(options)
    for size in range(len(telling) + 1):
        fill = max(0, least - size)
        if size + fill <= most and fill <= len(others):
            yield from ((*some, *others[:fill]) for some in combinations(telling, size))
    if question.none:
        yield (question.none,)


def _numbers(question: Question, form: Form) -> Iterator[float]:
    low = question.minimum if isinstance(question.minimum, int | float) else None
    high = question.maximum if isinstance(question.maximum, int | float) else None
    edges = {float(value) for value in _constants(form) if isinstance(value, int | float)}
    edges |= {float(bound) for bound in (low, high) if bound is not None} or {1.0}
    tried = sorted({near for edge in edges for near in (edge - 1, edge - 0.5, edge, edge + 0.5, edge + 1)})
    yield from (value for value in tried if (low is None or value >= low) and (high is None or value <= high))


def _constants(form: Form) -> set[object]:
    """The values that any condition of the form compares with."""
    found = (node.value for when in _conditions(form) for node in ast.walk(when.tree) if isinstance(node, ast.Constant))
    return set(found)


def _is_section(value: object) -> TypeGuard[str]:
    """Whether it may be a section of the industrial classification; "" above stands for those that nothing names."""
    return isinstance(value, str) and len(value) == 1 and value.isupper()


def _conditions(form: Form) -> Iterator[Condition]:
    yield from (question.when for question in form.questions if question.when)
    yield from (when for each in form.computed for when, _ in each.cases)
