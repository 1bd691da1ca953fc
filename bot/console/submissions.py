"""Submissions: a list for each form and state, one with all its answers, and all of a form as a file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from starlette.responses import Response, StreamingResponse

from bot.console import view
from bot.console.desk import Console, Visit
from bot.flows.programme import Programme, words
from bot.office import conditions, exports, submissions
from bot.office.exports import ExportFailed, Order
from storage.submissions import State, Submission

PAGE = 50
PIECE = 65_536


async def listing(visit: Visit) -> Response:
    """`?form=…&state=…&after=…`; the menu's first form and what was sent, unless asked otherwise."""
    console = visit.console
    forms = console.programme().forms
    form, state = visit.request.query_params.get("form") or _first(console.programme()), _state(visit)
    if form and form not in forms:
        return view.message(visit, "missing", 404)
    titles = {id_: words(each.title, visit.language) for id_, each in forms.items()}
    async with console.storage.read() as store:
        counts = await submissions.counts(store, {form: forms[form]} if form else {})
    after = visit.number("after")
    page = await submissions.listing(console.storage, console.release, form, state, after, PAGE)
    return view.page(
        visit, "submissions.html", form=form, state=state, titles=titles, counts=counts, found=page, paged=after
    )


def _first(programme: Programme) -> str:
    """The form that the menu offers first: the one that most people fill in."""
    offered = (route.removeprefix("form.") for route in programme.menu if route.startswith("form."))
    return next(offered, next(iter(programme.forms), ""))


async def one(visit: Visit) -> Response:
    """All answers of a submission, in the words of the release it was answered under."""
    console = visit.console
    async with console.storage.read() as store:
        found = await store.submissions.get(visit.number("number") or 0)
        consents = await store.consents.current(found.person_id) if found else {}
    if found is None:
        return view.message(visit, "missing", 404)
    agreed = submissions.agreements(consents, console.programme(), visit.language)
    title, parts = await _answers(visit, found)
    judged = [_said(each, visit.language) for each in conditions.judged(console.programme(), found)]
    return view.page(visit, "submission.html", found=found, title=title, parts=parts, agreed=agreed, conditions=judged)


def _said(one: conditions.Judged, language: str) -> dict[str, str]:
    """A condition, its basis, and how the answers stand to it."""
    truth = "unknown" if one.truth is None else "met" if one.truth else "not_met"
    return {"title": words(one.condition.title, language), "basis": one.condition.basis, "truth": truth}


async def _answers(visit: Visit, found: Submission) -> tuple[str, tuple[submissions.Part, ...] | None]:
    """What the form is called, and its answers; None if the release that they need is gone."""
    try:
        programme = await visit.console.release(found.release)
        parts = submissions.parts(found, programme, visit.language)
    except LookupError:
        return found.form, None
    return words(programme.forms[found.form].title, visit.language), parts


async def export(visit: Visit) -> Response:
    """All submissions of a form, written by a child process; no file stays behind."""
    form, now = visit.form.get("form", ""), visit.console.now()
    if form not in visit.console.programme().forms:
        return view.message(visit, "missing", 404)
    async with visit.console.storage.write() as store:
        await store.officials.note(visit.official.id, "exported", form, now)
    try:
        async with visit.console.exporting:
            file = await _made(visit.console, form)
    except ExportFailed as error:
        return view.message(visit, "export_failed", 500, reason=str(error))
    day = now.astimezone(visit.console.programme().zone).strftime("%Y-%m-%d-%H%M")
    return _download(file, f"{form}-{day}.csv")


async def _made(console: Console, form: str) -> BinaryIO:
    """The finished file, open, and already without a name on disk."""
    with tempfile.TemporaryDirectory(prefix="export-", dir=console.data_dir) as folder:
        out = Path(folder, "answers.csv")
        await exports.run(Order(console.database_url, form, str(out)))
        return _opened(out)


def _opened(path: Path) -> BinaryIO:
    return path.open("rb")


def _download(file: BinaryIO, name: str) -> Response:
    length = os.fstat(file.fileno()).st_size
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Length": str(length)}
    return StreamingResponse(_pieces(file), media_type="text/csv", headers={**view.HEADERS, **headers})


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece


def _state(visit: Visit) -> State:
    given = visit.request.query_params.get("state")
    return next((state for state in submissions.STATES if state == given), "sent")
