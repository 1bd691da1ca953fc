"""What content files may say, format 1, as pydantic models. A text that is one plain string is in the programme's first
language, which the validation is told as its context."""

from __future__ import annotations

import difflib
from typing import Annotated, Any, ClassVar, Literal, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, ValidationInfo
from pydantic_core import ErrorDetails

from bot.content.problems import Problem
from bot.content.source import Source
from bot.flows.programme import QuestionType

ID = r"^[a-z][a-z0-9_]*$"
ROUTE = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$"


def _words(value: object, info: ValidationInfo) -> object:
    return {str(info.context): _word(value)} if isinstance(value, str | int) else value


def _word(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _lists(value: object, info: ValidationInfo) -> object:
    return {str(info.context): value} if isinstance(value, list) else value


Word = Annotated[str, BeforeValidator(_word)]
Id = Annotated[str, Field(pattern=ID)]
Route = Annotated[str, Field(pattern=ROUTE)]
Words = Annotated[dict[str, Word], BeforeValidator(_words)]  # language → words
WordLists = Annotated[dict[str, list[Word]], BeforeValidator(_lists)]  # language → words, words …
Bound = float | str | None


class Model(BaseModel):
    """A mapping in a file, whose keys are all known."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class OptionModel(Model):
    id: Id
    label: Words
    aliases: list[Word] = []
    low: float | None = None
    high: float | None = None


class QuestionModel(Model):
    TEXTS: ClassVar = ("hint", "example", "invalid", "why")

    id: Id
    type: QuestionType
    text: Words
    hint: Words = {}
    example: Words = {}
    invalid: Words = {}
    why: Words = {}
    short: Words = {}
    section: str = ""
    optional: bool = False
    personal: bool = False
    when: str = ""
    check: str = ""
    options: list[OptionModel] = []
    other: str = ""
    none: str = ""
    unit: Words = {}
    minimum: Bound = None
    maximum: Bound = None
    profile: str = ""


class CaseModel(Model):
    when: str
    value: Id


class ComputedModel(Model):
    id: Id
    cases: list[CaseModel] = []
    otherwise: str = ""


class TitledModel(Model):
    """A section of a form, or a purpose of consent."""

    id: Id
    title: Words


class FormModel(Model):
    """`longest`: how many questions a path through the form may have."""

    format: int
    id: str = ""
    title: Words
    keywords: WordLists = {}
    examples: WordLists = {}
    minutes: int = 0
    consent: str = ""
    offers: list[str] = []
    intro: Words = {}
    thanks: Words = {}
    sections: list[TitledModel] = []
    questions: list[QuestionModel] = Field(min_length=1)
    computed: list[ComputedModel] = []
    longest: int = 15
    organisation: Literal["", "optional", "required"] = ""
    sends: Literal["submit_form"] = "submit_form"


class FactModel(Model):
    title: Words
    value: Word | None = None


class EntryModel(Model):
    """A row of the programme's data; keys that are not named here are kept as they stand."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)

    id: Id
    title: Words
    basis: str = ""


class ProgrammeModel(Model):
    ENTRIES: ClassVar = ("targets", "supports", "groups", "priorities", "conditions", "calls", "stages")

    format: int
    id: str
    name: Words
    languages: list[str] = Field(min_length=1)
    time_zone: str
    menu: list[Route] = Field(max_length=8)
    purposes: list[TitledModel] = []
    facts: dict[Id, FactModel] = {}
    targets: list[EntryModel] = []
    supports: list[EntryModel] = []
    groups: list[EntryModel] = []
    priorities: list[EntryModel] = []
    conditions: list[EntryModel] = []
    calls: list[EntryModel] = []
    stages: list[EntryModel] = []


class TopicModel(Model):
    """A topic's front matter; `questions` are examples of what people ask about it."""

    title: Word
    keywords: list[Word] = []
    questions: list[Word] = []
    related: list[Route] = []


class RouteModel(Model):
    title: Word
    keywords: list[Word] = []
    examples: list[Word] = []


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
    while path and path not in source.lines and detail["type"] != "missing":
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
