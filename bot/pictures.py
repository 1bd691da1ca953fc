"""How large a picture is, read from its first bytes; nothing is decoded."""

from __future__ import annotations

import struct
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
