"""The page of `make telegram-demo`: on a phone's width one sees what the bot sent and does what people do."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.simulators.telegram.server import TelegramServer
from tests.simulators.telegram_demo import bot_running, staged

CHROMIUM = shutil.which("chromium")
FLAGS = ["--disable-gpu", "--no-first-run", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
BUTTONS = {
    "inline_keyboard": [[{"text": "Có", "callback_data": "q1:yes"}, {"text": "Không", "callback_data": "q1:no"}]]
}


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as started:
        yield started


@pytest.fixture
async def page(server) -> AsyncIterator[Page]:
    if not CHROMIUM:
        pytest.skip("browser tests skipped: no Chromium found (apt-get install chromium)")
    async with staged(server) as address, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport={"width": 360, "height": 740}, locale="vi-VN")
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(address)
        yield page
        await browser.close()
    assert errors == []


async def call(server: TelegramServer, method: str, **data: Any) -> Any:
    address = f"{server.url}/bot{server.token}/{method}"
    async with aiohttp.ClientSession() as session, session.post(address, json=data) as answer:
        body = await answer.json()
    assert body["ok"], body
    return body["result"]


async def say(page: Page, text: str) -> None:
    await page.get_by_label("Tin nhắn").fill(text)
    await page.get_by_role("button", name="Gửi", exact=True).click()


@pytest.mark.browser
async def test_one_plays_a_user(server, page):
    await say(page, "/start")
    await expect(page.locator(".mine .bubble")).to_contain_text("/start")
    entities = [
        {"type": "bold", "offset": 3, "length": 4},
        {"type": "text_link", "offset": 8, "length": 4, "url": "https://example.vn/a"},
    ]
    text = "😀 đậm<b nối <img src=x onerror=alert(1)>"
    sent = await call(server, "sendMessage", chat_id=501, text=text, entities=entities, reply_markup=BUTTONS)
    await expect(page.locator("article .bubble").last).to_contain_text(text)
    assert await page.locator("article b").all_inner_texts() == ["đậm<"]
    assert await page.locator("article a").get_attribute("href") == "https://example.vn/a"
    await page.get_by_role("button", name="Không").click()
    await server.user(501).until(lambda: server.world.taps, 15)
    query = (await call(server, "getUpdates"))[-1]["callback_query"]
    assert query["data"] == "q1:no"
    await call(server, "editMessageText", chat_id=501, message_id=sent["message_id"], text="Đã chọn: Không")
    await call(server, "answerCallbackQuery", callback_query_id=query["id"], text="Đã ghi nhận")
    await expect(page.get_by_role("status")).to_have_text("Đã ghi nhận")
    await expect(page.locator("article").last).to_contain_text("Đã chọn: Không")
    await expect(page.get_by_role("button", name="Không")).to_have_count(0)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.browser
async def test_one_sends_what_is_no_text_and_blocks(server, page):
    await say(page, "/start")
    await page.get_by_role("button", name="Gửi thứ khác").click()
    await page.get_by_role("button", name="Vị trí").click()
    await page.get_by_role("button", name="Số của tôi").click()
    await page.locator("#document").set_input_files(
        {"name": "giấy phép.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}
    )
    await expect(page.locator("article")).to_have_count(4)
    await expect(page.locator("article").last).to_contain_text("Tệp: giấy phép.pdf")
    await page.get_by_role("button", name="Chặn", exact=True).click()
    await expect(page.get_by_role("button", name="Bỏ chặn")).to_be_visible()
    kinds = [set(update.get("message", update)) for update in await call(server, "getUpdates")]
    wanted = ("text", "location", "contact", "document", "my_chat_member")
    assert [kind & set(wanted) for kind in kinds] == [{each} for each in wanted]


@pytest.mark.browser
async def test_a_reply_keyboard_is_pressed(server, page):
    await say(page, "/start")
    await expect(page.locator("article")).to_have_count(1)
    markup = {"keyboard": [[{"text": "Gửi số điện thoại", "request_contact": True}]], "one_time_keyboard": True}
    await call(server, "sendMessage", chat_id=501, text="Số của ông/bà?", reply_markup=markup)
    await page.get_by_role("button", name="Gửi số điện thoại").click()
    await expect(page.locator("article").last).to_contain_text("Số điện thoại: Người Thử 501")
    await expect(page.locator("#keyboard")).to_be_hidden()


@pytest.mark.slow
async def test_the_programme_answers_on_the_made_up_telegram(server, tmp_path):
    async with bot_running(server, str(tmp_path), "an-giang") as bot:
        lan = server.user(501)
        lan.send("/start")
        (hello, *_) = await lan.expect(1, within=60)
        assert hello.text
    assert await bot.wait() in {0, 130}  # it took the Ctrl-C and ended by itself
    assert {call.status for call in server.called("sendMessage")} == {200}
