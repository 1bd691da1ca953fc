"""The word a misspelt one was meant to be: run together, sounding alike, or a key or two beside; nothing where unsure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.flows.understanding.telex import syllable

Near = Callable[[str], tuple[tuple[str, ...], float]]  # the words meant, and how much they count (0: none found)
SOUNDS = (
    (r"^(?:gi|r|v)", "d"),
    (r"^x", "s"),
    (r"^ch", "tr"),
    (r"^n(?=[aeiouy])", "l"),
    (r"ng$|nh$", "n"),
    (r"c$", "t"),
    (r"y", "i"),
)
JOINED, SOUNDED, SLIPPED, GUESSED = 1.0, 0.7, 0.85, 0.5


def sound(word: str) -> str:
    """A key that is the same for spellings that many people do not tell apart (s/x, ch/tr, d/gi/v, n/ng, c/t, i/y)."""
    for pattern, letter in SOUNDS:
        word = re.sub(pattern, letter, word)
    return word


def near(words: Mapping[str, float], pairs: Sequence[tuple[str, str]]) -> Near:
    """A finder over the known words, each with its weight (the heavier wins between equals), and known word pairs."""
    joined = {one + two: (one, two) for one, two in pairs}
    listed = [word for word in words if len(word) > 2]
    by_sound: dict[str, list[str]] = {}
    for word in listed:
        by_sound.setdefault(sound(word), []).append(word)

    @lru_cache(maxsize=8192)
    def find(word: str) -> tuple[tuple[str, ...], float]:
        if word in joined:
            return joined[word], JOINED
        if len(word) < 3 or len(word) > 24 or any(sign.isdigit() for sign in word):
            return (), 0.0
        alike = by_sound.get(sound(word))
        if alike:
            return (max(alike, key=words.__getitem__),), SOUNDED
        return _slipped(word, listed, words)

    return find


def _slipped(word: str, listed: Sequence[str], words: Mapping[str, float]) -> tuple[tuple[str, ...], float]:
    real = syllable(word)
    if len(word) < (5 if real else 4):
        return (), 0.0
    found = process.extract(word, listed, scorer=OSA.distance, score_cutoff=2 if len(word) > 7 else 1, limit=8)
    if not found:
        return (), 0.0
    best = min(found, key=lambda hit: (hit[1], hit[0][0] != word[0], sorted(hit[0]) != sorted(word), -words[hit[0]]))
    return (best[0],), GUESSED if real else SLIPPED
