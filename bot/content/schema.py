"""What content files may say, format 1, as pydantic models (shaping.py reads files as these). A
text that is one plain string is in the programme's first language, which the validation is told as its context."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

from bot.flows.programme import QuestionType

ID = r"^[a-z][a-z0-9_]*$"
ROUTE = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,2}$"


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
DayOfWeek = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Day = Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]


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
    person: bool = False
    when: str = ""
    check: str = ""
    options: list[OptionModel] = []
    other: str = ""
    none: str = ""
    unit: Words = {}
    minimum: Bound = None
    maximum: Bound = None
    profile: str = ""
    same: str = ""
    suggests: list[Words] = []


class CaseModel(Model):
    when: str
    value: Id


class ComputedModel(Model):
    id: Id
    cases: list[CaseModel] = []
    otherwise: str = ""
    says: str = ""
    silent: list[Id] = []


class ScoreModel(Model):
    """A criterion of a self-assessment, called and weighed as the row of that id in the programme's `criteria`."""

    id: Id
    ratings: list[str] = Field(min_length=1)
    advice: Words
    helps: list[Route] = []


class TitledModel(Model):
    """A section of a form, or a purpose of consent."""

    id: Id
    title: Words


class PartModel(Model):
    """Questions, and values computed from them, that several forms include."""

    format: int
    questions: list[QuestionModel] = []
    computed: list[ComputedModel] = []


class IncludeModel(Model):
    """A line of a form's list in whose place those of another file stand: all, or `only` some; `section`: where in the
    form they belong; `when`: in which case this form asks them, besides their own."""

    include: Id
    only: list[Id] = []
    section: str = ""
    when: str = ""


class FitModel(Model):
    """After sending: which support fits the answers, and why."""

    when: str
    support: Id
    why: Words


class FormModel(Model):
    """`longest`: how many questions a path through the form may have; `hidden`: nobody finds it by words."""

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
    incomplete: Words = {}
    submit: Words = {}
    sections: list[TitledModel] = []
    questions: list[QuestionModel] = Field(min_length=1)
    computed: list[ComputedModel] = []
    scores: list[ScoreModel] = []
    after: list[FitModel] = []
    longest: int = 15
    organisation: Literal["", "optional", "required"] = ""
    hidden: bool = False
    sends: Literal[
        "submit_form",
        "open_cases",
        "keep_organisation",
        "register_attendees",
        "submit_feedback",
        "register_interest",
        "open_class",
    ] = "submit_form"
    conditions: list[str] = []


class FactModel(Model):
    title: Words
    value: Word | None = None


class OfficeHoursModel(Model):
    """Days of the week, and the parts of a day as they stand on a clock: mon, tue …; ["07:30", "11:30"]."""

    days: list[DayOfWeek] = Field(min_length=1)
    hours: list[Annotated[list[str], Field(min_length=2, max_length=2)]] = Field(min_length=1)


class EntryModel(Model):
    """A row of the programme's data; keys that are not named here are kept as they stand."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)

    id: Id
    title: Words
    basis: str = ""


class ConditionModel(EntryModel):
    """`holds`: a comparison over the answers of a form that names this condition; "" while it cannot be told from them.
    `each_support`: every support chosen must be for the group, too."""

    holds: str = ""
    blocks: bool = False
    each_support: bool = False
    cited: str = ""
    because: Words = {}
    missing: Words = {}
    advice: Words = {}


class StageModel(EntryModel):
    """`state`: which of the few it stands for, `open` before there is a case; `then`: where a case goes on that handed in
    what was missing at this stage."""

    state: Literal[
        "", "open", "received", "reviewing", "supplement", "approved", "running", "completed", "rejected", "withdrawn", "lapsed"
    ] = ""  # fmt: skip
    says: Words = {}
    actor: Literal["agency", "applicant"] = "agency"
    days: int | Literal[""] = ""
    unit: Literal["calendar", "working"] = "calendar"
    remind: bool | list[int] = []
    then: str = ""
    from_call: bool = False


class CallModel(EntryModel):
    """`opens`, `closes`: its first and last day (ISO), "" for no limit; `supports`: none named is all."""

    opens: Day = ""
    closes: Day = ""
    supports: list[str] = []
    note: Words = {}


class ProgrammeModel(Model):
    ENTRIES: ClassVar = (
        "targets", "supports", "groups", "priorities", "conditions", "calls", "stages", "training", "criteria",
    )  # fmt: skip

    format: int
    id: str
    name: Words
    languages: list[str] = Field(min_length=1)
    time_zone: str
    case_prefix: str = Field("", pattern=r"^[A-Z]{0,8}$")
    menu: list[Route] = Field(max_length=8)
    purposes: list[TitledModel] = []
    facts: dict[Id, FactModel] = {}
    office_hours: OfficeHoursModel | None = None
    targets: list[EntryModel] = []
    supports: list[EntryModel] = []
    groups: list[EntryModel] = []
    priorities: list[EntryModel] = []
    training: list[EntryModel] = []
    conditions: list[ConditionModel] = []
    calls: list[CallModel] = []
    stages: list[StageModel] = []
    criteria: list[EntryModel] = []


class TopicModel(Model):
    """A topic's front matter; `questions` are examples of what people ask about it."""

    title: Word
    keywords: list[Word] = []
    questions: list[Word] = []
    related: list[Route] = []


class RouteModel(Model):
    """`button`: only ever a button's; nothing that people type means it."""

    title: Word
    keywords: list[Word] = []
    examples: list[Word] = []
    button: bool = False
