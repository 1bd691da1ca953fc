"""What the real server refuses in a message, in its own words; buttons and entities are read with python-telegram-bot.

Where Telegram publishes no words (more than 8 buttons in a row, an empty label) the nearest known error is used.
"""

from __future__ import annotations

import re
from typing import Any, TypeVar
from urllib.parse import urlsplit

import telegram

from tests.simulators.telegram.wire import bad

TEXT_MOST, CAPTION_MOST, NOTICE_MOST = 4096, 1024, 200  # UTF-16 units; NOTICE: the answer to a tap
DATA_MOST = 64  # bytes
BUTTONS_MOST, ROW_MOST, ENTITIES_MOST = 100, 8, 100
ACTIONS = (
    "callback_data", "url", "web_app", "login_url", "copy_text", "pay",
    "switch_inline_query", "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "callback_game",
)  # fmt: skip
CHAT_ACTIONS = frozenset(telegram.constants.ChatAction)
COMMAND = re.compile(r"[a-z0-9_]{1,32}")


Model = TypeVar("Model", bound=telegram.TelegramObject)


def model(kind: type[Model], data: Any, what: str) -> Model:
    """What the bot sent as python-telegram-bot reads it; refused where it cannot be read."""
    try:
        return kind.de_json(dict(data))
    except (TypeError, ValueError, AttributeError, KeyError):
        raise bad(f"can't parse {what}") from None


def units(text: str) -> int:
    """Length in UTF-16 units, in which Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def formatted(text: Any, entities: Any, most: int, what: str) -> tuple[str, list[dict[str, Any]]]:
    """The text as it will be shown, without blanks around it, and its entities moved along."""
    if not isinstance(text, str):
        raise bad(f"{what} is empty" if text is None else f"{what} must be of type String")
    read = [_entity(entity, text) for entity in _list(entities, "entities")]
    shown = text.strip()
    if not shown and what == "message text":
        raise bad("message text is empty")
    if units(shown) > most:
        raise bad("message is too long" if what == "message text" else "message caption is too long")
    moved = units(text) - units(text.lstrip())
    kept = [_moved(entity, moved, units(shown)) for entity in read if entity.type != "text_link" or _link(entity.url)]
    return shown, [entity.to_dict() for entity in kept if entity.length > 0][:ENTITIES_MOST]


def _list(value: Any, name: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise bad(f"can't parse {name} JSON object")
    return value


def _entity(data: Any, text: str) -> telegram.MessageEntity:
    entity = model(telegram.MessageEntity, data, "MessageEntity")
    numbers: tuple[object, ...] = (entity.offset, entity.length)
    if not all(isinstance(number, int) for number in numbers):
        raise bad("can't parse MessageEntity")
    start, end = entity.offset, entity.offset + entity.length
    if entity.type not in telegram.MessageEntity.ALL_TYPES:
        raise bad("can't parse entities: unsupported type specified")
    if entity.type == "text_link" and not entity.url:
        raise bad("can't parse MessageEntity: can't find field \"url\"")
    if start < 0 or entity.length <= 0 or end > units(text):
        raise bad(f"entity beginning at UTF-16 offset {start} ends after the end of the text at UTF-16 offset {end}")
    for place, verb in ((start, "begins"), (end, "ends")):
        if _splits(text, place):
            raise bad(f"entity {verb} in a middle of a UTF-16 symbol at UTF-16 offset {place}")
    return entity


def _splits(text: str, place: int) -> bool:
    try:
        text.encode("utf-16-le")[: place * 2].decode("utf-16-le")
    except UnicodeDecodeError:
        return True
    return False


def _moved(entity: telegram.MessageEntity, by: int, most: int) -> telegram.MessageEntity:
    start = max(0, entity.offset - by)
    end = min(entity.offset + entity.length - by, most)
    data = entity.to_dict() | {"offset": start, "length": end - start}
    return telegram.MessageEntity.de_json(data)


def _link(url: Any) -> bool:
    """Telegram makes no link of an address without a dotted host: the words stay, the link goes."""
    if not isinstance(url, str):
        return False
    parsed = urlsplit(url)
    return parsed.scheme in {"tg", "mailto", "tel"} or (
        parsed.scheme in {"", "http", "https", "ton"} and "." in (parsed.hostname or parsed.path)
    )


def markup(data: Any, *, private: bool, inline_only: bool = False) -> dict[str, Any] | None:
    """Reply markup as Telegram keeps it, or None if there is none."""
    if not data:
        return None
    if not isinstance(data, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" in data:
        return _inline(data)
    if inline_only:
        raise bad("inline keyboard expected")
    if "keyboard" in data:
        return _keyboard(data, private)
    if data.get("remove_keyboard") is True or data.get("force_reply") is True:
        return data
    raise bad("can't parse reply keyboard markup JSON object")


def _rows(data: Any, what: str) -> list[list[Any]]:
    if not isinstance(data, list) or not all(isinstance(row, list) for row in data):
        raise bad(f'field "{what}" of the {what.replace("_", " ")} must be an Array of Arrays')
    if sum(map(len, data)) > BUTTONS_MOST or any(len(row) > ROW_MOST for row in data):
        raise bad("REPLY_MARKUP_TOO_LONG")
    return data


def _inline(data: dict[str, Any]) -> dict[str, Any]:
    for row in _rows(data["inline_keyboard"], "inline_keyboard"):
        for button in row:
            _inline_button(button)
    return model(telegram.InlineKeyboardMarkup, data, "inline keyboard button").to_dict()


def _inline_button(data: Any) -> None:
    if not isinstance(data, dict) or "text" not in data:
        raise bad("can't parse inline keyboard button: can't find field \"text\"")
    if not isinstance(data["text"], str):
        raise bad('can\'t parse inline keyboard button: field "text" must be of type String')
    if not data["text"].strip():
        raise bad("BUTTON_TEXT_INVALID")
    given = [action for action in ACTIONS if action in data]
    if len(given) != 1:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if given == ["callback_data"] and not 1 <= len(str(data["callback_data"]).encode()) <= DATA_MOST:
        raise bad("BUTTON_DATA_INVALID")
    if given == ["url"] and not _link(data["url"]):
        raise bad(f"inline keyboard button URL '{data['url']}' is invalid: Wrong HTTP URL")


def _keyboard(data: dict[str, Any], private: bool) -> dict[str, Any]:
    rows = _rows(data["keyboard"], "keyboard")
    buttons = [[_button(button, private).to_dict() for button in row] for row in rows]
    return data | {"keyboard": buttons}


def _button(data: Any, private: bool) -> telegram.KeyboardButton:
    fields = {"text": data} if isinstance(data, str) else data
    if not isinstance(fields, dict) or not isinstance(fields.get("text"), str):
        raise bad("can't parse keyboard button: can't find field \"text\"")
    if not fields["text"].strip():
        raise bad("keyboard button text must be non-empty")
    button = model(telegram.KeyboardButton, fields, "keyboard button")
    if button.request_contact and not private:
        raise bad("phone number can be requested in private chats only")
    if button.request_location and not private:
        raise bad("location can be requested in private chats only")
    return button


def commands(data: Any) -> list[dict[str, str]]:
    listed = _list(data, "commands")
    if len(listed) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in listed:
        if not isinstance(command, dict):
            raise bad("can't parse BotCommand: expected an Object")
        if not COMMAND.fullmatch(str(command.get("command", "")).removeprefix("/")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= units(str(command.get("description", ""))) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return [telegram.BotCommand.de_json(dict(command)).to_dict() for command in listed]
