"""One canonical form for what people type: `fold` forgets accents, case, punctuation and invisible characters; `marked`
keeps the accents but not where or how they were typed. Nothing else in the house strips accents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

SHORT = 400  # only lines of this length or less are remembered: a chat line, not a rubbish of 100,000 characters
LONG = 40  # characters of a word worth remembering
TONES = "\u0300\u0301\u0303\u0309\u0323"  # huyền sắc ngã hỏi nặng
MARKS = TONES + "\u0302\u0306\u031b"  # circumflex, breve, horn
BLANK = re.compile(r"[\W_]+")
INVISIBLE = dict.fromkeys(
    [0x00AD, 0x034F, 0x061C, 0xFEFF, *range(0x180B, 0x180F), *range(0x200B, 0x2010), *range(0x202A, 0x202F),
     *range(0x2060, 0x2070), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]
)  # fmt: skip
BLANKS = dict.fromkeys([0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0], " ")  # letters and signs by their names, blanks to see
SEEN = re.compile(rf"[^\s{''.join(map(chr, [*INVISIBLE, *BLANKS]))}]")
DEES = dict.fromkeys(map(ord, "ĐđÐðƉɖ"), "d")
BARE = {**INVISIBLE, **BLANKS, **DEES, **dict.fromkeys(range(0x0300, 0x0370))}
KEPT = {
    **INVISIBLE,
    **BLANKS,
    **dict.fromkeys(map(ord, "ĐđÐðƉɖ"), "đ"),
    **dict.fromkeys(code for code in range(0x0300, 0x0370) if chr(code) not in MARKS),
    0x0340: "\u0300",
    0x0341: "\u0301",
}
WORD = re.compile(rf"(?:[^\W_][{MARKS}]*)+")
TONE = re.compile(f"[{TONES}]")


def fold(text: str) -> str:
    """Lower-case words of letters and digits with one blank between them: no accents (đ → d), punctuation or emoji.

    Old and new tone placement, NFC and NFD, full-width and styled characters fold to the same.
    """
    return _fold_short(text) if len(text) <= SHORT else _fold(text)


def marked(text: str) -> tuple[str, ...]:
    """The words with their accents in a comparable form: lower case, decomposed, the tone at the word's end."""
    return _marked_short(text) if len(text) <= SHORT else _marked(text)


def each_once(texts: Iterable[str]) -> list[str]:
    """The texts in their order, without those that fold to an earlier one."""
    found: dict[str, str] = {}
    for text in texts:
        found.setdefault(fold(text), text)
    return [*found.values()]


def seen(text: str) -> bool:
    """Whether any of it can be seen: Hangul fillers, the empty Braille cell or a lone variation selector cannot."""
    return SEEN.search(text) is not None


def bare(word: str) -> str:
    """A word of `marked` without its accents."""
    return word if word.isascii() else _bare(word)


def _fold(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).translate(BARE)
    return BLANK.sub(" ", text.lower()).strip()


def _marked(text: str) -> tuple[str, ...]:
    return tuple(word for token in text.split() for word in (_token if len(token) < LONG else _letters)(token))


def _letters(text: str) -> tuple[str, ...]:
    """The words between two blanks: most often one, and mostly one that was read before."""
    if text.isascii():
        return tuple(BLANK.sub(" ", text.lower()).split())
    spread = unicodedata.normalize("NFKD", text).translate(KEPT).lower()
    return tuple(_tone_last(word) for word in WORD.findall(spread))


def _tone_last(word: str) -> str:
    tones = TONE.findall(word)
    return TONE.sub("", word) + tones[-1] if tones else word


@lru_cache(maxsize=16384)
def _bare(word: str) -> str:
    return word.translate(BARE)


_token = lru_cache(maxsize=16384)(_letters)
_fold_short = lru_cache(maxsize=4096)(_fold)
_marked_short = lru_cache(maxsize=4096)(_marked)
