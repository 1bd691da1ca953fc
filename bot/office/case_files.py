"""What of a case can be read: the applications it was opened or joined with, and every file that came with them or was
handed in later. For officials who decide about cases; asked again whenever a link is opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.flows.programme import Programme
from bot.flows.values import Json
from bot.office.cases import MAY_DECIDE
from bot.office.submissions import label
from storage import Store
from storage.applications import Application, Numbered
from storage.cases import Case
from storage.files import File
from storage.submissions import Submission


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that came with an application, and what it was asked for as."""

    title: str
    file_id: str


async def sent(store: Store, case: Case) -> list[Submission]:
    """The application that opened it, then those that were joined to it; what was erased is not there any more."""
    joined = [one.data.get("submission") for one in await store.cases.history(case.id) if one.name == "joined"]
    numbers = dict.fromkeys(one for one in (case.submission_id, *joined) if isinstance(one, int))
    return [found for one in numbers if (found := await store.submissions.get(one))]


def attached(one: Submission, programme: Programme) -> list[Attached]:
    """In the words of today's form; under its own name where the form asks for no such paper any more."""
    return [
        Attached(_title(one.form, question, programme) or str(value.get("name", "")), str(value["file"]))
        for question, value in _files(one)
    ]


def _files(one: Submission) -> Iterator[tuple[str, dict[str, Json]]]:
    for question, value in one.answers.items():
        if isinstance(value, dict) and value.get("file"):
            yield question, value


def _title(form: str, question: str, programme: Programme) -> str:
    known = programme.forms.get(form)
    asked = next((each for each in known.questions if each.id == question), None) if known else None
    return label(known, asked, programme, programme.languages[0]) if known and asked else ""


async def application(store: Store, person_id: int, case_id: Json, submission: Json) -> Application | None:
    """One that the case was opened or joined with; None for whoever may not decide about cases now."""
    case = await _case(store, person_id, case_id)
    found = next((one for one in await sent(store, case) if one.id == submission), None) if case else None
    return Application(found, (Numbered(case.id, case.number, case.support),)) if case and found else None


async def file(store: Store, person_id: int, case_id: Json, file_id: Json) -> File | None:
    """A file that belongs to that case now; None for whoever may not decide about cases now."""
    case = await _case(store, person_id, case_id)
    if case is None:
        return None
    held = {paper.file_id for paper in await store.cases.papers([case.id])}
    held |= {str(value["file"]) for one in await sent(store, case) for _, value in _files(one)}
    found = await store.files.get(str(file_id)) if file_id in held else None
    return found if found and found.state == "ready" else None


async def _case(store: Store, person_id: int, case_id: Json) -> Case | None:
    official = (await store.officials.bound([person_id])).get(person_id)
    may = official is not None and official.role in MAY_DECIDE
    return await store.cases.get(case_id) if may and isinstance(case_id, int) else None
