"""Files are told apart by their bytes, kept by their hash, and on disk before anyone hears of them."""

import asyncio
import errno
import io
import os
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from bot import files
from bot.channel import Address
from bot.files import LARGEST, MIME, RefusedFile, keep, kind_of, path_of, sweep
from storage import Full, Storage, StorageError, migrate
from storage.files import File

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 30 + b"\xff\xd9"
CAMERA_JPEG = JPEG + b"a camera's own notes" * 100
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 30
HEIC_AS_MIF1 = b"\0\0\0\x1cftypmif1\0\0\0\0miafheicmif1" + b"\0" * 30
AVIF = b"\0\0\0\x18ftypavif\0\0\0\0mif1avif" + b"\0" * 30
PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF"
LOCKED_PDF = PDF.replace(b"<</Root 1 0 R>>", b"<</Root 1 0 R /Encrypt 5 0 R>>")
TALKS_OF_LOCKS = PDF.replace(b"endobj", b"endobj (How to use /Encrypt in a file)")


def office(*names: str, types: str = "<Types/>") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("[Content_Types].xml"), types, zipfile.ZIP_DEFLATED)
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), "<x/>", zipfile.ZIP_DEFLATED)  # of no hour: the bytes name the test
    return packed.getvalue()


def encrypted_zip() -> bytes:
    """A zip whose first entry says that it is behind a password, in both places that say so."""
    packed = bytearray(office("word/document.xml"))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(mark) + offset] |= 1
    return bytes(packed)


DOCX, XLSX = office("word/document.xml"), office("xl/workbook.xml")
MACROS = office("word/document.xml", "word/vbaProject.bin")
MACROS_BY_TYPE = office(
    "word/document.xml", types="<Types>application/vnd.ms-word.document.macroEnabled.main+xml</Types>"
)
ZIP = office("letter.txt")
NO_TYPES = office("word/document.xml").replace(b"[Content_Types].xml", b"[Kontent_Types].xml")
OLD_WORD = files.OLE + b"\0" * 600
LOCKED_WORD = files.OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
HUGE_DIRECTORY = DOCX[:-10] + (2_000_000).to_bytes(4, "little") + DOCX[-6:]


async def pieces(content: bytes, size: int = 7000) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        *((PDF, "pdf"), (PDF + b"\0" * 9000, "pdf"), (PDF + b"\r\n" + b"x" * 900, "pdf")),
        *((TALKS_OF_LOCKS, "pdf"), (DOCX, "docx"), (XLSX, "xlsx")),
        *(
            (CAMERA_JPEG, "jpeg"),
            (PNG + b"\n", "png"),
            (b"\xef\xbb\xbf\r\n" + PDF, "pdf"),
            (b"mail header\n" + PDF, "pdf"),
        ),
        *((JPEG, "jpeg"), (PNG, "png"), (HEIC, "heic"), (HEIC_AS_MIF1, "heic")),
    ],
)
def test_what_it_is_stands_in_its_bytes(content: bytes, kind: str):
    assert kind_of(io.BytesIO(content)) == kind


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (PDF[:-5], "cut"),
        (PDF[:40], "cut"),
        (PDF + b"x" * 4000, "cut"),
        (LOCKED_PDF, "encrypted"),
        (LOCKED_WORD, "encrypted"),
        (encrypted_zip(), "encrypted"),
    ]
    + [(bad, "wrong_kind") for bad in (AVIF, MACROS, MACROS_BY_TYPE, ZIP, NO_TYPES, OLD_WORD, HUGE_DIRECTORY)]
    + [(bad, "wrong_kind") for bad in (PNG[:16], PNG[:33], PNG[:-4], PNG[:20] + b"x" + PNG[21:], JPEG[:-2], JPEG[:4])]
    + [(page + PDF, "wrong_kind") for page in (b"<!DOCTYPE html>", b"\n <HTML><body>", b"<script>1</script>", b"<svg>")]
    + [(bad, "wrong_kind") for bad in (b"MZ\x90\0", b"<html>", b"\0" * 50, DOCX[:-8], DOCX[:60], b"PK\x03\x04", b"x")],
)
def test_anything_else_is_refused_with_its_reason(content: bytes, reason: str):
    with pytest.raises(RefusedFile) as refused:
        kind_of(io.BytesIO(content))
    assert refused.value.reason == reason


def test_a_zip_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b" " * 30_000_000)
        archive.writestr("word/document.xml", b"0" * 30_000_000)
    unpacked: list[int] = []
    read = zipfile.ZipExtFile.read

    def counted(self: zipfile.ZipExtFile, size: int = -1) -> bytes:
        data = read(self, size)
        unpacked.append(len(data))
        return data

    monkeypatch.setattr(zipfile.ZipExtFile, "read", counted)
    packed.seek(0)
    assert kind_of(packed) == "docx"
    assert sum(unpacked) <= files.TYPES_LARGEST


async def test_it_is_kept_by_its_hash_and_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    synced: list[int] = []
    real = os.fsync

    def noted(handle: int) -> None:
        synced.append(os.fstat(handle).st_ino)
        real(handle)

    monkeypatch.setattr(os, "fsync", noted)
    kept = await keep(pieces(PDF), tmp_path)
    assert (kept.sha256, kept.size, kept.kind, kept.mime) == (sha256(PDF).hexdigest(), len(PDF), "pdf", MIME["pdf"])
    assert kept.path == path_of(tmp_path, kept.sha256)
    assert kept.path.read_bytes() == PDF
    assert {path.stat().st_ino for path in (kept.path, kept.path.parent, tmp_path / "files")} <= set(synced)
    assert not list((tmp_path / "files" / "incoming").iterdir())


async def test_the_same_file_twice_is_one_file(tmp_path: Path):
    first = await keep(pieces(PNG), tmp_path)
    os.utime(first.path, (0, 0))
    again = await keep(pieces(PNG), tmp_path)
    assert first == again
    assert again.path.stat().st_mtime > 0, "as new again, or a sweep that is running would take it"


@pytest.mark.parametrize(
    ("content", "limit", "reason"), [(b"", 100, "empty"), (PDF, len(PDF) - 1, "too_large"), (b"MZ", 100, "wrong_kind")]
)
async def test_what_is_refused_leaves_nothing(tmp_path: Path, content: bytes, limit: int, reason: str):
    with pytest.raises(RefusedFile, match=reason):
        await keep(pieces(content), tmp_path, limit)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


async def test_the_largest_file_is_taken(tmp_path: Path):
    content = PDF + b" " * (LARGEST - len(PDF))
    assert (await keep(pieces(content, 1_000_000), tmp_path)).size == LARGEST


@pytest.mark.parametrize(
    ("number", "error"),
    [(errno.ENOSPC, Full), (errno.EDQUOT, Full), (errno.EIO, StorageError), (errno.EROFS, StorageError)],
)
async def test_a_full_or_broken_disk_is_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, error: type[Exception]
):
    def fails(handle: int) -> None:
        raise OSError(number, "made up")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(error) as raised:
        await keep(pieces(PDF), tmp_path)
    assert type(raised.value) is error
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


async def test_the_sweep_takes_what_nobody_names(tmp_path: Path):
    now = datetime.now(UTC)  # files on disk have the disk's clock
    await_later = now + timedelta(days=2)
    url = f"sqlite:///{tmp_path / 'sweep.db'}"
    await asyncio.to_thread(migrate, url)
    storage = await Storage.open(url)
    try:
        answered, alone, unknown = [await keep(pieces(content), tmp_path) for content in (PDF, PNG, JPEG)]
        left_over = tmp_path / "files" / "incoming" / "abc"
        left_over.write_bytes(b"half a file")
        async with storage.write() as store:
            place = Address("web", "web", "someone")
            person = (await store.people.resolve([place], now))[place]
            for name, kept in (("answered", answered), ("alone", alone)):
                row = File(name, person.id, f"{name}.pdf", now, kept.mime, kept.size, kept.sha256, "ready")
                await store.files.receive(row)
            await store.sessions.keep({person.id: {"format": 1, "draft": {"answers": {"plan": {"file": "answered"}}}}})
        assert await sweep(storage, tmp_path, now) == 0, "all of it is young"
        assert await sweep(storage, tmp_path, await_later) == 3
        assert [path.exists() for path in (answered.path, alone.path, unknown.path, left_over)] == [
            True,
            False,
            False,
            False,
        ]
        async with storage.read() as store:
            assert [await store.files.get(name) is not None for name in ("answered", "alone")] == [True, False]
    finally:
        await storage.close()
