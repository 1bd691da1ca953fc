"""Files by their hash under DATA_DIR/files: what they are is read from their bytes, and they are on disk before anyone
is told so. Nothing here unpacks or opens a document."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import re
import secrets
import zipfile
import zlib
from collections.abc import AsyncGenerator, AsyncIterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Literal

from bot.flows.values import Json
from bot.pictures import one_colour, shorter_side
from storage.errors import Full, StorageError
from storage.store import Storage

LARGEST = 20_000_000  # DESIGN 5: 20 MB
Reason = Literal["wrong_kind", "too_large", "empty", "encrypted", "cut", "one_colour"]
MIME = {
    "pdf": "application/pdf",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "heic": "image/heic",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis"}
OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # Office files before 2007, and new ones behind a password
PDF_LOCK = re.compile(rb"/Encrypt\s*(?:<<|\d+\s+\d+\s+R)")
PDF_FILLING, PDF_TRAILER = b"\0\t\r\n ", 2048
DIRECTORY_LARGEST = 1_000_000  # a Word or Excel file's zip directory takes a few kB
TYPES_LARGEST = 200_000
BOM = b"\xef\xbb\xbf"
HTML = re.compile(rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|\?xml)", re.IGNORECASE)
PNG_START = b"\x89PNG\r\n\x1a\n\0\0\0\x0d"
PNG_END = b"IEND\xaeB`\x82"
PNG_TRAILER = 1024  # bytes that a picture's end may be followed by
JPEG_TRAILER = 65_536  # cameras write more behind it
LEFT_OVER = timedelta(days=1)


class RefusedFile(Exception):
    """A file that is not taken, and why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True)
class Kept:
    """A file whose bytes are on disk; `kind` is a key of MIME; `pixels`: of a picture's shorter side, 0 if unknown."""

    sha256: str
    path: Path
    size: int
    mime: str
    kind: str
    pixels: int = 0

    def about(self) -> dict[str, Json]:
        """What an event says of it; by the `digest` the same file is known again."""
        known: dict[str, Json] = {"mime": self.mime, "size": self.size, "digest": self.sha256[:16]}
        return known | ({"pixels": self.pixels} if self.pixels else {})


async def keep(stream: AsyncIterable[bytes], data_dir: Path, limit: int = LARGEST) -> Kept:
    """Stores what the stream gives and syncs it to disk. RefusedFile if it is none of ours; Full if the disk is."""
    with on_disk():
        part = await asyncio.to_thread(_new_part, data_dir)
        try:
            digest, size = await _write(stream, part, limit)
            return await asyncio.to_thread(_settle, part, digest, size, data_dir)
        finally:
            part.unlink(missing_ok=True)
            if isinstance(stream, AsyncGenerator):  # what it holds, such as a connection, is let go of now
                await stream.aclose()


def path_of(data_dir: Path, sha256: str) -> Path:
    return data_dir / "files" / sha256[:2] / sha256[2:]


async def sweep(storage: Storage, data_dir: Path, now: datetime) -> int:
    """Forgets files that no answer and no session names any more, and removes bytes that no row names; how many."""
    before = now - LEFT_OVER
    async with storage.write() as store:
        unused = await store.files.unreferenced(before)
        await store.files.forget([file.id for file in unused])
    old = await asyncio.to_thread(lambda: list(_older(data_dir, before)))
    async with storage.read() as store:
        known = await store.files.known({_hash_of(path) for path in old})
    gone = [path for path in old if _hash_of(path) not in known]
    await asyncio.to_thread(_remove, gone)
    return len(gone)


@contextmanager
def on_disk() -> Iterator[None]:
    """Gives errors of the disk the names that those of the database have: nothing was kept, try again later."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise Full("no room for the file") from error
        raise StorageError(
            f"the file could not be written: {errno.errorcode.get(error.errno or 0, 'unknown')}"
        ) from error


def kind_of(file: BinaryIO) -> str:
    """What it is by its bytes: a key of MIME. RefusedFile for anything else."""
    head = file.read(1024)
    if _begins_as_pdf(head):
        return _pdf(file)
    if head.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in _tail(file, JPEG_TRAILER):
        return "jpeg"
    if _begins_as_png(head) and PNG_END in _tail(file, PNG_TRAILER):
        return "png"
    if head[4:8] == b"ftyp" and _brands(head) & HEIC_BRANDS:
        return "heic"
    if head.startswith(b"PK\x03\x04"):
        return _office(file)
    raise RefusedFile("encrypted" if head.startswith(OLE) and _behind_password(file) else "wrong_kind")


# ---- writing


def _new_part(data_dir: Path) -> Path:
    folder = data_dir / "files" / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / secrets.token_hex(16)


async def _write(stream: AsyncIterable[bytes], part: Path, limit: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with part.open("wb") as file:
        async for chunk in stream:
            size += len(chunk)
            if size > limit:
                raise RefusedFile("too_large")
            digest.update(chunk)
            await asyncio.to_thread(file.write, chunk)
        if not size:
            raise RefusedFile("empty")
        await asyncio.to_thread(_sync, file)
    return digest.hexdigest(), size


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _settle(part: Path, digest: str, size: int, data_dir: Path) -> Kept:
    with part.open("rb") as file:
        kind = kind_of(file)
        pixels = shorter_side(file, kind)
        if kind in ("png", "jpeg") and one_colour(file, kind):
            raise RefusedFile("one_colour")
    path = path_of(data_dir, digest)
    path.parent.mkdir(exist_ok=True)
    part.replace(path)  # the same bytes again get a new date, so that a sweep that runs now leaves them
    for folder in (path.parent, path.parent.parent):
        _sync_folder(folder)
    return Kept(digest, path, size, MIME[kind], kind, pixels)


def _sync_folder(folder: Path) -> None:
    """A renamed file is only there after a power cut if its folder was synced too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _older(data_dir: Path, before: datetime) -> Iterator[Path]:
    for path in (data_dir / "files").glob("*/*"):
        if path.is_file() and path.stat().st_mtime < before.timestamp():
            yield path


def _hash_of(path: Path) -> str:
    return path.parent.name + path.name


def _remove(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


# ---- recognising


def _tail(file: BinaryIO, most: int) -> bytes:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - most))
    return file.read()


def _begins_as_pdf(head: bytes) -> bool:
    """At its start; or, as readers of PDF allow, after something else within the first kilobyte, but not in a web page."""
    if head.removeprefix(BOM).lstrip().startswith(b"%PDF-"):
        return True
    return b"%PDF-" in head and not HTML.search(head)


def _begins_as_png(head: bytes) -> bool:
    """The signature and a whole first chunk: its length, its name, its sum."""
    chunk, checksum = head[12:29], head[29:33]
    whole = len(checksum) == 4 and zlib.crc32(chunk) == int.from_bytes(checksum, "big")
    return whole and head.startswith(PNG_START) and chunk.startswith(b"IHDR")


def _pdf(file: BinaryIO) -> str:
    """Readers look for its end in its last kilobyte; some programs fill up behind it."""
    file.seek(0)
    data = file.read()
    if PDF_LOCK.search(data):
        raise RefusedFile("encrypted")
    if b"%%EOF" not in data.rstrip(PDF_FILLING)[-PDF_TRAILER:]:
        raise RefusedFile("cut")
    return "pdf"


def _brands(head: bytes) -> set[bytes]:
    """The kinds that an ISO media file says it is: its main one and those it is compatible with."""
    box = head[8 : min(int.from_bytes(head[:4], "big"), len(head))]
    return {box[:4]} | {box[at : at + 4] for at in range(8, len(box), 4)}


def _behind_password(file: BinaryIO) -> bool:
    file.seek(0)
    return "EncryptedPackage".encode("utf-16-le") in file.read()


def _office(file: BinaryIO) -> str:
    """Word or Excel without macros. Reads the zip's directory and the list of types, both bounded, and unpacks nothing."""
    if _directory_size(file) > DIRECTORY_LARGEST:
        raise RefusedFile("wrong_kind")
    try:
        with zipfile.ZipFile(file) as archive:
            return _office_kind(archive)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, KeyError, ValueError) as error:
        raise RefusedFile("wrong_kind") from error


def _office_kind(archive: zipfile.ZipFile) -> str:
    entries = {entry.filename: entry for entry in archive.infolist()}
    types = entries["[Content_Types].xml"]
    if types.flag_bits & 1:
        raise RefusedFile("encrypted")
    with archive.open(types) as file:
        declared = file.read(TYPES_LARGEST)
    if b"macroEnabled" in declared or any(name.endswith("vbaProject.bin") for name in entries):
        raise RefusedFile("wrong_kind")
    for name, kind in (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx")):
        if name in entries:
            return kind
    raise RefusedFile("wrong_kind")


def _directory_size(file: BinaryIO) -> int:
    """What the end record says; without one, more than any file has."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 66_000))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    return int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else DIRECTORY_LARGEST + 1
