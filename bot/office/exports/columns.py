"""Which columns a form has, over all its releases: the newest one's questions in order, then what only older ones asked,
then what follows from the answers, then what the person agreed to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from bot.flows.programme import Form, Programme, Question, words
from bot.flows.scoring import behind
from bot.flows.values import Json
from bot.office.exports.cells import Cell, code_of, in_codes, in_words, national, persons, safe
from bot.office.submissions import label
from storage.submissions import Submission

FIXED = ("number", "state", "release", "began", "sent", "channel")  # texts console.export.<name>
CODED = ("commune", "industry")  # answers of a name and a code, each in a column of its own
Holds = Literal["answer", "code", "computed", "consent"]  # code: of a commune, of a line of business


@dataclass(frozen=True, slots=True)
class Column:
    """`id`: a question's, an "other"'s, a computed value's or a purpose's; `title`: what stands in the first row."""

    id: str
    title: str
    holds: Holds = "answer"


@dataclass(frozen=True, slots=True)
class Table:
    """`newest`: the release whose words stand wherever they are not the form's own."""

    columns: Sequence[Column]
    newest: Programme
    codes: bool

    @classmethod
    def of(cls, form_id: str, releases: Sequence[Programme], *, codes: bool) -> Table:
        """`releases`: the newest first."""
        found = in_code_columns(form_id, releases) if codes else in_word_columns(form_id, releases)
        return cls(found, releases[0], codes)

    def header(self) -> list[Cell]:
        fixed = FIXED if self.codes else [_words(self.newest, f"export.{name}") for name in FIXED]
        return [safe(title) for title in [*fixed, *(column.title for column in self.columns)]]

    def row(self, submission: Submission, programme: Programme, consents: Mapping[str, bool]) -> list[Cell]:
        """`programme` is the release that the submission is pinned to; `consents`: the person's, as they are now."""
        asked = {question.id: question for _, question in _questions(programme, submission.form)}
        fixed = _fixed(submission, self.newest, self.codes)
        if self.codes:
            return [*fixed, *(_in_codes(one, asked, submission.answers, consents) for one in self.columns)]
        return [*fixed, *(self._in_words(one, asked, submission.answers, consents, programme) for one in self.columns)]

    def _in_words(
        self,
        column: Column,
        asked: Mapping[str, Question],
        answers: Mapping[str, Json],
        consents: Mapping[str, bool],
        programme: Programme,
    ) -> Cell:
        if column.holds == "consent":
            return safe(_words(self.newest, f"consent.{ANSWER[consents.get(column.id)]}"))
        if column.holds == "computed":
            return _computed(self.newest, column.id, answers)
        question = asked.get(column.id)
        if question is None:
            return ""
        if column.holds == "code":
            return code_of(answers.get(column.id))
        return in_words(question, answers, programme, programme.languages[0])


ANSWER = {True: "yes", False: "no", None: "not_asked"}  # texts console.consent.<name>


def in_word_columns(form_id: str, releases: Sequence[Programme]) -> list[Column]:
    """One for each question, by its short name, and what else staff read; two of the same name carry their ids too."""
    newest = releases[0]
    titles: dict[tuple[str, Holds], str] = {}
    for programme in releases:
        for form, question in _questions(programme, form_id):
            title = label(form, question, programme, programme.languages[0])
            titles.setdefault((question.id, "answer"), title)
            if question.type in CODED:
                titles.setdefault((question.id, "code"), _words(newest, "export.code", title=title))
    for id_ in _computed_ids(form_id, releases):
        text = f"computed_title.{id_}"
        titles[id_, "computed"] = _words(newest, text) if newest.has(f"console.{text}") else id_
    for purpose in newest.purposes.values():
        title = words(purpose.title, newest.languages[0])
        titles[purpose.id, "consent"] = _words(newest, "export.consent", title=title)
    taken = list(titles.values())
    return [
        Column(id_, title if taken.count(title) == 1 else f"{title} ({id_})", holds)
        for (id_, holds), title in titles.items()
    ]


def in_code_columns(form_id: str, releases: Sequence[Programme]) -> list[Column]:
    """One for each question, "other", computed value and purpose, by its id."""
    ids: dict[str, None] = {}
    for programme in releases:
        for _, question in _questions(programme, form_id):
            ids |= dict.fromkeys([question.id, *([f"{question.id}.other"] if question.other else [])])
    ids |= dict.fromkeys(_computed_ids(form_id, releases))
    consents = [Column(purpose, f"consent.{purpose}", "consent") for purpose in releases[0].purposes]
    return [*(Column(name, name) for name in ids), *consents]


def _in_codes(
    column: Column, asked: Mapping[str, Question], answers: Mapping[str, Json], consents: Mapping[str, bool]
) -> Cell:
    if column.holds == "consent":
        return in_codes(consents.get(column.id))
    value, question = answers.get(column.id), asked.get(column.id)
    if question and question.type == "people":
        return in_codes(persons(value))
    return in_codes(national(value) if question and question.type == "phone" else value)


def _computed(newest: Programme, id_: str, answers: Mapping[str, Json]) -> Cell:
    """In the content's words where it has some, else as it stands."""
    value = answers.get(id_)
    text = f"computed.{id_}.{value}"
    return safe(_words(newest, text)) if newest.has(f"console.{text}") else in_codes(value)


def _computed_ids(form_id: str, releases: Sequence[Programme]) -> list[str]:
    forms = [programme.forms[form_id] for programme in releases if form_id in programme.forms]
    ids = ([*behind(form), *(computed.id for computed in form.computed)] for form in forms)
    return list(dict.fromkeys(chain(*ids)))


def _fixed(submission: Submission, newest: Programme, codes: bool) -> list[Cell]:
    began = submission.began_at.astimezone(newest.zone).isoformat(timespec="seconds")
    sent = submission.sent_at.astimezone(newest.zone).isoformat(timespec="seconds") if submission.sent_at else ""
    state = submission.state if codes else _words(newest, f"state.{submission.state}")
    return [submission.id, safe(state), safe(submission.release[:12]), began, sent, safe(submission.channel)]


def _questions(programme: Programme, form_id: str) -> list[tuple[Form, Question]]:
    form = programme.forms.get(form_id)
    return [(form, question) for question in form.questions if question.type != "statement"] if form else []


def _words(programme: Programme, text_id: str, **values: object) -> str:
    return programme.render(f"console.{text_id}", programme.languages[0], values).plain
