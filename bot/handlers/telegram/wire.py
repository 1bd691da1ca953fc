"""Telegram's wire: plain JSON on kept connections; aiohttp fetches the files, and goes through a proxy. The token stands in
the addresses, so no exception and no description of the HTTP library leaves this file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from yarl import URL

from bot.compact import dumps, loads
from bot.http import AT_ONCE, CONNECT, KEEP, NoAnswer, NotSent, Server

JSON = {"Content-Type": "application/json"}
ANSWER = 30.0  # seconds
STALLED = 30.0  # seconds in which not one byte of a file came
HIDDEN = "•••"
__all__ = ["ANSWER", "Answer", "NoAnswer", "NotSent", "Wire"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the Bot API said; `code` 200 is success, with its `result`."""

    code: int
    result: Any = None
    description: str = ""
    retry_after: float = 0.0

    @property
    def ok(self) -> bool:
        return self.code == 200


class Wire:
    """`api`: base address of a Bot API server. `proxy`: an HTTP proxy on the way there, or ""."""

    def __init__(self, token: str, api: str, proxy: str = "") -> None:
        self._token, self._proxy = token, proxy or None
        self._methods, self._files = f"{api}/bot{token}/", f"{api}/file/bot{token}/"
        self._session: aiohttp.ClientSession | None = None
        self._path = URL(self._methods).raw_path
        self._server = None if proxy else Server(str(URL(api).origin()))

    async def call(self, method: str, data: Mapping[str, Any], seconds: float = ANSWER) -> Answer:
        """NotSent or NoAnswer if there was none."""
        body = dumps(data).encode()
        if self._server is None:
            return self._answer(*await self._through_proxy(method, body, seconds))
        return self._answer(*await self._server.post(self._path + method, body, seconds))

    async def _through_proxy(self, method: str, body: bytes, seconds: float) -> tuple[int, bytes]:
        timeout = aiohttp.ClientTimeout(total=seconds, connect=CONNECT)
        failure: NotSent | NoAnswer
        try:
            url = URL(self._methods + method, encoded=True)
            async with self._open().post(url, data=body, headers=JSON, timeout=timeout, proxy=self._proxy) as response:
                return response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            failure = _failure(error)
        raise failure  # out here it carries no trace of the other one

    @asynccontextmanager
    async def file(self, path: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """The bytes of a file whose path getFile gave."""
        timeout = aiohttp.ClientTimeout(connect=CONNECT, sock_read=STALLED)
        failure: NotSent | NoAnswer
        try:
            url = URL(self._files + path)
            async with self._open().get(url, timeout=timeout, proxy=self._proxy) as response:
                if response.status != 200:
                    raise NoAnswer(f"HTTP {response.status}")
                yield response.content.iter_chunked(1 << 16)
                return
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            failure = _failure(error)
        raise failure

    async def close(self) -> None:
        if self._server:
            self._server.close()
        if self._session:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=AT_ONCE, keepalive_timeout=KEEP)
            self._session = aiohttp.ClientSession(connector=connector)
        return self._session

    def _answer(self, status: int, body: bytes) -> Answer:
        """What is no JSON comes from something in between: with a 5xx its number is known, else nothing is."""
        try:
            said = loads(body)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            if status < 500:
                raise NoAnswer(f"HTTP {status} without JSON")
            return Answer(status, description="no JSON")
        if said.get("ok") is True:
            return Answer(200, said.get("result"))
        return _refusal(said, status, str(said.get("description", "")).replace(self._token, HIDDEN)[:200])


def _refusal(said: Mapping[str, Any], status: int, description: str) -> Answer:
    code, parameters = said.get("error_code"), said.get("parameters")
    after = parameters.get("retry_after") if isinstance(parameters, dict) else None
    code = code if isinstance(code, int) and code != 200 else status if status != 200 else 400
    return Answer(code, None, description, float(after) if isinstance(after, int | float) else 0.0)


def _failure(error: Exception) -> NotSent | NoAnswer:
    """Only a connection that was never made is known not to have carried anything."""
    unsent = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientProxyConnectionError)
    kind = "timeout" if isinstance(error, asyncio.TimeoutError) else type(error).__name__
    never_left = isinstance(error, (*unsent, aiohttp.ClientHttpProxyError, aiohttp.InvalidURL))
    return NotSent(kind) if never_left else NoAnswer(kind)
