"""Files from the page and by the one-time link: judged by their bytes, on disk and in a row before they are heard."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from bot.channel import Address
from bot.content import Bundle
from bot.files import path_of
from storage import Full
from storage.files import File
from tests.simulators.web_browser import Browser
from tests.simulators.web_house import WebHouse, loaded

PDF = b"%PDF-1.7 made up\n%%EOF"
FORM = """\
format: 1
title: Phiếu thử tệp
keywords: [phiếu thử tệp]
intro: Chào anh/chị.
thanks: Cảm ơn anh/chị.
sections: [{id: one, title: Giấy tờ}]
questions:
  - {id: paper, type: file, section: one, text: Anh/chị gửi giấy phép., short: Giấy phép}
  - {id: note, type: text, section: one, text: Anh/chị ghi chú gì thêm?, short: Ghi chú}
"""
PHONE = Address("zalo_bot", "our bot", "somebody")


@pytest.fixture(autouse=True)
def as_if_asked(house: WebHouse) -> None:
    """What most tests here are not about."""
    house.takes_files = True


async def asked_for_a_file(house: WebHouse, browser: Browser) -> None:
    """Now a real question waits for one, and only for one."""
    house.takes_files = False
    bundle = loaded()[0]
    more = Bundle(bundle.programme, {**bundle.files, "an-giang/forms/papers.yaml": FORM})
    await house.releases.publish(house.storage, more, house.now())
    await browser.say("said", text="phiếu thử tệp")
    assert "giấy phép" in (await browser.texts())[-1]


def on_disk(house: WebHouse) -> list[str]:
    return [path.name for path in (house.data_dir / "files").rglob("*") if path.is_file()]


async def rows(house: WebHouse) -> int:
    async with house.storage.read() as store:
        return int((await store.connection.exec_driver_sql("SELECT count(*) FROM files")).scalar_one())


async def test_what_nobody_asked_for_is_not_kept(house: WebHouse):
    house.takes_files = False
    async with Browser(house) as browser:
        assert (await browser.upload(PDF)).json()["problem"] == "unasked", "nobody is known there yet"
        await browser.say("started")
        answer = await browser.upload(PDF + b" " * 300_000)
        assert (answer.status_code, answer.json()["problem"]) == (422, "unasked")
        assert "không có câu hỏi nào cần tệp" in answer.json()["error"]
    assert (on_disk(house), await rows(house)) == ([], 0)
    assert [one.event.name for one in house.heard] == ["started"]


async def test_where_a_question_waits_one_file_is_taken_once(house: WebHouse):
    async with Browser(house) as browser:
        await asked_for_a_file(house, browser)
        assert (await browser.upload(PDF, id="one")).status_code == 204
        assert "ghi chú" in (await browser.texts())[-1]
        assert (await browser.upload(PDF, id="one")).status_code == 204, "its confirmation was lost on the way"
        assert (await browser.upload(PDF + b"another", id="two")).json()["problem"] == "unasked"
    assert (len(on_disk(house)), await rows(house)) == (1, 1)


async def test_of_many_at_once_only_the_one_that_is_asked_for_is_kept(house: WebHouse):
    async with Browser(house) as browser:
        await asked_for_a_file(house, browser)
        answers = await asyncio.gather(*(browser.upload(PDF + bytes([65 + n])) for n in range(8)))
        assert sorted(answer.status_code for answer in answers) == [204] + [422] * 7
    assert (len(on_disk(house)), await rows(house)) == (1, 1)


async def test_a_flooded_person_s_files_are_not_kept(house: WebHouse):
    house.conversation.flood.pace = 5
    async with Browser(house) as browser:
        answers = await asyncio.gather(*(browser.upload(PDF + b"%d" % n) for n in range(40)))
        assert [answer.status_code for answer in answers].count(204) == 5
        assert {answer.status_code for answer in answers} == {204, 429}
        assert (len(on_disk(house)), await rows(house)) == (5, 5)
        house.pass_(minutes=1)
        assert (await browser.upload(PDF)).status_code == 204


async def test_the_link_takes_nothing_that_is_not_asked_for(house: WebHouse):
    house.takes_files = False
    await issue(house)
    async with reader(house) as client:
        answer = await client.post("/upload/a-token", files={"file": ("a.pdf", PDF)})
        assert answer.status_code == 422
        assert "không có câu hỏi nào cần tệp" in answer.text
        house.takes_files, house.conversation.flood.pace = True, 1
        assert (await client.post("/upload/a-token", files={"file": ("a.pdf", PDF)})).status_code == 200
        await issue(house, "b-token")
        assert (await client.post("/upload/b-token", files={"file": ("b.pdf", PDF + b"b")})).status_code == 429
    assert len(on_disk(house)) == 1


async def test_a_file_is_on_disk_and_in_its_row_when_it_is_heard(house: WebHouse):
    async with Browser(house) as browser:
        await browser.say("started")
        assert (await browser.upload(PDF, "Kế hoạch năm.pdf")).status_code == 204
        assert len(await browser.texts()) > 1
    data = house.heard[-1].event.data
    assert {name: data[name] for name in ("name", "mime", "size")} == {
        "name": "Kế hoạch năm.pdf",
        "mime": "application/pdf",
        "size": len(PDF),
    }
    row = await row_of(house, str(data["file"]))
    assert (row.state, row.name, row.size) == ("ready", "Kế hoạch năm.pdf", len(PDF))
    assert path_of(house.data_dir, row.sha256).read_bytes() == PDF


async def row_of(house: WebHouse, id: str) -> File:
    async with house.storage.read() as store:
        row = await store.files.get(id)
    assert row
    return row


async def test_the_same_upload_sent_again_is_heard_once(house: WebHouse):
    async with Browser(house) as browser:
        await browser.say("started")
        assert (await browser.upload(PDF, id="one-file")).status_code == 204
        before = await browser.texts()
        assert (await browser.upload(PDF, id="one-file")).status_code == 204
        assert await browser.texts() == before


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"MZ rubbish", "plan.pdf", "wrong_kind"),
        (b"", "plan.pdf", "empty"),
        (PDF + b"/Encrypt 5 0 R", "a.pdf", "encrypted"),
    ],
)
async def test_a_refused_file_is_heard_as_refused(house: WebHouse, content: bytes, name: str, reason: str):
    async with Browser(house) as browser:
        await browser.say("started")
        answer = await browser.upload(content, name)
        assert (answer.status_code, answer.json()["problem"]) == (422, reason)
        assert len(await browser.texts()) > 1, "the bot says why"
    event = house.heard[-1].event
    assert (event.name, dict(event.data)) == ("file_refused", {"name": name, "reason": reason})


async def test_too_large_is_said_after_reading_on(house: WebHouse):
    object.__setattr__(house.web, "largest_file", 1000)
    async with Browser(house) as browser:
        await browser.say("started")
        assert (await browser.upload(PDF + b" " * 300_000)).json()["problem"] == "too_large"
    assert not [path for path in (house.data_dir / "files").rglob("*") if path.is_file()]


async def test_a_full_disk_keeps_nothing_and_confirms_nothing(house: WebHouse, monkeypatch: pytest.MonkeyPatch):
    async with Browser(house) as browser:
        await browser.say("started")
        with monkeypatch.context() as patched:
            patched.setattr("os.fsync", no_room)
            assert (await browser.upload(PDF, id="f")).status_code == 507
        house.trouble = Full("made up")
        assert (await browser.upload(PDF, id="f")).status_code == 507
        house.trouble = None
        assert (await browser.upload(PDF, id="f")).status_code == 204
    assert [one.event.name for one in house.heard] == ["started", "file_ready"]


def no_room(handle: int) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (b"C:\\Users\\x\\plan.pdf", "plan.pdf"),
        (b"../../etc/passwd", "passwd"),
        (b"a\x1bb\x7f.pdf", "ab.pdf"),
        ("Giấy phép.pdf".encode(), "Giấy phép.pdf"),
        (b"x" * 300 + b".pdf", "x" * 100 + "…" + "x" * 15 + ".pdf"),
        ("a\u202efdp.exe".encode(), "afdp.exe"),
        (b"\xff.pdf", "\ufffd.pdf"),
    ],
)
async def test_a_name_is_only_ever_a_name(house: WebHouse, given: bytes, name: str):
    async with Browser(house) as browser:
        await browser.say("started")
        body = (
            b'--edge\r\nContent-Disposition: form-data; name="id"\r\n\r\nf\r\n'
            b'--edge\r\nContent-Disposition: form-data; name="file"; filename="' + given.replace(b"\\", b"\\\\") + b'"\r\n\r\n'
            + PDF + b"\r\n--edge--\r\n"
        )  # fmt: skip
        headers = {"X-Nhip-Cau": browser.token, "Content-Type": "multipart/form-data; boundary=edge"}
        assert (await browser.client.post("/chat/upload", content=body, headers=headers)).status_code == 204
    assert house.heard[-1].event.data["name"] == name


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data", "multipart/form-data; boundary=edge", ""])
async def test_what_is_no_form_is_answered(house: WebHouse, kind: str):
    async with Browser(house) as browser:
        headers = {"X-Nhip-Cau": browser.token, "Content-Type": kind}
        answer = await browser.client.post("/chat/upload", content=b"--other\r\nrubbish", headers=headers)
        assert answer.status_code == 400
    assert house.heard == []


async def test_a_file_that_comes_byte_by_byte_is_the_same_file(house: WebHouse):
    async with Browser(house) as browser:
        await browser.say("started")
        request = browser.client.build_request("POST", "/", data={"id": "f"}, files={"file": ("a.pdf", PDF)})
        whole = await request.aread()

        async def drop_by_drop():
            for at in range(len(whole)):
                yield whole[at : at + 1]

        headers = {"X-Nhip-Cau": browser.token, "Content-Type": request.headers["Content-Type"]}
        assert (await browser.client.post("/chat/upload", content=drop_by_drop(), headers=headers)).status_code == 204
    assert house.heard[-1].event.data["size"] == len(PDF)


# ---- the one-time link


async def issue(house: WebHouse, token: str = "a-token") -> None:
    async with house.storage.write() as store:
        person = (await store.people.resolve([PHONE], house.now()))[PHONE]
        until = house.now() + timedelta(minutes=30)
        await store.tokens.issue("upload", token, until, person_id=person.id, data={"address": person.address_id})


def reader(house: WebHouse) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=house.app), base_url="http://chat.test")


async def test_by_the_link_one_file_is_heard_where_it_was_asked_for(house: WebHouse):
    await issue(house)
    async with reader(house) as client:
        for _ in range(3):
            assert (await client.get("/upload/a-token")).status_code == 200, "looking spends nothing"
        answer = await client.post("/upload/a-token", files={"file": ("a.pdf", PDF)})
        assert "Đã nhận tệp" in answer.text
        assert (await client.get("/upload/a-token")).status_code == 404
        assert (await client.post("/upload/a-token", files={"file": ("b.pdf", PDF)})).status_code == 404
    [heard] = house.heard
    assert (heard.address, heard.event.name, heard.event.data["name"]) == (PHONE, "file_ready", "a.pdf")
    assert (await row_of(house, str(heard.event.data["file"]))).state == "ready"


async def test_the_link_ends_after_half_an_hour(house: WebHouse):
    await issue(house)
    house.pass_(minutes=30)
    async with reader(house) as client:
        assert (await client.get("/upload/a-token")).status_code == 404
        assert (await client.post("/upload/a-token", files={"file": ("a.pdf", PDF)})).status_code == 404
    assert house.heard == []


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        ({"files": {"file": ("a.pdf", b"MZ")}}, 422, "Chỉ nhận PDF"),
        ({"files": {"file": ("a.pdf", b"")}}, 422, "không có nội dung"),
        ({"data": {"x": "y"}, "files": {"other": (None, b"z")}}, 400, "chưa chọn tệp"),
        ({"content": b"rubbish"}, 400, "Không đọc được"),
    ],
)
async def test_a_trouble_is_said_on_the_page_and_the_link_still_works(
    house: WebHouse, form: dict[str, object], status: int, words: str
):
    await issue(house)
    async with reader(house) as client:
        answer = await client.post("/upload/a-token", **form)  # type: ignore[arg-type]
        assert answer.status_code == status
        assert words in answer.text
        house.trouble = Full("made up")
        assert (await client.post("/upload/a-token", files={"file": ("a.pdf", PDF)})).status_code == 507
        house.trouble = None
        assert (await client.post("/upload/a-token", files={"file": ("a.pdf", PDF)})).status_code == 200


async def test_two_thumbs_at_once_hand_in_one_file(house: WebHouse):
    await issue(house)
    async with reader(house) as client:
        posts = [client.post("/upload/a-token", files={"file": ("a.pdf", PDF)}) for _ in range(3)]
        answers = await asyncio.gather(*posts)
    assert {answer.status_code for answer in answers} <= {200, 404}
    async with house.storage.read() as store:
        person = (await store.people.find([PHONE]))[PHONE]
        addresses = await store.people.addresses(person.id)
    assert len(addresses) == 1
    assert len({one.receipt for one in house.heard}) == 1
