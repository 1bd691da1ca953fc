"""Who passes: nobody without a session, nobody above their role, and nothing changes without a form of our own."""

import re
import sqlite3

import pytest

from bot.console.routes import ADMIN, PAGES, Page
from tests.simulators.desk import ANSWERS, Desk, csrf

GETS = [page for page in PAGES if page.method == "GET"]
POSTS = [page for page in PAGES if page.method == "POST"]


def path(page: Page) -> str:
    return page.path.replace("{number}", "1")


async def deeds(desk: Desk) -> list[str]:
    async with desk.storage.read() as store:
        return [deed.action for deed in await store.officials.recent()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
async def test_without_a_session_every_page_leads_to_the_sign_in(desk: Desk, page):
    async with desk.client() as client:
        client.cookies.set("nhipcau_console", "x" * 43)
        response = await client.request(page.method, path(page))
    assert (response.status_code, response.headers["location"]) == (303, "/console/sign-in")
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("role", ["official", "staff"])
@pytest.mark.parametrize("page", [page for page in PAGES if page.roles == ADMIN], ids=lambda page: page.path)
async def test_what_is_for_administrators_is_for_nobody_else(desk: Desk, page, role):
    other = await desk.official("admin", "Quản trị")
    async with desk.visitor(role) as client:
        response = await client.request(page.method, path(page), data={"csrf": await csrf(client)})
        home = await client.get("/console")
    assert response.status_code == 403
    assert "Không có quyền" in response.text
    assert "/console/officials" not in home.text
    async with desk.storage.read() as store:
        assert (await store.officials.get(other.id)) == other


def test_pages_for_administrators_are_these():
    kept = {page.path.split("/")[2] for page in PAGES if page.roles == ADMIN}
    assert kept == {"officials", "aside"}


@pytest.mark.parametrize("page", POSTS, ids=lambda page: page.path)
@pytest.mark.parametrize("given", ["missing", "empty", "wrong", "another session's", "from another site"])
async def test_nothing_is_done_without_the_session_s_own_token(desk: Desk, page, given: str):
    await desk.official("staff", "Ai đó")
    async with desk.visitor("admin") as client, desk.visitor("admin", "Người khác") as stranger:
        data = {"form": "needs_survey", "name": "Mới", "role": "admin"}
        headers = {}
        if given == "from another site":
            data["csrf"], headers["sec-fetch-site"] = await csrf(client), "cross-site"
        elif given != "missing":
            data["csrf"] = {"empty": "", "wrong": "0" * 64, "another session's": await csrf(stranger)}[given]
        before = await deeds(desk)
        response = await client.post(path(page), data=data, headers=headers)
        assert response.status_code == 403
        assert "Chưa thực hiện được" in response.text
        assert await deeds(desk) == before
        assert (await client.get("/console")).status_code == 200, "still signed in"
    async with desk.storage.read() as store:
        assert len(await store.officials.all()) == 3
        assert all(official.disabled_at is None for official in await store.officials.all())


async def test_a_link_opens_a_page_and_only_its_button_spends_it(desk: Desk):
    token = await desk.invited("official", "Cán bộ A")
    async with desk.client() as client:
        await client.get(f"/console/sign-in/{token}")  # a chat's preview of the link
        page = await client.get(f"/console/sign-in/{token}")
        assert page.status_code == 200
        assert len(re.findall("<button", page.text)) == 1
        hidden = re.search(r'name="token" value="([\w-]+)"', page.text)
        assert hidden
        entered = await client.post("/console/sign-in", data={"token": hidden[1]})
        assert (entered.status_code, entered.headers["location"]) == (303, "/console")
        assert "Cán bộ A" in (await client.get("/console")).text
    async with desk.client() as other:
        again = await other.post("/console/sign-in", data={"token": token})
    assert again.status_code == 403
    assert "không còn dùng được" in again.text
    assert "set-cookie" not in again.headers


async def test_an_expired_link_says_so(desk: Desk):
    token = await desk.invited("official")
    desk.pass_(hours=48)
    async with desk.client() as client:
        refused = await client.post("/console/sign-in", data={"token": token})
    assert refused.status_code == 403
    assert "đã quá 48 giờ" in refused.text


@pytest.mark.parametrize("data", [{}, {"token": ""}, {"token": "😀"}, {"other": "x"}])
async def test_a_sign_in_without_a_link_is_refused(desk: Desk, data: dict[str, str]):
    async with desk.client() as client:
        assert (await client.post("/console/sign-in", data=data)).status_code == 403


@pytest.mark.parametrize("body", [b"\xff\xfe=1", b"&".join(b"a%d=1" % n for n in range(50))])
async def test_rubbish_in_a_form_is_refused(desk: Desk, body: bytes):
    async with desk.client() as client:
        assert (await client.post("/console/sign-in", content=body)).status_code == 400


async def test_a_form_larger_than_any_of_ours_is_not_read(desk: Desk):
    async with desk.client() as client:
        assert (await client.post("/console/sign-in", content=b"token=" + b"x" * 20_000)).status_code == 413


async def test_another_site_cannot_sign_us_in(desk: Desk):
    async with desk.client() as client:
        headers = {"sec-fetch-site": "cross-site"}
        refused = await client.post("/console/sign-in", data={"token": await desk.invited("staff")}, headers=headers)
    assert refused.status_code == 403
    assert "set-cookie" not in refused.headers


@pytest.mark.parametrize(("public_url", "secure"), [("", False), ("https://console.example", True)])
async def test_the_cookie_is_kept_from_scripts_other_sites_and_plain_lines(desk: Desk, public_url: str, secure: bool):
    desk.serve(public_url)
    async with desk.client() as client:
        cookie = (await client.post("/console/sign-in", data={"token": await desk.invited("staff")})).headers[
            "set-cookie"
        ]
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/console", "max-age=43200"} <= parts
    assert ("secure" in parts) is secure


async def test_signing_out_ends_the_session_for_the_cookie_itself(desk: Desk):
    async with desk.visitor("staff") as client:
        kept = client.cookies["nhipcau_console"]
        left = await client.post("/console/sign-out", data={"csrf": await csrf(client)})
        assert (left.status_code, left.headers["location"]) == (303, "/console/sign-in")
        assert "nhipcau_console" not in client.cookies
    async with desk.client() as thief:
        thief.cookies.set("nhipcau_console", kept)
        assert (await thief.get("/console")).status_code == 303


async def test_a_session_ends_after_half_a_day(desk: Desk):
    async with desk.visitor("staff") as client:
        desk.pass_(hours=12)
        assert (await client.get("/console")).status_code == 303


@pytest.mark.parametrize("page", [*(path(page) for page in GETS), "/console/sign-in", "/console/sign-in/abc"])
async def test_every_page_is_kept_by_nobody_and_runs_nothing(desk: Desk, page: str):
    await desk.answered(ANSWERS)
    async with desk.visitor("admin") as client:
        response = await client.get(page)
    assert response.status_code in {200, 404}
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert not re.search(r"<script|<style|\son\w+=|\sstyle=|javascript:|https?://", response.text)


async def test_the_style_sheet_is_served_to_all_and_kept(desk: Desk):
    async with desk.client() as client:
        found = re.search(r'href="(/console/\w+\.css)"', (await client.get("/console/sign-in")).text)
        assert found
        style = await client.get(found[1])
    assert style.headers["content-type"].startswith("text/css")
    assert "immutable" in style.headers["cache-control"]
    assert "url(" not in style.text


async def test_a_database_that_is_held_is_told_in_plain_words(desk: Desk):
    async with desk.visitor("official") as client:
        token = await csrf(client)
        held = sqlite3.connect(desk.data_dir / "test.sqlite", isolation_level=None)
        held.execute("BEGIN IMMEDIATE")
        response = await client.post("/console/chat-code", data={"csrf": token})
        held.close()
    assert response.status_code == 503
    assert "không có gì bị mất" in response.text
