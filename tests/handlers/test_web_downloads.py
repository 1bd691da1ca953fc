"""Files by a link: whoever holds it gets the file for a week, as often as they like; everybody else one and the same page."""

import asyncio
import logging
import re
import shutil
from io import BytesIO
from urllib.parse import unquote
from zipfile import ZipFile

import httpx
import pytest
from docx import Document

from bot.channel import Address
from bot.files import keep
from bot.office import documents, downloads
from storage import StorageError
from storage.files import File
from storage.organisations import Member
from storage.talks import TalkLine
from tests.simulators.applied import applied, organisation, person_at
from tests.simulators.web_browser import Browser
from tests.simulators.web_house import CONTENT, WebHouse

PHONE = Address("zalo_bot", "our bot", "somebody")
CODE = "7K4M-PX2Q"
PAPER = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"


async def applicant(house: WebHouse, address: Address = PHONE) -> tuple[int, int, int]:
    """Person, organisation and the first case of their application."""
    async with house.storage.write() as store:
        person = await person_at(store, address, house.now())
        own = await organisation(store, "HTX Ví Dụ", person, house.now())
        numbers = {"AG-2026-00042": "barcode", "AG-2026-00043": "traceability"}
        release = house.releases.current.release
        return person, own, (await applied(store, person, own, numbers, release, house.now()))[0]


async def link(house: WebHouse, person: int, kind: str, **data: object) -> str:
    async with house.storage.write() as store:
        return await downloads.offer(store, person, kind, data, house.now())  # type: ignore[arg-type]


def client(house: WebHouse) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=house.app), base_url="http://chat.test")


async def get(house: WebHouse, path: str, **headers: str) -> httpx.Response:
    async with client(house) as anybody:
        return await anybody.get(path, headers=headers)


def named(response: httpx.Response) -> str:
    found = re.search(r"filename\*=UTF-8''(\S+)", response.headers["Content-Disposition"])
    assert found
    return unquote(found[1])


async def test_the_letter_comes_as_a_file_to_be_saved(house: WebHouse):
    person, _, case = await applicant(house)
    response = await get(house, await link(house, person, "application", case=case))
    assert response.status_code == 200
    assert response.headers["Content-Type"] == documents.MIME
    assert named(response) == "Đơn đề nghị hỗ trợ AG-2026-00042.docx"
    assert response.headers["Content-Disposition"].startswith(
        'attachment; filename="Don de nghi ho tro AG-2026-00042.docx"; '
    )
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in response.headers
    letter = Document(BytesIO(response.content))
    assert [[cell.text for cell in row.cells] for row in letter.tables[0].rows][1:] == [
        ["1", "Mã số, mã vạch", "AG-2026-00042"],
        ["2", "Truy xuất nguồn gốc", "AG-2026-00043"],
    ]
    assert any(paragraph.text.startswith("Hợp tác xã Ví Dụ đề nghị") for paragraph in letter.paragraphs)


async def test_an_attendance_code_comes_as_a_picture(house: WebHouse):
    person, _, _ = await applicant(house)
    response = await get(house, await link(house, person, "qr", code=CODE))
    assert (response.status_code, response.headers["Content-Type"]) == (200, "image/png")
    assert named(response) == f"Mã tham dự {CODE}.png"
    assert response.content.startswith(b"\x89PNG\r\n")
    width, height = (int.from_bytes(response.content[at : at + 4], "big") for at in (16, 20))
    assert width == height >= 290
    other = await get(house, await link(house, person, "qr", code="OTHER"))
    assert other.content != response.content
    assert (await get(house, await link(house, person, "qr", code=CODE))).content == response.content


async def test_a_copy_of_ones_data_comes_as_an_archive_with_what_was_handed_in(house: WebHouse):
    person, _, _ = await applicant(house)

    async def content():
        yield PAPER

    kept = await keep(content(), house.data_dir)
    async with house.storage.write() as store:
        await store.people.tell(person, {"contact_name": "Nguyễn Thị Ví Dụ"})
        await store.files.receive(File("paper", person, "giay.pdf", house.now()))
        await store.files.ready("paper", kept.sha256, kept.mime, kept.size)
        other = await person_at(store, Address("web", "web", "other"), house.now())
        await store.people.tell(other, {"contact_name": "Trần Văn Mẫu"})
    response = await get(house, await link(house, person, "export"))
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/zip")
    assert named(response) == "Dữ liệu của tôi.zip"
    archive = ZipFile(BytesIO(response.content))
    assert archive.read("tep/paper.pdf") == PAPER
    page, data = (archive.read(f"du-lieu.{ending}").decode() for ending in ("html", "json"))
    assert all(word in whole for word in ("Nguyễn Thị Ví Dụ", "AG-2026-00042") for whole in (page, data))
    assert "Trần Văn Mẫu" not in page + data
    assert "Tên đơn vị</dt><dd>Hợp tác xã Ví Dụ" in page, (
        "by what the question is called in the release it was answered in"
    )


async def told_file(house: WebHouse, talk: int, sender: int) -> None:
    """A file that somebody sent in that talk."""

    async def content():
        yield PAPER

    kept = await keep(content(), house.data_dir)
    async with house.storage.write() as store:
        await store.files.receive(File("paper", sender, "giấy đăng ký.pdf", house.now()))
        await store.files.ready("paper", kept.sha256, kept.mime, kept.size)
        await store.talks.write(TalkLine(talk, "[Tệp]", house.now(), None, "paper"), house.now())


async def test_a_file_of_a_talk_opens_for_its_two_sides_alone_and_for_a_day(house: WebHouse):
    """Whoever answers the talk, as long as they may; who had it before, and everybody else, gets nothing."""
    async with house.storage.write() as store:
        people = [
            await person_at(store, Address("web", "web", name), house.now()) for name in ("Lan", "An", "Binh", "Mai")
        ]
        lan, an, binh, mai = people
        numbers = [await store.officials.add(f"Cán bộ {person}", "official", house.now()) for person in (an, binh)]
        for person, number in zip((an, binh), numbers, strict=True):
            await store.officials.bind(person, number, house.now())
        talk = (await store.talks.open(lan, house.now(), house.now())).id
        await store.talks.take(talk, numbers[0], None)
    await told_file(house, talk, lan)
    links = {person: await link(house, person, "told", talk=talk, file="paper") for person in people}
    response = await get(house, links[an])
    assert (response.status_code, response.content, named(response)) == (200, PAPER, "giấy đăng ký.pdf")
    assert response.headers["Content-Disposition"].startswith("attachment")
    seen = {person: (await get(house, path)).status_code for person, path in links.items()}
    assert seen == {lan: 200, an: 200, binh: 404, mai: 404}
    assert (await get(house, await link(house, an, "told", talk=talk + 1, file="paper"))).status_code == 404
    async with house.storage.write() as store:
        await store.officials.disable(numbers[0], house.now())
    assert (await get(house, links[an])).status_code == 404
    async with house.storage.write() as store:
        short = await downloads.offer(store, lan, "told", {"talk": talk, "file": "paper"}, house.now(), downloads.SHORT)
    house.pass_(days=1, seconds=-1)
    assert (await get(house, short)).status_code == 200
    house.pass_(seconds=1)
    assert (await get(house, short)).status_code == 404


async def test_officials_who_decide_read_a_case_and_its_papers_and_nobody_else(house: WebHouse):
    """The application, and what was handed in for it: not another case's, not for staff, not for its former official."""
    lan, _, case = await applicant(house)
    other = case + 1  # the same application opened it; its papers are its own

    async def content():
        yield PAPER

    kept = await keep(content(), house.data_dir)
    async with house.storage.write() as store:
        an, mai = [await person_at(store, Address("web", "web", name), house.now()) for name in ("An", "Mai")]
        for person, role in ((an, "official"), (mai, "staff")):
            await store.officials.bind(person, await store.officials.add(role, role, house.now()), house.now())  # type: ignore[arg-type]
        for file in ("paper", "foreign"):
            await store.files.receive(File(file, lan, "giấy đăng ký.pdf", house.now()))
            await store.files.ready(file, kept.sha256, kept.mime, kept.size)
        await store.cases.ask(case, ["Giấy đăng ký"], house.now())
        (paper,) = await store.cases.papers([case])
        assert await store.cases.hand(paper.id, "paper", lan, house.now())
        one = await store.cases.get(case)
    submission = (one and one.submission_id) or 0
    read = await get(house, await link(house, an, "case_paper", case=case, file="paper"))
    assert (read.status_code, read.content, named(read)) == (200, PAPER, "giấy đăng ký.pdf")
    letter = await get(house, await link(house, an, "case_letter", case=case, submission=submission))
    assert letter.status_code == 200
    assert "Hợp tác xã Ví Dụ" in words_of(letter.content)
    closed = [
        await link(house, an, "case_paper", case=other, file="paper"),
        await link(house, an, "case_paper", case=case, file="foreign"),
        await link(house, an, "case_letter", case=case, submission=submission + 1),
        *[await link(house, person, "case_paper", case=case, file="paper") for person in (lan, mai)],
        *[await link(house, person, "case_letter", case=case, submission=submission) for person in (lan, mai)],
    ]
    assert {(await get(house, path)).status_code for path in closed} == {404}
    own = await link(house, an, "case_paper", case=case, file="paper")
    async with house.storage.write() as store:
        bound = await store.officials.bound([an])
        await store.officials.disable(bound[an].id, house.now())
    assert (await get(house, own)).status_code == 404


def words_of(letter: bytes) -> str:
    document = Document(BytesIO(letter))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*cells, *(each.text for each in document.paragraphs)])


async def test_it_works_as_often_as_one_likes_for_a_week(house: WebHouse):
    person, _, case = await applicant(house)
    path = await link(house, person, "application", case=case)
    for _ in range(2):
        assert (await get(house, path)).status_code == 200
    house.pass_(days=7, seconds=-1)
    assert (await get(house, path)).status_code == 200
    house.pass_(seconds=1)
    assert (await get(house, path)).status_code == 404


async def test_whatever_opens_nothing_gets_the_same_page(house: WebHouse):
    person, own, case = await applicant(house)
    old, gone = await link(house, person, "qr", code=CODE), await link(house, person, "application", case=case)
    house.pass_(days=5)
    lost = await link(house, person, "application", case=case + 1000)
    async with house.storage.write() as store:
        await store.tokens.issue("upload", "t" * 43, house.now().replace(year=2030), person_id=person)
        await store.organisations.put(Member(own, person, "refused", house.now()))
    left = await link(house, person, "application", case=case)
    house.pass_(days=3)
    pages = [
        await get(house, path)
        for path in (old, gone, lost, left, f"/download/{'t' * 43}", "/download/x", "/download/%00")
    ]
    assert {page.status_code for page in pages} == {404}
    assert len({page.text for page in pages}) == 1
    assert "Liên kết không còn dùng được" in pages[0].text
    assert pages[0].headers["Cache-Control"] == "no-store"


async def test_the_page_speaks_the_language_that_its_address_names(house: WebHouse):
    assert "This link no longer works" in (await get(house, "/download/x?lang=en")).text


async def test_a_link_is_not_kept_where_it_could_be_read(house: WebHouse):
    person, _, case = await applicant(house)
    token = (await link(house, person, "application", case=case)).rpartition("/")[2]
    assert len(token) == 43
    async with house.storage.read() as store:
        kept = (await store.connection.exec_driver_sql("SELECT * FROM tokens")).all()
    assert len(kept) == 1
    assert token not in str(kept)


async def test_a_broken_template_shows_a_sentence_and_no_answer_in_the_log(house: WebHouse, tmp_path, caplog):
    person, _, case = await applicant(house)
    path = await link(house, person, "application", case=case)
    folder = tmp_path / "content"
    shutil.copytree(CONTENT / "common" / "documents", folder / "common" / "documents")
    (folder / "common" / "documents" / "support_application.docx").write_bytes(b"no document")
    object.__setattr__(house.web.sources, "content", folder)
    with caplog.at_level(logging.ERROR):
        response = await get(house, path)
    assert response.status_code == 500
    assert "Chưa tải được tệp" in response.text
    assert "BadZipFile" in caplog.text
    assert "Ví Dụ" not in caplog.text + response.text


async def test_a_database_that_cannot_be_read_is_said_kindly(house: WebHouse, monkeypatch):
    def locked():
        raise StorageError("locked")

    monkeypatch.setattr(house.storage, "read", locked)
    response = await get(house, "/download/x")
    assert response.status_code == 503
    assert "thử lại sau ít phút" in response.text


async def test_many_at_once_all_get_theirs_and_chat_goes_on(house: WebHouse):
    person, _, case = await applicant(house)
    path = await link(house, person, "application", case=case)
    async with Browser(house) as browser:
        fetching = [asyncio.create_task(get(house, path)) for _ in range(6)]
        await browser.say("said", text="mã vạch")
        assert "mã vạch" in (await browser.texts())[-1].casefold()
        assert {response.status_code for response in await asyncio.gather(*fetching)} == {200}


async def test_a_crowd_is_told_to_come_back_and_nobody_waits_for_ever(house: WebHouse):
    person, _, case = await applicant(house)
    path = await link(house, person, "application", case=case)
    async with house.web.sources.turn:  # one takes long
        early = [asyncio.create_task(get(house, path)) for _ in range(downloads.WAITING)]
        while len(house.web.sources.waiting) < downloads.WAITING:
            await asyncio.sleep(0)
        assert (await get(house, path)).status_code == 503
        early.pop().cancel()
        while len(house.web.sources.waiting) == downloads.WAITING:
            await asyncio.sleep(0)
        late = asyncio.create_task(get(house, path))
    assert {response.status_code for response in await asyncio.gather(*early, late)} == {200}
    assert not house.web.sources.waiting


async def test_what_nobody_makes_cannot_be_offered(house: WebHouse):
    with pytest.raises(AssertionError):
        await link(house, 1, "passport")
