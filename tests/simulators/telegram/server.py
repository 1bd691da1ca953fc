"""A strict fake Bot API server over HTTP on the loopback: refuses what Telegram refuses, and fails on demand."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any, Self
from urllib.parse import urlsplit

import telegram
from aiohttp import web

from tests.simulators.telegram.faults import Faults
from tests.simulators.telegram.limits import Limits, Rate
from tests.simulators.telegram.methods import MESSAGES, METHODS
from tests.simulators.telegram.people import Channel, Group, User
from tests.simulators.telegram.updates import Hook, Updates, Webhook, plain
from tests.simulators.telegram.wire import Call, Refused, bad, read_call
from tests.simulators.telegram.world import Place, World

TOKEN = "7000000001:AAF-a_made_up_token_of_the_simulator"
BODY_MOST = 60 * 1024 * 1024
SECRET = re.compile(r"[A-Za-z0-9_-]+")
ON_HOOK = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


class TelegramServer:
    """`async with TelegramServer() as server:` …, or `await server.start()` and `await server.stop()`."""

    def __init__(self, token: str = TOKEN, limits: Limits | None = None, faults: Faults | None = None) -> None:
        self.token, self.limits, self.faults = token, limits or Limits(), faults or Faults()
        self._rate = Rate()
        self.world = World()
        self.updates = Updates(lambda: self.faults, self.world.now)
        self.webhook = Webhook(self.updates, self._reply)
        self.requests: list[Call] = []
        self.port = 0
        self._closing = asyncio.Event()

    # ---- running

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> TelegramServer:
        server = web.Server(self._answer, handler_cancellation=True)
        self._runner = web.ServerRunner(server, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def stop(self) -> None:
        self._closing.set()
        await self.webhook.stop()
        await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """The base URL: what NHIPCAU_TELEGRAM_API is set to."""
        return f"http://127.0.0.1:{self.port}"

    def later(self, seconds: float) -> None:
        """Lets time pass: updates grow old, taps can no longer be answered."""
        self.world.ahead += seconds

    def called(self, method: str) -> list[Call]:
        return [call for call in self.requests if call.method == method]

    # ---- people

    def user(self, id: int, name: str = "Người Thử", language: str = "vi", username: str | None = None) -> User:
        place = self.world.places.get(id)
        person = telegram.User(id, name, is_bot=False, language_code=language or None, username=username)
        if place is None:
            chat = telegram.Chat(id, "private", first_name=name, username=username)
            place = self.world.places[id] = Place(chat, person)
        return User(self.world, self.updates, place)

    def group(self, id: int, title: str = "Nhóm thử") -> Group:
        place = self.world.places.setdefault(id, Place(telegram.Chat(id, "supergroup", title=title), open=True))
        return Group(self.world, self.updates, place)

    def channel(self, id: int, title: str = "Kênh thử") -> Channel:
        place = self.world.places.setdefault(id, Place(telegram.Chat(id, "channel", title=title), open=True))
        return Channel(self.world, self.updates, place)

    def push(self, kind: str, content: dict[str, Any], lane: int = 0) -> int:
        """Any update, also one that no model knows or that is malformed."""
        return self.updates.push(kind, content, lane)

    # ---- HTTP

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        file = re.fullmatch(r"/file/bot([^/]+)/(.+)", request.path)
        found = re.fullmatch(r"/bot([^/]+)/([^/]+)", request.path)
        try:
            if file:
                return await self._download(request, file[1], file[2])
            if not found:
                raise Refused(404, "Not Found")
            self._know(found[1])
            return await self._method(request, found[2])
        except Refused as refused:
            return _json(refused.body(), refused.code)

    def _know(self, token: str) -> None:
        if ":" not in token or token.startswith("0") or len(token) > 80:
            raise Refused(401, "Unauthorized: invalid token specified")
        if token != self.token:
            raise Refused(401, "Unauthorized")

    async def _method(self, request: web.BaseRequest, name: str) -> web.StreamResponse:
        known = {method.lower(): method for method in (*METHODS, *WAITING)}
        method = known.get(name.lower(), name)
        body = await _read(request)
        call = read_call(method, request.query_string, request.headers.get("Content-Type", ""), body)
        call.at, call.fault = asyncio.get_running_loop().time(), self.faults.draw(method)
        self.requests.append(call)
        if call.fault and not call.fault.endswith("_after"):
            return await self._fail(request, call)
        answer = await self._carry_out(call)
        call.taken = answer.status == 200
        if call.fault:
            return await self._fail(request, call)
        call.status = answer.status
        return answer

    async def _carry_out(self, call: Call) -> web.Response:
        try:
            return _json({"ok": True, "result": await self._result(call)})
        except Refused as refused:
            return _json(refused.body(), refused.code)

    async def _result(self, call: Call) -> Any:
        if waiting := WAITING.get(call.method):
            return await waiting(self, call)
        return self._at_once(call)

    def _at_once(self, call: Call) -> Any:
        method = METHODS.get(call.method)
        if method is None:
            raise Refused(404, "Not Found: method not found")
        if call.method in MESSAGES:
            place = self.world.places.get(call.chat_id) if isinstance(call.chat_id, int) else None
            self._rate.hold(self.limits, place.id if place else None)
        return method(self.world, call)

    def _reply(self, data: dict[str, Any]) -> None:
        """A method in the answer to a webhook's post; how it went stays in the log of requests."""
        call = Call(data["method"], {key: value for key, value in data.items() if key != "method"}, wire="webhook")
        self.requests.append(call)
        try:
            self._at_once(call)
            call.status = 200
        except Refused as refused:
            call.status = refused.code

    async def _fail(self, request: web.BaseRequest, call: Call) -> web.StreamResponse:
        kind = call.fault.removesuffix("_after")
        if kind == "flood":
            call.status = 429
            self._rate.shut(self.faults.retry_after)
        if kind == "error":
            call.status = self.faults.code
            return _json({"ok": False, "error_code": call.status, "description": "Bad Gateway"}, call.status)
        if kind == "hang":
            await self._hang()
        if request.transport:
            request.transport.abort()
        return web.Response()

    async def _hang(self) -> None:
        try:
            async with asyncio.timeout(self.faults.hang_for):
                await self._closing.wait()
        except TimeoutError:
            return

    async def _download(self, request: web.BaseRequest, token: str, path: str) -> web.StreamResponse:
        stored = next((file for file in self.world.files.values() if file.path == path), None)
        if token != self.token or stored is None or stored.file_id in self.world.gone:
            return _json(Refused(404, "Not Found").body(), 404)
        call = Call("download", {"path": path}, wire="file", fault=self.faults.draw("download"))
        self.requests.append(call)
        if call.fault == "drop_after":
            return await _half(request, stored.content)
        if call.fault:
            return await self._fail(request, call)
        call.status = 200
        return web.Response(body=stored.content, content_type="application/octet-stream")

    # ---- methods that wait

    async def _get_updates(self, call: Call) -> Any:
        if self.webhook.hook.url:
            raise Refused(409, f"Conflict: {ON_HOOK}")
        self._allow(call)
        limit = min(max(call.number("limit", 100), 1), 100)
        return await self.updates.poll(call.number("offset"), limit, call.number("timeout"))

    def _allow(self, call: Call) -> None:
        """What is wanted stays wanted until something else is said."""
        if (wanted := call.data.get("allowed_updates")) is None:
            return
        if not isinstance(wanted, list) or not all(kind in telegram.Update.ALL_TYPES for kind in wanted):
            raise bad("can't parse allowed_updates: unsupported type specified")
        self.updates.allowed = frozenset(wanted)

    async def _set_webhook(self, call: Call) -> Any:
        url, secret = str(call.data.get("url", "")), str(call.data.get("secret_token", ""))
        if url:
            _check_hook(url, secret)
        self._allow(call)
        if call.data.get("drop_pending_updates"):
            self.updates.pending.clear()
        self.updates.end_poll(Refused(409, "Conflict: terminated by setWebhook request"))
        await self.webhook.set(Hook(url, secret, min(max(call.number("max_connections", 40), 1), 100)))
        return True

    async def _delete_webhook(self, call: Call) -> Any:
        call.data.pop("url", None)
        return await self._set_webhook(call)

    async def _webhook_info(self, _call: Call) -> Any:
        hook, error = self.webhook.hook, self.webhook.last_error
        info = telegram.WebhookInfo(
            hook.url,
            has_custom_certificate=False,
            pending_update_count=len(self.updates.pending),
            last_error_message=error[1] if error else None,
            max_connections=hook.max_connections if hook.url else None,
            allowed_updates=sorted(self.updates.allowed) or None,
        )
        return plain(info) | ({"last_error_date": int(error[0])} if error else {})


WAITING = {
    "getUpdates": TelegramServer._get_updates,
    "setWebhook": TelegramServer._set_webhook,
    "deleteWebhook": TelegramServer._delete_webhook,
    "getWebhookInfo": TelegramServer._webhook_info,
}


def _check_hook(url: str, secret: str) -> None:
    """HTTPS as with Telegram; the loopback may do without."""
    parsed = urlsplit(url)
    local = parsed.hostname in {"127.0.0.1", "localhost"}
    if parsed.scheme != "https" and not (local and parsed.scheme == "http"):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if not local and (parsed.port or 443) not in {443, 80, 88, 8443}:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if len(secret) > 256:
        raise bad("secret token is too long")
    if secret and not SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")


def _json(body: dict[str, Any], status: int = 200) -> web.Response:
    return web.Response(
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(),
        status=status,
        content_type="application/json",
    )


async def _read(request: web.BaseRequest) -> bytes:
    content = bytearray()
    async for piece in request.content.iter_any():
        content += piece
        if len(content) > BODY_MOST:
            raise Refused(413, "Request Entity Too Large")
    return bytes(content)


async def _half(request: web.BaseRequest, content: bytes) -> web.StreamResponse:
    """A download that breaks in the middle."""
    response = web.StreamResponse(headers={"Content-Length": str(len(content))})
    await response.prepare(request)
    await response.write(content[: len(content) // 2])
    if request.transport:
        request.transport.abort()
    return response
