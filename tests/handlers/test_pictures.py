"""A picture in which no paper can be read is asked for again, before it counts as handed in."""

import io
import random
import struct
import zlib

import pytest

from bot.files import RefusedFile, keep
from bot.flows.answers import Read, Unread
from bot.pictures import one_colour, shorter_side
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


WIDE, HIGH = 160, 120
BLACK, INK = b"\x10\x20\x30", b"\xff\xff\xff"


def png_of(rows: list[bytes], colour: int = 2, depth: int = 8) -> bytes:
    """A whole picture of rows as they are written, each with its filter's number."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packed = zlib.compress(b"".join(rows))
    head = struct.pack(">IIBBBBB", WIDE, len(rows), depth, colour, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", packed[:40]), chunk(b"IDAT", packed[40:]), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


PLAIN, SUB, SAME = b"\0" + BLACK * WIDE, b"\1" + BLACK + bytes(3 * WIDE - 3), b"\2" + bytes(3 * WIDE)
DOT = b"\0" + BLACK * 80 + INK + BLACK * 79


def jpeg_of(scan: bytes) -> bytes:
    frame = struct.pack(">HBHHB", 17, 8, HIGH, WIDE, 3) + b"\x01\x22\0\x02\x11\x01\x03\x11\x01"
    begin = b"\xff\xda" + struct.pack(">HB", 12, 3) + b"\x01\0\x02\x11\x03\x11\0\x3f\0"
    return b"\xff\xd8\xff\xc0" + frame + begin + scan + b"\xff\xd9"


SOMETHING = random.Random(7).randbytes(2000).replace(b"\xff", b"\xff\0")


@pytest.mark.parametrize(
    ("content", "kind", "plain"),
    [
        (png_of([PLAIN] * HIGH), "png", True),
        (png_of([SUB] * HIGH), "png", True),
        (png_of([SUB] + [SAME] * (HIGH - 1)), "png", True),
        (png_of([PLAIN, SUB, *[SAME] * (HIGH - 2)]), "png", True),
        (png_of([b"\0" + b"\xff" * 20] * HIGH, colour=0, depth=1), "png", True),
        (png_of([SUB] * (HIGH - 1) + [DOT]), "png", False),
        (png_of([DOT] + [SAME] * (HIGH - 1)), "png", False),
        (png_of([PLAIN] * (HIGH - 1) + [b"\0" + INK * WIDE]), "png", False),
        (png_of([PLAIN] * 50), "png", False),  # too small: that is said
        (png(1200, 900), "png", False),  # nothing in it that could be seen
        (png_of([PLAIN] * HIGH)[:-60], "png", False),
        (jpeg_of(b"\xaa\x10" + b"\x28\xa2\x80" * 300 + b"\x3f"), "jpeg", True),
        (jpeg_of(b"\x28\xa2\x80" * 200 + b"\x28\xa3\x80" + b"\x28\xa2\x80" * 200), "jpeg", False),
        (jpeg_of(SOMETHING), "jpeg", False),
        (jpeg_of(b"\x28" * 40), "jpeg", False),  # too little to tell
        (jpeg(1200, 900), "jpeg", False),
    ],
)
def test_one_colour_is_seen_only_where_it_is_sure(content, kind, plain):
    assert one_colour(io.BytesIO(content), kind) is plain


async def test_a_picture_of_one_colour_is_refused_before_it_is_kept(tmp_path):
    async def stream(content):
        yield content

    with pytest.raises(RefusedFile, match="one_colour"):
        await keep(stream(png_of([PLAIN] * HIGH)), tmp_path)
    kept = await keep(stream(png_of([SUB] * (HIGH - 1) + [DOT])), tmp_path)
    assert kept.kind == "png"
