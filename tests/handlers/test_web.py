"""The web chat's promises over HTTP: who asks is the cookie, confirmed is committed, fetched is seen."""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.flood import Flooded
from bot.flows.values import Message, Text
from bot.handlers.web import cookie
from bot.handlers.web.page import VERSION
from storage import Full, Locked, StorageError
from storage.letters import Posting
from tests.simulators.web_browser import Browser
from tests.simulators.web_house import SECRET, WebHouse


async def test_a_line_is_heard_before_it_is_confirmed_and_answered_by_bubbles(house: WebHouse):
    async with Browser(house) as browser:
        assert (await browser.fetch()) == {"messages": [], "hidden": False}
        assert (await browser.say("started")).status_code == 204
        [greeting] = (await browser.fetch())["messages"]
        assert "trợ lý tự động" in greeting["text"]
        assert {"id", "from", "text", "spans", "links", "choices", "many", "wants", "at"} == greeting.keys()
        assert {"value", "label", "control"} == greeting["choices"][0].keys()
        value = greeting["choices"][0]["value"]
        assert (await browser.say("tapped", value=value)).status_code == 204
        later = (await browser.fetch(greeting["id"]))["messages"]
        assert later
        assert all(message["id"] > greeting["id"] for message in later)
    assert [one.event.name for one in house.heard] == ["started", "tapped"]


async def test_the_same_line_twice_is_heard_once(house: WebHouse):
    async with Browser(house) as browser:
        for _ in range(2):
            assert (await browser.say("said", id="one-line", text="xin chào")).status_code == 204
        assert len(await browser.texts()) == 1


async def test_fetched_is_seen_and_only_then(house: WebHouse):
    async with Browser(house) as browser:
        await browser.say("started")
        assert await seen(house) == [False]
        [greeting] = (await browser.fetch())["messages"]
        assert await seen(house) == [True]
        assert (await browser.fetch(greeting["id"]))["messages"] == []


async def seen(house: WebHouse) -> list[bool]:
    address = house.heard[0].address
    async with house.storage.read() as store:
        person = (await store.people.find([address]))[address]
        return [letter.seen_at is not None for letter in await store.letters.latest(person.address_id)]


async def test_two_browsers_see_nothing_of_each_other(house: WebHouse):
    async with Browser(house) as one, Browser(house) as other:
        await one.say("started")
        assert await other.texts() == []
        assert one.token != other.token


@pytest.mark.parametrize(
    ("trouble", "status", "problem"),
    [(Full(), 507, "full"), (Locked(), 503, "busy"), (StorageError(), 503, "busy"), (Flooded(), 429, "slower")],
)
async def test_what_was_not_kept_is_not_confirmed(house: WebHouse, trouble: Exception, status: int, problem: str):
    async with Browser(house) as browser:
        house.trouble = trouble
        answer = await browser.say("said", id="again", text="xin chào")
        assert (answer.status_code, answer.json()["problem"]) == (status, problem)
        assert answer.json()["error"].endswith((".", "…"))
        house.trouble = None
        assert (await browser.say("said", id="again", text="xin chào")).status_code == 204
        assert len(await browser.texts()) == 1


async def test_who_can_read_reads_on_while_nothing_can_be_written(house: WebHouse, monkeypatch: pytest.MonkeyPatch):
    async with Browser(house) as browser:
        await browser.say("started")

        def full() -> None:
            raise Full("made up")

        monkeypatch.setattr(house.storage, "write", full)
        assert len(await browser.texts()) == 1
        monkeypatch.undo()
        assert await seen(house) == [False]


# ---- the cookie and the header


async def test_a_post_needs_cookie_and_header_of_one_device(house: WebHouse):
    async with Browser(house) as browser, Browser(house) as other:
        right = browser.token
        for wrong in ("", "x", other.token, right[:-1], right + "=", "đ"):
            browser.token = wrong
            for path in ("/chat/say", "/chat/upload", "/chat/forget"):
                assert (await browser.post(path, json={})).status_code == 403, (path, wrong)
        browser.token = right
        browser.client.cookies.clear()
        assert (await browser.say("started")).status_code == 403
        assert (await browser.client.get("/chat/messages")).status_code == 403
        assert (await browser.client.get("/chat/events")).status_code == 403
    assert house.heard == []


@pytest.mark.parametrize("value", ["", "x", "a.b.c.d.e", "....", "a.1.0.0." + "A" * 43, "é", "a.1.0.0"])
def test_a_cookie_that_we_did_not_sign_is_nobody(value: str):
    assert cookie.read(value, SECRET, datetime(2026, 3, 2, tzinfo=UTC)) is None


async def test_a_changed_cookie_is_nobody(house: WebHouse):
    device = cookie.new_device(house.now(), framed=False)
    signed = cookie.sign(device, SECRET)
    assert cookie.read(signed, SECRET, house.now()) == device
    assert cookie.read(signed, b"another secret", house.now()) is None
    assert cookie.read(signed, SECRET, house.now() + cookie.LASTS) is None
    for at in range(len(signed)):
        changed = signed[:at] + ("A" if signed[at] != "A" else "B") + signed[at + 1 :]
        assert cookie.read(changed, SECRET, house.now()) is None


async def test_the_cookie_is_not_for_scripts_nor_for_other_sites(house: WebHouse):
    async with Browser(house) as browser:
        browser.client.cookies.clear()
        header = (await browser.open()).headers["set-cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(header.split("; "))
    assert "Secure" not in header


@pytest_asyncio.fixture
async def embedded(tmp_path: Path) -> AsyncIterator[WebHouse]:
    house = await WebHouse(tmp_path, origins=("https://tinh.example.vn",), public_url="https://chat.example.vn").open()
    yield house
    await house.close()


async def test_over_https_the_cookie_is_secure(embedded: WebHouse):
    async with Browser(embedded, base="https://chat.example.vn") as browser:
        browser.client.cookies.clear()
        header = (await browser.open()).headers["set-cookie"]
        assert {"Secure", "SameSite=Lax"} <= set(header.split("; "))


async def test_in_the_frame_of_a_named_site_the_cookie_is_partitioned(embedded: WebHouse):
    async with Browser(embedded, base="https://chat.example.vn") as browser:
        browser.client.cookies.clear()
        response = await browser.open(**{"Sec-Fetch-Dest": "iframe"})
        assert {"SameSite=None", "Secure", "Partitioned", "HttpOnly"} <= set(response.headers["set-cookie"].split("; "))
        assert "frame-ancestors 'self' https://tinh.example.vn" in response.headers["content-security-policy"]
        await browser.say("started")
        embedded.pass_(minutes=31)
        hiding = await browser.client.get("/chat/messages")
        assert "Partitioned" in hiding.headers["set-cookie"], "it stays what it was"


async def test_without_named_sites_no_frame_gets_another_cookie(house: WebHouse):
    async with Browser(house) as browser:
        browser.client.cookies.clear()
        response = await browser.open(**{"Sec-Fetch-Dest": "iframe"})
    assert "SameSite=Lax" in response.headers["set-cookie"]
    assert response.headers["content-security-policy"].endswith("frame-ancestors 'self'")


async def test_a_cookie_is_renewed_before_it_runs_out_and_stays_the_same_device(house: WebHouse):
    async with Browser(house) as browser:
        token = browser.token
        house.pass_(days=100)
        await browser.open()
        house.pass_(days=100)
        await browser.open()
        assert browser.token == token


# ---- hidden after half an hour, and forgotten


async def test_after_half_an_hour_the_bubbles_are_hidden_until_a_new_start(house: WebHouse):
    async with Browser(house) as browser:
        await browser.say("started")
        await browser.say("said", text="mã vạch là gì")
        house.pass_(minutes=29)
        assert len(await browser.texts()) >= 2
        house.pass_(minutes=1)
        assert (await browser.say("said", text="còn đó không")).json()["problem"] == "hidden"
        assert (await browser.say("started")).status_code == 409, "this browser does not know yet that it is hidden"
        assert await browser.fetch() == {"messages": [], "hidden": True}
        assert await browser.fetch() == {"messages": [], "hidden": True}
        assert (await browser.say("said", text="còn đó không")).status_code == 409
        assert (await browser.upload(b"%PDF-1.7")).status_code == 409
        assert (await browser.say("started")).status_code == 204
        [again] = (await browser.fetch())["messages"]
        assert "trợ lý tự động" in again["text"]
        await browser.open()
        assert len(await browser.texts()) == 1, "what was hidden stays hidden after loading the page anew"


async def test_what_arrives_while_hidden_is_shown_after_the_new_start(house: WebHouse):
    async with Browser(house) as browser:
        await browser.say("started")
        house.pass_(minutes=31)
        assert (await browser.fetch())["hidden"]
        house.pass_(minutes=5)
        await announce(house, "Lớp tập huấn mở đăng ký.")
        assert (await browser.fetch()) == {"messages": [], "hidden": True}
        await browser.say("started")
        assert (await browser.texts())[0] == "Lớp tập huấn mở đăng ký."


async def announce(house: WebHouse, words: str) -> None:
    address = house.heard[0].address
    async with house.storage.write() as store:
        person = (await store.people.find([address]))[address]
        await store.letters.post([Posting(person.address_id, "web", "announcement", Message(Text(words)))], house.now())
    house.posted([address])


async def test_after_the_end_on_this_device_nothing_comes_back(house: WebHouse):
    async with Browser(house) as browser:
        await browser.say("started")
        token = browser.token
        answer = await browser.post("/chat/forget", json={})
        assert answer.status_code == 204
        assert "Max-Age=0" in answer.headers["set-cookie"]
        await browser.open()
        assert browser.token != token
        assert await browser.texts() == []


# ---- bad input


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"said"', b"\xff\xfe", b"[" * 100_000, b'{"kind": "said", "text": "a"}']
    + [json.dumps({"id": "x", **body}).encode() for body in (
        {"kind": "said"}, {"kind": "said", "text": 5}, {"kind": "tapped"}, {"kind": "tapped", "value": "x" * 513},
        {"kind": "located", "lat": 91, "lon": 0}, {"kind": "located", "lat": "1", "lon": 0}, {"kind": "located", "lat": True, "lon": 0}, {"kind": "located", "lat": 1},
        {"kind": "file_ready", "file": "x"}, {"kind": "shared", "phone": "1"}, {}, {"kind": ["said"]},
    )]
    + [json.dumps({"id": bad, "kind": "started"}).encode() for bad in ("", "a b", "x" * 65, None, "a/b")],
)  # fmt: skip
async def test_what_no_page_of_ours_sends_is_answered_and_not_heard(house: WebHouse, body: bytes):
    async with Browser(house) as browser:
        answer = await browser.post("/chat/say", content=body)
        assert (answer.status_code, answer.json()["problem"]) == (400, "unreadable")
    assert house.heard == []


@pytest.mark.parametrize(
    "text", ["ắ" * 100_000, "\u202e\u200b<b>**x**</b>", "\0\x07\x1b[2J", "\ud800", "👨‍👩‍👧" * 500, " "]
)
async def test_odd_words_reach_the_bot_as_they_are_and_get_an_answer(house: WebHouse, text: str):
    async with Browser(house) as browser:
        body = json.dumps({"id": "odd", "kind": "said", "text": text}, ensure_ascii="\ud800" in text)
        assert (await browser.post("/chat/say", content=body.encode())).status_code == 204
        assert await browser.texts()
    assert house.heard[0].event.data["text"] == text


async def test_a_body_beyond_all_measure_is_refused_in_words(house: WebHouse):
    async with Browser(house) as browser:
        answer = await browser.say("said", text="x" * 600_000)
        assert (answer.status_code, answer.json()["problem"]) == (413, "too_long")
    assert house.heard == []


@pytest.mark.parametrize("after", ["x", "-1", "1e3", "9" * 30, "", "٣"])
async def test_an_odd_place_to_go_on_from_is_the_beginning(house: WebHouse, after: str):
    async with Browser(house) as browser:
        await browser.say("started")
        answer = await browser.client.get("/chat/messages", params={"after": after})
        assert len(answer.json()["messages"]) == 1


async def test_a_tap_on_a_button_of_last_month_gets_an_answer(house: WebHouse):
    async with Browser(house) as browser:
        await browser.say("started")
        before = len(await browser.texts())
        for value in ("99.sector.rice", "ok.99.yes", "go.topic.gone", "rubbish", ""):
            assert (await browser.say("tapped", value=value)).status_code == 204
            now = len(await browser.texts())
            assert now > before, value
            before = now


# ---- the page and its parts


async def test_every_answer_says_what_a_browser_may_do_with_it(house: WebHouse):
    async with Browser(house) as browser:
        for path in ("/", "/chat/messages", f"/chat/{VERSION}/chat.js", "/chat/x/nothing.js", "/upload/nothing"):
            headers = (await browser.client.get(path)).headers
            assert headers["content-security-policy"].startswith("default-src 'self'; ")
            assert "unsafe" not in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"


async def test_the_parts_of_the_page_are_there_and_kept_by_browsers(house: WebHouse):
    async with Browser(house) as browser:
        page = (await browser.open()).text
        for name in ("chat.css", "chat.js", "bridge.svg"):
            assert f"/chat/{VERSION}/{name}" in page
            assert "immutable" in (await browser.client.get(f"/chat/{VERSION}/{name}")).headers["cache-control"]
        old = await browser.client.get("/chat/000000000000/chat.js")
        assert (old.status_code, old.headers["cache-control"]) == (200, "no-cache")
        for name in ("web.py", "chat.html", "..%2Fcookie.py", "%2e%2e/cookie.py"):
            assert (await browser.client.get(f"/chat/{VERSION}/{name}")).status_code == 404


async def test_the_page_has_no_script_or_style_of_its_own(house: WebHouse):
    async with Browser(house) as browser:
        page = (await browser.open()).text
    assert 'lang="vi"' in page
    assert " style=" not in page
    assert not re.search(r"<[^>]* on[a-z]+=", page)
    assert re.findall(r"<script(?! type=.application/json| type=.module. src=)", page) == []
    assert "http://" not in page
    assert "https://" not in page


# ---- streams


async def test_a_stream_says_that_there_is_more_and_nothing_else(house: WebHouse):
    house.web.streams._heartbeat = 0.01
    stream = house.web.streams.listen("device")
    assert await anext(stream) == "retry: 3000\ndata: more\n\n"
    assert await anext(stream) == ": \n\n"
    house.web.streams.wake("device")
    house.web.streams.wake("device")
    assert await anext(stream) == "data: more\n\n"
    assert [part async for part in stream][-1] == ": \n\n", "it ends by itself"
    assert house.web.streams._open == {}


async def test_letters_wake_the_streams_of_their_address(house: WebHouse):
    async with Browser(house) as browser:
        await browser.say("started")
        stream = house.web.streams.listen(house.heard[0].address.id)
        other = house.web.streams.listen("somebody else")
        await anext(stream)
        await anext(other)
        await announce(house, "Có tin mới.")
        assert await anext(stream) == "data: more\n\n"
        house.web.streams.wake_all()
        assert [await anext(stream), await anext(other)] == ["data: more\n\n"] * 2
        house.web.close()
        assert [part async for part in other] == []


async def test_too_many_tabs_end_the_oldest_stream(house: WebHouse):
    streams = [house.web.streams.listen("device") for _ in range(7)]
    for stream in streams:
        await anext(stream)
    assert [part async for part in streams[0]] == []
    for stream in streams[1:]:
        await stream.aclose()  # type: ignore[attr-defined]
    assert house.web.streams._open == {}
