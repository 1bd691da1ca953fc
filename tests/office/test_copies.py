"""A person's copy: complete, readable, nobody else's, and nothing in it is taken for markup or a path."""

import json
from io import BytesIO
from zipfile import ZipFile

from sqlalchemy import delete

from bot.files import keep
from bot.office.copies import packed
from storage.belongings import HELD
from storage.files import File
from storage.tables import sessions
from tests.office.test_erasing import Seeds, answers, everything, person_at, send


async def bytes_of(content):
    yield content


async def copied(desk, person_id):
    async with desk.storage.read() as store:
        held = await store.belongings.held(person_id)
    return ZipFile(BytesIO(await packed(held, desk.current, desk.data_dir)))


async def test_every_word_is_in_it(desk):
    seeds = Seeds()
    async with desk.storage.write() as store:
        person = await everything(store, seeds, desk.at)
        await store.requests.add(await noted(person, desk))
    archive = await copied(desk, person.id)
    data = json.loads(archive.read("du-lieu.json"))
    assert list(data) == list(HELD)
    assert [name for name, rows in data.items() if not rows] == []
    kept = archive.read("du-lieu.json").decode()
    without = {"token", "told"}  # one opens a door, and is stored as a hash; the other is in somebody else's chat
    assert {place for place, word in seeds.words.items() if word not in kept} == without
    page = archive.read("du-lieu.html").decode()
    assert {place for place, word in seeds.words.items() if word not in page} == without
    assert "Sự đồng ý" in page
    assert "Số lao động</dt><dd>25 người" in page


async def noted(person, desk):
    from storage.requests import Request

    return Request("AG-YC-2026-00001", person.id, "correct", desk.at, desk.at, data={"words": "sai"})


async def test_nobody_elses(desk):
    seeds = Seeds()
    async with desk.storage.write() as store:
        other = await person_at(store, desk.at, "Mai", seeds["shown"])
        await send(store, other, 1, answers(seeds, "other"), desk.at)
        person = await person_at(store, desk.at)
    archive = await copied(desk, person.id)
    assert not [word for word in seeds.words.values() if word in archive.read("du-lieu.json").decode()]


async def test_what_is_typed_is_no_markup_and_a_name_no_path(desk):
    kept = await keep(bytes_of(b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"), desk.data_dir)
    async with desk.storage.write() as store:
        person = await person_at(store, desk.at, shown="<script>alert(1)</script>&")
        await store.files.receive(File("tep1", person.id, "../../<b>.pdf", desk.at))
        await store.files.ready("tep1", kept.sha256, kept.mime, kept.size)
        await store.files.receive(File("tep2", person.id, "còn trên đường.pdf", desk.at))
        await store.connection.execute(delete(sessions))
    archive = await copied(desk, person.id)
    assert sorted(archive.namelist()) == ["du-lieu.html", "du-lieu.json", "tep/tep1.pdf"]
    assert archive.read("tep/tep1.pdf").startswith(b"%PDF")
    page = archive.read("du-lieu.html").decode()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;" in page
    assert "../../&lt;b&gt;.pdf" in page
