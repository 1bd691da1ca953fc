"""What is told once and offered again: profile names, which the questions of every form share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.flows.programme import Form, Programme, Question
from bot.flows.values import Json

PERSONAL = ("contact_name", "position", "phone", "email", "supports")  # the rest belongs to the organisation
ONCE = ("supports",)  # carried over to the next form that asks for it, and no further
NAMES = ("tax_code", "group", "unit_name", "commune")  # by these an organisation is known
OTHER = ".other"  # after a name: the words for "other, please say"
# What the answer to a question is as JSON, where it is not a string.
SHAPES: Mapping[str, type | tuple[type, ...]] = {
    "yes_no": bool,
    "number": (int, float),
    "money": (int, float),
    "rating": int,
    "choices": list,
    "commune": dict,
    "industry": dict,
    "file": (dict, list),
    "location": dict,
}


def told(form: Form, answers: Mapping[str, Json]) -> dict[str, Json]:
    """What the answers tell, by profile name; what was skipped tells nothing."""
    found: dict[str, Json] = {}
    for question in form.questions:
        if question.profile and answers.get(question.id) is not None:
            found[question.profile] = answers[question.id]
            if words := answers.get(question.id + OTHER):
                found[question.profile + OTHER] = words
    return found


def offered(form: Form, programme: Programme, known: Mapping[str, Json]) -> dict[str, Json]:
    """What is known as answers to the form's own questions, where it can be one."""
    found: dict[str, Json] = {}
    for question in form.questions:
        value = _fitting(question, programme, known.get(question.profile)) if question.profile else None
        if value is None:
            continue
        found[question.id] = value
        words = known.get(question.profile + OTHER)
        if question.other and words and question.other in (value if isinstance(value, list) else [value]):
            found[question.id + OTHER] = words
    return found


def personal(profile: Mapping[str, Json]) -> dict[str, Json]:
    """The part of it that is about the person and not about an organisation."""
    return {name: value for name, value in profile.items() if name.removesuffix(OTHER) in PERSONAL}


def of_organisation(profile: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in profile.items() if name.removesuffix(OTHER) not in PERSONAL}


def is_personal(question: Question) -> bool:
    return question.profile in PERSONAL


def commune_of(known: Mapping[str, Json]) -> str:
    """The code of the commune that is told of."""
    commune = known.get("commune")
    return str(commune.get("code") or "") if isinstance(commune, dict) else ""


def _fitting(question: Question, programme: Programme, value: Json) -> Any:
    """The value if it can answer the question, of several choices those that are there; else None."""
    shape = SHAPES.get(question.type, str)
    if value is None or not isinstance(value, shape) or (isinstance(value, bool) and shape is not bool):
        return None
    if question.type == "commune" and isinstance(value, dict):
        return value if any(each.code == value.get("code") for each in programme.communes) else None
    ids = {option.id for option in question.options}
    if isinstance(value, list) and ids:
        return [item for item in value if item in ids] or None
    return value if (value in ids if ids else _in_bounds(question, value)) else None


def _in_bounds(question: Question, value: Json) -> bool:
    """Whether a number, or the length of a text, is within what this form allows."""
    size = len(value) if isinstance(value, str) else value
    low, high = question.minimum, question.maximum
    if isinstance(low, str) or isinstance(high, str) or not isinstance(size, int | float):
        return True
    return (low is None or size >= low) and (high is None or size <= high)
