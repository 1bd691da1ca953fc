"""A full disk and a locked database: nothing is confirmed, everyone is told, and with the same line all goes on."""

import asyncio
import errno
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from storage import Full
from tests.simulators.hearing_house import opened
from tests.simulators.process import Server
from tests.simulators.web_browser import TOKEN, Browser
from tests.simulators.web_house import WebHouse

SMALL = 16 * 1024 * 1024
MOUNTED = ["unshare", "-Urm", "sh", "-c", 'mount -t tmpfs -o size=16m tmpfs "$0" && exec "$@"']  # no root needed


def _can_mount(folder: Path) -> str:
    """Why a small disk of its own cannot be had here; empty if it can."""
    if not sys.platform.startswith("linux") or not shutil.which("unshare"):
        return "no unshare"
    tried = subprocess.run([*MOUNTED, str(folder), "true"], capture_output=True, text=True, check=False)
    return tried.stderr.strip() if tried.returncode else ""


@contextmanager
def limited(path: Path):
    """No page more than the file has now, for the connection that writes: SQLite then says FULL by itself."""
    with closing(sqlite3.connect(path)) as database:
        (pages,) = database.execute("PRAGMA page_count").fetchone()
    yield f"PRAGMA max_page_count = {pages}"


@pytest.fixture
async def web(tmp_path) -> AsyncIterator[WebHouse]:
    house = await WebHouse(tmp_path).open()
    yield house
    await house.close()


async def pragma(house, statement: str) -> None:
    async with house.storage.write() as store:
        await store.connection.exec_driver_sql(statement)


async def test_a_full_database_confirms_nothing_and_goes_on_where_it_was(web, tmp_path):
    async with Browser(web) as browser:
        assert (await browser.say("said", text="khảo sát")).status_code == 204
        before = await browser.texts()
        with limited(tmp_path / "test.db") as statement:
            await pragma(web, statement)
        long = "x" * 20_000
        refused = [await browser.say("said", id=f"line-{n}", text=long) for n in range(20)]
        full = [answer for answer in refused if answer.status_code == 507]
        assert full, "the file grew all the same"
        assert full[-1].json()["problem"] == "full"
        assert "vẫn được giữ trên máy này" in full[-1].json()["error"]
        heard = len(refused) - len(full)
        assert len(await browser.texts()) - len(before) >= heard, "who is heard is answered"
        known = await browser.texts()
        await pragma(web, "PRAGMA max_page_count = 1000000")
        again = [await browser.say("said", id=f"line-{n}", text=long) for n in range(20)]
        assert {answer.status_code for answer in again} == {204}
        now = await browser.texts()
        assert now[: len(known)] == known
        await browser.say("said", id="line-0", text=long)
        assert await browser.texts() == now, "the same line counts once"


async def test_a_batch_that_does_not_fit_leaves_nothing(sqlite_url):
    async with opened(sqlite_url) as house:
        await house.say("lan", "menu")
        with limited(Path(sqlite_url.removeprefix("sqlite:///"))) as statement:
            await pragma(house, statement)
        lines = [house.line(f"p{n}", "menu") for n in range(100)]
        with pytest.raises(Full):
            await house.batch(*lines)
        assert await house.count("people") == await house.count("sessions") == 1
        assert len(house.posted) == 1
        await pragma(house, "PRAGMA max_page_count = 1000000")
        assert all(getattr(one, "new", False) for one in await house.batch(*lines))


async def test_a_database_that_another_process_holds_is_busy_and_the_line_counts_once(web, tmp_path, monkeypatch):
    await pragma(web, "PRAGMA busy_timeout = 50")
    async with Browser(web) as browser:
        with closing(sqlite3.connect(tmp_path / "test.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            answer = await browser.say("said", id="the-line", text="menu")
            assert (answer.status_code, answer.json()["problem"]) == (503, "busy")
            assert "tự gửi lại" in answer.json()["error"]
            other.execute("ROLLBACK")
        assert [(await browser.say("said", id="the-line", text="menu")).status_code for _ in range(3)] == [204] * 3
        texts = await browser.texts()
        assert len(texts) == len(set(texts))


class SmallDisk(Server):
    """The server with its data folder on a disk of 16 MB of its own, which we reach through the process."""

    @classmethod
    def below(cls, folder: Path) -> "SmallDisk":
        data_dir = folder / "data"
        return cls(data_dir, {"FLOOD": "0"}, prefix=[*MOUNTED, str(data_dir)])

    @property
    def inside(self) -> Path:
        return Path(f"/proc/{self.process.pid}/root{self.data_dir}")

    def fill(self) -> None:
        """Fills the small disk, and by no accident the machine's: it is measured first."""
        disk = os.statvfs(self.inside)
        assert disk.f_blocks * disk.f_frsize <= SMALL, "this is not the small disk"
        left = SMALL  # whatever the measure says, never more than this is written
        with (self.inside / "filler").open("ab", buffering=0) as file:
            for size in (1 << 16, 1 << 12):
                try:
                    while left > 0:
                        left -= file.write(bytes(size)) or 0
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise

    def free(self) -> None:
        (self.inside / "filler").unlink()


@pytest.mark.slow
async def test_a_disk_that_is_really_full(tmp_path):
    if why := _can_mount(tmp_path):
        pytest.skip(f"a small disk of its own cannot be mounted here: {why}")
    server = SmallDisk.below(tmp_path)
    await server.start()
    try:
        async with httpx.AsyncClient(base_url=server.url, timeout=20) as client:
            await _through_a_full_disk(server, client)
    finally:
        await server.stop()
    assert "Traceback" not in server.log.read_text()


async def _through_a_full_disk(server: SmallDisk, client: httpx.AsyncClient) -> None:
    found = TOKEN.search((await client.get("/")).text)
    assert found
    headers = {"X-Nhip-Cau": found[1]}

    async def say(id: str, text: str) -> httpx.Response:
        return await client.post("/chat/say", headers=headers, json={"id": id, "kind": "said", "text": text})

    async def texts() -> list[str]:
        messages = (await client.get("/chat/messages?after=0")).json()["messages"]
        return [message["text"] for message in messages]

    for number, words in enumerate(("khảo sát", "đồng ý", "lúa gạo")):
        assert (await say(f"before-{number}", words)).status_code == 204
    assert (await client.get("/readyz")).status_code == 200
    before = await texts()

    server.fill()
    heard, refused = await _until_refused(say)
    assert (refused.status_code, refused.json()["problem"]) == (507, "full")
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()) == (503, {"ready": False, "storage": "Full"})
    assert (await client.get("/healthz")).status_code == 200
    known = await texts()
    assert len(known) == len(before) + heard, "what was said can still be read, and nothing else was added"
    await asyncio.sleep(1)
    assert (await say(f"line-{heard}", "quay lại")).status_code == 507

    server.free()
    began = time.monotonic()
    assert [(await say(f"line-{heard}", "quay lại")).status_code for _ in range(3)] == [204] * 3
    assert time.monotonic() - began < 10
    assert (await client.get("/readyz")).status_code == 200
    assert len(await texts()) == len(known) + 1


async def _until_refused(say) -> tuple[int, httpx.Response]:
    """How many lines still found room in what the files have already, and the answer to the first that did not."""
    for number in range(400):
        answer = await say(f"line-{number}", "quay lại")
        if answer.status_code != 204:
            return number, answer
    raise AssertionError("the disk is never full")
