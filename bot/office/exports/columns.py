"""Which columns a form has, over all its releases: the newest one's questions in order, then what only older ones asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.flows.programme import Form, Programme, Question
from bot.flows.values import Json
from bot.office.exports.cells import Cell, in_codes, in_words, safe
from bot.office.submissions import label
from storage.submissions import Submission

FIXED = ("number", "state", "release", "began", "sent", "channel")  # texts console.export.<name>


@dataclass(frozen=True, slots=True)
class Column:
    """`id`: a question's, an "other"'s or a computed value's; `title`: what stands in the first row."""

    id: str
    title: str


def in_word_columns(form_id: str, releases: Sequence[Programme]) -> list[Column]:
    """One for each question, by its short name; two of the same name carry their ids too."""
    titles: dict[str, str] = {}
    for programme in releases:
        for form, question in _questions(programme, form_id):
            titles.setdefault(question.id, label(form, question, programme, programme.languages[0]))
    taken = list(titles.values())
    return [Column(name, title if taken.count(title) == 1 else f"{title} ({name})") for name, title in titles.items()]


def in_code_columns(form_id: str, releases: Sequence[Programme]) -> list[Column]:
    """One for each question, "other" and computed value, by its id."""
    ids: dict[str, None] = {}
    for programme in releases:
        for _, question in _questions(programme, form_id):
            ids |= dict.fromkeys([question.id, *([f"{question.id}.other"] if question.other else [])])
        if form := programme.forms.get(form_id):
            ids |= dict.fromkeys(computed.id for computed in form.computed)
    return [Column(name, name) for name in ids]


def header(columns: Sequence[Column], programme: Programme, codes: bool) -> list[Cell]:
    fixed = FIXED if codes else [_words(programme, f"export.{name}") for name in FIXED]
    return [safe(title) for title in [*fixed, *(column.title for column in columns)]]


def row(submission: Submission, columns: Sequence[Column], programme: Programme, codes: bool) -> list[Cell]:
    """`programme` is the release that the submission is pinned to."""
    answers = submission.answers
    if codes:
        return [*_fixed(submission, programme, codes), *(in_codes(answers.get(column.id)) for column in columns)]
    asked = {question.id: question for _, question in _questions(programme, submission.form)}
    cells = [_in_words(asked.get(column.id), answers, programme) for column in columns]
    return [*_fixed(submission, programme, codes), *cells]


def _in_words(question: Question | None, answers: Mapping[str, Json], programme: Programme) -> Cell:
    return "" if question is None else in_words(question, answers, programme, programme.languages[0])


def _fixed(submission: Submission, programme: Programme, codes: bool) -> list[Cell]:
    began = submission.began_at.astimezone(programme.zone).isoformat(timespec="seconds")
    sent = submission.sent_at.astimezone(programme.zone).isoformat(timespec="seconds") if submission.sent_at else ""
    state = submission.state if codes else _words(programme, f"state.{submission.state}")
    return [submission.id, safe(state), safe(submission.release[:12]), began, sent, safe(submission.channel)]


def _questions(programme: Programme, form_id: str) -> list[tuple[Form, Question]]:
    form = programme.forms.get(form_id)
    return [(form, question) for question in form.questions if question.type != "statement"] if form else []


def _words(programme: Programme, text_id: str) -> str:
    return programme.render(f"console.{text_id}", programme.languages[0], {}).plain
