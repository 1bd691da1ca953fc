"""Phrases found as they were meant: by their words without accents, unless accents that were typed say otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bot.flows.understanding.folding import bare
from bot.flows.understanding.spelling import Words, expanded, fits

Spell = Callable[[str], Words]


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrase → what it stands for. `longest` counts words; `heads` and `tails` are the first and last ones."""

    table: Mapping[str, tuple[tuple[Words, str], ...]]
    longest: int
    heads: frozenset[str]
    tails: frozenset[str]

    def find(self, words: Words) -> frozenset[str]:
        """What these words, and no others, may stand for."""
        found = self.table.get(" ".join(map(bare, words)))
        if not found:
            return frozenset()
        return frozenset(value for meant, value in found if all(map(fits, words, meant)))

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

    def exactly(self, words: Words) -> bool:
        """Whether a phrase is spelt as these words are, accents and all."""
        return any(meant == words for meant, _ in self.table.get(" ".join(map(bare, words)), ()))

    def inside(self, words: Words) -> bool:
        """Whether one of the phrases stands somewhere in the line."""
        return any(self.reach(words, start) for start in range(len(words)))

    def reach(self, words: Words, start: int) -> int:
        """How many words the longest phrase that begins at `start` takes; 0 if none does."""
        if bare(words[start]) not in self.heads:
            return 0
        stops = range(min(len(words), start + self.longest), start, -1)
        return next((stop - start for stop in stops if self.find(words[start:stop])), 0)


def phrases(listed: Mapping[str, Iterable[str]], spell: Spell) -> Phrases:
    """The phrases of word lists, value → phrases with their alternatives."""
    table: dict[str, dict[tuple[Words, str], None]] = {}
    for value, written in listed.items():
        for phrase in written:
            for form in expanded(phrase):
                words = spell(form)
                table.setdefault(" ".join(map(bare, words)), {})[words, value] = None
    longest = max((key.count(" ") + 1 for key in table), default=0)
    heads, tails = ({key.split(" ")[end] for key in table} for end in (0, -1))
    return Phrases({key: tuple(found) for key, found in table.items()}, longest, frozenset(heads), frozenset(tails))
