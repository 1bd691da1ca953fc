"""What people fetch by a link: whoever holds it gets the file, for a week and as often as they like. It is made when it
is fetched, so that nothing lies about; whether its person may still have it is asked again then."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from secrets import token_urlsafe

from bot.files import path_of
from bot.flows.programme import Programme
from bot.flows.values import Json
from bot.office import case_files, copies, documents, inbox
from bot.office.submissions import Programmes
from storage import Storage, Store
from storage.applications import Application
from storage.files import File

KEPT = timedelta(days=7)
SHORT = timedelta(days=1)  # of what somebody else sent: what it is about can be asked for again
WAITING = 20  # for their turn, since one file is made at a time; more are told to try again
PIXELS = 10  # of a square of a QR picture: 290 px wide and more, to be shown on a phone at a door


class TooMany(Exception):
    """Too many files are being made; nothing was."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What files are made of. `release`: the programme by a release's hash; `content`: where templates lie; `data_dir`:
    where what people handed in does."""

    storage: Storage
    programme: Callable[[], Programme]
    release: Programmes
    content: Path
    data_dir: Path
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: set[object] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Download:
    """`name`: with its ending, in words of the content."""

    name: str
    mime: str
    content: bytes


Made = Awaitable[Download | None]  # None: it is not there any more, or not this person's any more
Maker = Callable[[Sources, int, Mapping[str, Json]], Made]


async def offer(
    store: Store, person_id: int, kind: str, data: Mapping[str, Json], now: datetime, stands: timedelta = KEPT
) -> str:
    """A new link for that person; its path, to be put behind the address of the house (`work.url + path`)."""
    assert kind in MAKERS, kind
    token = token_urlsafe(32)
    await store.tokens.issue(
        "download", token, now + stands, person_id=person_id, data={"kind": kind, "about": dict(data)}
    )
    return f"/download/{token}"


async def fetch(sources: Sources, token: str, now: datetime) -> Download | None:
    """What the link stands for; None if there is no such link, or it is too old, or what it led to is gone."""
    async with sources.storage.read() as store:
        found = await store.tokens.find("download", token, now)
    if found is None or found.person_id is None:
        return None
    about, make = found.data.get("about"), MAKERS[str(found.data["kind"])]
    async with in_turn(sources):
        return await make(sources, found.person_id, about if isinstance(about, dict) else {})


@asynccontextmanager
async def in_turn(sources: Sources) -> AsyncIterator[None]:
    """One after the other, so that whoever fetches much takes no more than half of the time from the conversation."""
    if len(sources.waiting) >= WAITING:
        raise TooMany
    own = object()
    sources.waiting.add(own)
    try:
        async with sources.turn:
            yield
    finally:
        sources.waiting.discard(own)


async def application(sources: Sources, person_id: int, about: Mapping[str, Json]) -> Download | None:
    """{case}: the letter of the application that opened it, for a member of its organisation."""
    case = about.get("case")
    async with sources.storage.read() as store:
        found = await store.applications.of_case(case if isinstance(case, int) else 0, person_id)
    return await _letter(sources, found) if found else None


async def case_letter(sources: Sources, person_id: int, about: Mapping[str, Json]) -> Download | None:
    """{case, submission}: the same letter, for an official who decides about that case."""
    async with sources.storage.read() as store:
        found = await case_files.application(store, person_id, about.get("case"), about.get("submission"))
    return await _letter(sources, found) if found else None


async def _letter(sources: Sources, found: Application) -> Download:
    pinned, today = await sources.release(found.submission.release), sources.programme()
    name = today.render("document.application_name", today.languages[0], {"number": found.cases[0].number}).plain
    return Download(f"{name}.docx", documents.MIME, await documents.application(found, pinned, sources.content))


async def qr(sources: Sources, person_id: int, about: Mapping[str, Json]) -> Download | None:
    """{code}: a picture to be read at the door."""
    import segno

    code, picture, today = str(about["code"]), BytesIO(), sources.programme()
    segno.make_qr(code, error="m").save(picture, kind="png", scale=PIXELS)
    name = today.render("document.qr_name", today.languages[0], {"code": code}).plain
    return Download(f"{name}.png", "image/png", picture.getvalue())


async def export(sources: Sources, person_id: int, about: Mapping[str, Json]) -> Download | None:
    """{}: a copy of everything held about the person, with the words of the releases that they answered."""
    today = sources.programme()
    async with sources.storage.read() as store:
        held = await store.belongings.held(person_id)
    older = {}
    for release in sorted({str(row["release"]) for row in held["submissions"]} - {today.release}):
        with suppress(LookupError):  # one that cannot be read any more
            older[release] = await sources.release(release)
    packed = await copies.packed(held, replace(today, older=older), sources.data_dir)
    name = today.render("document.export_name", today.languages[0], {}).plain
    return Download(f"{name}.zip", "application/zip", packed)


async def told(sources: Sources, person_id: int, about: Mapping[str, Json]) -> Download | None:
    """{talk, file}: what the other side of a talk sent, as it came, while one may read that talk."""
    async with sources.storage.read() as store:
        file = await inbox.file_of(store, person_id, about.get("talk"), about.get("file"))
    return await _as_it_came(sources, file) if file else None


async def case_paper(sources: Sources, person_id: int, about: Mapping[str, Json]) -> Download | None:
    """{case, file}: what an organisation handed in, for an official who decides about that case."""
    async with sources.storage.read() as store:
        file = await case_files.file(store, person_id, about.get("case"), about.get("file"))
    return await _as_it_came(sources, file) if file else None


async def _as_it_came(sources: Sources, file: File) -> Download | None:
    try:
        content = await asyncio.to_thread(path_of(sources.data_dir, file.sha256).read_bytes)
    except FileNotFoundError:  # swept
        return None
    return Download(file.name, file.mime, content)


MAKERS: dict[str, Maker] = {
    "application": application,
    "case_letter": case_letter,
    "case_paper": case_paper,
    "qr": qr,
    "export": export,
    "told": told,
}
