"""JSON over HTTP/1.1 to one server, on connections that are kept. A turn of the conversation is mostly one small request to
a channel's server; aiohttp takes five times the CPU for it (bot/README.md), and still fetches the files."""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import cast
from urllib.parse import urlsplit

import httptools
from aiohappyeyeballs import start_connection

CONNECT = 10.0  # seconds until a connection must be there
NEXT_ADDRESS = 0.25  # seconds until the next of a host's addresses is tried beside: one family may be blocked
KEEP = 15.0  # seconds an idle connection is used again: shorter than the server's, so that it is not closed under us
AT_ONCE = 128  # connections
LARGEST = 64 << 20  # bytes of an answer


class NotSent(Exception):
    """The request never left us."""


class NoAnswer(Exception):
    """The request may have arrived; nobody knows."""


Said = tuple[int, bytes]  # an answer: its status and its body


class Line(asyncio.Protocol):
    """One connection: a request goes out, an answer comes in. `free_since`: of the loop's clock, while nobody uses it."""

    def __init__(self) -> None:
        self.closed, self.free_since = False, 0.0
        self._parser = httptools.HttpResponseParser(self)
        self._waiting: asyncio.Future[Said] | None = None
        self.busy = False  # an answer is still to come, be it that whoever asked for it has gone
        self._body = bytearray()
        self._sized = self._until_end = False  # whether the answer tells where it ends; whether its connection does

    def ask(self, request: bytes, seconds: float) -> asyncio.Future[Said]:
        """Its answer; NoAnswer if there is none in that time."""
        loop = asyncio.get_running_loop()
        self._waiting = waiting = loop.create_future()
        late = loop.call_later(seconds, self.fail, "timeout")
        waiting.add_done_callback(lambda _: late.cancel())
        self.busy = True
        self.transport.write(request)
        return waiting

    def fail(self, why: str) -> None:
        """Nothing that comes now can be the answer to anything."""
        self.closed = True
        self.transport.abort()
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(NoAnswer(why))

    # -- what asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's own does not inherit from it

    def connection_lost(self, error: Exception | None) -> None:
        if error is None and self._until_end:  # an answer without a length is whole when its connection ends
            self.closed = True
            self.on_message_complete()
        self.fail(type(error).__name__ if error else "closed")

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self.fail(type(error).__name__)

    # -- what the parser calls

    def on_message_begin(self) -> None:
        self._body.clear()
        self._sized = self._until_end = False

    def on_header(self, name: bytes, value: bytes) -> None:
        self._sized = self._sized or name.lower() in {b"content-length", b"transfer-encoding"}

    def on_headers_complete(self) -> None:
        self._until_end = not self._sized

    def on_body(self, body: bytes) -> None:
        self._body += body
        if len(self._body) > LARGEST:
            self.fail("an endless answer")

    def on_message_complete(self) -> None:
        status, self._until_end = self._parser.get_status_code(), False
        if status < 200:  # "continue" and the like: the answer follows
            return
        self.busy, self.closed = False, self.closed or not self._parser.should_keep_alive()
        if self._waiting and not self._waiting.done():
            self._waiting.set_result((status, bytes(self._body)))
        else:
            self.fail("an answer that nobody asked for")


@dataclass(slots=True)
class Server:
    """`origin`: http(s)://host[:port], without a proxy on the way there."""

    origin: str
    _free: list[Line] = field(default_factory=list)
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def post(self, path: str, body: bytes, seconds: float) -> Said:
        """The answer to JSON; NotSent if there was no way there, NoAnswer if there was none in time."""
        async with self._room:
            line = self._kept() or await self._connected()
            try:
                return await line.ask(_head(self.origin, path) % len(body) + body, seconds)
            finally:
                self._keep(line)

    def close(self) -> None:
        for line in self._free:
            line.transport.abort()
        self._free.clear()

    def _kept(self) -> Line | None:
        """The connection used last; those that were quiet for long are closed."""
        fresh = asyncio.get_running_loop().time() - KEEP
        while self._free:
            line = self._free.pop()
            if not line.closed and line.free_since > fresh:
                return line
            line.transport.abort()
        return None

    def _keep(self, line: Line) -> None:
        """One whose answer is still to come cannot be used again."""
        if line.closed or line.busy:
            return line.transport.abort()
        line.free_since = asyncio.get_running_loop().time()
        self._free.append(line)

    async def _connected(self) -> Line:
        try:
            async with asyncio.timeout(CONNECT):
                return await _connect(self.origin)
        except TimeoutError:
            failure = "timeout"
        except (OSError, ValueError) as error:
            failure = type(error).__name__
        raise NotSent(failure)  # out here it carries no trace of the other one, whose words may hold an address


async def _connect(origin: str) -> Line:
    there = urlsplit(origin)
    secure = _trust() if there.scheme == "https" else None
    host, port, loop = there.hostname or "", there.port or (443 if secure else 80), asyncio.get_running_loop()
    places = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    connected = await start_connection(places, happy_eyeballs_delay=NEXT_ADDRESS, interleave=1)
    try:
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        name = host if secure else None
        _, line = await loop.create_connection(Line, sock=connected, ssl=secure, server_hostname=name)
    except BaseException:  # also when it took too long
        connected.close()
        raise
    return line


@cache
def _trust() -> ssl.SSLContext:
    """Loads the system's certificates, which takes a while."""
    return ssl.create_default_context()


@lru_cache(maxsize=64)
def _head(origin: str, path: str) -> bytes:
    """Of a request, but for the length of its body."""
    lines = (f"POST {path} HTTP/1.1", f"Host: {urlsplit(origin).netloc}", "Content-Type: application/json")
    return "\r\n".join((*lines, "Content-Length: %d", "", "")).replace("%", "%%").replace("%%d", "%d").encode()
