"""Updates that Telegram brings: 200 only after the commit. It brings a chat's next update only when the last one was
answered, so that order holds without doing anything more for it."""

from __future__ import annotations

import json
import logging
from functools import partial
from hmac import compare_digest
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.handlers.telegram.connecting import Connection
from storage import StorageError

log = logging.getLogger(__name__)
PATH = "/webhook/telegram"
SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  the header's name
LARGEST = 1 << 20  # bytes; an update has some kB


class TooLarge(Exception):
    """The body is longer than any update."""


def routes(connection: Connection) -> list[BaseRoute]:
    return [Route(PATH, partial(take, connection), methods=["POST"])] if connection.telegram.webhook else []


async def take(connection: Connection, request: Request) -> Response:
    """403 without our secret; 503 if it could not be kept, and 429 if its sender must slow down: it comes again."""
    given = request.headers.get(SECRET, "")
    if not compare_digest(given.encode(errors="replace"), connection.telegram.secret.encode()):
        return Response(status_code=403)
    if connection.hearing is None:
        return Response(status_code=503)
    try:
        raw = _parsed(await _body(request))
        flooded = await connection.hearing.hear([raw])
    except TooLarge:
        return Response(status_code=413)
    except ClientDisconnect:
        return Response(status_code=400)
    except StorageError as error:
        log.warning("an update is not confirmed, the database could not keep it: %s", type(error).__name__)
        return Response(status_code=503)
    except Exception as error:  # noqa: BLE001  its words may be people's
        log.error("an update is not confirmed: %s", type(error).__name__)  # noqa: TRY400
        return Response(status_code=503)
    return Response(status_code=429 if flooded else 200)


async def _body(request: Request) -> bytes:
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > LARGEST:
        raise TooLarge
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise TooLarge
    return bytes(body)


def _parsed(body: bytes) -> Any:
    """What is no JSON is set aside as it came: sent again it would be none either."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body[:1000].decode(errors="replace")
