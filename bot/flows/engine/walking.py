"""The way through a form: which questions there are for these answers, which comes next, how far along one is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.flows.programme import Form, Question
from bot.flows.values import Json


def known(form: Form, answers: Mapping[str, Json]) -> dict[str, Json]:
    """The answers and what is computed from them, as far as it can be known yet."""
    view = dict(answers)
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


def path(form: Form, answers: Mapping[str, Json]) -> Iterator[Question]:
    """The questions and statements that these answers lead to, in order, as far as it is certain."""
    view = known(form, answers)
    return (question for question in form.questions if _is_on(question, view))


def asked_of(form: Form, answers: Mapping[str, Json]) -> list[Question]:
    """The path without its statements."""
    return [question for question in path(form, answers) if question.type != "statement"]


def following(form: Form, answers: Mapping[str, Json]) -> Question | None:
    """The first question on the path that has no answer yet; None when the form is complete."""
    view = known(form, answers)
    missing = (question for question in form.questions if question.id not in answers)
    return next((question for question in missing if question.type != "statement" and _is_on(question, view)), None)


def before(form: Form, answers: Mapping[str, Json], asked: str) -> Question | None:
    """The question one goes back to from `asked` ("" is the summary): the nearest answered one on the path."""
    view = known(form, answers)
    at = next((place for place, question in enumerate(form.questions) if question.id == asked), len(form.questions))
    given = (question for question in reversed(form.questions[:at]) if question.id in answers)
    return next((question for question in given if _is_on(question, view)), None)


def _is_on(question: Question, view: Mapping[str, Json]) -> bool:
    return question.when is None or question.when.holds(view) is True


def statements(form: Form, answers: Mapping[str, Json], after: str, upto: str) -> list[Question]:
    """The statements one passes between two questions ("" is the form's beginning, or its end)."""
    order = list(path(form, answers))
    places = [question.id for question in order]
    start = places.index(after) + 1 if after in places else 0
    stop = places.index(upto) if upto in places else len(places)
    return [question for question in order[start:stop] if question.type == "statement"]


def progress(form: Form, answers: Mapping[str, Json], asked: str) -> tuple[int, int]:
    """(number, total) of a question. The total is the form's longest path, so it never grows; the number follows from the
    answers before it alone, so that it is the same whenever one comes by, and leaps where a branch is spared."""
    at = next(place for place, question in enumerate(form.questions) if question.id == asked)
    earlier = {question.id for question in form.questions[:at]}
    view = known(form, {name: value for name, value in answers.items() if name in earlier})
    passed = sum(1 for question in form.questions[:at] if question.id in view and _may_come(question, view))
    to_come = sum(1 for question in form.questions[at:] if question.id == asked or _may_come(question, view))
    return min(form.total, max(passed + 1, form.total - to_come + 1)), form.total


def _may_come(question: Question | None, view: Mapping[str, Json]) -> bool:
    if question is None or question.type == "statement":
        return False
    return question.when is None or question.when.holds(view) is not False


def pruned(form: Form, answers: Mapping[str, Json]) -> tuple[dict[str, Json], list[str]]:
    """The answers that may still belong, and the ids of the ones that certainly do not."""
    kept = dict(answers)
    dropped: list[str] = []
    questions = {question.id: question for question in form.questions}
    while True:
        view = known(form, kept)
        gone = [name for name in kept if not _may_come(questions.get(name.partition(".")[0]), view)]
        if not gone:
            return kept, dropped
        for name in gone:
            del kept[name]
            dropped += [] if "." in name else [name]
