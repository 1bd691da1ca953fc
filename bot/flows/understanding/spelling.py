"""What was typed → words in a comparable spelling: abbreviations written out, typing keys undone, lengthened words
shortened; and whether a word as typed may stand for a word as meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from bot.flows.understanding.folding import MARKS, SHORT, TONES, bare, marked
from bot.flows.understanding.telex import syllable, undone

Words = tuple[str, ...]  # as `marked` gives them
LONGEST = 6  # words of the longest spelling rule
DRAWN = re.compile(r"(.)\1{2,}|([^\W\d])\2+$")
PART = re.compile(r"[^\W\d_]+|\d+")
SAID = (("dz", ("v", "d", "gi")), ("z", ("d", "v", "gi")), ("f", ("ph",)), ("j", ("gi", "ch")), ("w", ("qu",)))
HOOK_AND_TILDE = {"\u0309", "\u0303"}  # told apart by few southern writers


@lru_cache(maxsize=16384)
def fits(typed: str, meant: str) -> bool:
    """Whether accents that were typed are those of the word meant; those left out are forgiven."""
    if typed == meant or typed.isascii():
        return True
    tone, other = _tone(typed), _tone(meant)
    if tone and tone != other and {tone, other} != HOOK_AND_TILDE:
        return False
    return _shapes_fit(typed.removesuffix(tone), meant.removesuffix(other))


def _tone(word: str) -> str:
    return word[-1] if word[-1] in TONES else ""


def _shapes_fit(typed: str, meant: str) -> bool:
    place = 0
    for sign in typed:
        if sign not in MARKS and place < len(meant) and meant[place] in MARKS:
            place += 1
        if place >= len(meant) or (sign != meant[place] and (sign, meant[place]) != ("d", "đ")):
            return False
        place += 1
    return True


@dataclass(frozen=True, slots=True)
class Rules:
    """Words → the words they are written as; `loose` rules of several words also hold where accents are left out."""

    exact: Mapping[Words, Words] = field(default_factory=dict)
    loose: Mapping[str, tuple[Words, Words]] = field(default_factory=dict)
    heads: frozenset[str] = frozenset()

    def apply(self, words: Words) -> Words:
        """The words with every rule applied once, longest first."""
        if self.heads.isdisjoint(map(bare, words)):
            return words
        out: list[str] = []
        place = 0
        while place < len(words):
            taken, instead = self._at(words, place)
            out += instead
            place += taken
        return tuple(out)

    def _at(self, words: Words, place: int) -> tuple[int, Sequence[str]]:
        if bare(words[place]) in self.heads:
            for stop in range(min(len(words), place + LONGEST), place, -1):
                part = words[place:stop]
                if instead := self.exact.get(part) or self._loosely(part):
                    return stop - place, instead
        return 1, words[place : place + 1]

    def _loosely(self, part: Words) -> Words:
        rule = self.loose.get(" ".join(map(bare, part)))
        return rule[1] if rule and len(part) > 1 and all(map(fits, part, rule[0])) else ()


def rules(pairs: Iterable[tuple[str, str]]) -> Rules:
    """The rules of a word list: as written → written out."""
    read = [(marked(short), marked(long)) for short, long in pairs]
    return Rules(
        dict(read),
        {" ".join(map(bare, short)): (short, long) for short, long in read if len(short) > 1},
        frozenset(bare(short[0]) for short, _ in read),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Speller:
    """Reads a line into words. `known` are all words (without accents) that the word lists and contents use."""

    usual: Rules
    other: Rules
    known: frozenset[str]
    signs: Mapping[str, str]

    def words(self, text: str, other: bool = False) -> Words:
        """The line's words; with `other`, by the less usual meaning of its abbreviations."""
        return _read_short(self, text, other) if len(text) <= SHORT else _read(self, text, other)

    def plain(self, text: str) -> Words:
        """The line's words before abbreviations are written out."""
        for sign, word in self.signs.items():
            if sign in text:
                text = text.replace(sign, f" {word} ")
        return tuple(part for word in marked(text) for part in self._word(word))

    def _word(self, word: str) -> Words:
        plain = bare(word)
        if self._knows(plain) or (word,) in self.usual.exact:
            return (word,)
        parts = tuple(PART.findall(plain))
        if len(parts) == 2 and len(parts[1]) > 2 and self._knows(parts[0]):  # "iso9001", "qd1322"
            return parts
        return (self._mended(word, plain),)

    def _knows(self, plain: str) -> bool:
        return plain in self.known or (plain,) in self.usual.exact

    def _mended(self, word: str, plain: str) -> str:
        if not syllable(plain):
            meant = undone(plain) if word.isascii() else word
            return meant if meant != word else self._sounded(self._shortened(word))
        return word

    def _sounded(self, word: str) -> str:
        """A word that begins as it is said ("dzạch", "fí") as it is written, where that is a word we know."""
        for said, written in SAID:
            if word.startswith(said):
                meant = next((form for start in written if self._knows(bare(form := start + word[len(said) :]))), "")
                return meant or word
        return word

    def _shortened(self, word: str) -> str:
        """A word drawn out ("okkkk", "dạaaa") as it is usually written, where that is a word we know."""
        if len(word) < 3:
            return word
        short = DRAWN.sub(lambda run: run[1] or run[2], word)
        return short if short != word and self._knows(bare(short)) else word


def _read(spell: Speller, text: str, other: bool) -> Words:
    return (spell.other if other else spell.usual).apply(spell.plain(text))


_read_short = lru_cache(maxsize=4096)(_read)


def speller(
    abbreviations: Mapping[str, str | Sequence[str]], signs: Mapping[str, str], known: Iterable[str]
) -> Speller:
    """The speller of a word list's abbreviations: one meaning, or several with the usual one first."""
    usual = {short: long if isinstance(long, str) else long[0] for short, long in abbreviations.items()}
    other = usual | {short: long[1] for short, long in abbreviations.items() if not isinstance(long, str)}
    return Speller(rules(usual.items()), rules(other.items()), frozenset(known), signs)
