"""A file from the chat page: on disk and in its row first, then heard as any other event."""

from __future__ import annotations

import asyncio
import secrets

from starlette.requests import Request
from starlette.responses import Response

from bot import files
from bot.channel import Address, Incoming
from bot.files import Kept, RefusedFile
from bot.flows.values import Event, Json
from bot.handlers.web.lines import check_open, person_at, read_receipt
from bot.handlers.web.multipart import Form
from bot.handlers.web.web import Trouble, Web, posting, refusal
from storage.files import File

READ_ON = 80_000_000  # of a file that is too large, so that its sender hears why


async def upload(web: Web, request: Request) -> Response:
    """204 once the bot has heard of it; 422 with the reason if it was refused, which the bot has heard too, or if no
    question waits for a file, and 429 if this person sends too fast: then it has not, and nothing was kept."""
    device = posting(web, request)
    check_open(device, await person_at(web, device), Event("file_ready", web.now()))
    form, address = Form(request), web.address(device)
    async with one_at_a_time(web, address):
        try:
            await admit(web, address, form)
        except Trouble as trouble:
            if trouble.problem == "unasked" and await heard_before(web, address, form):
                return Response(status_code=204)
            raise
        return await _keep(web, request, address, form)


async def _keep(web: Web, request: Request, address: Address, form: Form) -> Response:
    try:
        kept = await take(web, form)
    except RefusedFile as refused:
        await web.hear(incoming(web, address, form, "file_refused", {"reason": refused.reason}))
        return refusal(web, request, 422, refused.reason)
    event = incoming(web, address, form, "file_ready", described(kept))
    await web.hear(await with_row(web, event, kept))
    return Response(status_code=204)


def one_at_a_time(web: Web, address: Address) -> asyncio.Lock:
    """What is true of a person before a file must still be true when it is heard."""
    return web.uploading.setdefault(address, asyncio.Lock())


async def admit(web: Web, address: Address, form: Form) -> None:
    """Before a byte is kept: Trouble unless the file would be heard now, and as an answer. Refused, it is read to its end
    and dropped, so that its sender hears why."""
    if not web.may_come(address):
        trouble = Trouble(429, "slower")
    elif not await web.awaits_file(address):
        trouble = Trouble(422, "unasked")
    else:
        return
    async for _ in form.file():
        await form.rest(READ_ON)
    raise trouble


async def heard_before(web: Web, address: Address, form: Form) -> bool:
    """Whether this very upload was taken already, and only its confirmation was lost."""
    async with web.storage.read() as store:
        return await store.receipts.known((address, read_receipt(form.fields.get("id"))))


async def take(web: Web, form: Form) -> Kept:
    """Keeps the form's file, or says why not after all of it has come."""
    try:
        kept = await files.keep(form.file(), web.data_dir, web.largest_file)
    except RefusedFile:
        await form.rest(READ_ON)
        if form.name is None:
            raise Trouble(400, "no_file") from None
        raise
    return kept


def described(kept: Kept) -> dict[str, Json]:
    return {"file": secrets.token_urlsafe(18), **kept.about()}


def incoming(web: Web, address: Address, form: Form, name: str, data: dict[str, Json]) -> Incoming:
    receipt = read_receipt(form.fields.get("id"))
    return Incoming(address, receipt, Event(name, web.now(), data | {"name": form.name or ""}))


async def with_row(web: Web, event: Incoming, kept: Kept) -> Incoming:
    """Writes the row that names the bytes; until an answer names the row in turn, the sweep may take both."""
    data, at = event.event.data, event.event.at
    async with web.storage.write() as store:
        people = await store.people.find([event.address]) or await store.people.resolve([event.address], at)
        await store.files.receive(
            File(
                str(data["file"]), people[event.address].id, str(data["name"]), at, mime=kept.mime, size=kept.size,
                sha256=kept.sha256, state="ready",
            )
        )  # fmt: skip
    return event
