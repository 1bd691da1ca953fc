"""Phrases found as they were meant: by their words without accents, unless accents that were typed say otherwise. All
phrases of a list are one net of words, in which the alternatives of a phrase run together again: it is as large as the
list is written, not as all that can be said with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.flows.understanding.folding import bare
from bot.flows.understanding.spelling import Words, fits

Spell = Callable[[str], Words]
PIECE = re.compile(r"\(([^()]*)\)|([^()]+)")
NOTHING: frozenset[str] = frozenset()


@dataclass(slots=True, eq=False)
class Knot:
    """A place in the net: what may come next, by the word without accents, and what the phrases that end here stand
    for. `shared` knots are reached in several ways and belong to one phrase alone."""

    ways: dict[str, list[tuple[str, Knot]]] = field(default_factory=dict)
    values: frozenset[str] = NOTHING
    shared: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Phrases:
    """Phrase → what it stands for. `longest` counts words; `tails` are the last ones."""

    start: Knot
    longest: int
    tails: frozenset[str]

    def find(self, words: Words) -> frozenset[str]:
        """What these words, and no others, may stand for."""
        here = [self.start]
        for word in words:
            here = [knot for one in here for knot in _next(one, word)]
            if not here:
                return NOTHING
        return here[0].values if len(here) == 1 else NOTHING.union(*(knot.values for knot in here))

    def leading(self, words: Words, most: int) -> int:
        """How many words at the line's start are such phrases, `most` at the most."""
        place = 0
        while place < min(len(words), most) and (taken := self.reach(words, place)):
            place += taken
        return place

    def trailing(self, words: Words, most: int) -> int:
        """The same at the line's end."""
        end = len(words)
        while len(words) - end < most and (taken := self._back(words, end)):
            end -= taken
        return len(words) - end

    def _back(self, words: Words, end: int) -> int:
        if end == 0 or bare(words[end - 1]) not in self.tails:
            return 0
        starts = range(max(0, end - self.longest), end)
        return next((end - start for start in starts if self.find(words[start:end])), 0)

    def exactly(self, words: Words) -> frozenset[str]:
        """What the phrases stand for that are spelt as these words are, accents and all."""
        here = [self.start]
        for word in words:
            here = [knot for one in here for meant, knot in one.ways.get(bare(word), ()) if meant == word]
        return NOTHING.union(*(knot.values for knot in here))

    def inside(self, words: Words) -> bool:
        """Whether one of the phrases stands somewhere in the line."""
        ways = self.start.ways
        return any(bare(word) in ways and self.reach(words, start) for start, word in enumerate(words))

    def reach(self, words: Words, start: int) -> int:
        """How many words the longest phrase that begins at `start` takes; 0 if none does."""
        return max((length for length, _ in self.reached(words, start)), default=0)

    def reached(self, words: Words, start: int) -> Iterator[tuple[int, frozenset[str]]]:
        """Every phrase that begins at `start`: how many words it takes, and what it stands for."""
        here = [self.start]
        for place in range(start, len(words)):
            here = [knot for one in here for knot in _next(one, words[place])]
            if not here:
                return
            for knot in here:
                if knot.values:
                    yield place - start + 1, knot.values


def _next(knot: Knot, word: str) -> list[Knot]:
    found = knot.ways.get(bare(word))
    return [after for meant, after in found if meant == word or fits(word, meant)] if found else []


def phrases(listed: Mapping[str, Iterable[str]], spell: Spell) -> Phrases:
    """The phrases of word lists, value → phrases with their alternatives: "(xem|mở) menu", "đừng gửi(| tin)"."""
    start, tails, longest = Knot(), set[str](), 0
    for value, written in listed.items():
        for phrase in written:
            ends, length = [start], 0
            for piece in _pieces(phrase, spell):
                ends = _grown(ends, piece)
                length += max(map(len, piece))
                tails |= {bare(words[-1]) for words in piece if words}
            for end in ends:
                end.values |= {value}
            longest = max(longest, length)
    return Phrases(start, longest, frozenset(tails))


def _pieces(phrase: str, spell: Spell) -> Iterator[list[Words]]:
    for choice, plain in PIECE.findall(phrase):
        options = list(dict.fromkeys(map(spell, (plain or choice).split("|"))))
        if options != [()]:
            yield options


def _grown(ends: list[Knot], options: list[Words]) -> list[Knot]:
    """Where the phrase stands after one of the options. Only a single option keeps to knots that other phrases use."""
    if len(options) == 1 and len(ends) == 1 and not ends[0].shared:
        return [_along(ends[0], options[0])]
    met = Knot(shared=True)
    for words in filter(None, options):
        for end in ends:
            _led(end, words, met)
    return [met, *ends] if () in options else [met]


def _along(knot: Knot, words: Words) -> Knot:
    """The knot that the words lead to, made where there is none yet."""
    for word in words:
        ways = knot.ways.setdefault(bare(word), [])
        after = next((found for meant, found in ways if meant == word and not found.shared), None)
        if after is None:
            after = Knot()
            ways.append((word, after))
        knot = after
    return knot


def _led(knot: Knot, words: Words, met: Knot) -> None:
    """Lets the words lead from the knot to `met`."""
    for word in words[:-1]:
        after = Knot(shared=True)
        knot.ways.setdefault(bare(word), []).append((word, after))
        knot = after
    knot.ways.setdefault(bare(words[-1]), []).append((words[-1], met))
