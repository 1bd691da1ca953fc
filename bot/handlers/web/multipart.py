"""A form with one file, read as it arrives: its fields first, then the file piece by piece, never whole in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from bot.handlers.web.web import Trouble

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

LONGEST_FIELD = 1000
LONGEST_NAME = 120


class Form:
    """`fields` stand before the file; `name` is what the file is called there, None as long as no file came."""

    def __init__(self, request: Request) -> None:
        self.fields: dict[str, str] = {}
        self.name: str | None = None
        self._body = request.stream()
        self._pieces: list[bytes] = []
        self._header = b""
        self._disposition = b""
        self._field = ""
        self._value = bytearray()
        self._taking = False
        self._parser = MultipartParser(boundary(request), self._callbacks())

    async def file(self) -> AsyncIterator[bytes]:
        """Pieces of the first file. `name` and `fields` are known once the first piece came, or none did."""
        async for chunk in self._body:
            for piece in self._feed(chunk):
                yield piece

    async def rest(self, most: int) -> None:
        """Reads on without keeping anything: a browser hears a refusal only when it was let finish."""
        read = 0
        async for chunk in self._body:
            read += len(chunk)
            if read > most:
                return

    def _feed(self, chunk: bytes) -> Iterator[bytes]:
        try:
            self._parser.write(chunk)
        except FormParserError:
            raise Trouble(400, "unreadable") from None
        pieces, self._pieces = self._pieces, []
        yield from pieces

    def _callbacks(self) -> MultipartCallbacks:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_end,
            "on_part_data": self._data,
            "on_part_end": self._end,
        }

    def _begin(self) -> None:
        self._header, self._disposition, self._field, self._value = b"", b"", "", bytearray()

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition += data[start:end]

    def _header_end(self) -> None:
        self._header = b""

    def _headers_end(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._field = options.get(b"name", b"").decode(errors="replace")
        self._taking = b"filename" in options and self.name is None
        if self._taking:
            self.name = file_name(options[b"filename"])

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._taking:
            self._pieces.append(data[start:end])
        elif len(self._value) < LONGEST_FIELD:
            self._value += data[start:end]

    def _end(self) -> None:
        if not self._taking and self._field:
            self.fields[self._field] = self._value[:LONGEST_FIELD].decode(errors="replace")
        self._taking = False


def boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("Content-Type"))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise Trouble(400, "unreadable")
    return options[b"boundary"]


def file_name(given: bytes) -> str:
    """As its owner calls it, without folders and control characters; cut in the middle, so that its ending stays."""
    name = given.decode(errors="replace").replace("\\", "/").rpartition("/")[2]
    name = "".join(sign for sign in name if sign.isprintable()).strip()
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 20]}…{name[-19:]}"
