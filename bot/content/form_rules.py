"""What a form must keep to so that everybody can finish it."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from datetime import date
from itertools import pairwise

from bot.channel import units
from bot.content.forms import PERSONAL
from bot.content.limits import COMFORTABLE, LABEL, MOST, RUN, VALUE
from bot.content.material import Read
from bot.content.problems import Problem
from bot.content.schema import FormModel, QuestionModel, TitledModel
from bot.flows.paths import Paths, TooManyPaths, follow
from bot.flows.programme import Form

RESERVED = ("intro", "thanks", "incomplete", "value")  # names that the form's texts and `check` already use
PICKED = ("choice", "choices")
COUNTED = ("number", "money", "rating", "text", "long_text", "choices", "file", "people")


def check_form(read: Read[FormModel], form: Form, broken: bool, purposes: set[str]) -> Iterator[Problem]:
    """The problems of one form; the ways through it are followed only if it is not `broken` otherwise."""
    yield from _names(read)
    yield from _consent(read, purposes)
    sections = {section.id for section in read.model.sections}
    earlier: dict[str, str] = {}
    for number, question in enumerate(read.model.questions):
        if question.same and earlier.get(question.same) != question.type:
            yield read.problem(
                f"no earlier question of type {question.type} is '{question.same}'", "questions", number, "same"
            )
        earlier[question.id] = question.type
        for key, message in _question(question, sections):
            yield read.problem(message, "questions", number, *key)
    if not broken:
        yield from _paths(read, form)


def unexplained(read: Read[FormModel], texts: Container[str]) -> Iterator[Problem]:
    """Computed values that the summary explains, without the text that does."""
    for number, each in enumerate(read.model.computed):
        values = dict.fromkeys([*(case.value for case in each.cases), each.otherwise])
        said = (one for one in values if each.says and one and one not in each.silent)
        for value in (one for one in said if f"{each.says}.{one}" not in texts):
            yield read.problem(
                f"the text {each.says}.{value}, which explains this value, is missing", "computed", number, "says"
            )


def _names(read: Read[FormModel]) -> Iterator[Problem]:
    seen: set[str] = set()
    questions, computed = ([item.id for item in items] for items in (read.model.questions, read.model.computed))
    for name, ids in (("questions", questions), ("computed", computed)):
        for number, own in enumerate(ids):
            if own in RESERVED:
                yield read.problem(f"'{own}' is a name with a meaning of its own; choose another", name, number, "id")
            elif own in seen:
                yield read.problem(f"'{own}' stands in this form twice", name, number, "id")
            seen.add(own)
    for number in _twice(read.model.sections):
        yield read.problem("this section stands here twice", "sections", number, "id")


def _twice(items: Sequence[TitledModel]) -> Iterator[int]:
    ids = [item.id for item in items]
    yield from (number for number, name in enumerate(ids) if ids.index(name) != number)


def _consent(read: Read[FormModel], purposes: set[str]) -> Iterator[Problem]:
    model = read.model
    if model.consent and model.consent not in purposes:
        yield read.problem(f"'{model.consent}' is not among the purposes of programme.yaml", "consent")
    for number, offer in enumerate(model.offers):
        if offer not in purposes:
            yield read.problem(f"'{offer}' is not among the purposes of programme.yaml", "offers", number)
    for number, question in enumerate(model.questions):
        if not model.consent and (question.personal or question.type in PERSONAL):
            message = f"'{question.id}' asks for personal data, but the form has no 'consent:' with a purpose"
            yield read.problem(message, "questions", number)


Found = tuple[tuple[str | int, ...], str]  # where in the question, and what is wrong


def _question(question: QuestionModel, sections: set[str]) -> Iterator[Found]:
    yield from _options(question)
    yield from _range(question)
    if question.suggests and question.type != "text":
        yield ("suggests",), f"only type text is suggested anything; a question of type {question.type} is not"
    if question.section and question.section not in sections:
        yield ("section",), f"'{question.section}' is not among the sections of this form"
    for language, label in question.short.items():
        if units(label) > LABEL:
            yield ("short",), f"{units(label)} characters are too many in a list ({language}); at most {LABEL}"


def _options(question: QuestionModel) -> Iterator[Found]:
    ids = [option.id for option in question.options]
    if question.type not in PICKED:
        if ids or question.other or question.none:
            yield ("options",), f"a question of type {question.type} has no options; use type choice or choices"
        return
    if not ids:
        yield ("type",), "nobody can answer this: a choice needs options"
    yield from _too_many(len(ids))
    for field, wanted in (("other", question.other), ("none", question.none)):
        if wanted and wanted not in ids:
            yield (field,), f"'{wanted}' is not among the options of this question"
    if question.none and question.type == "choice":
        yield ("none",), "'none' is for type choices; with type choice every option excludes the rest"
    for number, option in enumerate(question.options):
        for key, message in _option(question, number, ids):
            yield ("options", number, *key), message
        if option.low is not None and option.high is not None and option.low >= option.high:
            yield ("options", number, "low"), f"the band ends ({option.high:g}) before it begins ({option.low:g})"


def _too_many(count: int) -> Iterator[Found]:
    if count > MOST:
        yield ("options",), f"{count} options are more than a channel can show; at most {MOST}"
    elif count > COMFORTABLE:
        yield ("options",), f"{count} options are more than people read on a phone; at most {COMFORTABLE}"


def _option(question: QuestionModel, number: int, ids: list[str]) -> Iterator[Found]:
    option = question.options[number]
    if ids.index(option.id) != number:
        yield ("id",), f"the option '{option.id}' stands here twice"
    for label in option.label.values():
        if units(label) > LABEL:
            yield ("label",), f"{units(label)} characters are too many for a button; at most {LABEL}"
        twins = [other for other in question.options if label.casefold() in map(str.casefold, other.label.values())]
        if twins[0] is not option:
            yield ("label",), f"the option '{twins[0].id}' has the same label"
    if len(f"{RUN}.{question.id}.{option.id}".encode()) > VALUE:
        yield ("id",), "the ids of question and option are too long together; shorten one"


def _range(question: QuestionModel) -> Iterator[Found]:
    bounds = [(key, bound) for key in ("minimum", "maximum") if (bound := getattr(question, key)) is not None]
    for key, bound in bounds:
        if wrong := _bound(question, bound):
            yield (key,), wrong
            return
    for (_, low), (_, high) in pairwise(bounds):
        if low > high:
            yield ("minimum",), f"nobody can answer this: the minimum {low} is above the maximum {high}"
    least = question.minimum if question.type == "choices" and not isinstance(question.minimum, str) else None
    if least and least > len(question.options):
        yield ("minimum",), f"nobody can answer this: there are only {len(question.options)} options"


def _bound(question: QuestionModel, bound: float | str) -> str:
    if question.type == "date":
        return "" if isinstance(bound, str) and _is_date(bound) else "this should be a date like 2026-12-31"
    if question.type not in COUNTED:
        return f"a question of type {question.type} has no minimum or maximum"
    return "this should be a number" if isinstance(bound, str) else ""


def _is_date(words: str) -> bool:
    try:
        return bool(date.fromisoformat(words))
    except ValueError:
        return False


def _paths(read: Read[FormModel], form: Form) -> Iterator[Problem]:
    try:
        paths: Paths = follow(form)
    except TooManyPaths:
        return  # a problem of loading already
    for number, question in enumerate(read.model.questions):
        if question.id not in paths.reached:
            message = f"nobody is ever asked '{question.id}': no answers before it fit this 'when'"
            yield read.problem(message, "questions", number, "when")
    if paths.longest > read.model.longest:
        message = f"one can be asked {paths.longest} questions; at most {read.model.longest} ('longest:' sets it)"
        yield read.problem(message, "questions")
