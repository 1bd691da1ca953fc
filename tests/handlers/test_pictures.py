"""A picture in which no paper can be read is asked for again, before it counts as handed in."""

import io
import struct
import zlib

import pytest

from bot.flows.answers import Read, Unread
from bot.pictures import shorter_side
from tests.flows.answering import read


def png(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))


def jpeg(width: int, height: int) -> bytes:
    """With a segment of a camera before the one that says how large it is, and fill bytes."""
    frame = struct.pack(">HBHHB", 17, 8, height, width, 3) + b"\x01\x22\0\x02\x11\x01\x03\x11\x01"
    return b"\xff\xd8\xff\xe1\x00\x08Exif\0\0\xff\xff\xff\xc2" + frame + b"\xff\xd9"


@pytest.mark.parametrize(
    ("content", "kind", "side"),
    [
        (png(1200, 900), "png", 900),
        (jpeg(120, 90), "jpeg", 90),
        (jpeg(3000, 4000), "jpeg", 3000),
        (b"\xff\xd8\xff", "jpeg", 0),
        (b"\xff\xd8" + b"\xff\xe1\xff\xff" * 3, "jpeg", 0),
        (b"\x89PNG", "png", 0),
        (b"%PDF-1.7", "pdf", 0),
    ],
)
def test_its_size_is_read_from_its_first_bytes(content, kind, side):
    assert shorter_side(io.BytesIO(content), kind) == side


@pytest.mark.parametrize(("pixels", "taken"), [(90, False), (499, False), (500, True), (0, True), (None, True)])
def test_a_small_one_is_not_taken(pixels, taken):
    known = {} if pixels is None else {"pixels": pixels}
    result = read("file", "file_ready", file="f", name="giay.jpg", **known)
    assert isinstance(result, Read if taken else Unread)
    assert taken or getattr(result, "reason", "") == "answers.file_small"
