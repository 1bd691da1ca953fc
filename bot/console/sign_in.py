"""Who is at the desk: the one-time link, the session's cookie, and the CSRF token that every form carries.

A link's token stands in its path, so that the page works without JavaScript; it opens nothing until its button is
pressed, once, within 48 hours. The server writes no access log, and no page tells another where it came from.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.console.desk import Console, Visit
from bot.console.view import HEADERS, open_page
from bot.office import officials
from storage.officials import Official

COOKIE = "nhipcau_console"
HOME, SIGN_IN = "/console", "/console/sign-in"
LONGEST_FORM = 16_384  # bytes


async def show(console: Console, request: Request) -> Response:
    """The page of a link, with one button; without a token it says how to get one."""
    return open_page(console, request, "sign_in.html", token=request.path_params.get("token", ""), refused=False)


async def enter(console: Console, request: Request) -> Response:
    """Spends the link and opens a session."""
    token = (await fields(request)).get("token", "") if same_site(request) else ""
    async with console.storage.write() as store:
        session = await officials.sign_in(store, token, console.now())
    if session is None:
        return open_page(console, request, "sign_in.html", 403, token="", refused=True)
    return _with_cookie(console, go(HOME), session)


async def leave(visit: Visit) -> Response:
    async with visit.console.storage.write() as store:
        await officials.sign_out(store, cookie(visit.request), visit.console.now())
    response = go(SIGN_IN)
    response.delete_cookie(COOKIE, path=HOME)
    return response


async def who(console: Console, request: Request) -> Official | None:
    """Whose session the request carries."""
    session = cookie(request)
    if not session:
        return None
    async with console.storage.read() as store:
        return await officials.signed_in(store, session, console.now())


def cookie(request: Request) -> str:
    return request.cookies.get(COOKIE, "")


def csrf(console: Console, request: Request) -> str:
    """The session's token for forms: nobody can make it who does not hold both the key and the cookie."""
    return hmac.new(console.secret, b"csrf:" + cookie(request).encode(), "sha256").hexdigest()


def same_site(request: Request) -> bool:
    """False where the browser itself says that another site sent this."""
    return request.headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}


def genuine(console: Console, request: Request, form: Mapping[str, str]) -> bool:
    """Whether a POST came from one of our own pages in this session."""
    given = form.get("csrf", "").encode()
    return same_site(request) and hmac.compare_digest(given, csrf(console, request).encode())


async def fields(request: Request) -> dict[str, str]:
    """The fields of a form, none of them twice; 413 for one that is larger than any of ours."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_FORM:
            raise HTTPException(413)
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=20))
    except ValueError as error:
        raise HTTPException(400) from error


def go(path: str) -> RedirectResponse:
    return RedirectResponse(path, 303, HEADERS)


def _with_cookie(console: Console, response: Response, session: str) -> Response:
    response.set_cookie(
        COOKIE, session, max_age=int(officials.SESSION_STANDS.total_seconds()), path=HOME,
        secure=console.secure, httponly=True, samesite="lax",
    )  # fmt: skip
    return response
