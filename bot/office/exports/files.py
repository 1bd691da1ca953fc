"""The file itself: written beside its place under another name, synced, then renamed, so that no half one is ever found."""

from __future__ import annotations

import csv
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from bot.flows.programme import Programme
from bot.office.exports.cells import Cell
from bot.office.exports.columns import Table
from bot.office.submissions import Programmes
from storage import Storage, Store
from storage.submissions import PAGE, State, Submission

ORDER: tuple[State, ...] = ("sent", "in_progress", "abandoned")  # what is complete stands first


async def export_csv(storage: Storage, programmes: Programmes, form_id: str, out: Path, *, codes: bool = False) -> int:
    """Writes all submissions of a form as CSV (UTF-8 with BOM) and returns how many rows it has beside the header.

    One row per submission, one column per question over all releases of the form. Words by default, as staff work with
    them; `codes`: ids and values as they are stored, for programs. LookupError if the database holds no content yet.
    """
    async with storage.read() as store:
        known = await _releases(store, programmes, form_id)
        table = Table.of(form_id, list(known.values()), codes=codes)
        with _whole(out) as file:
            writer = csv.writer(file)
            writer.writerow(table.header())
            rows = 0
            async for cells in _rows(store, known, form_id, table):
                writer.writerow(cells)
                rows += 1
    return rows


async def _releases(store: Store, programmes: Programmes, form_id: str) -> dict[str, Programme]:
    """The content of every release that a submission needs, the newest of all first."""
    newest = await store.releases.newest()
    if newest is None:
        raise LookupError("the database holds no content yet: run the programme once")
    used = [release for release in await store.submissions.releases_of(form_id) if release != newest]
    return {release: await programmes(release) for release in [newest, *used]}


async def _rows(store: Store, known: dict[str, Programme], form_id: str, table: Table) -> AsyncIterator[list[Cell]]:
    for state in ORDER:
        async for some in _gathered(store.submissions.stream(form_id, state)):
            consents = await store.consents.current_of({submission.person_id for submission in some})
            for submission in some:
                yield table.row(submission, known[submission.release], consents.get(submission.person_id, {}))


async def _gathered(stream: AsyncIterator[Submission]) -> AsyncIterator[list[Submission]]:
    """At most a PAGE at once."""
    some: list[Submission] = []
    async for submission in stream:
        some.append(submission)
        if len(some) == PAGE:
            yield some
            some = []
    if some:
        yield some


@contextmanager
def _whole(out: Path) -> Iterator[TextIO]:
    """A file for its owner alone that stands at `out` only when everything is in it and on disk."""
    part = out.with_name(f".{out.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8-sig", errors="replace", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(out)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _sync_folder(out.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
