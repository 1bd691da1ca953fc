"""The fake Bot API server is as strict as the real one, and two clients that know nothing of it can use it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import telegram
from aiogram import Bot
from aiogram import types as aiogram_types
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from tests.simulators.telegram.faults import Faults
from tests.simulators.telegram.limits import Limits
from tests.simulators.telegram.methods import METHODS
from tests.simulators.telegram.people import User, labels
from tests.simulators.telegram.server import TelegramServer
from tests.simulators.telegram.wire import Call, Refused

WORDS = (
    "callback_data", "caption", "chat_id", "command", "commands", "description", "document", "entities", "inline_keyboard",
    "keyboard", "language_code", "length", "message_id", "offset", "photo", "reply_markup", "request_contact", "scope", "text",
    "type", "url", "web_app",
)  # fmt: skip
BUTTONS = {
    "inline_keyboard": [[{"text": "Có", "callback_data": "q1:yes"}, {"text": "Không", "callback_data": "q1:no"}]]
}


class Wire:
    """A bot as bare as can be: JSON out, JSON in."""

    def __init__(self, server: TelegramServer, session: aiohttp.ClientSession) -> None:
        self.server, self.session = server, session

    async def call(self, method: str, token: str | None = None, **data: Any) -> dict[str, Any]:
        address = f"{self.server.url}/bot{token or self.server.token}/{method}"
        async with self.session.post(address, json=data) as answer:
            body: dict[str, Any] = await answer.json()
            assert answer.status == body.get("error_code", 200)
            return body

    async def ok(self, method: str, **data: Any) -> Any:
        body = await self.call(method, **data)
        assert body["ok"], body
        return body["result"]

    async def no(self, method: str, **data: Any) -> str:
        body = await self.call(method, **data)
        assert not body["ok"], body
        return f"{body['error_code']} {body['description']}"


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as started:
        yield started


@pytest.fixture
async def wire(server) -> AsyncIterator[Wire]:
    async with aiohttp.ClientSession() as session:
        yield Wire(server, session)


@pytest.fixture
def lan(server) -> User:
    user: User = server.user(501, "Lan Thử")
    user.send("/start")
    return user


async def test_updates_come_until_they_are_confirmed(server, wire, lan):
    lan.send("xin chào")
    first = await wire.ok("getUpdates")
    assert [update["message"]["text"] for update in first] == ["/start", "xin chào"]
    assert first[0]["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert await wire.ok("getUpdates") == first
    rest = await wire.ok("getUpdates", offset=first[0]["update_id"] + 1)
    assert rest == first[1:]
    assert await wire.ok("getUpdates", offset=first[1]["update_id"] + 1) == []


async def test_a_long_poll_ends_with_the_first_update(server, wire, lan):
    (start,) = await wire.ok("getUpdates")
    poll = asyncio.create_task(wire.ok("getUpdates", offset=start["update_id"] + 1, timeout=30))
    await asyncio.sleep(0.05)
    assert not poll.done()
    lan.send("đây")
    (update,) = await asyncio.wait_for(poll, 1)
    assert update["message"]["text"] == "đây"


async def test_a_batch_holds_a_hundred(server, wire, lan):
    for number in range(150):
        lan.send(str(number))
    assert len(await wire.ok("getUpdates", limit=1000)) == 100
    assert len(await wire.ok("getUpdates", limit=7)) == 7


async def test_what_is_a_day_old_is_gone(server, wire, lan):
    server.later(25 * 3600)
    lan.send("hôm nay")
    assert [update["message"]["text"] for update in await wire.ok("getUpdates")] == ["hôm nay"]


async def test_a_second_poller_ends_the_first(server, wire, lan):
    (start,) = await wire.ok("getUpdates")
    after = start["update_id"] + 1
    first = asyncio.create_task(wire.no("getUpdates", offset=after, timeout=30))
    await asyncio.sleep(0.05)
    assert await wire.ok("getUpdates", offset=after) == []
    assert (await first).startswith("409 Conflict: terminated by other getUpdates request")


async def test_only_wanted_updates_are_made(server, wire, lan):
    await wire.ok("getUpdates", allowed_updates=["my_chat_member"])
    lan.send("không ai nghe")
    lan.block()
    kinds = [set(update) - {"update_id"} for update in await wire.ok("getUpdates")]
    assert kinds == [{"message"}, {"my_chat_member"}]
    assert (await wire.no("getUpdates", allowed_updates=["messages"])).startswith("400")


async def test_a_message_with_buttons_is_shown_tapped_answered_and_edited(server, wire, lan):
    await wire.ok("sendMessage", chat_id=lan.id, text="Ông/bà có cần không?", reply_markup=BUTTONS)
    (shown,) = await lan.expect()
    assert (shown.text, labels(shown)) == ("Ông/bà có cần không?", ["Có", "Không"])
    lan.tap("Có")
    query = (await wire.ok("getUpdates"))[-1]["callback_query"]
    assert (query["data"], query["message"]["message_id"]) == ("q1:yes", shown.message_id)
    assert await wire.ok("answerCallbackQuery", callback_query_id=query["id"]) is True
    await wire.ok("editMessageText", chat_id=lan.id, message_id=shown.message_id, text="Đã chọn: Có")
    assert (lan.last.text, labels(lan.last), lan.notices) == ("Đã chọn: Có", [], [""])


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "message text is empty"),
        ({"text": "a" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "abc", "entities": [{"type": "bold", "offset": 1, "length": 3}]},
         "entity beginning at UTF-16 offset 1 ends after the end of the text at UTF-16 offset 4"),
        ({"text": "😀", "entities": [{"type": "bold", "offset": 1, "length": 1}]}, "entity begins in a middle of a UTF-16"),
        ({"text": "a", "entities": [{"type": "loud", "offset": 0, "length": 1}]}, "can't parse entities"),
        ({"text": "a", "entities": [{"type": "bold"}]}, "can't parse MessageEntity"),
        ({"text": "a", "reply_markup": []}, None),
        ({"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "đ" * 33}]]}}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": ""}]]}}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "x"}]]}}, "can't parse inline keyboard button: Text buttons"),
        ({"text": "a", "reply_markup": {"inline_keyboard": [[{"callback_data": "x"}]]}},
         'can\'t parse inline keyboard button: can\'t find field "text"'),
        ({"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "x"}] * 9]}}, "REPLY_MARKUP_TOO_LONG"),
        ({"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]] * 101}}, "REPLY_MARKUP_TOO_LONG"),
        ({"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "x", "url": "http://localhost:8080/up"}]]}},
         "inline keyboard button URL 'http://localhost:8080/up' is invalid"),
        ({"text": "a", "parse_mode": "HTML"}, "this simulator reads entities"),
        ({"text": "a", "chat_id": 77}, "chat not found"),
        ({"text": "a", "chat_id": ""}, "chat_id is empty"),
    ],
)  # fmt: skip
async def test_what_telegram_refuses_is_refused(wire, lan, data, refusal):
    if refusal is None:
        await wire.ok("sendMessage", **({"chat_id": lan.id} | data))
    else:
        assert (await wire.no("sendMessage", **({"chat_id": lan.id} | data))).startswith(f"400 Bad Request: {refusal}")
        assert lan.messages == []


async def test_what_just_fits_is_taken(wire, lan):
    rows = [[{"text": "x", "callback_data": "đ" * 32}] * 8] * 12 + [[{"text": "y", "callback_data": "y"}] * 4]
    bold = {"type": "bold", "offset": 2, "length": 4096}
    await wire.ok(
        "sendMessage",
        chat_id=str(lan.id),
        text="  " + "😀" * 2048 + " ",
        entities=[bold],
        reply_markup={"inline_keyboard": rows},
    )
    assert lan.last.text == "😀" * 2048
    assert [(entity.offset, entity.length) for entity in lan.last.entities] == [(0, 4096)]
    assert len(labels(lan.last)) == 100


async def test_tokens_and_methods_are_known_or_refused(server, wire):
    assert await wire.no("getMe", token="7000000001:wrong") == "401 Unauthorized"
    assert await wire.no("getMe", token="7000000001") == "401 Unauthorized: invalid token specified"
    assert await wire.no("sendSmoke") == "404 Not Found: method not found"
    assert (await wire.ok("GETME"))["is_bot"] is True


async def test_who_blocked_the_bot_is_not_reached(server, wire, lan):
    lan.block()
    assert await wire.no("sendMessage", chat_id=lan.id, text="a") == "403 Forbidden: bot was blocked by the user"
    change = (await wire.ok("getUpdates"))[-1]["my_chat_member"]
    assert (change["old_chat_member"]["status"], change["new_chat_member"]["status"]) == ("member", "kicked")
    lan.unblock()
    await wire.ok("sendMessage", chat_id=lan.id, text="a")
    lan.delete_account()
    assert await wire.no("sendMessage", chat_id=lan.id, text="a") == "403 Forbidden: user is deactivated"


async def test_edits_are_held_to_the_rules(server, wire, lan):
    sent = await wire.ok("sendMessage", chat_id=lan.id, text="một", reply_markup=BUTTONS)
    this = {"chat_id": lan.id, "message_id": sent["message_id"]}
    same = "400 Bad Request: message is not modified"
    assert (await wire.no("editMessageText", text="một", reply_markup=BUTTONS, **this)).startswith(same)
    assert (await wire.no("editMessageReplyMarkup", reply_markup=BUTTONS, **this)).startswith(same)
    await wire.ok("editMessageReplyMarkup", **this)
    assert (await wire.no("editMessageReplyMarkup", **this)).startswith(same)
    assert (
        await wire.no("editMessageText", text="a", chat_id=lan.id, message_id=9999)
        == "400 Bad Request: message to edit not found"
    )
    keyboard = await wire.ok("sendMessage", chat_id=lan.id, text="hai", reply_markup={"keyboard": [["Gửi"]]})
    theirs = lan.send("của tôi")
    for number in (keyboard["message_id"], theirs.message_id):
        refusal = await wire.no("editMessageText", chat_id=lan.id, message_id=number, text="ba")
        assert refusal == "400 Bad Request: message can't be edited"


async def test_a_tap_can_be_answered_once_and_not_too_late(server, wire, lan):
    await wire.ok("sendMessage", chat_id=lan.id, text="?", reply_markup=BUTTONS)
    first, second = lan.tap("Có"), lan.tap("Không")
    late = "400 Bad Request: query is too old and response timeout expired or query ID is invalid"
    await wire.ok("answerCallbackQuery", callback_query_id=first, text="Đã ghi")
    assert await wire.no("answerCallbackQuery", callback_query_id=first) == late
    server.later(3600)
    assert await wire.no("answerCallbackQuery", callback_query_id=second) == late
    assert lan.notices == ["Đã ghi"]


async def test_a_tap_on_a_month_old_message_says_little(server, wire, lan):
    await wire.ok("sendMessage", chat_id=lan.id, text="?", reply_markup=BUTTONS)
    server.later(30 * 86400)
    lan.tap("Có", old=True)
    query = (await wire.ok("getUpdates"))[-1]["callback_query"]
    assert query["message"] == {
        "chat": {"id": 501, "type": "private", "first_name": "Lan Thử"},
        "message_id": 2,
        "date": 0,
    }
    assert isinstance(aiogram_types.CallbackQuery.model_validate(query).message, aiogram_types.InaccessibleMessage)


async def test_reply_keyboards_ask_for_contact_and_place_in_private_chats_only(server, wire, lan):
    keyboard = [[{"text": "Gửi số", "request_contact": True}], [{"text": "Gửi vị trí", "request_location": True}]]
    markup = {"keyboard": keyboard, "one_time_keyboard": True}
    await wire.ok("sendMessage", chat_id=lan.id, text="?", reply_markup=markup)
    assert lan.keyboard == ["Gửi số", "Gửi vị trí"]
    lan.tap("Gửi số")
    assert (await wire.ok("getUpdates"))[-1]["message"]["contact"]["user_id"] == lan.id
    assert lan.keyboard == []
    group = server.group(-1001)
    refusal = await wire.no("sendMessage", chat_id=group.id, text="?", reply_markup=markup)
    assert refusal == "400 Bad Request: phone number can be requested in private chats only"


async def test_every_kind_of_message_can_be_read_by_aiogram(server, wire, lan):
    words = lan.send("một câu")
    lan.send_document(b"%PDF-1.7", "giấy phép.pdf")
    lan.send_photo([b"\xff\xd8\xff small", b"\xff\xd8\xff large"], caption="ảnh")
    lan.send_location()
    lan.send_contact(own=False)
    lan.sticker()
    lan.voice()
    lan.forward("chuyển tiếp")
    lan.edit(words, "một câu khác")
    server.group(-1001).say(lan, "trong nhóm")
    server.channel(-1002).post("trong kênh")
    lan.block()
    raw = await wire.ok("getUpdates")
    updates: list[Any] = [aiogram_types.Update.model_validate(update) for update in raw]
    assert [update.event_type for update in updates] == (
        ["message"] * 9 + ["edited_message", "message", "channel_post", "my_chat_member"]
    )
    messages = [update.message for update in updates]
    assert (messages[2].document.file_name, messages[3].photo[-1].width) == ("giấy phép.pdf", 640)
    assert messages[5].contact.user_id != messages[5].from_user.id
    assert [telegram.Update.de_json(update).update_id for update in raw] == [update.update_id for update in updates]


async def test_files_are_downloaded_up_to_twenty_megabytes(server, wire, lan):
    small: Any = lan.send_document(b"%PDF-1.7 made up", "a.pdf").document
    large: Any = lan.send_document(b"%PDF", "b.pdf", size=20 * 1024 * 1024 + 1).document
    path = (await wire.ok("getFile", file_id=small.file_id))["file_path"]
    async with wire.session.get(f"{server.url}/file/bot{server.token}/{path}") as answer:
        assert await answer.read() == b"%PDF-1.7 made up"
    async with wire.session.get(f"{server.url}/file/bot1:x/{path}") as answer:
        assert answer.status == 404
    assert await wire.no("getFile", file_id=large.file_id) == "400 Bad Request: file is too big"
    assert await wire.no("getFile", file_id="none") == "400 Bad Request: invalid file_id"


async def test_commands_are_kept_by_scope_and_language(wire):
    vi = [{"command": "menu", "description": "Trở về menu"}]
    chat = {"type": "chat", "chat_id": 501}
    await wire.ok("setMyCommands", commands=vi, language_code="vi")
    await wire.ok("setMyCommands", commands=[], scope=chat)
    assert await wire.ok("getMyCommands", language_code="vi") == vi
    assert await wire.ok("getMyCommands") == []
    assert (
        await wire.no("setMyCommands", commands=[{"command": "Menu", "description": "a"}])
        == "400 Bad Request: BOT_COMMAND_INVALID"
    )
    assert (
        await wire.no("setMyCommands", commands=vi, language_code="vie")
        == "400 Bad Request: invalid language_code specified"
    )


async def test_the_thirty_first_message_in_a_second_shuts_the_token(server, wire, lan):
    answers = [await wire.call("sendMessage", chat_id=lan.id, text=str(number)) for number in range(33)]
    assert [answer["ok"] for answer in answers] == [True] * 30 + [False] * 3
    assert answers[30]["parameters"] == {"retry_after": 1}
    assert answers[30]["description"] == "Too Many Requests: retry after 1"
    assert (await wire.ok("getMe"))["id"]
    await asyncio.sleep(1.05)
    await wire.ok("sendMessage", chat_id=lan.id, text="lại được")


async def test_one_message_a_second_for_a_chat_if_asked(server, wire, lan):
    server.limits = Limits(per_chat=1)
    await wire.ok("sendMessage", chat_id=lan.id, text="a")
    assert (await wire.no("sendMessage", chat_id=lan.id, text="b")).startswith("429")


async def test_planned_faults_say_whether_the_message_came(server, wire, lan):
    server.faults.hang_for = 0.05
    server.faults.plan("sendMessage", "error", "error_after", "drop", "drop_after", "hang", "hang_after", "flood")
    for text in ("1", "2"):
        assert (await wire.call("sendMessage", chat_id=lan.id, text=text))["error_code"] == 502
    for text in ("3", "4", "5", "6"):
        with pytest.raises(aiohttp.ClientError):
            await wire.call("sendMessage", chat_id=lan.id, text=text)
    assert (await wire.no("sendMessage", chat_id=lan.id, text="7")).startswith("429")
    assert lan.texts == ["2", "4", "6"]


async def test_faults_at_a_rate_come_from_a_seed(server):
    drawn = [
        [Faults(seed, {"*": {"error": 0.2, "drop": 0.1}}).draw("sendMessage") for _ in range(1)] for seed in (1, 1)
    ]
    assert drawn[0] == drawn[1]
    faults = Faults(5, {"*": {"error": 0.2, "drop": 0.1}})
    kinds = [faults.draw("sendMessage") for _ in range(2000)]
    assert 340 < kinds.count("error") < 460
    assert 150 < kinds.count("drop") < 250
    with pytest.raises(ValueError, match="no such fault"):
        Faults(rates={"*": {"smoke": 1}})


async def test_broken_connections_also_hit_downloads(server, wire, lan):
    document: Any = lan.send_document(b"%PDF-1.7" * 1000, "a.pdf").document
    path = (await wire.ok("getFile", file_id=document.file_id))["file_path"]
    server.faults.plan("download", "drop_after", "error", "flood")
    statuses = []
    for _ in range(4):
        try:
            async with wire.session.get(f"{server.url}/file/bot{server.token}/{path}") as answer:
                await answer.read()
                statuses.append(answer.status)
        except aiohttp.ClientPayloadError:
            statuses.append(0)
    assert statuses == [0, 502, 429, 200]


async def test_parameters_that_no_method_has_are_noticed(server, wire, lan):
    await wire.ok("sendMessage", chat_id=lan.id, text="a", reply_markups=BUTTONS)
    await wire.ok("editMessageText", chat_id=lan.id, message_id=lan.last.message_id, text="b", reply_markup=BUTTONS)
    assert [call.unknown for call in server.requests] == [{"reply_markups"}, set()]


SCRAPS: Any = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 10)
    | st.sampled_from(["", "a", "bold", "text_link", "chat", "https://a.vn"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=8,
)


@given(
    name=st.sampled_from(sorted(METHODS)),
    data=st.dictionaries(st.sampled_from(WORDS), SCRAPS, max_size=5),
    button=SCRAPS,
)
async def test_whatever_comes_is_taken_or_refused(name, data, button):
    server = TelegramServer(limits=Limits(rate=0))
    server.user(1).send("/start")
    for markup in (data.get("reply_markup"), {"inline_keyboard": [[button]]}, {"keyboard": [[button]]}):
        call = Call(name, {"chat_id": 1, "message_id": 1, "text": "a"} | data | {"reply_markup": markup})
        with contextlib.suppress(Refused):  # and nothing else
            METHODS[name](server.world, call)
    assert [message.message_id for message in server.user(1).messages] == server.user(1).place.shown


async def test_duplicates_and_disorder(server, wire, lan):
    for number in range(20):
        lan.send(str(number))
    server.faults = Faults(seed=3, duplicate=0.5, disorder=1.0)
    numbers = [update["update_id"] for update in await wire.ok("getUpdates")]
    assert len(set(numbers)) == 21 < len(numbers)
    assert numbers != sorted(numbers)


# ---- webhook


@pytest.fixture
async def hook() -> AsyncIterator[Any]:
    """A webhook's end: what it got, and what it answers."""

    class Hook:
        def __init__(self) -> None:
            self.got: list[tuple[str, dict[str, Any]]] = []
            self.statuses: list[int] = []
            self.body = "{}"
            self.url = ""

        async def take(self, request: web.BaseRequest) -> web.Response:
            self.got.append(
                (request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""), json.loads(await request.read()))
            )
            return web.Response(text=self.body, status=self.statuses.pop(0) if self.statuses else 200)

    end = Hook()
    runner = web.ServerRunner(web.Server(end.take))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    end.url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhook/telegram"
    yield end
    await runner.cleanup()


async def soon(holds: Any) -> None:
    async with asyncio.timeout(5):
        while not holds():
            await asyncio.sleep(0.01)


async def test_a_webhook_gets_what_waits_in_order_until_it_says_yes(server, wire, lan, hook):
    lan.send("hai")
    hook.statuses = [500, 503, 200]
    await wire.ok("setWebhook", url=hook.url, secret_token="made-up_1")
    await soon(lambda: len(hook.got) == 4)
    assert [update["message"]["text"] for _, update in hook.got] == ["/start"] * 3 + ["hai"]
    assert {secret for secret, _ in hook.got} == {"made-up_1"}
    await soon(lambda: not server.updates.pending)
    assert (await wire.no("getUpdates")).startswith("409 Conflict: can't use getUpdates method while webhook is active")
    info = telegram.WebhookInfo.de_json(await wire.ok("getWebhookInfo"))
    assert (info.url, info.pending_update_count, info.last_error_message) == (
        hook.url, 0, "Wrong response from the webhook: 503",
    )  # fmt: skip
    await wire.ok("deleteWebhook")
    assert await wire.ok("getUpdates") == []


async def test_a_method_in_the_webhooks_answer_is_carried_out(server, wire, lan, hook):
    hook.body = json.dumps({"method": "sendMessage", "chat_id": lan.id, "text": "từ webhook"})
    await wire.ok("setWebhook", url=hook.url)
    await lan.expect()
    assert lan.texts == ["từ webhook"]


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        ({"url": "http://example.vn/hook"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        (
            {"url": "https://example.vn:8080/hook"},
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        ({"url": "https://example.vn/hook", "secret_token": "có dấu"}, "secret token contains unallowed characters"),
    ],
)
async def test_webhooks_are_checked(wire, data, refusal):
    assert await wire.no("setWebhook", **data) == f"400 Bad Request: {refusal}"


# ---- two clients of others


async def test_aiogram_can_use_it(server, lan):
    api = TelegramAPIServer.from_base(server.url)
    async with Bot(server.token, AiohttpSession(api=api)) as bot:
        assert (await bot.get_me()).username == "nhipcau_gialap_bot"
        await bot.send_message(lan.id, "chào", reply_markup=aiogram_types.InlineKeyboardMarkup.model_validate(BUTTONS))
        await bot.send_document(lan.id, aiogram_types.BufferedInputFile(b"%PDF-1.7", "phiếu.pdf"), caption="Phiếu")
        await bot.send_photo(lan.id, aiogram_types.BufferedInputFile(b"\x89PNG\r\n made up", "a.png"))
        document: Any = lan.messages[1].document
        content: Any = await bot.download(document.file_id)
        assert content.read() == b"%PDF-1.7"
        lan.tap("Có")
        updates: list[Any] = await bot.get_updates(allowed_updates=["message", "callback_query"])
        await updates[-1].callback_query.answer("Đã ghi")
        await updates[-1].callback_query.message.edit_text("Có")
    assert lan.texts == ["Có", "Phiếu", ""]
    assert [call.wire for call in server.requests if call.method.startswith("send")] == [
        "form",
        "multipart",
        "multipart",
    ]


async def test_python_telegram_bot_can_use_it(server, lan):
    address = f"{server.url}/bot"
    async with telegram.Bot(server.token, base_url=address, base_file_url=f"{server.url}/file/bot") as bot:
        await bot.send_message(lan.id, "chào", reply_markup=telegram.InlineKeyboardMarkup.de_json(BUTTONS))
        await bot.send_document(lan.id, b"%PDF-1.7", filename="phieu.pdf")
        document: Any = lan.last.document
        file = await bot.get_file(document.file_id)
        assert bytes(await file.download_as_bytearray()) == b"%PDF-1.7"
        updates: list[Any] = list(await bot.get_updates())
        assert updates[0].message.text == "/start"
        with pytest.raises(telegram.error.BadRequest, match="Chat not found"):
            await bot.send_message(5, "ai đó")
        lan.block()
        with pytest.raises(telegram.error.Forbidden, match="blocked by the user"):
            await bot.send_message(lan.id, "còn đó không")
    assert lan.texts == ["chào", ""]
