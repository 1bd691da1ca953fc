"""Lines in, bubbles out: a line is confirmed once it is committed, and bubbles are the letters of the cookie's address."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from bot.channel import Incoming
from bot.flows.values import Event, Json
from bot.handlers.web import cookie
from bot.handlers.web.cookie import Device
from bot.handlers.web.web import IDLE, Trouble, Web, known, posting
from storage.errors import StorageError
from storage.letters import Letter
from storage.people import Person

LARGEST_BODY = 512 * 1024  # a text of 100,000 characters must reach the bot, which answers it
LONGEST_VALUE = 512
LONGEST_LANGUAGE = 8
RECEIPT = re.compile(r"[A-Za-z0-9_-]{1,64}")
FIRST_BUBBLES = 200
PAGE = 100


async def say(web: Web, request: Request) -> Response:
    device = posting(web, request)
    body = await json_body(request)
    event = read_event(body, web.now())
    receipt = read_receipt(body.get("id"))
    check_open(device, await person_at(web, device), event)
    await web.hear(Incoming(web.address(device), receipt, event, language=read_language(body.get("language"))))
    return Response(status_code=204)


async def messages(web: Web, request: Request) -> Response:
    """The bubbles after a given one, or that they are hidden: then the cookie remembers until when."""
    device = known(web, request)
    person = await person_at(web, device)
    hidden = hidden_until(person, web.now())
    if hidden > device.hidden_until:
        response = JSONResponse({"messages": [], "hidden": True})
        web.give(response, replace(device, hidden_until=hidden))
        return response
    if hidden or person is None:
        return JSONResponse({"messages": [], "hidden": bool(hidden)})
    letters = await unread(web, person, after(request))
    shown = [letter for letter in letters if letter.made_at.timestamp() >= device.hidden_until]
    return JSONResponse({"messages": [bubble(letter) for letter in shown], "hidden": False})


async def events(web: Web, request: Request) -> Response:
    stream: AsyncIterator[str] = web.streams.listen(known(web, request).id)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


async def forget(web: Web, request: Request) -> Response:
    """This browser leaves the conversation for good: its next cookie names a new device."""
    device = posting(web, request)
    response = Response(status_code=204)
    response.headers.append("Set-Cookie", cookie.drop_cookie(device, secure=web.secure))
    return response


# ---- reading


async def json_body(request: Request) -> Mapping[str, Any]:
    try:
        body = json.loads(await limited_body(request))
    except (ValueError, RecursionError):
        raise Trouble(400, "unreadable") from None
    if not isinstance(body, dict):
        raise Trouble(400, "unreadable")
    return body


async def limited_body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise Trouble(413, "too_long")
    return bytes(body)


def read_receipt(given: object) -> str:
    """The page's own id of a line: sent again, the line counts once."""
    if isinstance(given, str) and RECEIPT.fullmatch(given):
        return given
    raise Trouble(400, "unreadable")


def read_language(given: object) -> str:
    """The language of the page, in which a new conversation begins if the programme speaks it."""
    return given if isinstance(given, str) and len(given) <= LONGEST_LANGUAGE else ""


def read_event(body: Mapping[str, Any], at: datetime) -> Event:
    """What a page may say happened; files come another way, where their bytes are seen."""
    match body:
        case {"kind": "said", "text": str(text)}:
            return Event("said", at, {"text": text})
        case {"kind": "tapped", "value": str(value)} if len(value.encode(errors="surrogatepass")) <= LONGEST_VALUE:
            return Event("tapped", at, {"value": value})
        case {"kind": "started"}:
            return Event("started", at, {"payload": ""})
        case {"kind": "located", "lat": int() | float() as lat, "lon": int() | float() as lon} if on_earth(lat, lon):
            return Event("located", at, {"lat": float(lat), "lon": float(lon)})
    raise Trouble(400, "unreadable")


def on_earth(lat: float, lon: float) -> bool:
    if isinstance(lat, bool) or isinstance(lon, bool):
        return False
    return -90 <= lat <= 90 and -180 <= lon <= 180


def after(request: Request) -> int:
    given = request.query_params.get("after", "0")
    return int(given) if re.fullmatch(r"[0-9]{1,18}", given) else 0


# ---- what is hidden after half an hour


def hidden_until(person: Person | None, now: datetime) -> int:
    """From when on nothing was said any more for too long, as a Unix second; 0 while the conversation is open."""
    if person is None or person.heard_at is None or now - person.heard_at < IDLE:
        return 0
    return int((person.heard_at + IDLE).timestamp())


def check_open(device: Device, person: Person | None, event: Event) -> None:
    """Hidden, only a new start is heard, and only from a browser that has taken note that the old bubbles are hidden."""
    hidden = hidden_until(person, event.at)
    if hidden and (event.name != "started" or hidden > device.hidden_until):
        raise Trouble(409, "hidden")


# ---- showing


async def person_at(web: Web, device: Device) -> Person | None:
    address = web.address(device)
    async with web.storage.read() as store:
        return (await store.people.find([address])).get(address)


async def unread(web: Web, person: Person, after_id: int) -> list[Letter]:
    """The letters after that one, which are seen from now on; without one the last of them."""
    async with web.storage.read() as store:
        if after_id:
            letters = await store.letters.after(person.address_id, after_id, PAGE)
        else:
            letters = await store.letters.latest(person.address_id, FIRST_BUBBLES)
    if any(letter.seen_at is None for letter in letters):
        await note_seen(web, person, letters[-1].id)
    return letters


async def note_seen(web: Web, person: Person, upto: int) -> None:
    """Best effort: who can read shall read, even while nothing can be written; the next fetch notes it too."""
    try:
        async with web.storage.write() as store:
            await store.letters.seen(person.address_id, upto, web.now())
    except StorageError:
        return


def bubble(letter: Letter) -> dict[str, Json]:
    message = letter.message
    return {
        "id": letter.id,
        "from": "bot",
        "text": message.text.plain,
        "spans": [asdict(span) for span in message.text.spans],
        "links": [asdict(link) for link in message.text.links],
        "choices": [asdict(choice) for choice in message.choices],
        "many": message.many,
        "wants": message.wants,
        "at": letter.made_at.isoformat(),
    }
