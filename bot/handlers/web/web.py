"""What the routes of the web chat are given, and how they answer: never a trace, always a sentence."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from weakref import WeakValueDictionary

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from bot import files
from bot.channel import Address, Incoming
from bot.flood import Flooded
from bot.flows.programme import Programme
from bot.handlers.web import cookie
from bot.handlers.web.cookie import Device
from bot.handlers.web.streams import Streams
from bot.office.downloads import Sources
from storage.errors import Full, StorageError
from storage.store import Storage

IDLE = timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True)
class Web:
    """`hear` returns when the event is committed and raises a StorageError if nothing was kept. `origins`: the sites
    that may show the page in a frame. `may_come`: what comes now from there would be heard now; `awaits_file`: a file
    from there would be an answer; `uploading`: who sends one, one at a time. The app calls `posted` after letters to an address were committed, and `close`
    when the process is to end."""

    hear: Callable[[Incoming], Awaitable[None]]
    storage: Storage
    sources: Sources
    programme: Callable[[], Programme]
    secret: bytes
    data_dir: Path
    now: Callable[[], datetime]
    public_url: str = ""
    origins: tuple[str, ...] = ()
    may_come: Callable[[Address], bool]
    awaits_file: Callable[[Address], Awaitable[bool]]
    largest_file: int = files.LARGEST
    uploading: WeakValueDictionary[Address, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    streams: Streams = field(default_factory=Streams)
    name: str = "web"
    account: str = "web"

    def posted(self, address: Address) -> None:
        """Letters for that address are there to be fetched."""
        self.streams.wake(address.id)

    def close(self) -> None:
        """Ends every open stream, so that the server can stop."""
        self.streams.close()

    def address(self, device: Device) -> Address:
        return Address(self.name, self.account, device.id)

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https://")

    def device(self, request: Request) -> Device | None:
        return cookie.read(request.cookies.get(cookie.NAME), self.secret, self.now())

    def give(self, response: Response, device: Device) -> None:
        response.headers.append("Set-Cookie", cookie.set_cookie(device, self.secret, secure=self.secure))

    def text(self, text_id: str, language: str = "", values: Mapping[str, object] | None = None) -> str:
        programme = self.programme()
        return programme.render(f"web.{text_id}", language or programme.languages[0], values or {}).plain

    def words(self, group: str, language: str) -> dict[str, str]:
        """All texts web.<group>.…, by what follows."""
        start = f"web.{group}."
        names = [name.removeprefix(start) for name in self.programme().texts if name.startswith(start)]
        return {name: self.text(f"{group}.{name}", language) for name in names}


class Trouble(Exception):
    """The request is not done; `problem` is a text below web.errors."""

    def __init__(self, status: int, problem: str) -> None:
        super().__init__(problem)
        self.status, self.problem = status, problem


Handler = Callable[[Web, Request], Awaitable[Response]]


async def answer(web: Web, handler: Handler, request: Request) -> Response:
    """The handler's response, or the trouble it met in words; with the headers that every answer carries."""
    try:
        response = await handler(web, request)
    except Trouble as trouble:
        response = refusal(web, request, trouble.status, trouble.problem)
    except Flooded:
        response = refusal(web, request, 429, "slower")
    except Full:
        response = refusal(web, request, 507, "full")
    except StorageError:
        response = refusal(web, request, 503, "busy")
    except ClientDisconnect:
        response = Response(status_code=400)
    response.headers.update(policy(web.origins))
    return response


def refusal(web: Web, request: Request, status: int, problem: str) -> Response:
    return JSONResponse({"problem": problem, "error": web.text(f"errors.{problem}", read_in(web, request))}, status)


def read_in(web: Web, request: Request) -> str:
    """The language of the page that asks, as its script says it: nothing need be read for it, and a browser's own list
    of languages is none of ours."""
    named = request.headers.get("Accept-Language", "")
    return named if named in web.programme().languages else ""


def known(web: Web, request: Request) -> Device:
    """The device that asks; without a cookie of ours there is none."""
    device = web.device(request)
    if device is None:
        raise Trouble(403, "session")
    return device


def posting(web: Web, request: Request) -> Device:
    """The device that posts from our own page: its cookie and the page's header belong together."""
    device = known(web, request)
    if not cookie.matches(device, request.headers.get(cookie.HEADER), web.secret):
        raise Trouble(403, "session")
    return device


def policy(origins: tuple[str, ...]) -> dict[str, str]:
    frames = " ".join(("'self'", *origins))
    return {
        "Content-Security-Policy": f"default-src 'self'; base-uri 'none'; form-action 'self'; object-src 'none'; frame-ancestors {frames}",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
