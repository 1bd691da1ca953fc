"""The quick reader reads what it reads as ruamel.yaml does, values and lines, and leaves all else to it."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.content import plain
from bot.content.problems import ContentProblems
from bot.content.source import Source, read_any_yaml, read_yaml
from bot.settings import REPOSITORY

CONTENT = REPOSITORY / "content"
FILES = sorted(CONTENT.glob("*/**/*.yaml"))
SIGNS = [
    *":?,[]{}#&*!|>'\"%@`-~ \n\t\\=<0x1.e_/(", "yes", "no", "true", "12:30", "0o7", "010", "1_000", "null", "2026-01-02",
    "1e3", ".inf", "\x85", "\u2028", "\ufeff", "\xa0", "\u3000", "<<: ", "- ", "- - ", "? ", "---\n", "...\n", "\r", "\\/",
    ": ", "#x", " #", " # x", "  # x\n", "\\x41", "\n  ", "\n\n", "  ", "|\n", "|-\n", ": |\n   x\n", "[a, b]", "{a: b}",
    '{"%": x}', '": "', '""', "''", "a: b: c",
]  # fmt: skip


def words_of(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")


def pieces() -> list[str]:
    """Some rows of every file at a time."""
    rows = [words_of(path).split("\n") for path in FILES]
    found = ["\n".join(some[start : start + 7]) + "\n" for some in rows for start in range(0, len(some), 5)]
    return [piece for piece in found if len(piece) < 600]


def spoilt(piece: str, chance: random.Random) -> str:
    """With signs that mean something put in or in the place of others, and perhaps a stretch taken out."""
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(piece) + 1)
        piece = piece[:at] + chance.choice(SIGNS) + piece[at + chance.choice([0, 0, 1, 2]) :]
    at, length = chance.randrange(len(piece)), chance.choice([0, 0, 0, 5, 40])
    return piece[:at] + piece[at + length :]


def read(text: str, first: int = 1) -> str:
    """What the quick reader makes of it, order and kinds too; "" if it leaves it alone."""
    try:
        return repr(plain.read(text, first))
    except plain.Unusual:
        return ""


def read_by_ruamel(text: str, first: int = 1, how: Callable[..., Source] = read_any_yaml) -> str:
    try:
        source = how("x.yaml", text, first)
    except ContentProblems as error:
        return f"wrong: {error.problems}"
    return repr((source.data, source.lines))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(CONTENT).as_posix())
def test_all_content_is_read_as_ruamel_reads_it(path: Path):
    text = words_of(path)
    quick = read(text, 3)
    assert quick in {"", read_by_ruamel(text, 3)}
    assert quick or "&" in text, "every start reads all content: what is written plainly takes a tenth of the time"


def test_what_both_read_they_read_alike_whatever_stands_in_it():
    chance, some = random.Random(20_261), pieces()
    compared = 0
    for _ in range(3000):
        text = spoilt(chance.choice(some), chance)
        if quick := read(text):
            compared += 1
            assert quick == read_by_ruamel(text), text
    assert compared > 300


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\nb: 5\nc: 0.5\nd: true\ne: null\nf: ~\ng: 007\nh: 2026-01-02\ni: no\nj: 0x1F\nk: .inf\n",
        "a:\n  - b: 1\n    c: [x, 'it''s', \"2\\n\"]\n  - |\n    one\n\n      two\n  - {d: e, \"f\": g}\n",
        "a: |-\n  x\n\n\nb: y\n", "b: y",
        "a: [x,\n  y z\n  w,\n  q]   # remark\nb: # remark\n  c: d\n",
        "# only a remark, then\na: Vì sao?\nb: {vi: Vì sao?, en: Why?}\nc: http://x.vn/#y\n",
        "a:\n",
    ],
)  # fmt: skip
def test_what_is_written_plainly_is_read_quickly(text: str):
    assert read(text) == read_by_ruamel(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "# nothing\n", "a: 1\na: 2\n", "a: {b: 1, b: 2}\n", "a: b: c\n", "a\n", "a: 'x\n", "a: [x\n", "a: [x\ny]\n", "a: x\n  y\n",
        "a: >\n  x\n", "a: &b x\nc: *b\n", "a: !!str 1\n", "? a\n: b\n", "---\na: b\n", "a:\tb\n", "a: b\n c: d\n", "a:\n    b: c\n  d: e\n",
        "- - a\n", "a: [b: c]\n", "a: x #y\n", "a: {b}\n", "a: \"\\x41\"\n", "a: \"x\n  y\"\n", "a: x\r\nb: y\r\n", "a: |\n  x", "a: -5\n", "a: |2\n   x\n",
        "a: [" * 20 + "]" * 20 + "\n", "a: {b: " * 20 + "x" + "}" * 20 + "\n",
    ],
)  # fmt: skip
def test_what_is_not_is_left_to_ruamel(text: str):
    """Which says what is wrong, with its line."""
    assert read(text) == ""
    assert read_by_ruamel(text, how=read_yaml) == read_by_ruamel(text)
