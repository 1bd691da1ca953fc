"""Telex and VNI keys that were typed without an input method ("dduowcj", "d9u7o75c") become letters again, but only
where the word as it stands is no Vietnamese syllable and what comes out is one."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from bot.flows.understanding.folding import bare

VOWELS = "aeiouy"
SHAPES = {
    "a": {"a": "\u0302", "w": "\u0306"},
    "e": {"e": "\u0302"},
    "o": {"o": "\u0302", "w": "\u031b"},
    "u": {"w": "\u031b"},
}
TONES = {"f": "\u0300", "s": "\u0301", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
VNI_TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
VNI_SHAPES = {"6": ("\u0302", "aeo"), "7": ("\u031b", "uo"), "8": ("\u0306", "a")}
SYLLABLE = re.compile(
    r"(?:b|ch|c|d|gh|gi|g|h|kh|k|l|m|ngh|ng|nh|n|ph|p|qu|r|s|th|tr|t|v|x)?"
    r"(?:(?:ai|ao|au|ay|eo|eu|ia|iu|oi|ua|ui|uu|oai|oao|oay|oeo|uai|uay|uoi|uou|uya|uyu|ieu|yeu|ya|ye|uao)"
    r"|(?:a|e|i|o|u|y|oa|oe|ua|ue|uy|uo|uye|ie|ye|ia)(?:ch|c|m|ng|nh|n|p|t)?)"
)


@lru_cache(maxsize=8192)
def syllable(word: str) -> bool:
    """Whether a word without accents could be Vietnamese."""
    return SYLLABLE.fullmatch(word) is not None


@lru_cache(maxsize=8192)
def undone(word: str) -> str:
    """The word as its keys meant it, in the form of `marked`; the word itself where they spell nothing."""
    if not 2 <= len(word) <= 10 or not word.isascii() or syllable(word):
        return word
    meant = _vni(word) if any(sign.isdigit() for sign in word) else _telex(word)
    return meant if meant and syllable(bare(meant)) and not meant.isascii() else word


def _telex(word: str) -> str:
    letters: list[str] = []
    tone = ""
    for key in word:
        if key in TONES and any(letter[0] in VOWELS for letter in letters):
            tone = TONES[key]
        elif not (key == "d" and "d" in letters and _swap(letters, "d", "đ")) and not _shaped(letters, key):
            letters.append(key)
    return "".join(_horned(letters)) + tone


def _shaped(letters: list[str], key: str) -> bool:
    """Adds the shape to the last vowel that takes it (w, or the vowel typed again)."""
    for place in reversed(range(len(letters))):
        shape = SHAPES.get(letters[place], {}).get(key)
        if shape:
            letters[place] += shape
            return True
    if key == "w":
        letters.append("u\u031b")
    return key == "w"


def _horned(letters: list[str]) -> list[str]:
    """uơ inside a syllable is ươ: "dduowcj" has one w for both."""
    for place, (one, two) in enumerate(pairwise(letters)):
        if one == "u" and two == "o\u031b" and place + 2 < len(letters):
            letters[place] += "\u031b"
    return letters


def _vni(word: str) -> str:
    letters: list[str] = []
    tone = ""
    for key in word:
        if key in VNI_TONES:
            if tone:
                return ""
            tone = VNI_TONES[key]
        elif key in VNI_SHAPES:
            if not _vni_shaped(letters, *VNI_SHAPES[key]):
                return ""
        elif key == "9":
            if not _swap(letters, "d", "đ"):
                return ""
        else:
            letters.append(key)
    return "".join(_horned(letters)) + tone


def _vni_shaped(letters: list[str], shape: str, takers: str) -> bool:
    for place in reversed(range(len(letters))):
        if letters[place] in takers:
            letters[place] += shape
            return True
    return False


def _swap(letters: list[str], old: str, new: str) -> bool:
    if old in letters:
        letters[letters.index(old)] = new
        return True
    return False
