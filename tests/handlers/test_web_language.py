"""The language of the chat page: that of its address, else that of the conversation, else the programme's first; and a
conversation begins in the language of its page."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest

from bot.channel import Address
from bot.flows.session import Session
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


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("en", "Only PDF, Word"),
        ("vi", "Chỉ nhận PDF, Word"),
        ("en-US,en;q=0.9", "Chỉ nhận PDF, Word"),
        ("xx", "Chỉ nhận PDF, Word"),
    ],
)
async def test_what_goes_wrong_is_said_in_the_language_that_the_page_names(house, header, said):
    house.takes_files = True
    async with Browser(house) as browser:
        browser.client.headers["Accept-Language"] = header
        await browser.say("started", language="en")
        answer = await browser.upload(b"MZ")
        assert answer.status_code == 422
        assert answer.json()["error"].startswith(said)


async def test_trouble_of_every_kind_is_in_the_page_s_language(house):
    async with Browser(house) as browser:
        browser.client.headers["Accept-Language"] = "en"
        refused = [await browser.post("/chat/say", json={}), await browser.client.post("/chat/say", json={})]
        house.trouble = Locked("made up")
        refused.append(await browser.say("said", text="xin chào"))
        texts = house.releases.current.texts
    assert [answer.status_code for answer in refused] == [400, 403, 503]
    for answer in refused:
        assert answer.json()["error"] == texts[f"web.errors.{answer.json()['problem']}"]["en"]({}).plain


async def test_the_upload_page_speaks_the_language_of_its_holder_s_conversation(house):
    here = Address("zalo_bot", "our bot", "somebody")
    async with house.storage.write() as store:
        person = (await store.people.resolve([here], house.now()))[here]
        await store.sessions.keep({person.id: Session(language="en").to_json()})
        await store.tokens.issue("upload", "one", house.now() + timedelta(minutes=30), person_id=person.id)
    house.takes_files = True
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=house.app), base_url="http://chat.test")
    async with client:
        assert 'lang="en"' in (await client.get("/upload/one")).text
        assert 'lang="vi"' in (await client.get("/upload/one?lang=vi")).text
        wrong = await client.post("/upload/one", files={"file": ("a.exe", b"MZ")})
        assert 'lang="en"' in wrong.text
        assert "Only PDF, Word" in wrong.text
        done = await client.post("/upload/one", files={"file": ("a.pdf", b"%PDF-1.7 made up\n%%EOF")})
        assert 'lang="en"' in done.text
        assert 'lang="vi"' in (await client.get("/upload/one")).text, "nobody's any more"
