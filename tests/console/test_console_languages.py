"""Each official reads in a language of their own: every page is complete in it, says which it is, and leads back."""

import re
import sqlite3
from html import unescape

import pytest

from bot.channel import Address
from bot.console.routes import PAGES
from bot.flows.programme import Programme
from tests.simulators.desk import ANSWERS, FORM, Desk, csrf

VIETNAMESE = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]")
OWN = (
    "Tiếng Việt",
    "Phường Long Xuyên",
    "Ví Dụ",
    "Bán hàng trên mạng",
    "Cơ sở khô cá",
    "Nguyễn Thị",
)  # names and words of people
GETS = [page.path for page in PAGES if page.method == "GET"]
OPEN = ["/console/sign-in", "/console/sign-in/abc"]
NOWHERE = ["/console/submissions/4711", "/console/submissions?form=nothing", "/console/aside/4711"]
DEEDS = {
    "/console/chat-code": {},
    "/console/officials/invite": {"name": "New", "role": "staff"},
    "/console/officials/1/link": {},
    "/console/officials/2/link": {},
    "/console/officials/4711/enable": {},
    "/console/export": {"form": "nothing"},
}


@pytest.fixture
async def full(desk: Desk) -> Desk:
    """Something to be shown on every page."""
    await desk.answered(ANSWERS)
    await desk.answered(ANSWERS, "in_progress")
    person = await desk.person("lan", agreed=True)
    await desk.answered(ANSWERS, person=person)
    await desk.announced("A class")
    async with desk.storage.write() as store:
        await store.receipts.set_aside((Address("telegram", "", "1"), "r"), {"text": "x"}, "ValueError", desk.at)
    return desk


@pytest.fixture
def lacking(monkeypatch) -> set[tuple[str, str]]:
    """The texts that a page says in another language than its own, for want of a translation."""
    found: set[tuple[str, str]] = set()
    render = Programme.render

    def watched(self, text_id, language, values):
        if language not in self.texts[text_id]:
            found.add((text_id, language))
        return render(self, text_id, language, values)

    monkeypatch.setattr(Programme, "render", watched)
    return found


def left(page: str) -> list[str]:
    """The lines of a page in which Vietnamese is left that is not people's own."""
    for own in OWN:
        page = page.replace(own, "")
    return [line.strip() for line in unescape(page).split("\n") if VIETNAMESE.search(line)]


def spoken(page: str) -> str:
    found = re.search(r'<html lang="(\w+)">', page)
    assert found
    return found[1]


def link(page: str) -> tuple[str, str]:
    """Where the one link to another language leads, and which it is."""
    [(href, language)] = re.findall(r'<p class="language"><a href="([^"]+)" lang="(\w+)" hreflang="\2">', page)
    return unescape(href), language


def test_the_pages_tried_are_all_there_are():
    posts = {page.path for page in PAGES if page.method == "POST"}
    tried = {re.sub(r"\d+", "{number}", path) for path in DEEDS} | {"/console/sign-out"}
    assert posts - tried == {"/console/officials/{number}/disable"}, "which shows no page of its own"


@pytest.mark.parametrize("path", [*(path.replace("{number}", "1") for path in GETS), *OPEN, *NOWHERE])
async def test_every_page_is_complete_in_both_languages_and_leads_back(full: Desk, lacking, path: str):
    page = path.partition("?")[0]
    async with full.visitor("admin", "Lan") as client:
        first = (await client.get(path)).text
        assert (spoken(first), link(first)[1]) == ("vi", "en")
        assert left(first)
        english = (await client.get(page + link(first)[0])).text
        assert (spoken(english), link(english)[1]) == ("en", "vi")
        assert left(english) == []
        assert (await client.get(page + link(english)[0])).text == first, "and the very same again"
    assert lacking == set()


@pytest.mark.parametrize("path", DEEDS)
async def test_what_answers_a_form_is_in_the_language_too_and_leads_to_a_page(full: Desk, lacking, path: str):
    await full.official("staff", "Mai")
    async with full.visitor("admin", "Lan") as client:
        await client.get("/console?lang=en")
        page = await client.post(path, data={"csrf": await csrf(client), **DEEDS[path]})
        assert spoken(page.text) == "en"
        assert left(page.text) == []
        href, language = link(page.text)
        assert (href, language) == ("/console?lang=vi", "vi")
        assert spoken((await client.get(href)).text) == "vi"
    assert lacking == set()


async def test_refusals_and_trouble_speak_the_language_too(full: Desk):
    async with full.visitor("staff", "Lan") as client:
        await client.get("/console?lang=en")
        token = await csrf(client)
        refused = [await client.get("/console/officials"), await client.post("/console/chat-code", data={})]
        held = sqlite3.connect(full.data_dir / "test.sqlite", isolation_level=None)
        held.execute("BEGIN IMMEDIATE")
        refused.append(await client.post("/console/chat-code", data={"csrf": token}))
        held.close()
        refused.append(await client.post("/console/sign-in", data={"token": "spent"}))
    assert [response.status_code for response in refused] == [403, 403, 503, 403]
    for response in refused:
        assert spoken(response.text) == "en"
        assert left(response.text) == []
    assert link(refused[-1].text)[0] == "/console/sign-in?lang=vi"


async def test_a_language_is_each_official_s_own_and_outlasts_the_session(desk: Desk):
    async with desk.visitor("staff", "Lan") as client, desk.visitor("staff", "Mai") as other:
        await client.get("/console?lang=en")
        assert "Hello Lan." in (await client.get("/console")).text
        assert "Chào Mai." in (await other.get("/console")).text
        await client.post("/console/sign-out", data={"csrf": await csrf(client)})
        assert spoken((await client.get("/console/sign-in")).text) == "en"


@pytest.mark.parametrize(("public_url", "secure"), [("", False), ("https://console.example", True)])
async def test_the_cookie_is_kept_from_scripts_and_other_sites(desk: Desk, public_url: str, secure: bool):
    desk.serve(public_url)
    async with desk.client() as client:
        name, *parts = (await client.get("/console/sign-in?lang=en")).headers["set-cookie"].split(";")
        again = await client.get("/console/sign-in")
    assert name == "nhipcau_language=en"
    assert {"httponly", "samesite=lax", "path=/console", "max-age=31536000"} <= {part.strip().lower() for part in parts}
    assert ("secure" in {part.strip().lower() for part in parts}) is secure
    assert "set-cookie" not in again.headers


@pytest.mark.parametrize("language", ["xx", "", "EN", "en;x", "../en", "e" * 1000])
async def test_a_language_that_is_not_spoken_changes_nothing(desk: Desk, language: str):
    async with desk.client() as client:
        asked = await client.get("/console/sign-in", params={"lang": language})
        client.cookies.set("nhipcau_language", "xx")
        kept = await client.get("/console/sign-in")
    assert "set-cookie" not in asked.headers
    assert (spoken(asked.text), spoken(kept.text)) == ("vi", "vi")


async def test_the_link_is_the_page_itself_and_holds_no_markup(desk: Desk):
    async with desk.visitor("staff") as client:
        plain = await client.get(f"/console/submissions?form={FORM}&state=abandoned&after=7")
        evil = await client.get("/console/submissions", params={"state": '"><script>alert(1)</script>', "lang": "vi"})
    assert link(plain.text)[0] == f"?form={FORM}&state=abandoned&after=7&lang=en"
    assert link(evil.text)[0] == "?state=%22%3E%3Cscript%3Ealert%281%29%3C%2Fscript%3E&lang=en"
