"""JSON over kept connections, against a server that says exactly what it is told to: each byte on the wire counts."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import bot.http
from bot.http import NoAnswer, NotSent, Server

CERTIFICATE = Path(__file__).parent / "simulators" / "localhost.pem"  # for localhost alone, signed by itself
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
DROP = b""


@dataclass
class Peer:
    """Answers each request with the next of `says`: bytes; DROP hangs up; None says nothing."""

    says: list[bytes | None]
    heard: list[bytes] = field(default_factory=list)
    connections: int = 0
    ends: bool = False
    origin: str = ""

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while await self.turn(reader, writer):
                pass
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()

    async def turn(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        self.heard.append(head + await reader.readexactly(length))
        answer = self.says.pop(0) if self.says else OK
        if answer == DROP:
            return False
        writer.write(answer or b"")
        await writer.drain()
        return not self.ends


@asynccontextmanager
async def speaking(*says: bytes | None, secure: ssl.SSLContext | None = None) -> AsyncIterator[tuple[Peer, Server]]:
    peer = Peer(list(says))
    listening = await asyncio.start_server(peer.talk, "localhost", 0, ssl=secure)
    port = listening.sockets[0].getsockname()[1]
    peer.origin = f"http{'s' if secure else ''}://localhost:{port}"
    server = Server(peer.origin)
    try:
        yield peer, server
    finally:
        server.close()
        listening.close()
        await listening.wait_closed()


async def test_one_request_after_the_other_goes_over_one_connection():
    async with speaking(OK, OK) as (peer, server):
        assert await server.post("/bot1:A/getMe", b'{"a":1}', 5) == (200, b"{}")
        assert await server.post("/bot1:A/getMe", b"{}", 5) == (200, b"{}")
        host = peer.origin.removeprefix("http://").encode()
        lines = (b"POST /bot1:A/getMe HTTP/1.1", b"Host: " + host, b"Content-Type: application/json")
        assert peer.heard[0] == b"\r\n".join((*lines, b"Content-Length: 7", b"", b'{"a":1}'))
        assert peer.connections == 1


async def test_requests_at_once_take_a_connection_each_which_are_kept():
    async with speaking() as (peer, server):
        for _ in range(2):
            assert len(await asyncio.gather(*(server.post("/x", b"{}", 5) for _ in range(5)))) == 5
        assert (len(peer.heard), peer.connections) == (10, 5)


async def test_no_more_than_so_many_connections(monkeypatch):
    async with speaking() as (peer, server):
        server._room = asyncio.Semaphore(2)
        await asyncio.gather(*(server.post("/x", b"{}", 5) for _ in range(9)))
        assert (len(peer.heard), peer.connections) == (9, 2)


@pytest.mark.parametrize(
    ("answer", "read"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", (200, b"abcde")),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, (200, b"{}")),
        (b"HTTP/1.1 429 Slow\r\ncontent-length: 1\r\n\r\nx", (429, b"x")),
        (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", (502, b"")),
    ],
)
async def test_answers_of_all_shapes_are_read_whole(answer, read):
    async with speaking(answer, OK) as (peer, server):
        assert await server.post("/x", b"{}", 5) == read
        assert await server.post("/x", b"{}", 5) == (200, b"{}")
        assert peer.connections == 1


async def test_an_answer_without_a_length_ends_with_its_connection():
    async with speaking(b"HTTP/1.1 200 OK\r\n\r\n{", OK) as (peer, server):
        peer.ends = True
        assert await server.post("/x", b"{}", 5) == (200, b"{")
        peer.ends = False
        assert await server.post("/x", b"{}", 5) == (200, b"{}")
        assert peer.connections == 2


async def test_a_connection_that_the_server_ends_is_not_used_again():
    async with speaking(OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), OK) as (peer, server):
        await server.post("/x", b"{}", 5)
        await server.post("/x", b"{}", 5)
        assert peer.connections == 2


async def test_a_connection_that_was_quiet_for_long_is_not_used_again(monkeypatch):
    async with speaking() as (peer, server):
        await server.post("/x", b"{}", 5)
        monkeypatch.setattr(bot.http, "KEEP", 0.0)
        await server.post("/x", b"{}", 5)
        assert peer.connections == 2


async def test_one_that_was_closed_meanwhile_costs_no_letter():
    async with speaking(OK + b"HTTP/1.1 408 Idle\r\nContent-Length: 0\r\n\r\n") as (peer, server):
        assert await server.post("/x", b"{}", 5) == (200, b"{}")
        await asyncio.sleep(0.05)
        assert await server.post("/x", b"{}", 5) == (200, b"{}")
        assert peer.connections == 2


@pytest.mark.parametrize(
    "said",
    [DROP, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", b"SMTP ready\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n{}"],
)
async def test_half_an_answer_is_none(said):
    async with speaking(said) as (_, server):
        with pytest.raises(NoAnswer):
            await server.post("/x", b"{}", 0.3)
        assert await server.post("/x", b"{}", 5) == (200, b"{}")


async def test_an_answer_that_comes_too_late_answers_nothing_else():
    async with speaking(None) as (peer, server):
        with pytest.raises(NoAnswer, match="timeout"):
            await server.post("/x", b"{}", 0.05)
        assert await server.post("/y", b"{}", 5) == (200, b"{}")
        assert peer.connections == 2


async def test_who_stops_waiting_leaves_no_answer_for_the_next():
    async with speaking(None, b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nB") as (peer, server):
        first = asyncio.create_task(server.post("/a", b"{}", 5))
        while not peer.heard:
            await asyncio.sleep(0.01)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        assert await server.post("/b", b"{}", 5) == (200, b"B")
        assert peer.connections == 2


async def test_an_endless_answer_is_cut_off(monkeypatch):
    monkeypatch.setattr(bot.http, "LARGEST", 1000)
    async with speaking(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + b"x" * 9000) as (_, server):
        with pytest.raises(NoAnswer, match="endless"):
            await server.post("/x", b"{}", 5)


async def test_where_nobody_listens_nothing_was_sent(unused_tcp_port):
    with pytest.raises(NotSent) as error:
        await Server(f"http://127.0.0.1:{unused_tcp_port}").post("/bot1:secret/x", b"{}", 5)
    assert "127.0.0.1" not in str(error.value)
    assert error.value.__context__ is None


async def test_of_a_hosts_addresses_the_one_that_answers(monkeypatch, unused_tcp_port):
    async with speaking() as (peer, server):
        loop, port = asyncio.get_running_loop(), urlsplit(peer.origin).port
        there = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        places = [(*there, ("127.0.0.1", unused_tcp_port)), (*there, ("127.0.0.1", port))]

        async def both(*_: object, **__: object) -> list[object]:
            return [*places]

        monkeypatch.setattr(loop, "getaddrinfo", both)
        assert await server.post("/x", b"{}", 5) == (200, b"{}")


@pytest.fixture
def certified() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


async def test_over_tls_only_to_whom_is_trusted(certified, monkeypatch):
    async with speaking(secure=certified) as (peer, server):
        with pytest.raises(NotSent, match="SSLCertVerificationError"):
            await server.post("/x", b"{}", 5)
        monkeypatch.setattr(bot.http, "_trust", lambda: ssl.create_default_context(cafile=CERTIFICATE))
        assert await server.post("/x", b"{}", 5) == (200, b"{}")
        assert len(peer.heard) == 1
