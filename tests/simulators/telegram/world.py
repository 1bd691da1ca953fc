"""What Telegram knows: chats, what stands in them, files, taps that wait for an answer, and the time."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import telegram

from tests.simulators.telegram.updates import plain
from tests.simulators.telegram.wire import Refused, bad

BOT = telegram.User(
    id=7_000_000_001, first_name="Nhịp Cầu (giả lập)", is_bot=True, username="nhipcau_gialap_bot",
    can_join_groups=True, can_read_all_group_messages=False, supports_inline_queries=False,
)  # fmt: skip
ANSWERABLE = 15 * 60.0  # seconds in which a tap can be answered
DOWNLOAD_MOST = 20 * 1024 * 1024


@dataclass
class Stored:
    """A file on Telegram's side; `size` may say more than `content` holds."""

    file_id: str
    unique_id: str
    path: str
    name: str
    mime: str
    content: bytes
    size: int


@dataclass
class Tap:
    chat_id: int
    at: float
    answered: bool = False


@dataclass
class Place:
    """A chat. `history`: message id → message as it now reads. `notices`: what answered taps. `shown`: bot messages that came."""

    chat: telegram.Chat
    user: telegram.User | None = None
    open: bool = False  # someone wrote here, so the bot may
    blocked: bool = False
    deleted: bool = False
    history: dict[int, dict[str, Any]] = field(default_factory=dict)
    keyboard: dict[str, Any] | None = None
    notices: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    shown: list[int] = field(default_factory=list)
    expected: int = 0  # how many of them `expect` has given
    edits: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def id(self) -> int:
        return self.chat.id

    @property
    def private(self) -> bool:
        return self.chat.type == "private"


class World:
    def __init__(self, bot: telegram.User = BOT, clock: Callable[[], float] = time.time) -> None:
        self.bot, self._clock, self.ahead = bot, clock, 0.0
        self.places: dict[int, Place] = {}
        self.files: dict[str, Stored] = {}
        self.taps: dict[str, Tap] = {}
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.gone: set[str] = set()
        self._messages = itertools.count(1)
        self._taps = itertools.count(4_000_000_000_000_001)

    def now(self) -> float:
        return self._clock() + self.ahead

    def date(self) -> datetime:
        return datetime.fromtimestamp(int(self.now()), UTC)

    def next_message(self) -> int:
        return next(self._messages)

    def place(self, chat_id: Any) -> Place:
        """Where the bot may write, or the refusal it would get."""
        if chat_id in (None, ""):
            raise bad("chat_id is empty")
        place = self.places.get(chat_id) if isinstance(chat_id, int) else None
        if place is None or not place.open:
            raise bad("chat not found")
        if place.deleted:
            raise Refused(403, "Forbidden: user is deactivated")
        if place.blocked:
            who = "blocked by the user" if place.private else f"kicked from the {place.chat.type} chat"
            raise Refused(403, f"Forbidden: bot was {who}")
        return place

    def message(self, place: Place, **content: Any) -> telegram.Message:
        """A message of the bot."""
        sender = {"sender_chat": place.chat} if place.chat.type == "channel" else {"from_user": self.bot}
        return telegram.Message(self.next_message(), self.date(), place.chat, **sender, **content)

    def show(self, place: Place, message: telegram.Message, markup: dict[str, Any] | None) -> dict[str, Any]:
        """Kept and shown; a reply keyboard is the chat's, not the message's."""
        kept = plain(message)
        if markup and "inline_keyboard" in markup:
            kept["reply_markup"] = markup
        elif markup:
            place.keyboard = None if markup.get("remove_keyboard") else markup
        place.history[message.message_id] = kept | {"_keyboard": bool(markup and "inline_keyboard" not in markup)}
        place.shown.append(message.message_id)
        place.changed.set()
        return kept

    def store(self, content: bytes, name: str, mime: str, kind: str, size: int | None = None) -> Stored:
        number = len(self.files) + 1
        digest = hashlib.sha256(content + name.encode()).hexdigest()
        suffix = name.rpartition(".")[2] if "." in name else "bin"
        path = f"{kind}s/file_{number}.{suffix}"
        stored = Stored(f"BQACAgU{number}-{digest[:40]}", digest[:15], path, name, mime, content, size or len(content))
        self.files[stored.file_id] = stored
        return stored

    def tap(self, chat_id: int) -> str:
        number = str(next(self._taps))
        self.taps[number] = Tap(chat_id, self.now())
        return number
