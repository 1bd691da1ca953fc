"""The users' side: what people do in Telegram, and what they see."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Callable, Sequence
from typing import Any

import telegram

from tests.simulators.telegram.methods import document, photo
from tests.simulators.telegram.rules import units
from tests.simulators.telegram.updates import Updates, plain
from tests.simulators.telegram.world import Place, World

ELSEWHERE = 0.05  # seconds until it is looked again
COMMAND = re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,32}(?:@\w+)?")


def commands_in(text: str) -> list[telegram.MessageEntity]:
    """Telegram marks them in what people write."""
    return [
        telegram.MessageEntity("bot_command", units(text[: found.start()]), units(found[0]))
        for found in COMMAND.finditer(text)
    ]


def labels(message: telegram.Message) -> list[str]:
    """The labels of a message's inline buttons, in order."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    return [button.text for row in rows for button in row]


class Chat:
    """What a chat of any kind shows."""

    def __init__(self, world: World, updates: Updates, place: Place) -> None:
        self.world, self.updates, self.place = world, updates, place

    @property
    def id(self) -> int:
        return self.place.id

    @property
    def messages(self) -> list[telegram.Message]:
        """What the bot sent and did not delete, as it now reads."""
        history = self.place.history
        return [_read(history[number]) for number in self.place.shown if number in history]

    @property
    def texts(self) -> list[str]:
        return [message.text or message.caption or "" for message in self.messages]

    @property
    def last(self) -> telegram.Message:
        return self.messages[-1]

    @property
    def keyboard(self) -> list[str]:
        """Labels of the reply keyboard, if one is shown."""
        rows = (self.place.keyboard or {}).get("keyboard", [])
        return [button["text"] for row in rows for button in row]

    @property
    def notices(self) -> list[str]:
        """How taps were answered; "" is an answer without words."""
        return self.place.notices

    async def until(self, holds: Callable[[], object], within: float = 5.0) -> None:
        """Waits for what the bot does here: a message, an edit, an answer to a tap; what happens elsewhere (a tap by hand)
        is seen soon after."""
        try:
            async with asyncio.timeout(within):
                while not holds():
                    self.place.changed.clear()
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(ELSEWHERE):
                            await self.place.changed.wait()
        except TimeoutError:
            raise AssertionError(f"not within {within} s; {self.id} sees {self.texts[-5:]}") from None

    def _message(self, sender: telegram.User | None, **content: Any) -> telegram.Message:
        return telegram.Message(
            self.world.next_message(), self.world.date(), self.place.chat, from_user=sender, **content
        )

    def _post(self, kind: str, message: telegram.Message) -> telegram.Message:
        self.place.open = True
        self.place.history.setdefault(message.message_id, {}).update(plain(message) | {"_keyboard": False})
        self.updates.push(kind, message, self.id)
        return message


def _read(kept: dict[str, Any]) -> telegram.Message:
    return telegram.Message.de_json({key: value for key, value in kept.items() if key != "_keyboard"})


class User(Chat):
    """A person in a private chat with the bot."""

    @property
    def me(self) -> telegram.User:
        assert self.place.user is not None
        return self.place.user

    async def expect(self, count: int = 1, within: float = 5.0) -> list[telegram.Message]:
        """The next messages of the bot that were not expected yet, as soon as there are that many."""
        place = self.place
        seen = place.expected
        await self.until(lambda: len(place.shown) >= seen + count, within)
        place.expected = seen + count
        return [_read(place.history[number]) for number in place.shown[seen : seen + count] if number in place.history]

    def send(self, text: str) -> telegram.Message:
        return self._say(text=text, entities=commands_in(text))

    def _say(self, **content: Any) -> telegram.Message:
        return self._post("message", self._message(self.me, **content))

    def tap(self, what: str, message: telegram.Message | int | None = None, *, old: bool = False) -> str:
        """Taps an inline button by label or data (on the newest message that has it), or a label of the reply keyboard.

        `old`: the message is too old for Telegram to say what it holds. Gives the tap's id.
        """
        found = self._button(what, message)
        if found is None:
            assert what in self.keyboard, (
                f"no button {what!r}: {[labels(shown) for shown in self.messages[-3:]]} {self.keyboard}"
            )
            return str(self._press(what).message_id)
        kept, data = found
        return self.tap_data(data, telegram.InaccessibleMessage(self.place.chat, kept.message_id) if old else kept)

    def tap_data(self, data: str, message: telegram.Message | telegram.InaccessibleMessage) -> str:
        """A tap with any data, also such as no button has."""
        number = self.world.tap(self.id)
        query = telegram.CallbackQuery(number, self.me, f"-{self.id}77", message=message, data=data)
        self.updates.push("callback_query", query, self.id)
        return number

    def _button(self, what: str, message: telegram.Message | int | None) -> tuple[telegram.Message, str] | None:
        wanted = message.message_id if isinstance(message, telegram.Message) else message
        for kept in reversed(self.messages):
            if wanted in (None, kept.message_id) and kept.reply_markup:
                for button in (button for row in kept.reply_markup.inline_keyboard for button in row):
                    if what in (button.text, button.callback_data) and button.callback_data:
                        return kept, str(button.callback_data)
        return None

    def _press(self, label: str) -> telegram.Message:
        rows = (self.place.keyboard or {})["keyboard"]
        button = next(button for row in rows for button in row if button["text"] == label)
        if (self.place.keyboard or {}).get("one_time_keyboard"):
            self.place.keyboard = None
        if button.get("request_contact"):
            return self.send_contact()
        return self.send_location(10.3865, 105.4352) if button.get("request_location") else self.send(label)

    def send_document(
        self, content: bytes, name: str, mime: str = "application/pdf", size: int | None = None, caption: str = ""
    ) -> telegram.Message:
        """`size`: what Telegram says it is, if that is not the content's."""
        stored = self.world.store(content, name, mime, "document", size)
        return self._say(document=document(stored), caption=caption or None)

    def send_photo(self, sizes: Sequence[bytes], caption: str = "", media_group: str | None = None) -> telegram.Message:
        """The same picture in several sizes, smallest first."""
        stored = [self.world.store(content, "photo.jpg", "image/jpeg", "photo") for content in sizes]
        shown = [photo(file, 320 * 2**step, 240 * 2**step) for step, file in enumerate(stored)]
        return self._say(photo=shown, caption=caption or None, media_group_id=media_group)

    def send_location(self, latitude: float = 10.3865, longitude: float = 105.4352) -> telegram.Message:
        return self._say(location=telegram.Location(longitude, latitude))

    def send_contact(self, phone: str = "84900000000", *, own: bool = True, name: str = "") -> telegram.Message:
        """`own`: the sender's own card; else someone's who is on Telegram too."""
        holder = self.id if own else self.id + 1
        return self._say(contact=telegram.Contact(phone, name or self.me.first_name, user_id=holder))

    def sticker(self) -> telegram.Message:
        stored = self.world.store(b"RIFF sticker", "sticker.webp", "image/webp", "sticker")
        return self._say(
            sticker=telegram.Sticker(stored.file_id, stored.unique_id, 512, 512, False, False, "regular", "👍")
        )

    def voice(self, seconds: int = 3) -> telegram.Message:
        stored = self.world.store(b"OggS voice", "voice.oga", "audio/ogg", "voice")
        return self._say(voice=telegram.Voice(stored.file_id, stored.unique_id, seconds, stored.mime, stored.size))

    def video_note(self) -> telegram.Message:
        stored = self.world.store(b"ftyp video", "note.mp4", "video/mp4", "video_note")
        return self._say(video_note=telegram.VideoNote(stored.file_id, stored.unique_id, 240, 3))

    def poll(self, question: str = "?") -> telegram.Message:
        options = [telegram.PollOption(name, 0, persistent_id=name) for name in "AB"]
        return self._say(
            poll=telegram.Poll(
                "1", question, options, 0, False, True, "regular", False, allows_revoting=False, members_only=False
            )
        )

    def dice(self) -> telegram.Message:
        return self._say(dice=telegram.Dice(3, "🎲"))

    def forward(self, text: str, origin: telegram.User | None = None) -> telegram.Message:
        source = telegram.MessageOriginUser(self.world.date(), origin or telegram.User(999, "Người Khác", False))
        return self._say(text=text, forward_origin=source)

    def edit(self, message: telegram.Message, text: str) -> telegram.Message:
        data = plain(message) | {"text": text, "edit_date": int(self.world.now())}
        return self._post("edited_message", telegram.Message.de_json(data))

    def block(self) -> None:
        self._member("member", "kicked")

    def unblock(self) -> None:
        self._member("kicked", "member")

    def _member(self, before: str, after: str) -> None:
        self.place.blocked = after == "kicked"
        old, new = (_membership(self.world.bot, state) for state in (before, after))
        change = telegram.ChatMemberUpdated(self.place.chat, self.me, self.world.date(), old, new)
        self.updates.push("my_chat_member", change, self.id)

    def delete_account(self) -> None:
        self.place.deleted = True


def _membership(bot: telegram.User, state: str) -> telegram.ChatMember:
    if state == "kicked":
        return telegram.ChatMemberBanned(bot, until_date=0)  # type: ignore[arg-type]
    return telegram.ChatMemberMember(bot)


class Group(Chat):
    def say(self, sender: User, text: str) -> telegram.Message:
        return self._post("message", self._message(sender.me, text=text, entities=commands_in(text)))


class Channel(Chat):
    def post(self, text: str) -> telegram.Message:
        return self._post("channel_post", self._message(None, text=text, sender_chat=self.place.chat))
