"""Telegram's wire in tables: what a real payload means, and what exactly is sent for a message."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import telegram
from aiogram.methods import AnswerCallbackQuery, EditMessageReplyMarkup, SendMessage

from bot.channel import Address, Busy, Gone, Incoming, Refused, Sent, Unsure
from bot.conversation import Heard
from bot.flows.values import Choice, Event, Link, Message, Span, Text
from bot.handlers.telegram.marking import marked
from bot.handlers.telegram.reading import parse
from bot.handlers.telegram.sending import outcome
from bot.handlers.telegram.updates import Malformed, Reached, Tap
from bot.handlers.telegram.wire import Answer
from bot.handlers.telegram.writing import keyboard, write

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
BOT = "7000000001"
LAN = {"id": 42, "is_bot": False, "first_name": "Lan", "last_name": "Thử", "language_code": "vi"}
PRIVATE = {"id": 42, "first_name": "Lan", "last_name": "Thử", "type": "private"}
GROUP = {"id": -1009, "title": "Nhóm thử", "type": "supergroup"}
HERE = Address("telegram", BOT, "42")
FILE = {"file_id": "BQAC", "file_unique_id": "AgAD"}


def message(**content: Any) -> dict[str, Any]:
    return {"message_id": 7, "from": LAN, "chat": PRIVATE, "date": 1790000000} | content


def sent(**content: Any) -> dict[str, Any]:
    return {"update_id": 100, "message": message(**content)}


def tapped(data: str, **more: Any) -> dict[str, Any]:
    below = {"inline_keyboard": [[{"text": "Có", "callback_data": data}]]}
    bubble = message(text="Câu hỏi", reply_markup=below) | {"from": {"id": 1, "is_bot": True, "first_name": "Bot"}}
    query = {"id": "55", "from": LAN, "chat_instance": "-1", "message": bubble, "data": data} | more
    return {"update_id": 101, "callback_query": query}


def membership(status: str, chat: dict[str, Any] = PRIVATE) -> dict[str, Any]:
    bot = {"id": 7000000001, "is_bot": True, "first_name": "Bot"}
    old, new = ({"user": bot, "status": one, "until_date": 0} for one in ("member", status))
    change = {"chat": chat, "from": LAN, "date": 1790000000, "old_chat_member": old, "new_chat_member": new}
    return {"update_id": 102, "my_chat_member": change}


def read(raw: dict[str, Any]) -> Incoming | Reached | None:
    return parse(raw, AT, BOT).what


def photo(width: int, size: int | None = 1000) -> dict[str, Any]:
    return {"file_id": f"p{width}", "file_unique_id": f"u{width}", "width": width, "height": width, "file_size": size}


def source(file_id: str) -> dict[str, str]:
    return {"channel": "telegram", "file_id": file_id}


MEANINGS: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    "words": (sent(text="Tôi cần mã vạch 🙂"), "said", {"text": "Tôi cần mã vạch 🙂"}),
    "a forwarded line": (
        sent(text="Tin", forward_origin={"type": "hidden_user", "sender_user_name": "X", "date": 1}), "said", {"text": "Tin"},
    ),
    "start": (sent(text="/start"), "started", {"payload": ""}),
    "start with a payload": (sent(text="/start@nhipcau_bot  lop_5"), "started", {"payload": "lop_5"}),
    "not start": (sent(text="/startup"), "said", {"text": "/startup"}),
    "another command": (sent(text="/thongbao Xin chào"), "said", {"text": "/thongbao Xin chào"}),
    "their own number": (
        sent(contact={"phone_number": "84912345678", "first_name": "Lan", "user_id": 42}), "shared", {"phone": "+84912345678"},
    ),
    "their own number with a plus": (
        sent(contact={"phone_number": "+84912345678", "first_name": "Lan", "user_id": 42}), "shared", {"phone": "+84912345678"},
    ),
    "somebody else's number": (
        sent(contact={"phone_number": "84900000000", "first_name": "Ai", "user_id": 43}), "unreadable", {"kind": "contact"},
    ),
    "a number of nobody": (
        sent(contact={"phone_number": "84900000000", "first_name": "Ai"}), "unreadable", {"kind": "contact"},
    ),
    "a place": (sent(location={"latitude": 10.38, "longitude": 105.43}), "located", {"lat": 10.38, "lon": 105.43}),
    "a document": (
        sent(document=FILE | {"file_name": "giấy phép.pdf", "mime_type": "application/pdf", "file_size": 9}, caption="Đây"),
        "file_sent", {"name": "giấy phép.pdf", "source": source("BQAC")},
    ),
    "a document without a name": (sent(document=FILE), "file_sent", {"name": "document_7", "source": source("BQAC")}),
    "a document too large to fetch": (
        sent(document=FILE | {"file_name": "a.pdf", "file_size": 20_000_001}), "file_refused", {"name": "a.pdf", "reason": "too_large"},
    ),
    "the largest size of a photo": (
        sent(photo=[photo(90), photo(1280), photo(320)]), "file_sent", {"name": "photo_7.jpg", "source": source("p1280")},
    ),
    "a voice message": (sent(voice=FILE | {"duration": 3}), "unreadable", {"kind": "voice"}),
    "a moving picture, which also stands as a document": (
        sent(animation=FILE | {"width": 1, "height": 1, "duration": 1}, document=FILE), "unreadable", {"kind": "animation"},
    ),
    "a film": (sent(video=FILE | {"width": 1, "height": 1, "duration": 1}), "unreadable", {"kind": "video"}),
    "a throw of dice": (sent(dice={"emoji": "🎲", "value": 3}), "unreadable", {"kind": "dice"}),
    "something newer than we know": (sent(hologram={"file_id": "x"}), "unreadable", {"kind": "unknown"}),
    "a tap": (tapped("3.sector.rice"), "tapped", {"value": "3.sector.rice"}),
    "a tap on a message too old to be shown": (
        tapped("ok.41.yes", message={"chat": PRIVATE, "message_id": 3, "date": 0}), "tapped", {"value": "ok.41.yes"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", MEANINGS)
def test_what_a_payload_means(case: str):
    raw, name, data = MEANINGS[case]
    receipt = str(raw["update_id"])
    assert read(raw) == Incoming(HERE, receipt, Event(name, AT, data), "Lan Thử", "vi")


def test_an_edited_line_is_told_once_per_message():
    edited = {"update_id": 9, "edited_message": message(text="Sửa", edit_date=1790000001)}
    first, again = read(edited), read(edited | {"update_id": 10})
    assert first == again
    assert isinstance(first, Incoming)
    assert (first.receipt, first.event) == ("edited:7", Event("notified", AT, {"text": "telegram.edited"}))


IGNORED: dict[str, dict[str, Any]] = {
    "a group": sent(text="Chào", chat=GROUP),
    "a tap in a group": tapped("go.menu", message=message(text="x", chat=GROUP)),
    "a tap without a message": {"update_id": 1, "callback_query": {"id": "5", "from": LAN, "chat_instance": "1", "data": "x"}},
    "a channel": {"update_id": 1, "channel_post": message(chat={"id": -5, "title": "K", "type": "channel"}, text="Tin")},
    "another bot": sent(text="Chào") | {"message": message(text="x") | {"from": LAN | {"is_bot": True}}},
    "a pinned message": sent(pinned_message=message(text="x")),
    "a moving place": {"update_id": 1, "edited_message": message(location={"latitude": 1.0, "longitude": 2.0})},
    "an edited line in a group": {"update_id": 1, "edited_message": message(text="x", chat=GROUP)},
    "the bot joins a group": membership("member", GROUP),
    "an unknown kind": {"update_id": 1, "telepathy": {"thought": "x"}},
    "nothing": {"update_id": 1},
}  # fmt: skip


@pytest.mark.parametrize("case", IGNORED)
def test_what_is_no_concern_of_ours(case: str):
    assert read(IGNORED[case]) is None


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"message": message(text="x")},
        {"update_id": "abc"},
        {"update_id": 1, "message": {"text": "x"}},
        {"update_id": 1, "message": message(text=5)},
        {"update_id": 1, "callback_query": []},
    ],
)
def test_what_cannot_be_read(raw: dict[str, Any]):
    with pytest.raises(Malformed) as raised:
        parse(raw, AT, BOT)
    assert str(raised.value) in ("ValidationError", "no number")
    assert raised.value.__cause__ is None


def test_blocked_and_back():
    assert read(membership("kicked")) == Reached(HERE, "102", "blocked")
    assert read(membership("member")) == Reached(HERE, "102", "")


@pytest.mark.parametrize(("code", "language"), [("vi", "vi"), ("en-US", "en"), ("pt-br", "pt"), ("", ""), (None, "")])
def test_the_language_of_the_phone(code: str | None, language: str):
    raw = sent(text="x") | {"message": message(text="x") | {"from": LAN | {"language_code": code}}}
    what = read(raw)
    assert isinstance(what, Incoming)
    assert what.language == language


# -- what is sent


def request(message: Message) -> dict[str, Any]:
    """The request's parameters, which both libraries take as they stand."""
    asked = write(HERE, message)
    assert asked.method == "sendMessage"
    data: dict[str, Any] = json.loads(json.dumps(asked.data))
    assert SendMessage.model_validate(data).model_dump(exclude_none=True, exclude_unset=True, mode="json") == data
    return data


def plain(text: Text, **more: Any) -> dict[str, Any]:
    quiet = {"link_preview_options": {"is_disabled": True}, "reply_markup": {"remove_keyboard": True}}
    return {"chat_id": 42, "text": text.plain, **quiet, **more}


def test_words_alone():
    text = Text("Xin chào <b>&amp;*_`")
    assert request(Message(text)) == plain(text)


def test_half_a_sign_does_not_keep_the_rest_from_arriving():
    assert request(Message(Text("nửa \ud83d chữ")))["text"] == "nửa � chữ"


def test_styles_are_counted_in_utf16_units():
    text = Text("📢 Tin 🙂 mới ộ", (Span(2, 3, "bold"), Span(6, 1, "italic"), Span(8, 3, "code"), Span(12, 1, "bold")))
    data = request(Message(text))
    assert data["entities"] == [
        {"type": "bold", "offset": 3, "length": 3},
        {"type": "italic", "offset": 7, "length": 2},
        {"type": "code", "offset": 10, "length": 3},
        {"type": "bold", "offset": 14, "length": 1},
    ]
    shown = telegram.Message.de_json(
        {"message_id": 1, "date": 0, "chat": PRIVATE, "text": text.plain, "entities": data["entities"]}
    )
    assert [shown.parse_entity(entity) for entity in shown.entities] == ["Tin", "🙂", "mới", "ộ"]


def test_web_links_only_are_links():
    """Telegram finds telephone numbers and mail addresses itself and refuses links to them."""
    links = (Link(0, 3, "https://x.vn/a"), Link(4, 3, "tel:+842963"), Link(8, 4, "mailto:a@x.vn"))
    data = request(Message(Text("Tại đây thư nha", (Span(0, 3, "bold"),), links)))
    assert data["entities"] == [
        {"type": "bold", "offset": 0, "length": 3},
        {"type": "text_link", "url": "https://x.vn/a", "offset": 0, "length": 3},
    ]


def test_no_more_entities_than_telegram_takes():
    text = Text("a" * 300, tuple(Span(at, 1, "bold") for at in range(300)))
    assert len(request(Message(text))["entities"]) == 100


def choices(*labels: str, control: bool = False) -> tuple[Choice, ...]:
    return tuple(Choice(f"1.q.{number}", label, control) for number, label in enumerate(labels))


ROWS: dict[str, tuple[tuple[Choice, ...], list[list[str]]]] = {
    "yes and no": (choices("Có", "Không"), [["Có", "Không"]]),
    "a rating": (choices("1", "2", "3", "4", "5"), [["1", "2", "3", "4", "5"]]),
    "long ones": (choices("Doanh nghiệp nhỏ", "Hợp tác xã"), [["Doanh nghiệp nhỏ"], ["Hợp tác xã"]]),
    "controls below": (
        (*choices("Khác"), *choices("Quay lại", "Bỏ qua", control=True)), [["Khác"], ["Quay lại", "Bỏ qua"]],
    ),
    "controls below, wherever they stand": (
        (*choices("Bỏ qua", control=True), *choices("Lúa gạo")), [["Lúa gạo"], ["Bỏ qua"]],
    ),
    "no more than eight in a row": (choices(*"123456789"), [list("12345678"), ["9"]]),
}  # fmt: skip


@pytest.mark.parametrize("case", ROWS)
def test_rows_of_buttons(case: str):
    given, rows = ROWS[case]
    markup = request(Message(Text("?"), given))["reply_markup"]
    assert [[button["text"] for button in row] for row in markup["inline_keyboard"]] == rows
    by_label = {choice.label: choice.value for choice in given}
    for button in (button for row in markup["inline_keyboard"] for button in row):
        assert button == {"text": button["text"], "callback_data": by_label[button["text"]]}


def test_a_value_that_no_button_carries_is_typed():
    over, most = "3.q." + "ộ" * 21, "3.q." + "a" * 60
    assert (len(over.encode()), len(most.encode())) == (67, 64)
    assert keyboard([Choice(over, "A"), Choice(most, "B")]) == [[{"text": "B", "callback_data": most}]]
    assert request(Message(Text("?"), (Choice(over, "A"),)))["reply_markup"] == {"remove_keyboard": True}


@pytest.mark.parametrize(("wants", "asks"), [("phone", "request_contact"), ("location", "request_location")])
def test_asking_for_a_number_or_a_place(wants: Any, asks: str):
    """A message has one keyboard: this one holds the controls as words, which mean the same when typed."""
    given = choices("Quay lại", "Bỏ qua", control=True)
    markup = request(Message(Text("?"), given, wants=wants, hand="Gửi"))["reply_markup"]
    rows = [[{"text": "Gửi", asks: True}], [{"text": "Quay lại"}, {"text": "Bỏ qua"}]]
    assert markup == {"keyboard": rows, "resize_keyboard": True, "one_time_keyboard": True}


def test_answers_to_choose_from_come_before_asking_for_a_number():
    markup = request(Message(Text("?"), choices("Số cũ"), wants="phone", hand="Gửi"))["reply_markup"]
    assert list(markup) == ["inline_keyboard"]


OUTCOMES = [
    (Answer(200, {"message_id": 5}), Sent("5")),
    (Answer(429, None, "Too Many Requests: retry after 7", 7.0), Busy(7.0)),
    (Answer(429, None, "Too Many Requests"), Busy(5.0)),
    (Answer(403, None, "Forbidden: bot was blocked by the user"), Gone("Forbidden: bot was blocked by the user")),
    (Answer(403, None, "Forbidden: user is deactivated"), Gone("Forbidden: user is deactivated")),
    (Answer(400, None, "Bad Request: chat not found"), Gone("Bad Request: chat not found")),
    (Answer(400, None, "Bad Request: message is too long"), Refused("Bad Request: message is too long")),
    (Answer(413, None, ""), Refused("HTTP 413")),
    (Answer(401, None, "Unauthorized"), Busy(60.0)),
    (Answer(404, None, "Not Found"), Busy(60.0)),
    (Answer(500, None, "Internal Server Error"), Unsure("HTTP 500")),
    (Answer(502, None, "no JSON"), Unsure("HTTP 502")),
]


@pytest.mark.parametrize(("answer", "means"), OUTCOMES)
def test_what_an_answer_means_for_a_letter(answer: Answer, means: object):
    assert outcome(answer) == means


# -- marks

MENU = (Choice("go.topic.barcode", "Mã vạch"), Choice("go.human", "Gặp cán bộ"))
SHOWN = tuple((choice,) for choice in MENU)


def mark(value: str, shown: tuple[tuple[Choice, ...], ...], heard: Heard) -> list[list[str]] | None:
    rows = marked(Tap("5", value, 42, 7, shown), heard, "✓")
    if rows is not None:
        data = {"chat_id": 42, "message_id": 7, "reply_markup": {"inline_keyboard": rows}}
        assert EditMessageReplyMarkup.model_validate(data).model_dump(exclude_unset=True, mode="json") == data
    return rows if rows is None else [[button["text"] for button in row] for row in rows]


def test_a_used_answer_stands_alone():
    shown = ((Choice("1.q.yes", "Có"), Choice("1.q.no", "Không")), (Choice("1.q.!back", "Quay lại"),))
    assert mark("1.q.yes", shown, Heard(route="answer")) == [["✓ Có"]]
    assert mark("1.q.!back", shown, Heard(route="back")) == [["✓ Quay lại"]]


def test_ways_to_go_stay_open_and_the_last_used_is_marked():
    assert mark("go.human", SHOWN, Heard(route="human")) == [["Mã vạch"], ["✓ Gặp cán bộ"]]
    used = ((Choice("go.topic.barcode", "Mã vạch"),), (Choice("go.human", "✓ Gặp cán bộ"),))
    assert mark("go.topic.barcode", used, Heard(route="topic.barcode")) == [["✓ Mã vạch"], ["Gặp cán bộ"]]
    assert mark("go.human", used, Heard(route="human")) is None, "nothing new to show"


def test_ticks_are_those_of_the_answer():
    before = ((Choice("1.q.a", "Một mục khá là dài"),), (Choice("1.q.b", "Mục thứ hai cũng dài"),))
    after = (Choice("1.q.a", "✓ Một mục khá là dài"), Choice("1.q.b", "Mục thứ hai cũng dài"))
    heard = Heard(messages=[Message(Text("Đã chọn"), after, many=True)], route="answer")
    assert mark("1.q.a", before, heard) == [["✓ Một mục khá là dài"], ["Mục thứ hai cũng dài"]]


@pytest.mark.parametrize(
    "heard", [Heard(route="again"), Heard(route="unknown"), Heard(route=""), Heard(new=False, route="answer")]
)
def test_a_tap_that_chose_nothing_is_not_shown_as_chosen(heard: Heard):
    assert mark("go.human", SHOWN, heard) is None


def test_what_an_old_message_showed_is_not_known():
    assert mark("go.human", (), Heard(route="human")) is None


def test_the_tap_comes_with_its_keyboard():
    seen = parse(tapped("1.q.yes"), AT, BOT)
    assert seen.tap == Tap("55", "1.q.yes", 42, 7, ((Choice("1.q.yes", "Có"),),))
    old = parse(tapped("1.q.yes", message={"chat": PRIVATE, "message_id": 3, "date": 0}), AT, BOT)
    assert old.tap == Tap("55", "1.q.yes")
    assert AnswerCallbackQuery(callback_query_id="55").model_dump(exclude_none=True) == {"callback_query_id": "55"}
