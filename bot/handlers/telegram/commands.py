"""The commands that Telegram lists beside the input line: for everybody, and for officials in their own chats. Their
names and descriptions are content; all of it is best effort."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.channel import Address
from bot.handlers.telegram.telegram import Telegram
from bot.handlers.telegram.updates import CHANNEL
from storage.officials import Official

EVERYBODY = "telegram.commands."
OFFICIALS = "telegram.official_commands."
MAY_ANNOUNCE = ("admin", "official")
PRIVATE = {"type": "all_private_chats"}


async def set_commands(telegram: Telegram) -> None:
    """For everybody, and for each official's chat, or no longer for it."""
    await _set(telegram, PRIVATE, official=False)
    async with telegram.storage.read() as store:
        chats = await store.officials.chats()
        persons = {official: await store.people.addresses(person) for person, official in chats.items()}
    for official, people in persons.items():
        for address in (person.address for person in people):
            await _set_chat(telegram, address, official)


async def set_for(telegram: Telegram, address: Address) -> None:
    """For a chat that has just been bound to an official."""
    async with telegram.storage.read() as store:
        person = (await store.people.find([address])).get(address)
        chats = await store.officials.chats() if person else {}
    if person and person.id in chats:
        await _set_chat(telegram, address, chats[person.id])


async def _set_chat(telegram: Telegram, address: Address, official: Official) -> None:
    if (address.channel, address.account) != (CHANNEL, telegram.account):
        return
    scope = {"type": "chat", "chat_id": int(address.id)}
    await _set(telegram, scope, official=official.role in MAY_ANNOUNCE and official.disabled_at is None)


async def _set(telegram: Telegram, scope: Mapping[str, Any], *, official: bool) -> None:
    """In each language, the first one also for people whose language we do not speak."""
    languages = telegram.programme().languages
    for code, language in (("", languages[0]), *((language, language) for language in languages)):
        commands = [
            *listed(telegram, EVERYBODY, language),
            *(listed(telegram, OFFICIALS, language) if official else ()),
        ]
        where = {"scope": scope} | ({"language_code": code} if code else {})
        if scope == PRIVATE or official:
            await telegram.try_("setMyCommands", {"commands": commands, **where})
        else:
            await telegram.try_("deleteMyCommands", where)


def listed(telegram: Telegram, group: str, language: str) -> Iterator[dict[str, str]]:
    """The group's texts `<group><id>.name` and `.about`, in the order of the content."""
    programme = telegram.programme()
    for text_id in programme.texts:
        if text_id.startswith(group) and text_id.endswith(".name"):
            about = f"{text_id.removesuffix('.name')}.about"
            name, description = (programme.render(text, language, {}).plain for text in (text_id, about))
            yield {"command": name, "description": description}
