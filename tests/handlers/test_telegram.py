"""Telegram end to end over HTTP, against a server that refuses what the real one refuses and fails on demand."""

import asyncio
import io
import logging
import traceback
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import text as sql

from bot.channel import Busy, Unsure
from bot.flows.engine.slashes import SLASHES
from bot.flows.values import Message, Text
from bot.handlers.telegram import polling
from bot.handlers.telegram.wire import NoAnswer
from bot.office import officials
from storage import StorageError
from tests.simulators.telegram.faults import Faults
from tests.simulators.telegram.limits import Limits
from tests.simulators.telegram.people import User, labels
from tests.simulators.telegram.server import TelegramServer
from tests.simulators.telegram_house import SECRET, TelegramHouse, opened

PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF"
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 300 + b"\xff\xd9"
END_OF_JPEG = b"\xff\xd9"
LAN = 5001


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as started:
        yield started


@pytest.fixture
async def house(server: TelegramServer, tmp_path: Path) -> AsyncIterator[TelegramHouse]:
    async with opened(tmp_path, server) as one:
        yield one


async def eventually(holds: Any, within: float = 10.0) -> None:
    """`holds` is a function, or a coroutine function."""
    async with asyncio.timeout(within):
        while True:
            value = holds()
            if await value if asyncio.iscoroutine(value) else value:
                return
            await asyncio.sleep(0.02)


async def into_the_survey(person: User, house: TelegramHouse) -> None:
    """Up to its second question; partly tapped, partly typed."""
    await house.say(person, "/start")
    await house.touch(person, "Khảo sát nhu cầu năng suất, chất lượng")
    await house.touch(person, "Đồng ý")
    await house.say(person, "du lich")


async def walk(person: User, house: TelegramHouse) -> None:
    await into_the_survey(person, house)
    await house.say(person, "3")
    await house.touch(person, "Mã số, mã vạch")
    await house.touch(person, "Đào tạo, tập huấn")
    await house.touch(person, "Xong")


# -- one way through, in both modes, with every update twice


@pytest.mark.parametrize("hook", [False, True], ids=["polling", "webhook"])
async def test_a_conversation_with_every_update_delivered_twice(hook: bool, tmp_path: Path, server: TelegramServer):
    server.faults = Faults(duplicate=1.0)
    async with opened(tmp_path, server, hook=hook) as house:
        lan = server.user(LAN, "Lan Thử")
        await walk(lan, house)
        (survey,) = await house.submissions(LAN)
        assert survey.answers == {"sector": "services", "employees": 3, "needs": ["barcode", "training"]}
        texts = lan.texts
        assert [sum("Câu 1/" in t for t in texts), sum("Câu 2/" in t for t in texts)] == [1, 1]
        assert len(texts) == await house.count("letters", "state = 'sent'"), "each letter once"
        assert await house.count("receipts") == 8, "each update once"
        person = await house.person(LAN)
        assert person
        assert (person.name, person.address) == ("Lan Thử", house.address(LAN))
        called = server.called("setWebhook" if hook else "getUpdates")
        assert called
        assert (server.called("getUpdates") == []) == hook


async def test_the_used_choice_is_shown_as_chosen(server: TelegramServer, house: TelegramHouse):
    lan = server.user(LAN)
    await walk(lan, house)
    kept = [labels(message) for message in lan.messages if labels(message)]
    assert ["✓ Đồng ý"] in kept
    menu = kept[0]
    assert "✓ Khảo sát nhu cầu năng suất, chất lượng" in menu
    assert "Gặp cán bộ" in menu
    several = [shown for shown in kept if "✓ Mã số, mã vạch" in shown]
    assert several, "what is ticked stands ticked"
    assert ["✓ Xong"] in kept
    assert set(lan.notices) == {""}, "every tap was answered, without words"


async def test_a_month_old_button_gets_a_useful_reply_and_no_mark(server: TelegramServer, house: TelegramHouse):
    lan = server.user(LAN)
    await into_the_survey(lan, house)
    question = next(message for message in lan.messages if "Câu 1/" in (message.text or ""))
    server.later(30 * 86_400)
    before = len(lan.texts)
    lan.tap("Thủy sản", question, old=True)
    await lan.until(lambda: len(lan.texts) > before)
    await house.settled(lan)
    assert "đã được trả lời là Du lịch" in "\n".join(lan.texts[before:])
    (survey,) = await house.submissions(LAN)
    assert survey.answers == {"sector": "services"}
    assert "✓" not in "".join(labels(question))


async def test_a_double_tap_answers_once(server: TelegramServer, house: TelegramHouse):
    lan = server.user(LAN)
    await house.say(lan, "khao sat")
    await house.touch(lan, "Đồng ý")
    question = lan.last
    lan.tap("Thủy sản", question)
    lan.tap("Thủy sản", question)
    await lan.until(lambda: len(lan.notices) == 3)
    await house.settled(lan)
    (survey,) = await house.submissions(LAN)
    assert survey.answers == {"sector": "seafood"}
    assert any("đã được ghi" in text for text in lan.texts)
    assert any("Câu 2/" in text for text in lan.texts)


async def test_a_hundred_updates_of_one_person_are_one_batch(tmp_path: Path, server: TelegramServer):
    lan = server.user(LAN)
    for number in range(100):
        lan.send(f"/start {number}")
    async with opened(tmp_path, server) as house:
        sizes: list[int] = []
        transaction = house.conversation._transaction

        async def watched(incoming: Any, due: Any = None) -> Any:
            sizes.append(len(incoming))
            return await transaction(incoming, due)

        house.conversation._transaction = watched  # type: ignore[method-assign]
        await eventually(lambda: len(lan.texts) == 100, 60)
        assert [size for size in sizes if size] == [100]
        await eventually(lambda: not server.updates.pending)
        assert (await house.session(LAN)).turns == 100


# -- what is confirmed, and when


async def test_nothing_is_confirmed_that_was_not_kept(
    server: TelegramServer, house: TelegramHouse, monkeypatch: pytest.MonkeyPatch
):
    lan = server.user(LAN)
    await house.say(lan, "/start")
    transaction = house.conversation._transaction
    failures = 0

    async def failing(*given: Any, **more: Any) -> Any:
        nonlocal failures
        if failures < 2 and given[0]:
            failures += 1
            raise StorageError("the disk is away")
        return await transaction(*given, **more)

    monkeypatch.setattr(house.conversation, "_transaction", failing)
    lan.send("khao sat")
    await eventually(lambda: failures == 2)
    assert server.updates.pending, "not confirmed"
    await lan.until(lambda: "Đồng ý xử lý dữ liệu" in lan.texts[-1], 15)
    await eventually(lambda: not server.updates.pending)
    assert sum("Đồng ý xử lý" in text for text in lan.texts) == 1


async def test_what_cannot_be_read_is_set_aside_once_and_does_not_come_again(tmp_path: Path, server: TelegramServer):
    server.faults = Faults(duplicate=1.0)
    lan = server.user(LAN)
    server.push("message", {"text": "no sender, no chat"})
    server.push("telepathy", {"thought": "of a later Bot API"})
    lan.send("/start")
    async with opened(tmp_path, server) as house:
        await lan.expect(1, within=20)
        await eventually(lambda: not server.updates.pending)
        async with house.storage.read() as store:
            asides = await store.receipts.aside()
        assert [(aside.channel, aside.error) for aside in asides] == [("telegram", "ValidationError")]
        assert asides[0].raw == {"update_id": 700_000_001, "message": {"text": "no sender, no chat"}}


async def test_a_group_hears_nothing_and_an_edit_is_explained_once(server: TelegramServer, house: TelegramHouse):
    lan, group = server.user(LAN), server.group(-1009)
    group.say(lan, "/start")
    server.channel(-1010).post("Tin của kênh")
    said = lan.send("/start")
    await lan.expect(1, within=20)
    lan.edit(said, "khao sat")
    (told,) = await lan.expect(1)
    assert told.text
    assert told.text.startswith("Tin đã sửa không làm thay đổi câu trả lời.")
    lan.edit(said, "khao sat 2")
    await house.say(lan, "/start")
    assert len(lan.texts) == 3
    assert group.texts == []
    assert await house.count("people") == 1


def _more(person: User, before: int) -> bool:
    return len(person.texts) > before


async def test_what_is_not_words_gets_a_way_forward(server: TelegramServer, house: TelegramHouse):
    lan = server.user(LAN)
    await house.say(lan, "/start")
    contact = partial(lan.send_contact, own=False)
    unread = "không đọc được"
    for send, said in ((lan.sticker, unread), (lan.voice, unread), (contact, "liên hệ của người khác")):
        before = len(lan.texts)
        send()
        await lan.until(partial(_more, lan, before))
        await house.settled(lan)
        assert said in lan.texts[before]


# -- the token


async def test_a_revoked_token_stops_telegram_alone_and_is_said_once(
    server: TelegramServer, house: TelegramHouse, caplog: pytest.LogCaptureFixture
):
    lan = server.user(LAN)
    await house.say(lan, "/start")
    good, server.token = server.token, "7000000001:BBF-another_made_up_token"
    server.updates.end_poll(_unauthorized())
    await house.until_state("revoked")
    outcome = await house.connection.telegram.send(house.address(LAN), Message(Text("x")))
    assert outcome == Busy(60.0)
    assert [r.message for r in caplog.records if "revoked" in r.message and r.levelno == logging.ERROR] != []
    assert sum("revoked" in r.message for r in caplog.records) == 1
    server.token = good
    await house.until_state("ok")
    await house.say(lan, "/start")


def _unauthorized() -> Any:
    from tests.simulators.telegram.wire import Refused

    return Refused(401, "Unauthorized")


async def test_another_process_with_the_same_token_is_named(
    server: TelegramServer, house: TelegramHouse, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    """Two take the token from each other in turn: that is said once, and until it is over."""
    monkeypatch.setattr(polling, "ALONE", 2.0)
    await house.until_state("ok")
    await eventually(lambda: server.called("getUpdates"))
    async with aiohttp.ClientSession() as other:
        for _ in range(3):
            await other.post(f"{server.url}/bot{server.token}/getUpdates", json={"timeout": 0})
            await house.until_state("taken")
            await asyncio.sleep(0.3)
    await house.until_state("ok")
    assert sum("another process" in record.message for record in caplog.records) == 1


async def test_telegram_out_of_reach_and_back(tmp_path: Path):
    server = await TelegramServer().start()
    port = server.port
    async with opened(tmp_path, server) as house:
        lan = server.user(LAN)
        await house.say(lan, "/start")
        await server.stop()
        await house.until_state("unreachable")
        assert await house.connection.telegram.send(house.address(LAN), Message(Text("x"))) == Busy(5.0)
        again = await TelegramServer().start(port)
        again.updates.next_id = server.updates.next_id
        await house.until_state("ok")
        minh = again.user(5002)
        minh.send("/start")
        await minh.expect(1, within=20)
        await house.close()
        await again.stop()
        await house.open()


async def test_quiet_is_kept_for_the_whole_token(server: TelegramServer, house: TelegramHouse):
    people = [server.user(number) for number in range(6001, 6013)]
    await house.say(people[0], "/start")
    server.faults = Faults(retry_after=2)
    server.faults.plan("sendMessage", "flood")
    for person in people:
        person.send("/start")
    await eventually(lambda: all(person.texts for person in people), 30)
    refused = [call for call in server.called("sendMessage") if call.status == 429]
    after = [call.at - refused[0].at for call in server.called("sendMessage") if call.at > refused[-1].at]
    assert min(after) >= 1.9, "nothing is sent before the server's two seconds are over"
    assert len(people[0].texts) == 2
    assert all(len(person.texts) == 1 for person in people[1:]), "and nothing is sent twice"


async def test_a_storm_is_never_over_the_servers_limit(tmp_path: Path):
    async with TelegramServer(limits=Limits(rate=30)) as server, opened(tmp_path, server, rate=25) as house:
        people = [server.user(number) for number in range(7001, 7061)]
        for person in people:
            person.send("/start")
        await eventually(lambda: all(person.texts for person in people), 30)
        assert {call.status for call in server.called("sendMessage")} == {200}
        assert house.state == "ok"


@pytest.mark.parametrize(
    ("fault", "means"),
    [
        ("error", Unsure("HTTP 502")),
        ("error_after", Unsure("HTTP 502")),
        ("drop", Unsure("closed")),
        ("drop_after", Unsure("closed")),
    ],
)
async def test_what_is_not_known_is_called_unsure(
    fault: str, means: Unsure, server: TelegramServer, house: TelegramHouse
):
    lan = server.user(LAN)
    await house.say(lan, "/start")
    server.faults.plan("sendMessage", fault)
    assert await house.connection.telegram.send(house.address(LAN), Message(Text("x"))) == means


async def test_the_token_never_shows(
    tmp_path: Path, server: TelegramServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    """Whatever fails, and however much is logged: no message, no traceback, no chain of exceptions holds it."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(logging.getLogger("aiohttp.access"), "disabled", True)  # the simulator's own
    secret = server.token.partition(":")[2]
    async with opened(tmp_path, server) as house:
        lan, wire = server.user(LAN), house.connection.telegram.wire
        await house.say(lan, "/start")
        server.faults.hang_for = 0.4
        for fault in ("error", "drop", "hang", "flood"):
            server.faults.plan("sendMessage", fault)
            server.faults.plan("getUpdates", fault)
            lan.send("/start")
            await asyncio.sleep(0.1)
        server.faults.plan("getMe", "drop", "hang")
        for seconds in (5, 0.1):
            with pytest.raises(NoAnswer) as no_answer:
                await wire.call("getMe", {}, seconds)
            assert secret not in "".join(traceback.format_exception(no_answer.value))
            assert no_answer.value.__context__ is None
        with pytest.raises(Exception, match="HTTP 404") as raised:
            async with wire.file("nowhere.pdf"):
                pass
        assert secret not in "".join(traceback.format_exception(raised.value))
        await server.stop()
        await house.until_state("unreachable")
        assert secret not in repr(house.connection) + repr(house.connection.telegram)
    assert secret not in caplog.text
    assert "Telegram cannot be reached" in caplog.text
    assert not any(secret in str(vars(record)) for record in caplog.records)
    await server.start()


# -- people who leave


async def test_blocked_and_back(server: TelegramServer, house: TelegramHouse):
    lan = server.user(LAN)
    await house.say(lan, "/start")
    lan.block()

    async def unreachable() -> bool:
        person = await house.person(LAN)
        return bool(person and person.unreachable == "blocked")

    await eventually(unreachable)
    lan.unblock()

    async def reachable() -> bool:
        return not await unreachable()

    await eventually(reachable)
    await house.say(lan, "/start")
    assert len(lan.texts) == 2


async def test_who_blocked_without_telling_is_found_out_by_sending(server: TelegramServer, house: TelegramHouse):
    lan = server.user(LAN)
    await house.say(lan, "/start")
    lan.send("/start")
    lan.delete_account()

    async def gone() -> bool:
        return await house.count("letters", "state = 'unreachable'") == 1

    await eventually(gone)
    person = await house.person(LAN)
    assert person
    assert "deactivated" in person.unreachable


async def test_a_stranger_who_blocks_is_not_made_a_person(server: TelegramServer, house: TelegramHouse):
    server.user(LAN).block()
    await house.say(server.user(5002), "/start")
    assert await house.count("people") == 1


# -- files


async def received(house: TelegramHouse, state: str = "ready") -> list[Any]:
    async with house.storage.read() as store:
        rows = await store.connection.execute(sql("SELECT * FROM files WHERE state = :state"), {"state": state})
        return list(rows.mappings())


async def asked_for_a_file(person: User, house: TelegramHouse) -> None:
    await house.say(person, "phiếu thử tệp")
    asked = await house.touch(person, "Đồng ý")
    assert any("gửi giấy phép" in text for text in person.texts[-3:]), asked.text


async def says(person: User, words: str) -> None:
    await person.until(lambda: any(words in text for text in person.texts), 20)


async def test_a_file_is_an_answer_once_it_is_on_disk(server: TelegramServer, house: TelegramHouse):
    lan = server.user(LAN)
    await asked_for_a_file(lan, house)
    lan.send_document(PDF, "giấy phép.pdf")
    await says(lan, "Cơ sở ở đâu?")
    (file,) = await received(house)
    assert (file["name"], file["mime"], file["size"]) == ("giấy phép.pdf", "application/pdf", len(PDF))
    kept = house.data_dir / "files" / file["sha256"][:2] / file["sha256"][2:]
    assert kept.read_bytes() == PDF
    (papers,) = await house.submissions(LAN)
    digest = file["sha256"][:16]
    assert papers.answers == {"paper": {"file": file["id"], "name": "giấy phép.pdf", "digest": digest}}


async def test_the_largest_size_of_a_photo_is_kept_as_it_is(server: TelegramServer, house: TelegramHouse):
    lan = server.user(LAN)
    await asked_for_a_file(lan, house)
    sizes = [JPEG + words + END_OF_JPEG for words in (b"small", b"larger", b"the largest of all")]
    lan.send_photo(sizes)
    await says(lan, "Cơ sở ở đâu?")
    (file,) = await received(house)
    assert file["size"] == len(sizes[-1])


async def test_a_file_nobody_asked_for_is_not_fetched(server: TelegramServer, house: TelegramHouse):
    lan = server.user(LAN)
    await house.say(lan, "/start")
    lan.send_document(PDF, "a.pdf")
    await says(lan, "không có câu hỏi nào cần tệp")
    assert server.called("getFile") == []


@pytest.mark.parametrize(
    ("content", "size", "reason"),
    [
        (b"MZ a program", None, "không thuộc loại nhận được"),
        (PDF, 20_000_001, "lớn hơn 20 MB"),
        (PDF + b" " * 20_000_000, 1000, "lớn hơn 20 MB"),
    ],
    ids=["a program", "said to be too large", "too large"],
)
async def test_a_file_that_is_not_taken(
    content: bytes, size: int | None, reason: str, server: TelegramServer, house: TelegramHouse
):
    lan = server.user(LAN)
    await asked_for_a_file(lan, house)
    lan.send_document(content, "tệp.pdf", size=size)
    await says(lan, reason)
    assert await received(house) == []
    assert list((house.data_dir / "files").glob("incoming/*")) == []
    await house.settled(lan)
    assert "gửi giấy phép" in "\n".join(lan.texts[-2:]), "it is asked for once more"


async def test_a_file_whose_way_breaks_off_is_fetched_again(server: TelegramServer, house: TelegramHouse):
    lan = server.user(LAN)
    await asked_for_a_file(lan, house)
    server.faults.plan("getFile", "error", "drop")
    lan.send_document(PDF, "a.pdf")
    await says(lan, "Cơ sở ở đâu?")
    assert len(server.called("getFile")) == 3
    assert len(await received(house)) == 1


async def test_what_was_on_its_way_is_fetched_after_a_restart(tmp_path: Path, server: TelegramServer):
    lan = server.user(LAN)
    server.faults.rates = {"getFile": {"error": 1.0}}
    async with opened(tmp_path, server) as house:
        await asked_for_a_file(lan, house)
        lan.send_document(PDF, "a.pdf")

        async def on_its_way() -> bool:
            return len(await received(house, "receiving")) == 1 and not server.updates.pending

        await eventually(on_its_way)
    server.faults.rates = {}
    async with opened(tmp_path, server) as house:
        await says(lan, "Cơ sở ở đâu?")
        assert len(await received(house)) == 1


async def test_a_file_that_never_comes_is_given_up_and_said(server: TelegramServer, house: TelegramHouse):
    lan = server.user(LAN)
    await asked_for_a_file(lan, house)
    server.faults.rates = {"getFile": {"error": 1.0}}
    lan.send_document(PDF, "a.pdf")
    for attempts in (1, 2, 3):
        await eventually(lambda attempts=attempts: len(server.called("getFile")) == attempts)
        await asyncio.sleep(0.1)
        house.ahead += timedelta(minutes=20)
        house.receiving.call()
    await says(lan, "chưa tải được tệp a.pdf")
    assert len(await received(house, "refused")) == 1


# -- what Telegram offers beside typing


async def test_a_place_and_a_phone_number_are_handed_over_by_a_button(server: TelegramServer, house: TelegramHouse):
    lan = server.user(LAN)
    await asked_for_a_file(lan, house)
    await house.touch(lan, "Nộp sau")
    assert lan.keyboard == ["📍 Gửi vị trí của tôi", "Bỏ qua", "Quay lại"]
    await house.touch(lan, "📍 Gửi vị trí của tôi")
    assert lan.keyboard == ["📱 Gửi số điện thoại của tôi", "Quay lại"]
    await house.touch(lan, "Quay lại")
    assert "Bỏ qua" in lan.keyboard
    await house.touch(lan, "📍 Gửi vị trí của tôi")
    await house.touch(lan, "📱 Gửi số điện thoại của tôi")
    (papers,) = await house.submissions(LAN)
    assert papers.answers["place"] == {"lat": 10.3865, "lon": 105.4352}
    assert "mời anh/chị xem lại" in "\n".join(lan.texts[-2:]) or "phone" in papers.answers


UNDERSTOOD = ["menu", "resume", "pause", "back", "human", "optout"]


async def test_commands_are_listed_in_every_language_and_each_is_understood(
    server: TelegramServer, house: TelegramHouse
):
    languages = ["vi", "en"]
    await eventually(lambda: len(server.called("setMyCommands")) == 1 + len(languages))
    general, *own = [call.data for call in server.called("setMyCommands")]
    assert [(data["scope"]["type"], data["language_code"]) for data in own] == [
        ("all_private_chats", language) for language in languages
    ]
    assert general["commands"] == own[0]["commands"] != own[1]["commands"]
    lexicon = house.releases.current.lexicon
    for data in own:
        assert [lexicon.command(f"/{command['command']}") for command in data["commands"]] == UNDERSTOOD


async def test_an_official_sees_more_commands_in_their_own_chat_only(server: TelegramServer, house: TelegramHouse):
    lan = server.user(LAN)
    await house.say(lan, "/start")
    async with house.storage.write() as store:
        number = await store.officials.add("Cán bộ Thử", "official", house.now())
        official = await store.officials.get(number)
        assert official
        code = await officials.code(store, official, house.now())
    await house.say(lan, f"/canbo {code}")
    await eventually(lambda: len(server.called("setMyCommands")) == 6)
    own = server.called("setMyCommands")[-1].data
    assert own["scope"] == {"type": "chat", "chat_id": LAN}
    listed = [command["command"] for command in own["commands"]]
    assert {"hoso", "lop", "diemdanh", "donvi", "yeucau", "hopthu", "xong", "chuyen", "thongbao"} <= set(listed)
    lexicon = house.releases.current.lexicon
    assert [name for name in listed if name not in SLASHES and not lexicon.command(f"/{name}")] == []
    async with house.storage.write() as store:
        await store.officials.appoint(number, "staff")
    await house.close()
    await house.open()
    await eventually(lambda: len(server.called("deleteMyCommands")) == 3)
    assert server.called("deleteMyCommands")[0].data["scope"] == own["scope"]


# -- the webhook's door


@pytest.fixture
async def hooked(server: TelegramServer, tmp_path: Path) -> AsyncIterator[TelegramHouse]:
    async with opened(tmp_path, server, hook=True) as one:
        await one.until_state("ok", 30)
        yield one


async def post(house: TelegramHouse, body: Any, secret: str | None = SECRET) -> int:
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret is not None else {}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{house.url}/webhook/telegram", data=body, headers=headers) as answer,
    ):
        return answer.status


UPDATE = (
    b'{"update_id": 5, "message": {"message_id": 1, "date": 0, "text": "/start", '
    b'"chat": {"id": 5001, "type": "private"}, "from": {"id": 5001, "is_bot": false, "first_name": "Lan"}}}'
)


async def test_only_telegram_may_bring_updates(server: TelegramServer, hooked: TelegramHouse):
    for secret in (None, "", "wrong", SECRET + "x", "sécret"):
        assert await post(hooked, UPDATE, secret) == 403
    assert await hooked.count("receipts") == 0
    assert await post(hooked, UPDATE) == 200
    assert await post(hooked, UPDATE) == 200
    assert await hooked.count("receipts") == 1
    (call,) = server.called("setWebhook")
    assert call.data["secret_token"] == SECRET
    assert call.data["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]


async def test_a_body_over_a_mebibyte_is_not_read(hooked: TelegramHouse):
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(50):
            yield b" " * (1 << 20)

    assert await post(hooked, io.BytesIO(b" " * ((1 << 20) + 1))) == 413
    with pytest.raises((aiohttp.ClientError, AssertionError)):  # answered, or cut off while it still sends
        assert await post(hooked, endless()) != 413
    assert await hooked.count("set_aside") == 0


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b"7", b"[" * 100_000, b'{"update_id": 9, "message": 5}'])
async def test_nonsense_with_our_secret_is_set_aside_and_does_not_come_again(body: bytes, hooked: TelegramHouse):
    assert await post(hooked, body) == 200
    assert await hooked.count("set_aside") == 1


async def test_what_could_not_be_kept_comes_again(hooked: TelegramHouse, monkeypatch: pytest.MonkeyPatch):
    async def failing(*given: Any, **more: Any) -> Any:
        raise StorageError("the disk is away")

    with monkeypatch.context() as patch:
        patch.setattr(hooked.conversation, "_transaction", failing)
        assert await post(hooked, UPDATE) == 503
    assert await post(hooked, UPDATE) == 200
    assert await hooked.count("receipts") == 1
