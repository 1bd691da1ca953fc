"""What may come over Telegram that nobody wants: it is heard in order or set aside once, and the rest go on."""

import asyncio
import json
import logging
import re
import socket
import tracemalloc
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest
import telegram
import uvicorn
from pydantic import SecretStr
from sqlalchemy import text as sql

from bot.app import application, build
from bot.settings import Settings
from storage.letters import TRIES
from tests.simulators.telegram.faults import Faults
from tests.simulators.telegram.limits import Limits
from tests.simulators.telegram.people import User
from tests.simulators.telegram.server import TelegramServer
from tests.simulators.telegram.shown import OF_CHAT, by_chat, copies, letters
from tests.simulators.telegram.wire import Refused
from tests.simulators.telegram_house import SECRET, TelegramHouse, opened
from tests.simulators.web_browser import TOKEN

LAN, MINH = 5001, 5002
PERSON = {"id": LAN, "is_bot": False, "first_name": "Lan Thử"}
CHAT = {"id": LAN, "type": "private"}
MESSAGE = {"message_id": 1, "date": 1790000000, "chat": CHAT, "from": PERSON}
UNSENT = "state IN ('waiting', 'sending')"
NOW_IS = re.compile(r"Câu trả lời hiện nay: (\d+) người")


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer(limits=Limits(rate=0)) as started:
        yield started


@pytest.fixture
async def house(server: TelegramServer, tmp_path: Path) -> AsyncIterator[TelegramHouse]:
    async with opened(tmp_path, server) as one:
        yield one


@pytest.fixture
async def hooked(server: TelegramServer, tmp_path: Path) -> AsyncIterator[TelegramHouse]:
    async with opened(tmp_path, server, hook=True) as one:
        await one.until_state("ok", 30)
        yield one


async def post(house: TelegramHouse, raw: Any) -> int:
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    url = f"{house.url}/webhook/telegram"
    async with aiohttp.ClientSession() as session, session.post(url, data=json.dumps(raw), headers=headers) as answer:
        return answer.status


def more(person: User, before: int) -> bool:
    return len(person.texts) > before


async def until(house: TelegramHouse, table: str, where: str, number: int) -> None:
    async with asyncio.timeout(20):
        while await house.count(table, where) != number:
            await asyncio.sleep(0.02)


# -- what is no update, or none of ours


GARBLED: list[Any] = [
    {"update_id": 11},
    {"update_id": 11, "message": None},
    {"update_id": 11, "message": {}},
    {"update_id": 11, "message": "xin chào"},
    {"update_id": 11, "message": MESSAGE | {"text": 7}},
    {"update_id": 11, "message": MESSAGE | {"text": ["a"]}},
    {"update_id": 11, "message": MESSAGE | {"chat": {"id": "x", "type": "private"}, "text": "a"}},
    {"update_id": 11, "message": MESSAGE | {"from": {"id": None}, "text": "a"}},
    {"update_id": 11, "message": MESSAGE | {"photo": "no list"}},
    {"update_id": 11, "message": MESSAGE | {"location": {"latitude": "north"}}},
    {"update_id": 11, "message": MESSAGE | {"contact": {}}},
    {"update_id": 11, "callback_query": {"id": 5, "from": PERSON, "data": {}}},
    {"update_id": 11, "my_chat_member": {"chat": CHAT}},
    {"update_id": "eleven", "message": MESSAGE | {"text": "a"}},
    {"update_id": None},
    {"message": MESSAGE | {"text": "a"}},
    {},
    [{"update_id": 11}],
    "xin chào",
    7,
    None,
]


async def test_what_is_no_update_makes_nobody_and_does_not_come_again(hooked: TelegramHouse):
    for number, raw in enumerate(GARBLED, 100):
        own = raw | {"update_id": number} if isinstance(raw, dict) and raw.get("update_id") == 11 else raw
        before = await hooked.count("set_aside")
        assert [await post(hooked, own), await post(hooked, raw)] == [200, 200], raw
        assert await hooked.count("set_aside") - before <= 2, raw
    assert [await hooked.count(table) for table in ("people", "letters", "sessions")] == [0, 0, 0]


async def test_garbled_updates_between_good_ones_are_passed_over(server: TelegramServer, tmp_path: Path):
    lan, minh = server.user(LAN), server.user(MINH)
    lan.send("khao sat")
    for raw in GARBLED[:13]:
        server.push(*next((name, value) for name, value in [*raw.items(), ("message", None)] if name != "update_id"))
    minh.send("khao sat")
    async with opened(tmp_path, server) as house:
        for person in (lan, minh):
            await person.until(partial(more, person, 0), 20)
            await house.settled(person)
        assert await house.count("people") == 2
        assert await house.count("set_aside") >= 8
        assert house.state == "ok"


ODD_WORDS = ["\ud83d", "a\udc00b", "\x00", "a\x00b", "\u202e\u0000\ufeff", "\U0010ffff", "x" * 4096, "\n" * 50]


async def test_signs_that_no_keyboard_has_are_answered_like_any(server: TelegramServer, hooked: TelegramHouse):
    """In the name, as words, at a question that takes them, and as the value of a button."""
    for number, words in enumerate(ODD_WORDS):
        lan = server.user(LAN + number)
        lan.place.open = True
        person, chat = PERSON | {"id": lan.id, "first_name": words[:64]}, CHAT | {"id": lan.id}
        lines = ["khao sat", "dong y", words, "gao", "25", "ma vach", "chua co", "it", words]
        for count, line in enumerate(lines, 20 * number):
            said = MESSAGE | {"from": person, "chat": chat, "text": line}
            assert await post(hooked, {"update_id": count, "message": said}) == 200
        bubble = {"message_id": 9, "date": 1790000000, "chat": chat, "text": "a"}
        query = {"id": "55", "from": person, "chat_instance": "-1", "message": bubble, "data": words[:64]}
        assert await post(hooked, {"update_id": 20 * number + 19, "callback_query": query}) == 200
        (survey,) = await hooked.submissions(lan.id)
        assert survey.answers["needs"] == ["barcode"], words
    await until(hooked, "letters", UNSENT, 0)
    assert await hooked.count("letters", "state != 'sent'") == 0
    assert await hooked.count("set_aside") == 0
    assert await hooked.count("receipts") == 10 * len(ODD_WORDS)


def _in(kind: str) -> dict[str, Any]:
    return {"id": -1009, "title": "Nhóm thử", "type": kind}


OF_OTHERS: dict[str, dict[str, Any]] = {
    "a group": {"message": MESSAGE | {"chat": _in("group"), "text": "/start"}},
    "a supergroup": {"message": MESSAGE | {"chat": _in("supergroup"), "text": "khao sat"}},
    "a channel": {"channel_post": {"message_id": 1, "date": 1790000000, "chat": _in("channel"), "text": "/start"}},
    "in the name of a channel": {
        "message": MESSAGE | {"chat": _in("supergroup"), "sender_chat": _in("channel"), "text": "/start"}
    },
    "an edit in a group": {"edited_message": MESSAGE | {"chat": _in("group"), "text": "a", "edit_date": 1790000001}},
    "a button in a group": {
        "callback_query": {
            "id": "55", "from": PERSON, "chat_instance": "-1", "data": "go.menu",
            "message": {"message_id": 3, "date": 1790000000, "chat": _in("group"), "text": "a"},
        }
    },
    "a button of an inline message": {
        "callback_query": {"id": "55", "from": PERSON, "chat_instance": "-1", "data": "go.menu", "inline_message_id": "q"}
    },
    "another bot": {"message": MESSAGE | {"from": PERSON | {"is_bot": True}, "text": "/start"}},
    "somebody who joins": {"message": MESSAGE | {"chat": _in("group"), "new_chat_members": [PERSON]}},
    "an inline query": {"inline_query": {"id": "1", "from": PERSON, "query": "a", "offset": ""}},
    "an unknown kind": {"telepathy": {"thought": "of a later Bot API"}},
    "a pinned message": {"message": MESSAGE | {"pinned_message": MESSAGE | {"text": "a"}}},
}  # fmt: skip


async def test_what_is_said_elsewhere_is_not_answered_and_makes_nobody(server: TelegramServer, hooked: TelegramHouse):
    server.group(-1009)
    for number, (case, update) in enumerate(OF_OTHERS.items(), 100):
        assert await post(hooked, {"update_id": number} | update) == 200
        assert [await hooked.count(table) for table in ("people", "letters", "set_aside")] == [0, 0, 0], case
    assert server.called("sendMessage") == []


async def test_whatever_somebody_sends_gets_a_way_forward(server: TelegramServer, house: TelegramHouse):
    lan = server.user(LAN)
    await house.say(lan, "khao sat")
    await house.touch(lan, "Đồng ý")
    for send in (lan.sticker, lan.voice, lan.video_note, lan.poll, lan.dice):
        before = len(lan.texts)
        send()
        await lan.until(partial(more, lan, before), 20)
        await house.settled(lan)
        assert "không đọc được" in lan.texts[before]
        assert "Câu 1/" in lan.texts[-1], "and the question still waits"
    assert await house.submissions(LAN) == []
    await house.touch(lan, "Thủy sản")
    (survey,) = await house.submissions(LAN)
    assert survey.answers == {"sector": "seafood"}


async def test_a_forwarded_line_is_heard_as_if_typed(server: TelegramServer, house: TelegramHouse):
    lan = server.user(LAN)
    before = len(lan.texts)
    lan.forward("khao sat")
    await lan.until(partial(more, lan, before), 20)
    await house.settled(lan)
    assert "Đồng ý xử lý dữ liệu" in lan.texts[-1]
    person = await house.person(LAN)
    assert person
    assert person.name == "Người Thử", "whoever wrote it first is nobody here"
    assert await house.count("people") == 1


# -- twice, in disorder, a day late, too fast


def a_walk(numbers: range) -> list[str]:
    """Lines whose answers tell in which order they were heard."""
    return ["khao sat", "dong y", "gao", *(line for n in numbers for line in (str(n), "quay lai"))]


def echoed_all(person: User, number: int) -> bool:
    return len(echoed(person)) == number


def echoed(person: User) -> list[int]:
    return [int(found[1]) for text in person.texts if (found := NOW_IS.search(text))]


async def test_updates_in_disorder_are_heard_in_order(server: TelegramServer, tmp_path: Path):
    server.faults = Faults(seed=3, disorder=1.0, duplicate=0.3)
    people = [server.user(number) for number in range(LAN, LAN + 5)]
    for lines in zip(*(a_walk(range(10, 18)) for _ in people), strict=True):
        for person, line in zip(people, lines, strict=True):
            person.send(line)
    async with opened(tmp_path, server) as house:
        for person in people:
            await person.until(partial(echoed_all, person, 8), 30)
            await house.settled(person)
            assert echoed(person) == list(range(10, 18))
        assert await house.count("receipts") == 5 * 19


async def test_after_a_day_down_every_line_is_heard_in_order_at_the_pace_of_each(
    server: TelegramServer, tmp_path: Path
):
    """300 lines of six people: of each as many as may come in a minute are heard at once, the rest one after the other."""
    people = [server.user(number) for number in range(LAN, LAN + 6)]
    for lines in zip(*([*a_walk(range(10, 33))[:-1], "/start", "tam dung"] for _ in people), strict=True):
        for person, line in zip(people, lines, strict=True):
            person.send(line)
        server.later(23 * 3600 / 50)
    assert len(server.updates.pending) == 300
    async with opened(tmp_path, server, flood=30) as house:
        async with asyncio.timeout(30):
            while server.updates.pending:
                await asyncio.sleep(0.02)
        turns = [(await house.session(person.id)).turns for person in people]
        assert max(turns) < 40, "nobody is heard faster than the pace allows"
        assert await house.count("receipts") == 300
        while left := await house.count("events", "name = 'held'"):
            house.ahead += timedelta(seconds=2)
            house.clock.call()
            async with asyncio.timeout(10):
                while await house.count("events", "name = 'held'") == left:
                    await asyncio.sleep(0.005)
        for person in people:
            await house.settled(person)
            assert echoed(person) == list(range(10, 32))
            assert (await house.session(person.id)).turns >= 50
        assert await house.count("set_aside") == 0


async def test_everything_arrives_in_order_while_a_sixth_of_all_sending_fails(server: TelegramServer, tmp_path: Path):
    rates = {"sendMessage": dict.fromkeys(("error", "error_after", "drop", "drop_after"), 0.04) | {"flood": 0.015}}
    server.faults = Faults(seed=5, rates=rates)
    people = [server.user(number) for number in range(LAN, LAN + 6)]
    async with opened(tmp_path, server, rate=200) as house:
        await house.until_state("ok")
        for person in people:
            for line in a_walk(range(10, 14)):
                person.send(line)
        async with asyncio.timeout(60):
            while server.updates.pending or await house.count("letters", UNSENT):
                house.ahead += timedelta(seconds=1)  # what is unsure waits some seconds before it goes again
                house.outbox.wake()
                await asyncio.sleep(0.05)
        shown, twice = by_chat(server.called("sendMessage")), 0
        for person in people:
            async with house.storage.read() as store:
                query = f"SELECT letters.state, attempts, body FROM {OF_CHAT}".replace("?", ":native")
                written = letters((await store.connection.execute(sql(query), {"native": str(person.id)})).all())
            assert all(state == "sent" or tries == TRIES["reply"] for state, tries, _ in written), "given up too soon"
            for same in copies(written, shown[person.id]):
                assert all(call.fault.endswith("_after") for call in same[:-1]), "only what was unsure came twice"
                twice += len(same) - 1
        assert twice > 0


# -- buttons of long ago


async def test_a_button_of_a_month_ago_still_says_how_to_go_on(server: TelegramServer, house: TelegramHouse):
    lan = server.user(LAN)
    await house.say(lan, "khao sat")
    await house.touch(lan, "Đồng ý")
    first = lan.last
    asked = await house.touch(lan, "Thủy sản")
    house.ahead = timedelta(days=31)
    server.later(31 * 86_400)
    await house.clock.tick()
    await house.settled(lan)
    (survey,) = await house.submissions(LAN)
    assert survey.state == "abandoned"
    answered = await tap_again(house, lan, "✓ Thủy sản", first)
    assert "đã được ghi: Thủy sản" in "\n".join(answered)
    assert "Câu 2/" in answered[-1], "and the question that waits is shown"
    skipped = await tap_again(house, lan, "Bỏ qua", asked)
    assert "Câu 3/" in skipped[-1], "the question that waits is answered by its own button, however old"
    (survey,) = await house.submissions(LAN)
    assert survey.answers == {"sector": "seafood", "employees": None}


async def tap_again(house: TelegramHouse, person: User, label: str, message: telegram.Message) -> list[str]:
    """What is said to a tap on a button so old that Telegram no longer says what stood there."""
    before = len(person.texts)
    person.tap(label, message, old=True)
    await person.until(partial(more, person, before), 20)
    await house.settled(person)
    return person.texts[before:]


# -- the token, and what is too much


def door(tmp_path: Path, **more: Any) -> Settings:
    return Settings(_env_file=None, data_dir=tmp_path, **more)


async def test_a_revoked_token_is_said_and_the_web_chat_goes_on(
    tmp_path: Path, server: TelegramServer, caplog: pytest.LogCaptureFixture
):
    given = door(tmp_path, telegram_api=server.url, telegram_token=SecretStr(server.token))
    house = await build(given)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        app = uvicorn.Server(uvicorn.Config(application(house), ws="none", log_level="error"))
        serving = asyncio.create_task(app._serve(sockets=[listener]))
        lan = server.user(LAN)
        lan.send("/start")
        await lan.expect(1, within=40)
        old, server.token = server.token, "7000000001:BBF-another_made_up_token"
        server.updates.end_poll(Refused(401, "Unauthorized"))
        async with httpx.AsyncClient(base_url=url) as client, asyncio.timeout(30):
            while (await client.get("/readyz")).json()["telegram"] != "revoked":
                await asyncio.sleep(0.05)
            assert (await client.get("/readyz")).status_code == 200, "other channels can be used"
            page = TOKEN.search((await client.get("/")).text)
            assert page
            line = {"id": "line-1", "kind": "said", "text": "khao sat"}
            said = await client.post("/chat/say", json=line, headers={"X-Nhip-Cau": page[1]})
            assert said.status_code == 204
            seen = (await client.get("/chat/messages", params={"after": 0})).json()["messages"]
            assert "Đồng ý xử lý dữ liệu" in seen[-1]["text"]
        app.should_exit = True
        await serving
        await house.storage.close()
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert [line for line in told if "does not know this token" in line], told
    assert old.partition(":")[2] not in caplog.text


async def send_raw(house: TelegramHouse, head: str, pieces: int = 0) -> tuple[bytes, int]:
    """What is answered, and how many MiB could be sent until then."""
    port = int(house.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    start = (
        f"POST /webhook/telegram HTTP/1.1\r\nHost: here\r\nX-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n{head}\r\n\r\n"
    )
    writer.write(start.encode())
    went = 0
    piece = b"100000\r\n" + b" " * (1 << 20) + b"\r\n"
    try:
        for _ in range(pieces):
            writer.write(piece)
            await writer.drain()
            went += 1
            await asyncio.sleep(0)
    except OSError:
        pass
    try:
        async with asyncio.timeout(10):
            answer = await reader.read(200)
    except OSError:
        answer = b""
    writer.close()
    return answer, went


async def test_fifty_megabytes_are_refused_before_they_come(hooked: TelegramHouse):
    answer, _ = await send_raw(hooked, f"Content-Length: {50 << 20}")
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert await hooked.count("set_aside") == 0


async def test_fifty_megabytes_of_unknown_length_are_not_taken_in(hooked: TelegramHouse):
    tracemalloc.start()
    try:
        answer, went = await send_raw(hooked, "Transfer-Encoding: chunked", pieces=50)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert answer.startswith(b"HTTP/1.1 413 ") or went < 50
    assert most < 16 << 20, "only what is needed to see that it is too much is kept"
    assert await hooked.count("set_aside") == 0
