"""A file by a link from the conversation: works without a cookie, wherever one chats. A link that is unknown, too old or
leads to nothing any more gets one and the same page."""

from __future__ import annotations

import logging
import re
import unicodedata
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from bot.handlers.web.page import page, spoken
from bot.handlers.web.web import Web
from bot.office import downloads
from bot.office.downloads import Download, TooMany
from storage.errors import StorageError

log = logging.getLogger(__name__)
NO_NAME = re.compile(r"[^A-Za-z0-9. -]+")


async def download(web: Web, request: Request) -> Response:
    try:
        found = await downloads.fetch(web.sources, request.path_params["token"], web.now())
    except (StorageError, TooMany):
        return _page(web, request, "failed", 503)
    except Exception as error:  # noqa: BLE001  a template or a release that is broken: its holder shall not see a trace
        log.error("a file could not be made: %s", type(error).__name__)  # noqa: TRY400  the message may hold answers
        return _page(web, request, "failed", 500)
    return attached(found) if found else _page(web, request, "closed", 404)


def attached(file: Download) -> Response:
    """To be saved and not shown, nor kept by anything on the way. The name without accents is for old programs."""
    bare = unicodedata.normalize("NFD", file.name.replace("đ", "d").replace("Đ", "D"))
    plain = NO_NAME.sub("", bare)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}"
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return Response(file.content, media_type=file.mime, headers=headers)


def _page(web: Web, request: Request, state: str, status: int) -> Response:
    return page(web, "download.html", spoken(web, request), status, state=state)
