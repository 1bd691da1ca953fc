"""The console in a real browser: on a phone and on a desk, by keyboard, in the dark, without running anything."""

import os
from pathlib import Path
from typing import Any

import pytest

from bot.channel import Address
from tests.simulators.desk import ANSWERS, Desk, served

pytestmark = pytest.mark.browser

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
LONG = "Hợp tác xã dịch vụ nông nghiệp tổng hợp Ví Dụ " + "dài" * 40
PAGES = ["", "/submissions", "/submissions/1", "/broadcasts", "/officials", "/aside", "/aside/1"]
SHOTS = os.environ.get("NHIPCAU_TEST_SHOTS")  # a folder to keep pictures of the pages in, to be looked at


async def fill(desk: Desk) -> None:
    await desk.answered(
        ANSWERS | {"unit_name": LONG, "difficulty": "Chưa có người rành về hồ sơ.\nKhách hàng cần gấp."}
    )
    for number in range(8):
        await desk.answered(ANSWERS | {"unit_name": f"Cơ sở Ví Dụ {number}"})
        desk.pass_(minutes=37)
    await desk.answered({"sector": "rice"}, "in_progress")
    await desk.person("near", agreed=True)
    await desk.person("far", "telegram", agreed=True)
    await desk.announced("📢 Thông báo từ Sở Khoa học và Công nghệ tỉnh An Giang\n\nMời dự lớp 5S, 8 giờ thứ Sáu. " * 3)
    await desk.official("staff", "Nhân viên Ví Dụ")
    async with desk.storage.write() as store:
        raw = {"event": "said", "data": {"text": "<b>x</b> " * 60}}
        await store.receipts.set_aside((Address("telegram", "", "1"), "r"), raw, "ValueError", desk.at)
    for name in ("phone", "desk", "keys"):
        (desk.data_dir / name).write_text(await desk.invited("admin", f"Quản trị {name}"))


@pytest.fixture
def address(tmp_path: Path):
    with served(Desk(tmp_path), fill) as url:
        yield url


def enter(page, address: str, token: str) -> None:
    page.goto(f"{address}/console/sign-in/{token}")
    page.get_by_role("button", name="Đăng nhập").click()
    page.get_by_role("heading", name="Tổng quan", level=1).wait_for(timeout=30_000)


def keep(page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS, f"{name}.png"), full_page=True)


def hops(page) -> int:
    """How far the page can be moved sideways, which no page should."""
    return int(page.locator("html").evaluate("page => page.scrollWidth - page.clientWidth"))


@pytest.mark.parametrize(("name", "size"), [("phone", PHONE), ("desk", DESK)])
def test_every_page_fits_and_breaks_no_rule_of_its_own(browser, address, tmp_path, name, size):
    cookies: list[Any] = []
    for scheme, language in (("light", "vi"), ("dark", "vi"), ("light", "en")):
        context = browser.new_context(viewport=size, color_scheme=scheme, locale="vi-VN")
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message, said=said: said.append(message.text))
        page.on("pageerror", lambda error, said=said: said.append(str(error)))
        if not cookies:
            page.goto(f"{address}/console/sign-in/x")
            keep(page, f"{name}-sign-in")
            enter(page, address, (tmp_path / name).read_text())
            cookies = context.cookies()
        else:
            context.add_cookies(cookies)
        if language == "en":
            page.goto(f"{address}/console/sign-in")
            page.get_by_role("link", name="English").click()
            page.get_by_role("heading", name="Sign in", level=1).wait_for(timeout=10_000)
            keep(page, f"{name}-en-sign-in")
        for path in PAGES:
            page.goto(f"{address}/console{path}")
            keep(page, f"{name}-{language}-{scheme}{path.replace('/', '-')}")
            assert hops(page) == 0, path
            for width in (
                (720, 960) if (name, language) == ("desk", "en") else ()
            ):  # a window that is not the whole screen
                page.set_viewport_size({"width": width, "height": 800})
                assert hops(page) == 0, (path, width)
            page.set_viewport_size(size)
            assert page.locator("h1").count() == 1
            assert page.locator("html").get_attribute("lang") == language
        assert said == [], "nothing was refused by the content security policy, and nothing failed to load"
        paint = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
        assert (max(map(int, paint[4:-1].split(", "))) < 60) is (scheme == "dark")
        context.close()


def test_everything_can_be_done_by_keyboard_and_has_a_name(browser, address, tmp_path):
    page = browser.new_context(viewport=DESK).new_page()
    page.goto(f"{address}/console/sign-in/{(tmp_path / 'keys').read_text()}")
    page.locator("button:focus").wait_for(timeout=30_000)  # the only button has the focus
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Tổng quan", level=1).wait_for(timeout=30_000)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Chuyển đến nội dung chính"
    for path in PAGES:
        page.goto(f"{address}/console{path}")
        nameless = page.locator("button, a, input:not([type=hidden]), select, table").evaluate_all(
            """all => all.filter(one => !(one.textContent.trim() || one.getAttribute('aria-label')
                || (one.labels && one.labels.length))).map(one => one.outerHTML)"""
        )
        assert nameless == []
        assert page.locator("table:not(:has(caption))").count() == 0
        assert page.locator("table thead th:not([scope])").count() == 0
    page.goto(f"{address}/console")
    page.get_by_role("button", name="Lấy mã gắn khung chat").press("Enter")
    page.get_by_text("/canbo").wait_for(timeout=30_000)
    keep(page, "desk-code")
    page.goto(f"{address}/console/officials")
    page.get_by_label("Họ tên").fill("Cán bộ mới")
    page.get_by_label("Vai trò").select_option("official")
    page.get_by_label("Vai trò").press("Tab")
    page.keyboard.press("Enter")
    assert "/console/sign-in/" in page.get_by_label("Liên kết", exact=True).input_value(timeout=30_000)
    keep(page, "desk-link")


def test_the_file_is_downloaded(browser, address, tmp_path):
    page = browser.new_context(viewport=PHONE).new_page()
    enter(page, address, (tmp_path / "phone").read_text())
    page.goto(f"{address}/console/submissions")
    with page.expect_download(timeout=30_000) as waiting:
        page.get_by_role("button", name="Tải tệp CSV").click()
    waiting.value.save_as(tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text(encoding="utf-8-sig").count("Cơ sở Ví Dụ") == 8
