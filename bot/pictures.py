"""How large a picture is, read from its first bytes; and whether it is all of one colour, seen from how its bytes repeat.
Nothing is decoded; what cannot be told for sure is no picture of one colour."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # markers of a JPEG that say its size
ALONE = frozenset(range(0xD0, 0xDA)) | {0x01}  # markers without a length
SEGMENTS = 500  # before its size a picture has a few


def shorter_side(file: BinaryIO, kind: str) -> int:
    """Pixels of the shorter side; 0 where it cannot be told."""
    file.seek(0)
    sides = {"png": _png, "jpeg": _jpeg}.get(kind)
    return min(sides(file)) if sides else 0


def _png(file: BinaryIO) -> tuple[int, int]:
    head = file.read(24)
    return struct.unpack(">II", head[16:24]) if len(head) == 24 else (0, 0)


def _jpeg(file: BinaryIO) -> tuple[int, int]:
    """Segment after segment, to the one that holds height and width."""
    file.read(2)
    for _ in range(SEGMENTS):
        mark = file.read(2)
        if len(mark) < 2 or mark[0] != 0xFF:
            return 0, 0
        if mark[1] == 0xFF or mark[1] in ALONE:
            file.seek(-1 if mark[1] == 0xFF else 0, 1)
            continue
        length = int.from_bytes(file.read(2), "big")
        if mark[1] in FRAMES:
            body = file.read(5)
            return struct.unpack(">HH", body[1:5]) if len(body) == 5 else (0, 0)
        file.seek(max(0, length - 2), 1)
    return 0, 0


# -- all of one colour -------------------------------------------------------------------------------------------------

SMALLEST = 100  # pixels of the shorter side; of a smaller one its size is said
LARGEST = 150_000_000  # bytes of a PNG's rows that are looked at
AT_ONCE = 1_000_000  # bytes
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # of a PNG's colour types
SAME_AS_BEFORE = (1, 2, 4)  # a PNG's filters that leave zeros where nothing changes
SCAN = re.compile(rb"\xff\xda.{2}", re.DOTALL)
SCAN_END = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
PERIODS = range(1, 34)  # bytes after which the data of equal blocks repeat
EDGE, ENOUGH = 32, 256  # bytes of a scan: left out at either end, and compared at least


def one_colour(file: BinaryIO, kind: str) -> bool:
    """Whether a PNG or JPEG is surely of one colour all over, as of a covered lens."""
    if shorter_side(file, kind) < SMALLEST:
        return False
    file.seek(0)
    try:
        return _plain_png(file) if kind == "png" else _plain_jpeg(file.read())
    except (struct.error, zlib.error):
        return False


def _plain_jpeg(data: bytes) -> bool:
    """Equal blocks are written by equal bits, so that every scan's bytes repeat."""
    begins = [found.end() - 2 for found in SCAN.finditer(data)]
    scans = [_scan(data, at) for at in begins]
    return bool(scans) and all(map(_repeats, scans))


def _scan(data: bytes, at: int) -> bytes:
    start = at + int.from_bytes(data[at : at + 2], "big")
    end = SCAN_END.search(data, start)
    return data[start : end.start() if end else len(data)]


def _repeats(scan: bytes) -> bool:
    body = scan[EDGE:-EDGE]
    begin = body[:ENOUGH]
    period = next((period for period in PERIODS if begin[period:] == begin[:-period]), 0)
    return len(begin) == ENOUGH and period > 0 and body[period:] == body[:-period]


def _plain_png(file: BinaryIO) -> bool:
    """Every row is its first pixel again and again, written as one of the filters would."""
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", file.read(29)[16:29])
    bits: int = depth * CHANNELS.get(colour, 0)
    size = (width * bits + 7) // 8
    if not bits or interlaced or (size + 1) * height > LARGEST:
        return False
    step, first, count = max(1, bits // 8), b"", 0
    for row in _rows(file, size + 1):
        first = first or row[1 : 1 + step]
        if count == height or not _plain_row(row[0], row[1:], first, top=not count):
            return False
        count += 1
    return bool(count == height)


def _plain_row(filtered: int, row: bytes, first: bytes, top: bool) -> bool:
    if filtered == 0 or (filtered == 2 and top):
        return row == (first * (len(row) // len(first) + 1))[: len(row)]
    start = b"" if not top and filtered in (2, 4) else first
    return filtered in SAME_AS_BEFORE and row.startswith(start) and not any(row[len(start) :].strip(b"\0"))


def _rows(file: BinaryIO, size: int) -> Iterator[bytes]:
    """The rows as they are written: a filter's number and the bytes."""
    held = b""
    for part in _unpacked(file):
        held += part
        whole = len(held) // size * size
        yield from (held[at : at + size] for at in range(0, whole, size))
        held = held[whole:]


def _unpacked(file: BinaryIO) -> Iterator[bytes]:
    unpacking = zlib.decompressobj()
    file.seek(8)
    while len(head := file.read(8)) == 8 and head[4:] != b"IEND":
        data = file.read(int.from_bytes(head[:4], "big"))
        file.seek(4, 1)
        while head[4:] == b"IDAT" and data:
            yield unpacking.decompress(data, AT_ONCE)
            data = unpacking.unconsumed_tail
