"""Values → HTML. Everything is escaped, every word is a text of the programme, and every answer carries the headers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.console import languages
from bot.console.desk import Console, Visit
from bot.office.officials import ROLES

HERE = Path(__file__).parent
CSS = (HERE / "console.css").read_bytes()
CSS_PATH = f"/console/{sha256(CSS).hexdigest()[:12]}.css"  # another style sheet, another address: kept for good
PAGES = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",  # a sign-in link's token stands in its path
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


def page(visit: Visit, name: str, /, status: int = 200, **values: object) -> HTMLResponse:
    """A page for a signed-in official."""
    return _html(visit.console, visit.request, name, status, official=visit.official, csrf=visit.csrf, **values)


def open_page(console: Console, request: Request, name: str, /, status: int = 200, **values: object) -> HTMLResponse:
    """A page for whoever asks."""
    return _html(console, request, name, status, official=None, **values)


def message(visit: Visit, text: str, status: int, **values: object) -> HTMLResponse:
    """A page that only says something: texts `<text>.title` and `<text>.text`."""
    return page(visit, "message.html", status, text=text, values=values)


async def css(request: Request) -> Response:
    kept = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
    return Response(CSS, media_type="text/css", headers=kept)


def _html(console: Console, request: Request, name: str, status: int, /, **values: object) -> HTMLResponse:
    programme = console.programme()
    lang = languages.spoken(programme, request)
    others = languages.links(programme, request, "/console" if values["official"] else "/console/sign-in")
    say = partial(console.say, lang)
    words = {"t": say, "when": _when(console, lang), "channel": _channel(console, lang)}
    shared = {"lang": lang, "languages": others, "css": CSS_PATH, "roles": ROLES}
    html = PAGES.get_template(name).render(**shared, **words, **values)
    return HTMLResponse(html.encode(errors="replace"), status, HEADERS)  # half a surrogate pair stops no page


def _when(console: Console, lang: str) -> Callable[[datetime], Markup]:
    """An instant as people read it, in the programme's time zone."""
    zone = console.programme().zone
    element = Markup('<time datetime="{}">{}</time>')
    return lambda at: element.format(
        at.isoformat(timespec="seconds"), console.say(lang, "when", at=at.astimezone(zone))
    )


def _channel(console: Console, lang: str) -> Callable[[str], str]:
    """A channel by its name for people; a new one without such a name as it is."""
    known = console.programme().has
    return lambda name: console.say(lang, f"channel.{name}") if known(f"console.channel.{name}") else name
