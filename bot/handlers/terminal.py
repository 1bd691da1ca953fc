"""The conversation in a terminal: one line in, one turn out; with --json one JSON line per input line (DESIGN 6)."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.channel import Address, Incoming
from bot.conversation import Conversation, Heard
from bot.files import RefusedFile, keep
from bot.flows.values import Event, Json, Message
from storage import Storage

HERE = Address("terminal", "terminal", "1")
SPAN = re.compile(r"(\d{1,4})\s*([smhdw])")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@dataclass(slots=True)
class Clockwork:
    """The time of a conversation in the terminal: the real one, moved on by `/wait`."""

    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass(slots=True)
class Terminal:
    """`tick` runs what is due. `language` is what the person starts with."""

    storage: Storage
    conversation: Conversation
    time: Clockwork
    tick: Callable[[], Awaitable[None]]
    data_dir: Path
    language: str = ""
    _lines: int = 0
    _last: int = 0
    _shown: list[Message] = field(default_factory=list)

    async def talk(self, lines: Iterable[str], as_json: bool) -> None:
        """Reads until there is no more; every line gets its turn, whatever it holds."""
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")  # whatever the locale says
        await self._skip_old()
        for line in lines:
            heard = await self.turn(line.rstrip("\r\n"))
            messages = await self._new_messages()
            print(_as_json(heard, messages) if as_json else self._as_text(messages), flush=True)

    async def turn(self, line: str) -> Heard:
        """One input line as its event: typed words, or `/tap VALUE`, `/file PATH`, `/location LAT LON`, `/wait 3d`."""
        word, _, rest = line.strip().partition(" ")
        match word:
            case "/start":
                return await self._hear("started", {"payload": rest.strip()})
            case "/tap":
                return await self._hear("tapped", {"value": rest.strip()})
            case "/file":
                return await self._file(Path(rest.strip()))
            case "/location":
                return await self._location(line, rest)
            case "/wait":
                return await self._wait(rest)
        choice = self._picked(line)
        return await self._hear("tapped", {"value": choice}) if choice else await self._hear("said", {"text": line})

    def _picked(self, line: str) -> str:
        """`[Label]` is a tap on the button of that name, for people; elsewhere it would be words in brackets."""
        label = line.strip()
        if not (label.startswith("[") and label.endswith("]")):
            return ""
        choices = [choice for message in self._shown for choice in message.choices]
        return next((choice.value for choice in choices if choice.label == label[1:-1]), "")

    async def _hear(self, name: str, data: dict[str, Json]) -> Heard:
        self._lines += 1
        now = self.time.now()
        receipt = f"{now.timestamp()}:{self._lines}"
        incoming = Incoming(HERE, receipt, Event(name, now, data), language=self.language)
        (heard,) = await self.conversation.hear_batch([incoming])
        if isinstance(heard, Exception):
            raise heard
        return heard

    async def _file(self, path: Path) -> Heard:
        if not await asyncio.to_thread(_readable, path):
            return await self._hear("file_refused", {"name": path.name, "reason": "empty"})
        try:
            kept = await keep(_chunks(path), self.data_dir)
        except RefusedFile as refused:
            return await self._hear("file_refused", {"name": path.name, "reason": refused.reason})
        data: dict[str, Json] = {"file": kept.sha256, "name": path.name, **kept.about()}
        return await self._hear("file_ready", data)

    async def _location(self, line: str, rest: str) -> Heard:
        try:
            latitude, longitude = (float(number) for number in rest.replace(",", " ").split())
        except ValueError:
            return await self._hear("said", {"text": line})
        return await self._hear("located", {"lat": latitude, "lon": longitude})

    async def _wait(self, rest: str) -> Heard:
        """Moves the time on and lets happen what is due by then."""
        for amount, unit in SPAN.findall(rest):
            self.time.ahead += timedelta(**{UNITS[unit]: int(amount)})
        await self.tick()
        await self.conversation.hear_batch([])
        return Heard()

    async def _skip_old(self) -> None:
        """With --keep an earlier conversation is in the store; it is not shown again."""
        await self._new_messages()

    async def _new_messages(self) -> list[Message]:
        async with self.storage.read() as store:
            person = (await store.people.find([HERE])).get(HERE)
            letters = await store.letters.after(person.address_id, self._last, 1000) if person else []
        self._last = letters[-1].id if letters else self._last
        self._shown = [letter.message for letter in letters] or self._shown
        return [letter.message for letter in letters]

    def _as_text(self, messages: list[Message]) -> str:
        bubbles = [_bubble(message) for message in messages]
        return "\n\n".join([*bubbles, ""]) if bubbles else ""


def _readable(path: Path) -> bool:
    try:
        return path.is_file() and os.access(path, os.R_OK)
    except (OSError, ValueError):  # a name that no file can have
        return False


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, 1 << 16):
            yield chunk


def _bubble(message: Message) -> str:
    return "\n".join([message.text.plain, *(f"[{choice.label}]" for choice in message.choices)])


def _as_json(heard: Heard, messages: list[Message]) -> str:
    shown: list[dict[str, Any]] = [
        {"text": message.text.plain, "choices": [{"value": c.value, "label": c.label} for c in message.choices]}
        for message in messages
    ]
    effects = [{"name": effect.name, "data": dict(effect.data)} for effect in heard.effects]
    return json.dumps({"messages": shown, "route": heard.route, "effects": effects}, ensure_ascii=False)


def stdin_lines() -> Iterable[str]:
    """Standard input line by line, as UTF-8 whatever the locale says; bytes that are none become U+FFFD."""
    for raw in sys.stdin.buffer:
        yield raw.decode("utf-8", "replace")
