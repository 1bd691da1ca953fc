"""A content file as a model of schema.py, or what is wrong with it, in an author's words."""

from __future__ import annotations

import difflib
from typing import Any, TypeVar, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.content.problems import Problem
from bot.content.schema import Model
from bot.content.source import Source
from bot.flows.programme import QuestionType

M = TypeVar("M", bound=Model)


def read(model: type[M], source: Source, language: str, *at: str | int) -> tuple[M | None, list[Problem]]:
    """The model in a file (or in the part of it that stands at `at`), or what is wrong with it."""
    data: Any = source.data
    for step in at:
        data = data[step]
    try:
        return model.model_validate(data, context=language), []
    except ValidationError as error:
        return None, [_problem(model, source, detail, at) for detail in error.errors()]


def _problem(model: type[Model], source: Source, detail: ErrorDetails, at: tuple[str | int, ...]) -> Problem:
    path = (*at, *detail["loc"])
    while path and not source.has(*path) and detail["type"] != "missing":
        path = path[:-1]  # pydantic's own steps, such as the branch of a union
    return source.problem(_message(model, detail), *path)


def _message(model: type[Model], detail: ErrorDetails) -> str:
    keys = [step for step in detail["loc"] if isinstance(step, str) and step not in ("str", "float")]
    key = keys[-1] if keys else ""
    match detail["type"]:
        case "extra_forbidden":
            return f"'{key}' is not a known key here{_nearest(key, model)}"
        case "missing":
            return f"'{key}' is missing"
        case "literal_error" if key == "type":
            return f"'{detail['input']}' is not a type of question; known: {', '.join(get_args(QuestionType))}"
        case "string_pattern_mismatch":
            return f"'{detail['input']}' is no id: small letters a–z, digits and _ only, beginning with a letter"
        case "string_type":
            return f"'{key or 'this'}' should be words; put them between quotes"
    return (
        f"'{key or 'this'}': {detail['msg']}" if key else f"this file should hold 'key: value' lines: {detail['msg']}"
    )


def _nearest(key: str, model: type[Model]) -> str:
    known = [name for each in (model, *Model.__subclasses__()) for name in each.model_fields]
    near = difflib.get_close_matches(key, known, 1, 0.75)
    return f"; did you mean '{near[0]}'?" if near else ""
