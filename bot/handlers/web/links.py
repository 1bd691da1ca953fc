"""The one-time upload page, for people who chat where files cannot be sent: whoever holds the link may hand in one
file, which is heard at the address that the link was made for."""

from __future__ import annotations

from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from bot.channel import Address, Incoming
from bot.files import Kept, RefusedFile
from bot.flows.session import from_json
from bot.flows.values import Event
from bot.handlers.web.multipart import Form
from bot.handlers.web.page import asked, page, spoken
from bot.handlers.web.uploads import admit, described, one_at_a_time, take, with_row
from bot.handlers.web.web import Trouble, Web
from storage.errors import Full, StorageError
from storage.tokens import digest


async def show(web: Web, request: Request) -> Response:
    """Looking at the page spends nothing: messengers open links by themselves to draw a preview."""
    holder = await owner(web, request)
    if holder is None:
        return _page(web, spoken(web, request), "closed", 404)
    return _page(web, holder.language, "open")


async def hand_in(web: Web, request: Request) -> Response:
    """Every trouble is this page again, with a sentence above the button: it works without scripts."""
    language = spoken(web, request)
    try:
        holder = await owner(web, request)
        if holder is None:
            return _page(web, language, "closed", 404)
        language = holder.language
        return await _take(web, request, holder)
    except RefusedFile as refused:
        return _page(web, language, "open", 422, refused.reason)
    except Trouble as trouble:
        return _page(web, language, "open", trouble.status, trouble.problem)
    except StorageError as error:
        status, problem = (507, "full") if isinstance(error, Full) else (503, "busy")
        return _page(web, language, "open", status, problem)


class Holder(NamedTuple):
    """Whose link it is, and the language of that conversation unless the page's address names one."""

    address: Address
    language: str


async def owner(web: Web, request: Request) -> Holder | None:
    """Where the link was asked for, else where its holder was last heard; None once it is spent or too old."""
    async with web.storage.read() as store:
        token = await store.tokens.find("upload", request.path_params["token"], web.now())
        if token is None or token.person_id is None:
            return None
        places = await store.people.addresses(token.person_id)
        states = await store.sessions.load([token.person_id])
    here = [place for place in places if place.address_id == token.data.get("address")]
    told = next((from_json(state).language for state in states.values()), "")
    language = asked(web, request) or (told if told in web.programme().languages else spoken(web, request))
    return next((Holder(place.address, language) for place in (*here, *places)), None)


async def _take(web: Web, request: Request, holder: Holder) -> Response:
    form, address = Form(request), holder.address
    async with one_at_a_time(web, address):
        if await owner(web, request) is None:  # an impatient thumb was faster
            return _page(web, holder.language, "closed", 404)
        await admit(web, address, form)
        kept = await take(web, form)
        await web.hear(await with_row(web, _handed_in(web, request, address, form, kept), kept))
        async with web.storage.write() as store:
            await store.tokens.spend("upload", request.path_params["token"], web.now())
    return _page(web, holder.language, "done")


def _handed_in(web: Web, request: Request, address: Address, form: Form, kept: Kept) -> Incoming:
    """The same file by the same link twice, from an impatient thumb, counts once."""
    receipt = f"upload-{digest(request.path_params['token'])[:24]}-{kept.sha256[:24]}"
    event = Event("file_ready", web.now(), described(kept) | {"name": form.name or ""})
    return Incoming(address, receipt, event)


def _page(web: Web, language: str, state: str, status: int = 200, problem: str = "") -> Response:
    error = web.text(f"errors.{problem}", language) if problem else ""
    return page(web, "upload.html", language, status, state=state, error=error)
