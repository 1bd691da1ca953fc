"""The web chat: a page of our own, whose bubbles are letters and whose lines go through `hear` like everyone's.

Who asks is what the signed cookie says. A line is confirmed after its commit; *sent* is stored, *seen* is fetched.
"""

from __future__ import annotations

from functools import partial

from starlette.routing import BaseRoute, Route

from bot.handlers.web import downloads, lines, links, page, uploads
from bot.handlers.web.web import Handler, Web, answer

__all__ = ["Web", "routes"]


def routes(web: Web) -> list[BaseRoute]:
    """What the app mounts at /."""
    return [
        _route(web, "GET", "/", page.chat),
        _route(web, "GET", "/chat/messages", lines.messages),
        _route(web, "GET", "/chat/events", lines.events),
        _route(web, "POST", "/chat/say", lines.say),
        _route(web, "POST", "/chat/upload", uploads.upload),
        _route(web, "POST", "/chat/forget", lines.forget),
        _route(web, "GET", "/chat/{version}/{name}", page.asset),
        _route(web, "GET", "/upload/{token}", links.show),
        _route(web, "POST", "/upload/{token}", links.hand_in),
        _route(web, "GET", "/download/{token}", downloads.download),
    ]


def _route(web: Web, method: str, path: str, handler: Handler) -> Route:
    return Route(path, partial(answer, web, handler), methods=[method])
