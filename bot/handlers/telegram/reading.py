"""What an update of Telegram means here. Pure; the only file that knows aiogram, which takes seconds to load."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiogram.enums import ChatMemberStatus, ChatType, ContentType
from aiogram.types import (
    CallbackQuery,
    ChatMemberUpdated,
    Contact,
    InaccessibleMessage,
    Location,
    Message,
    User,
)
from pydantic import ValidationError

from bot.channel import Address, Incoming
from bot.files import LARGEST
from bot.flows.values import Choice, Event, Json
from bot.handlers.telegram.updates import CHANNEL, Malformed, Reached, Seen, Tap

FROM_PEOPLE = frozenset({  # what somebody sends on purpose; the rest are notes of Telegram's own about the chat
    ContentType.STICKER, ContentType.VOICE, ContentType.VIDEO, ContentType.VIDEO_NOTE, ContentType.AUDIO,
    ContentType.ANIMATION, ContentType.POLL, ContentType.DICE, ContentType.GAME, ContentType.STORY,
    ContentType.PAID_MEDIA, ContentType.CHECKLIST, ContentType.UNKNOWN,
})  # fmt: skip


def parse(raw: Mapping[str, Any], at: datetime, account: str) -> Seen:
    """What is to be heard of an update; nothing of kinds that we did not ask for. Malformed if aiogram cannot read it."""
    number = raw.get("update_id")
    if not isinstance(number, int):
        raise Malformed("no number")
    try:
        if "message" in raw:
            return Seen(_message(Message.model_validate(raw["message"]), number, at, account))
        if "callback_query" in raw:
            return _tap(CallbackQuery.model_validate(raw["callback_query"]), number, at, account)
        if "edited_message" in raw:
            return Seen(_edited(Message.model_validate(raw["edited_message"]), at, account))
        if "my_chat_member" in raw:
            return Seen(_reached(ChatMemberUpdated.model_validate(raw["my_chat_member"]), number, account))
    except (ValidationError, RecursionError) as error:
        raise Malformed(type(error).__name__) from None
    return Seen(None)


def _tap(query: CallbackQuery, number: int, at: datetime, account: str) -> Seen:
    """With its keyboard, the tap can be answered and marked after the commit."""
    what, message = _tapped(query, number, at, account), query.message
    if message is None or isinstance(message, InaccessibleMessage) or message.reply_markup is None:
        return Seen(what, Tap(query.id, query.data or ""))
    rows = message.reply_markup.inline_keyboard
    shown = tuple(tuple(Choice(b.callback_data or "", b.text) for b in row) for row in rows)
    return Seen(what, Tap(query.id, query.data or "", message.chat.id, message.message_id, shown))


# ---- messages


def _message(message: Message, update_id: int, at: datetime, account: str) -> Incoming | None:
    user = message.from_user
    if message.chat.type != ChatType.PRIVATE or user is None or user.is_bot:
        return None
    event = _event(message, at)
    return _incoming(user, str(update_id), event, account) if event else None


def _incoming(user: User, receipt: str, event: Event, account: str) -> Incoming:
    language = (user.language_code or "").partition("-")[0].lower()
    return Incoming(Address(CHANNEL, account, str(user.id)), receipt, event, user.full_name.strip(), language)


def _event(message: Message, at: datetime) -> Event | None:
    if message.text is not None:
        return _said(message.text, at)
    if message.contact:
        return _shared(message.contact, message, at)
    if message.location:
        return _located(message.location, at)
    if message.photo or (message.document and not message.animation):
        return _file(message, at)
    kind = message.content_type
    return Event("unreadable", at, {"kind": ContentType(kind).value}) if kind in FROM_PEOPLE else None


def _said(text: str, at: datetime) -> Event:
    command, _, payload = text.partition(" ")
    if command.partition("@")[0] == "/start":
        return Event("started", at, {"payload": payload.strip()})
    return Event("said", at, {"text": text})


def _shared(contact: Contact, message: Message, at: datetime) -> Event:
    """Their own number; somebody else's is not theirs to answer with."""
    if message.from_user is None or contact.user_id != message.from_user.id:
        return Event("unreadable", at, {"kind": "contact"})
    number = contact.phone_number
    return Event("shared", at, {"phone": number if number.startswith(("+", "0")) else f"+{number}"})


def _located(location: Location, at: datetime) -> Event:
    return Event("located", at, {"lat": location.latitude, "lon": location.longitude})


def _file(message: Message, at: datetime) -> Event:
    """The largest size there is; one that is too large even to be fetched is refused at once."""
    if message.document:
        file_id, size = message.document.file_id, message.document.file_size
        name = message.document.file_name or f"document_{message.message_id}"
    else:
        photo = max(message.photo or [], key=lambda one: one.width * one.height)
        file_id, size, name = photo.file_id, photo.file_size, f"photo_{message.message_id}.jpg"
    if size is not None and size > LARGEST:
        return Event("file_refused", at, {"name": name, "reason": "too_large"})
    source: dict[str, Json] = {"channel": CHANNEL, "file_id": file_id}
    return Event("file_sent", at, {"name": name, "source": source})


def _edited(message: Message, at: datetime, account: str) -> Incoming | None:
    """An answer is not changed by editing it: said once per message, however often it is edited."""
    user = message.from_user
    if message.chat.type != ChatType.PRIVATE or user is None or user.is_bot or message.text is None:
        return None
    event = Event("notified", at, {"text": "telegram.edited"})
    return _incoming(user, f"edited:{message.message_id}", event, account)


# ---- taps and blocks


def _tapped(query: CallbackQuery, update_id: int, at: datetime, account: str) -> Incoming | None:
    private = query.message is not None and query.message.chat.type == ChatType.PRIVATE
    if not private or not query.data:
        return None
    return _incoming(query.from_user, str(update_id), Event("tapped", at, {"value": query.data}), account)


def _reached(changed: ChatMemberUpdated, update_id: int, account: str) -> Reached | None:
    """In a private chat this comes only when somebody blocks or unblocks us."""
    if changed.chat.type != ChatType.PRIVATE:
        return None
    blocked = changed.new_chat_member.status in {ChatMemberStatus.KICKED, ChatMemberStatus.LEFT}
    return Reached(Address(CHANNEL, account, str(changed.chat.id)), str(update_id), "blocked" if blocked else "")
