"""A real browser: the system's Chromium, driven by playwright; nothing is downloaded.

As long as playwright is open an event loop runs in this thread, where no asynchronous test could run: so it is closed
after each file of browser tests."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = ["--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
FLAGS += ["--disable-sync", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("browser tests skipped: no Chromium found (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One person's browser, a phone; a script error on any of its pages fails the test."""
    context = browser.new_context(viewport=PHONE, locale="vi-VN", has_touch=True)  # type: ignore[arg-type]
    context.set_default_timeout(30_000)
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context
    context.close()
    assert errors == []


@pytest.fixture
def open_page(context: BrowserContext) -> Callable[[str], Page]:
    def open_page(url: str) -> Page:
        page = context.new_page()
        page.goto(url)
        return page

    return open_page
