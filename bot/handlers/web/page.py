"""The page itself and what it is made of: one template, one style sheet, a few modules, all from this folder."""

from __future__ import annotations

import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.flows.session import from_json
from bot.handlers.web import cookie
from bot.handlers.web.cookie import Device
from bot.handlers.web.web import Trouble, Web
from storage.errors import StorageError

HERE = Path(__file__).parent
ASSETS = {path.name: path.read_bytes() for path in sorted(HERE.iterdir()) if path.suffix in {".css", ".js", ".svg"}}
VERSION = hashlib.sha256(b"".join(ASSETS.values())).hexdigest()[:12]
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
pages = Environment(loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True)
FRAMES = {"iframe", "frame", "embed", "object"}


async def chat(web: Web, request: Request) -> Response:
    """The chat page. A new browser gets its cookie here; nothing is stored until it says something."""
    now = web.now()
    device = web.device(request) or cookie.new_device(now, framed=framed(web, request))
    language = asked(web, request) or await chosen(web, device) or web.programme().languages[0]
    response = page(
        web,
        "chat.html",
        language,
        token=cookie.header_token(device, web.secret),
        local=cookie.local_name(device, web.secret),
        words=web.words("words", language),
    )
    web.give(response, device.renewed(now) if device.stale(now) else device)
    return response


def framed(web: Web, request: Request) -> bool:
    return bool(web.origins) and request.headers.get("Sec-Fetch-Dest") in FRAMES


def spoken(web: Web, request: Request) -> str:
    return asked(web, request) or web.programme().languages[0]


def asked(web: Web, request: Request) -> str:
    """The language that the page's address names, if the programme speaks it."""
    named = request.query_params.get("lang", "")
    return named if named in web.programme().languages else ""


async def chosen(web: Web, device: Device) -> str:
    """The language of the conversation so far. Best effort: the page opens also while nothing can be read."""
    try:
        async with web.storage.read() as store:
            person = (await store.people.find([web.address(device)])).get(web.address(device))
            states = await store.sessions.load([person.id]) if person else {}
    except StorageError:
        return ""
    return next((from_json(state).language for state in states.values()), "")


def page(web: Web, template: str, language: str, status: int = 200, **values: object) -> Response:
    """A page of ours in that language; `t` are the texts below web.page."""
    zone = str(web.programme().zone)
    languages = [other for other in web.programme().languages if other != language]
    own = {"t": web.words("page", language), "language": language, "languages": languages}
    shared = own | {"version": VERSION, "zone": zone}
    html = pages.get_template(template).render(shared | values)
    return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})


async def asset(web: Web, request: Request) -> Response:
    """A part of the page. Its address names its version, so that a browser may keep it for ever."""
    name = request.path_params["name"]
    if name not in ASSETS:
        raise Trouble(404, "not_found")
    current = request.path_params["version"] == VERSION
    caching = "public, max-age=31536000, immutable" if current else "no-cache"
    return Response(ASSETS[name], media_type=TYPES[Path(name).suffix], headers={"Cache-Control": caching})
