"""A province's content, already loaded and checked: what the engine reads and never changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, time, tzinfo
from typing import TYPE_CHECKING, Literal, Protocol

from bot.flows.conditions import Condition
from bot.flows.values import Text

if TYPE_CHECKING:
    from bot.flows.understanding import Lexicon

Localised = Mapping[str, str]  # language → words, plain text
QuestionType = Literal[
    "statement", "yes_no", "choice", "choices", "text", "long_text", "number", "money", "date", "phone", "email",
    "url", "tax_code", "commune", "industry", "barcode", "rating", "file", "location", "people",
]  # fmt: skip


class Template(Protocol):
    """A text that takes values; no value can become markup."""

    def __call__(self, values: Mapping[str, object]) -> Text: ...


@dataclass(frozen=True, slots=True)
class Option:
    """`aliases`: other words people use for it. `low`–`high`: the band it stands for (low < amount ≤ high)."""

    id: str
    label: Localised
    aliases: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """One question. Its texts are `forms.<form>.<id>` and, where they exist, `.hint` `.example` `.invalid` `.why`.

    `other`: the option that asks "please say" (its words become `<id>.other`); `none`: the option that excludes the
    rest; `check`: what must hold of `value` (and earlier answers); `minimum`/`maximum`: of a number, of a rating, of a
    text's characters, of a date (ISO), of how many are picked, named or handed in. `profile`: the name under which the answer is
    known of the person or their organisation, and offered again in every form that asks for the same. `same`: the earlier
    question whose answer may be this one's too, `suggests`: what a text most likely is; both are one tap. `person`: the
    answer is somebody's name.
    """

    id: str
    type: QuestionType
    section: str = ""
    optional: bool = False
    when: Condition | None = None
    check: Condition | None = None
    options: tuple[Option, ...] = ()
    other: str = ""
    none: str = ""
    unit: Localised = field(default_factory=dict)
    minimum: float | str | None = None
    maximum: float | str | None = None
    personal: bool = False
    profile: str = ""
    same: str = ""
    suggests: tuple[Localised, ...] = ()
    person: bool = False

    def option(self, id: str) -> Option | None:
        return next((option for option in self.options if option.id == id), None)


@dataclass(frozen=True, slots=True)
class Computed:
    """A value that follows from answers: the first case whose condition holds, else `otherwise`. The summary explains it
    with the text `<says>.<value>`, if it says any and is not `silent` about that value."""

    id: str
    cases: tuple[tuple[Condition, str], ...]
    otherwise: str = ""
    says: str = ""
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Eligibility:
    """A condition of the programme as a form asks after it: `holds` over its answers. `missing`, `advice`: what is said if
    it does not; `because`: if it does; `cited`: its basis in short; `blocks`: not met, the form cannot be sent. `groups`: of
    each support whom it is for, where the condition asks for that too."""

    id: str
    title: Localised
    holds: Condition
    basis: str = ""
    missing: Localised = field(default_factory=dict)
    advice: Localised = field(default_factory=dict)
    blocks: bool = False
    because: Localised = field(default_factory=dict)
    cited: str = ""
    groups: Mapping[str, Collection[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Score:
    """A criterion that ratings earn points of (bot/flows/scoring.py). `advice`, a text of the form, says what would earn
    more; `helps`: routes that help with it."""

    id: str
    title: Localised
    points: int
    ratings: tuple[str, ...]
    helps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fit:
    """If the answers sent are so, this support fits, and why."""

    when: Condition
    support: str
    why: Localised


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    title: Localised


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """Questions in order; a form is itself and no other (equality is identity), so that what follows from it can be
    remembered. Texts: `forms.<id>.intro` `.thanks` `.incomplete`. `total`: questions on the longest possible path.

    `consent`: the purpose that must be granted before the first answer; `offers`: purposes asked for after sending.
    `short`: label of the answer in lists (e.g. in the summary) per question, by question id. `organisation`: whether
    one speaks for an organisation in it. `sends`: the effect of sending it (bot/effects). `hidden`: one comes to it from
    elsewhere only, never by words. `conditions`: those of the programme that its answers are held against.
    `submit`: what sending it is called. `scores`: what its ratings are worth; a form that has them is a self-assessment and ends in its result. `after`:
    which supports fit what was sent.
    """

    id: str
    title: Localised
    questions: tuple[Question, ...]
    sections: tuple[Section, ...] = ()
    computed: tuple[Computed, ...] = ()
    scores: tuple[Score, ...] = ()
    consent: str = ""
    offers: tuple[str, ...] = ()
    total: int = 0
    short: Mapping[str, Localised] = field(default_factory=dict)
    minutes: int = 0
    organisation: Literal["", "optional", "required"] = ""
    sends: str = "submit_form"
    hidden: bool = False
    conditions: tuple[Eligibility, ...] = ()
    after: tuple[Fit, ...] = ()
    submit: Localised = field(default_factory=dict)

    by_id: Mapping[str, Question] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {question.id: question for question in self.questions})

    def question(self, id: str) -> Question:
        """KeyError if there is none."""
        return self.by_id[id]


@dataclass(frozen=True, slots=True)
class Topic:
    """An awareness article: text `topics.<id>` is the short form, `topics.<id>.<n>` the pages of the longer one, from 1.

    `related`: routes offered below it (`form.needs_survey`, `topic.funding`).
    """

    id: str
    title: Localised
    pages: int = 0
    related: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Purpose:
    """What personal data may be used for. The text that people agree to is `consents.<id>`."""

    id: str
    title: Localised


@dataclass(frozen=True, slots=True, eq=False)
class Commune:
    """One of the province's units, itself and no other; `aliases` and `former` are other and pre-2025 names as people type
    them."""

    code: str
    kind: Literal["xa", "phuong", "dac_khu"]
    name: str
    aliases: tuple[str, ...] = ()
    former: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Province:
    """One of the country's, itself and no other; `former`: those of before July 2025 that went into it; `places`: what people
    say instead of its name."""

    code: str
    kind: Literal["tinh", "thanh_pho"]
    name: str
    aliases: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Industry:
    """A section (a letter, no parent) or a division (two digits) of the standard industrial classification. `short`: its
    title on a button; `aliases`: how people call it, and codes of earlier editions that it took over."""

    code: str
    parent: str
    title: Localised
    short: Localised
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the programme's own data (a target, support, group, priority, condition, call, stage or kind of training): an id, a
    title, its legal basis, and the rest as it stands in programme.yaml."""

    id: str
    title: Localised
    basis: str = ""
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When officials are there, in the programme's zone: days of the week (Monday is 0), and the parts of each day."""

    days: tuple[int, ...]
    hours: tuple[tuple[time, time], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Programme:
    """Everything of one release. `older` holds the releases that forms in progress are pinned to. A programme is itself
    and no other, so that what follows from it can be remembered.

    `menu`: routes offered on the first screen. `routes`: what each route is called on a button. `facts`: what the
    province filled in, applied at once and to old releases too; an empty one reads "đang cập nhật". `case_prefix`: what
    the numbers of cases begin with.
    """

    id: str
    release: str
    languages: tuple[str, ...]
    lexicon: Lexicon
    texts: Mapping[str, Mapping[str, Template]]
    topics: Mapping[str, Topic] = field(default_factory=dict)
    forms: Mapping[str, Form] = field(default_factory=dict)
    purposes: Mapping[str, Purpose] = field(default_factory=dict)
    menu: tuple[str, ...] = ()
    routes: Mapping[str, Localised] = field(default_factory=dict)
    communes: tuple[Commune, ...] = ()
    provinces: tuple[Province, ...] = ()
    industries: tuple[Industry, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    entries: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    zone: tzinfo = UTC
    office_hours: OfficeHours | None = None
    case_prefix: str = ""
    older: Mapping[str, Programme] = field(default_factory=dict)

    def at(self, release: str) -> Programme:
        """The programme as a form pinned to `release` sees it."""
        return self if release == self.release else self.older[release]

    def has(self, text_id: str) -> bool:
        return text_id in self.texts

    def render(self, text_id: str, language: str, values: Mapping[str, object]) -> Text:
        """The text in that language, else in the programme's first; KeyError if there is no such text at all."""
        by_language = self.texts[text_id]
        template = by_language.get(language) or by_language[self.languages[0]]
        return template({"facts": self.facts, **values})


def words(localised: Localised, language: str) -> str:
    """The words in that language, else in whichever stands first."""
    return localised.get(language) or next(iter(localised.values()), "")
