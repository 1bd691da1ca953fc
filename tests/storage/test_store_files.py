"""Rows of files: receiving, ready or refused, and swept when nothing names them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.channel import Address
from bot.flows.values import Json
from storage import Storage
from storage.files import File
from storage.submissions import Submission

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
HASH = "ab" * 32


@pytest.fixture
async def file(storage: Storage) -> File:
    place = Address("web", "", "a")
    async with storage.write() as store:
        person = (await store.people.resolve([place], NOW))[place].id
    return File("token-1", person, "giấy phép.pdf", NOW)


async def test_a_file_becomes_ready_once(storage: Storage, file: File):
    async with storage.write() as store:
        await store.files.receive(file)
        assert await store.files.receiving() == [file]
        assert await store.files.ready(file.id, HASH, "application/pdf", 12)
        assert not await store.files.ready(file.id, "cd" * 32, "image/png", 13)
        assert not await store.files.refuse(file.id, "late")
        assert await store.files.get(file.id) == replace(
            file, state="ready", sha256=HASH, mime="application/pdf", size=12
        )
        assert await store.files.receiving() == []
        assert await store.files.known([HASH, "cd" * 32]) == {HASH}


async def test_a_refused_file_says_why(storage: Storage, file: File):
    async with storage.write() as store:
        await store.files.receive(file)
        assert await store.files.refuse(file.id, "too_large")
        refused = await store.files.get(file.id)
        assert refused is not None
        assert (refused.state, refused.reason) == ("refused", "too_large")
        assert await store.files.get("unknown") is None


async def test_only_what_nobody_names_is_swept(storage: Storage, file: File):
    names = ["answered", "begun", "unused", "fresh"]
    async with storage.write() as store:
        for name in names:
            await store.files.receive(replace(file, id=name, at=LATER if name == "fresh" else NOW))
            await store.files.ready(name, HASH, "application/pdf", 12)
        answers: dict[str, Json] = {"licence": {"file": "answered", "name": "giấy phép.pdf"}}
        await store.submissions.keep([Submission(file.person_id, 1, "f", "r", answers, "web", NOW, NOW)])
        await store.sessions.keep({file.person_id: {"draft": {"picked": ["begun"]}}})
        unused = await store.files.unreferenced(LATER)
        assert [one.id for one in unused] == ["unused"]
        await store.files.forget([one.id for one in unused])
        assert await store.files.get("unused") is None
        assert await store.files.known([HASH]) == {HASH}, "the others have the same content"
