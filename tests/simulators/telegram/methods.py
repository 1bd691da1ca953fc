"""The methods of the Bot API that answer at once: each takes the world and a call, and gives the result or refuses."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Callable
from typing import Any

import telegram

from tests.simulators.telegram import rules
from tests.simulators.telegram.updates import plain
from tests.simulators.telegram.wire import Call, bad
from tests.simulators.telegram.world import ANSWERABLE, DOWNLOAD_MOST, Place, Stored, World

UPLOAD_MOST, PHOTO_MOST = 50 * 1024 * 1024, 10 * 1024 * 1024
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"RIFF", b"GIF8")
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def get_me(world: World, _call: Call) -> Any:
    return plain(world.bot)


def _body(world: World, call: Call) -> tuple[Place, str, list[dict[str, Any]]]:
    place = world.place(call.chat_id)
    _no_parse_mode(call)
    text, entities = rules.formatted(
        call.data.get("text", ""), call.data.get("entities"), rules.TEXT_MOST, "message text"
    )
    return place, text, entities


def _no_parse_mode(call: Call) -> None:
    if call.data.get("parse_mode"):
        raise bad("this simulator reads entities, not parse_mode")


def _entities(entities: list[dict[str, Any]]) -> list[telegram.MessageEntity]:
    return [telegram.MessageEntity.de_json(dict(entity)) for entity in entities]


def send_message(world: World, call: Call) -> Any:
    place, text, entities = _body(world, call)
    markup = rules.markup(call.data.get("reply_markup"), private=place.private)
    return world.show(place, world.message(place, text=text, entities=_entities(entities)), markup)


def _upload(world: World, call: Call, name: str) -> Stored:
    """A file that comes with the call, or one the server has, by its id."""
    given = str(call.data.get(name, ""))
    found = call.files.get(given.removeprefix("attach://") if given.startswith("attach://") else name)
    if found is None and given in world.files:
        return world.files[given]
    if found is None:
        raise bad("wrong file identifier/HTTP URL specified" if given else f"there is no {name} in the request")
    file_name, content = found
    if not content:
        raise bad("file must be non-empty")
    if len(content) > (PHOTO_MOST if name == "photo" else UPLOAD_MOST):
        raise bad("file is too big")
    return world.store(content, file_name, mimetypes.guess_type(file_name)[0] or "application/octet-stream", name)


def _captioned(call: Call) -> dict[str, Any]:
    _no_parse_mode(call)
    text, entities = rules.formatted(
        call.data.get("caption", ""), call.data.get("caption_entities"), rules.CAPTION_MOST, "message caption"
    )
    return {"caption": text, "caption_entities": _entities(entities)} if text else {}


def send_document(world: World, call: Call) -> Any:
    place = world.place(call.chat_id)
    caption, markup = _captioned(call), rules.markup(call.data.get("reply_markup"), private=place.private)
    return world.show(
        place, world.message(place, document=document(_upload(world, call, "document")), **caption), markup
    )


def send_photo(world: World, call: Call) -> Any:
    place = world.place(call.chat_id)
    caption, markup = _captioned(call), rules.markup(call.data.get("reply_markup"), private=place.private)
    stored = _upload(world, call, "photo")
    if not stored.content.startswith(PICTURES):
        raise bad("IMAGE_PROCESS_FAILED")
    return world.show(place, world.message(place, photo=[photo(stored, 800, 600)], **caption), markup)


def document(stored: Stored) -> telegram.Document:
    return telegram.Document(stored.file_id, stored.unique_id, stored.name, stored.mime, stored.size)


def photo(stored: Stored, width: int, height: int) -> telegram.PhotoSize:
    return telegram.PhotoSize(stored.file_id, stored.unique_id, width, height, stored.size)


def send_chat_action(world: World, call: Call) -> Any:
    place = world.place(call.chat_id)
    if call.data.get("action") not in rules.CHAT_ACTIONS:
        raise bad("wrong parameter action in request")
    place.actions.append(call.data["action"])
    return True


def _to_edit(world: World, call: Call) -> tuple[Place, dict[str, Any]]:
    place = world.place(call.chat_id)
    message = place.history.get(call.number("message_id"))
    if message is None:
        raise bad("message to edit not found")
    if message["_keyboard"] or message.get("from", {}).get("id") != world.bot.id:
        raise bad("message can't be edited")  # other people's, and messages that brought a reply keyboard
    return place, message


def _edited(world: World, place: Place, message: dict[str, Any], change: dict[str, Any]) -> Any:
    """`change`: key → new value; None takes the key away."""
    wanted = {key: value for key, value in (message | change).items() if value}
    if {**wanted, "edit_date": 0} == {**{key: value for key, value in message.items() if value}, "edit_date": 0}:
        raise bad(NOT_MODIFIED)
    fresh = wanted | {"edit_date": int(world.now()), "_keyboard": False}
    place.history[message["message_id"]] = fresh
    place.edits += 1
    place.changed.set()
    return {key: value for key, value in fresh.items() if key != "_keyboard"}


def edit_message_text(world: World, call: Call) -> Any:
    place, message = _to_edit(world, call)
    _, text, entities = _body(world, call)
    if "text" not in message:
        raise bad("there is no text in the message to edit")
    markup = rules.markup(call.data.get("reply_markup"), private=place.private, inline_only=True)
    return _edited(world, place, message, {"text": text, "entities": entities, "reply_markup": markup})


def edit_message_reply_markup(world: World, call: Call) -> Any:
    place, message = _to_edit(world, call)
    markup = rules.markup(call.data.get("reply_markup"), private=place.private, inline_only=True)
    return _edited(world, place, message, {"reply_markup": markup})


def delete_message(world: World, call: Call) -> Any:
    place = world.place(call.chat_id)
    message = place.history.get(call.number("message_id"))
    if message is None:
        raise bad("message to delete not found")
    if world.now() - message["date"] > 48 * 3600:
        raise bad("message can't be deleted for everyone")
    del place.history[message["message_id"]]
    place.changed.set()
    return True


def answer_callback_query(world: World, call: Call) -> Any:
    tap = world.taps.get(str(call.data.get("callback_query_id", "")))
    if tap is None or tap.answered or world.now() - tap.at > ANSWERABLE:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    if rules.units(call.text) > rules.NOTICE_MOST:
        raise bad("MESSAGE_TOO_LONG")
    tap.answered = True
    world.places[tap.chat_id].notices.append(call.text)
    world.places[tap.chat_id].changed.set()
    return True


def get_file(world: World, call: Call) -> Any:
    stored = world.files.get(str(call.data.get("file_id", "")))
    if stored is None:
        raise bad("invalid file_id")
    if stored.size > DOWNLOAD_MOST:
        raise bad("file is too big")
    if stored.file_id in world.gone:
        raise bad("wrong file_id or the file is temporarily unavailable")
    return plain(telegram.File(stored.file_id, stored.unique_id, stored.size, stored.path))


def _audience(call: Call) -> tuple[str, str]:
    scope = rules.model(telegram.BotCommandScope, call.data.get("scope") or {"type": "default"}, "BotCommandScope")
    language = str(call.data.get("language_code", ""))
    if language and not (len(language) == 2 and language.isalpha() and language.islower()):
        raise bad("invalid language_code specified")
    return json.dumps(plain(scope), sort_keys=True), language


def set_my_commands(world: World, call: Call) -> Any:
    world.commands[_audience(call)] = rules.commands(call.data.get("commands"))
    return True


def get_my_commands(world: World, call: Call) -> Any:
    return world.commands.get(_audience(call), [])


def delete_my_commands(world: World, call: Call) -> Any:
    world.commands.pop(_audience(call), None)
    return True


METHODS: dict[str, Callable[[World, Call], Any]] = {
    "getMe": get_me,
    "sendMessage": send_message,
    "sendDocument": send_document,
    "sendPhoto": send_photo,
    "sendChatAction": send_chat_action,
    "editMessageText": edit_message_text,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "answerCallbackQuery": answer_callback_query,
    "getFile": get_file,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
}
# Those that the rate limit counts.
MESSAGES = frozenset({"sendMessage", "sendDocument", "sendPhoto", "editMessageText", "editMessageReplyMarkup"})
