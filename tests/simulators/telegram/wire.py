"""What goes over Telegram's wire, read once: a call with its parameters and files, and the server's way of saying no."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import telegram

NESTED = frozenset({
    "allowed_updates", "caption_entities", "commands", "entities", "link_preview_options", "reply_markup", "reply_parameters", "scope",
})  # fmt: skip
NUMBERS = frozenset({"chat_id", "limit", "max_connections", "message_id", "offset", "timeout"})
FLAGS = frozenset({"disable_notification", "drop_pending_updates", "protect_content", "show_alert"})


class Refused(Exception):
    """The Bot API's "ok": false."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters

    def body(self) -> dict[str, Any]:
        more = {"parameters": self.parameters} if self.parameters else {}
        return {"ok": False, "error_code": self.code, "description": self.description, **more}


def bad(description: str) -> Refused:
    return Refused(400, f"Bad Request: {description}")


@dataclass
class Call:
    """`data`: parameters as values, however they came. `status`: what was answered; 0 if nothing was. `taken`: it was
    carried out, whatever became of the answer."""

    method: str
    data: dict[str, Any] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    wire: str = ""  # json, form, multipart or query
    at: float = 0.0
    status: int = 0
    fault: str = ""
    taken: bool = False

    def number(self, name: str, otherwise: int = 0) -> int:
        value = self.data.get(name, otherwise)
        return value if isinstance(value, int) else otherwise

    @property
    def unknown(self) -> set[str]:
        """Parameters that python-telegram-bot's method of this name does not have. Telegram passes over them in silence."""
        method = getattr(
            telegram.Bot, re.sub(r"(?<=[a-z])[A-Z]", lambda found: "_" + found[0].lower(), self.method), None
        )
        return set(self.data) - set(inspect.signature(method).parameters) if method else set()

    @property
    def chat_id(self) -> Any:
        return self.data.get("chat_id")

    @property
    def text(self) -> str:
        return str(self.data.get("text", ""))


def read_call(method: str, query: str, content_type: str, body: bytes) -> Call:
    """Parameters of the address first, then those of the body, as the Bot API takes them."""
    call = Call(method, dict(parse_qsl(query, keep_blank_values=True)), wire="query")
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json" and body:
        call.data |= _json(body)
        call.wire = "json"
    elif kind == "application/x-www-form-urlencoded":
        call.data |= dict(parse_qsl(body.decode(), keep_blank_values=True))
        call.wire = "form"
    elif kind == "multipart/form-data":
        for name, file_name, content in parts(content_type, body):
            if file_name is None:
                call.data[name] = content.decode()
            else:
                call.files[name] = (file_name, content)
        call.wire = "multipart"
    call.data = {name: _value(name, value) for name, value in call.data.items() if value is not None}
    return call


def _json(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise bad("can't parse JSON object")
    return data


def _value(name: str, value: Any) -> Any:
    if name in NESTED and isinstance(value, str):
        return _nested(name, value)
    if name in NUMBERS and isinstance(value, str):
        return int(value) if value.removeprefix("-").isdecimal() else value
    if name in FLAGS:
        return value if isinstance(value, bool) else str(value).lower() in {"true", "1", "yes"}
    return value


def _nested(name: str, value: str) -> Any:
    try:
        return json.loads(value) if value else None
    except ValueError:
        what = name.replace("_", " ")
        raise bad(f"can't parse {what} JSON object") from None


def parts(content_type: str, body: bytes) -> Iterator[tuple[str, str | None, bytes]]:
    """Name, file name (None of a plain field) and content of each part of a multipart body."""
    boundary = content_type.partition("boundary=")[2].partition(";")[0].strip().strip('"')
    for part in body.split(b"--" + boundary.encode())[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        disposition = _disposition(head.decode())
        yield _named(disposition, "name") or "", _named(disposition, "filename"), content.removesuffix(b"\r\n")


def _disposition(head: str) -> str:
    lines = (line for line in head.split("\r\n") if line.lower().startswith("content-disposition"))
    return next(lines, "")


def _named(disposition: str, key: str) -> str | None:
    for item in disposition.split(";")[1:]:
        name, _, value = item.strip().partition("=")
        if name == key:
            return value.strip('"')
    return None
