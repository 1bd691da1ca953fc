"""Every page as data: its path, what shows it, and who may ask; and the one gate that all of them stand behind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.console import languages, pages, people, sign_in, submissions, view
from bot.console.desk import Console, Visit
from bot.office.officials import ROLES
from storage import StorageError
from storage.officials import Role

ADMIN: tuple[Role, ...] = ("admin",)


@dataclass(frozen=True, slots=True)
class Page:
    path: str
    show: Callable[[Visit], Awaitable[Response]]
    roles: tuple[Role, ...] = ROLES
    method: Literal["GET", "POST"] = "GET"


PAGES = (
    Page("/console", pages.home),
    Page("/console/chat-code", pages.chat_code, method="POST"),
    Page("/console/sign-out", sign_in.leave, method="POST"),
    Page("/console/submissions", submissions.listing),
    Page("/console/submissions/{number}", submissions.one),
    Page("/console/export", submissions.export, method="POST"),
    Page("/console/broadcasts", pages.broadcast_list),
    Page("/console/officials", people.listing, ADMIN),
    Page("/console/officials/invite", people.invite, ADMIN, "POST"),
    Page("/console/officials/{number}/link", people.renew, ADMIN, "POST"),
    Page("/console/officials/{number}/disable", people.disable, ADMIN, "POST"),
    Page("/console/officials/{number}/enable", people.enable, ADMIN, "POST"),
    Page("/console/aside", pages.aside_list, ADMIN),
    Page("/console/aside/{number}", pages.one_aside, ADMIN),
)


def routes(console: Console) -> list[BaseRoute]:
    """All routes of the console; nothing under /console is served by anybody else."""
    link = sign_in.SIGN_IN + "/{token}"
    return [
        Route(view.CSS_PATH, view.css),
        Route(sign_in.SIGN_IN, calm(console, partial(sign_in.show, console))),
        Route(sign_in.SIGN_IN, calm(console, partial(sign_in.enter, console)), methods=["POST"]),
        Route(link, calm(console, partial(sign_in.show, console))),
        *(Route(page.path, calm(console, gate(console, page)), methods=[page.method]) for page in PAGES),
    ]


Answer = Callable[[Request], Awaitable[Response]]


def gate(console: Console, page: Page) -> Answer:
    """Nobody passes without a session, the role, and (to change anything) a form of our own."""

    async def answer(request: Request) -> Response:
        official = await sign_in.who(console, request)
        if official is None:
            return sign_in.go(sign_in.SIGN_IN)
        visit = Visit(console, request, official, sign_in.csrf(console, request))
        if official.role not in page.roles:
            return view.message(visit, "forbidden", 403)
        if page.method == "POST":
            visit = replace(visit, form=await sign_in.fields(request))
            if not sign_in.genuine(console, request, visit.form):
                return view.message(visit, "stale", 403)
        return await page.show(visit)

    return answer


def calm(console: Console, answer: Answer) -> Answer:
    """A store that cannot work now is told in plain words, and with 503; a language asked for is kept."""

    async def calmly(request: Request) -> Response:
        try:
            response = await answer(request)
        except StorageError:
            response = view.open_page(console, request, "message.html", 503, text="trouble", values={})
        return languages.kept(console.programme(), request, response, secure=console.secure)

    return calmly
