"""The letter that an application is printed as: its answers in words, in the programme's own Word template.

The template is read from the content folder whenever a letter is made, and belongs to no release: like a fact, a new
form of the letter applies at once, also to what was sent before. The questions and their words are those of the release
that was answered. It stays out of the bundle, which is text and lies in the database once per release.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.content.bundle import COMMON
from bot.content.problems import Problem
from bot.content.trial import ANSWERS
from bot.flows.programme import Form, Programme, Question, words
from bot.flows.understanding.provinces import home
from bot.flows.values import Json
from bot.office.submissions import label, shown
from storage.applications import Application, Numbered

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FOLDER = "documents"
Values = dict[str, Any]


async def application(sent: Application, programme: Programme, content: Path) -> bytes:
    """The letter as a DOCX. `programme`: the release that was answered, with the facts of today."""
    from bot.content.documents import fill

    template = template_of(content, programme.id, sent.submission.form)
    return await asyncio.to_thread(lambda: fill(template.read_bytes(), values(sent, programme)))


def template_of(content: Path, programme_id: str, name: str) -> Path:
    """The programme's own template takes the place of the common one."""
    own = content / programme_id / FOLDER / f"{name}.docx"
    return own if own.is_file() else content / COMMON / FOLDER / own.name


def check(content: Path, programme: Programme) -> list[Problem]:
    """What is wrong with the templates that this programme would use."""
    paths = [path for place in (COMMON, programme.id) for path in sorted((content / place / FOLDER).glob("*.docx"))]
    return [
        Problem(path.relative_to(content).as_posix(), 1, wrong)
        for path in paths
        if not path.name.startswith("~") and (wrong := _wrong(path, programme))  # ~: Word has another one open
    ]


def _wrong(path: Path, programme: Programme) -> str:
    from bot.content.documents import wrong

    form = programme.forms.get(path.stem)
    if form is None:
        return f"there is no form '{path.stem}' that this could be the paper of"
    given = {question.id: ANSWERS.get(question.type, "") for question in form.questions}
    cases = [Numbered(1, "AG-2030-00001", support.id) for support in programme.entries["supports"]]
    return wrong(path.read_bytes(), _values(form, given, cases, "07:30 15/01/2030", programme))


def values(sent: Application, programme: Programme) -> Values:
    """What a template can name; in the programme's first language, as offices need it."""
    form, answers = programme.forms[sent.submission.form], sent.submission.answers
    given = {question.id: _whole(question, answers, programme) for question in form.questions}
    at = sent.submission.sent_at or sent.submission.answered_at
    return _values(form, given, sent.cases, _moment(at, programme), programme)


def _values(form: Form, given: Mapping[str, str], cases: Sequence[Numbered], sent: str, programme: Programme) -> Values:
    facts = _facts(programme)
    return {
        "agency": facts.get("agency", ""),
        "facts": facts,
        "unit": given.get("unit_name", ""),
        "sent": sent,
        "cases": [{"number": case.number, "support": _support(case.support, programme)} for case in cases],
        "parts": [part for part in _parts(form, given, programme) if part["rows"]],
        "answers": dict(given),
    }


def _moment(at: datetime, programme: Programme) -> str:
    return at.astimezone(programme.zone).strftime("%H:%M %d/%m/%Y")


def _parts(form: Form, given: Mapping[str, str], programme: Programme) -> Iterator[Values]:
    """The form's sections with what was answered in them; what was skipped is left out."""
    language = programme.languages[0]
    for section in form.sections:
        asked = [question for question in form.questions if question.section == section.id and given[question.id]]
        rows = [
            {"id": question.id, "label": label(form, question, programme, language), "value": given[question.id]}
            for question in asked
        ]
        yield {"id": section.id, "title": words(section.title, language), "rows": rows}


def _whole(question: Question, answers: Mapping[str, Json], programme: Programme) -> str:
    """In words as everywhere; but a tax code in full, since the letter is signed and compared with the register, and a
    commune with its province, since it leaves the house."""
    if question.type == "tax_code":
        return str(answers.get(question.id) or "")
    value, given = shown(question, answers, programme, programme.languages[0]), answers.get(question.id)
    if question.type == "commune" and isinstance(given, dict) and given.get("code"):
        return ", ".join(filter(None, (value, home(programme.communes, programme.provinces))))
    return value


def _support(id: str, programme: Programme) -> str:
    entry = next((entry for entry in programme.entries["supports"] if entry.id == id), None)
    return words(entry.title, programme.languages[0]) if entry else id


def _facts(programme: Programme) -> dict[str, str]:
    """One that is not filled in yet reads as it does in chat."""
    updating = programme.render("common.updating", programme.languages[0], {}).plain
    return {name: value or updating for name, value in programme.facts.items()}
