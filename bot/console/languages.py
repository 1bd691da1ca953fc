"""Each official reads the pages in a language of their own: asked for by a link, kept in a cookie, else the programme's
first. The link is the page itself with `?lang=`, so that it works without JavaScript, before signing in, and leads nowhere else."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from bot.flows.programme import Programme

COOKIE, ASKED = "nhipcau_language", "lang"
PATH = "/console"
KEPT = 365 * 24 * 3600  # seconds


class Link(NamedTuple):
    """`name`: what the language calls itself."""

    language: str
    name: str
    href: str


def spoken(programme: Programme, request: Request) -> str:
    """The language of the answer to that request."""
    chosen = asked(programme, request) or request.cookies.get(COOKIE, "")
    return chosen if chosen in programme.languages else programme.languages[0]


def asked(programme: Programme, request: Request) -> str:
    """The language that the address names, if the programme speaks it."""
    named = request.query_params.get(ASKED, "")
    return named if named in programme.languages else ""


def kept(programme: Programme, request: Request, response: Response, *, secure: bool) -> Response:
    """The answer, which lets the browser remember the language that was asked for."""
    if language := asked(programme, request):
        response.set_cookie(
            COOKIE, language, max_age=KEPT, path=PATH, secure=secure, httponly=True, samesite="lax"
        )  # fmt: skip
    return response


def links(programme: Programme, request: Request, otherwise: str) -> list[Link]:
    """This page in the other languages; what answers a form cannot be asked for again: then the page `otherwise`."""
    again = request.method == "GET"
    query = [(name, value) for name, value in request.query_params.multi_items() if name != ASKED] if again else []
    here = spoken(programme, request)
    return [
        Link(
            each,
            programme.render(f"label.language_{each}", each, {}).plain,
            f"{'' if again else otherwise}?{urlencode([*query, (ASKED, each)])}",
        )
        for each in programme.languages
        if each != here
    ]
