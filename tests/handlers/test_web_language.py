"""The language of the chat page: that of its address, else that of the conversation, else the programme's first; and a
conversation begins in the language of its page."""

from __future__ import annotations

import re

import pytest

from storage.errors import Locked
from tests.simulators.web_browser import Browser


async def spoken(browser: Browser, path: str = "/") -> str:
    found = re.search(r'<html lang="(\w+)"', (await browser.client.get(path)).text)
    assert found
    return found[1]


async def test_a_conversation_begins_in_the_language_of_its_page(house):
    async with Browser(house) as browser:
        assert await spoken(browser, "/?lang=en") == "en"
        await browser.say("started", language="en")
        [greeting] = await browser.texts()
        assert "automated assistant" in greeting
        assert await spoken(browser) == "en"


async def test_the_page_follows_the_language_chosen_in_the_conversation(house):
    async with Browser(house) as browser:
        await browser.say("started", language="vi")
        assert await spoken(browser) == "vi"
        await browser.say("tapped", value="go.language")
        await browser.say("said", text="English")
        assert "From now on I will use English." in await browser.texts()
        page = (await browser.client.get("/")).text
        assert 'lang="en"' in page
        assert "Type a message" in page
        assert 'id="language">Language (Ngôn ngữ)<' in page


@pytest.mark.parametrize("language", ["xx", "", None, 5, "e" * 1000, ["en"], "EN"])
async def test_a_language_that_is_not_spoken_changes_nothing(house, language):
    async with Browser(house) as browser:
        assert (await browser.say("started", language=language)).status_code == 204
        [greeting] = await browser.texts()
        assert "trợ lý tự động" in greeting
        assert await spoken(browser, "/?lang=xx") == "vi"


async def test_the_page_opens_in_the_first_language_while_nothing_can_be_read(house, monkeypatch):
    def busy() -> None:
        raise Locked("busy")

    async with Browser(house) as browser:
        await browser.say("started", language="en")
        monkeypatch.setattr(house.storage, "read", busy)
        assert await spoken(browser) == "vi"
