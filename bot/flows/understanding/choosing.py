"""Which of the offered choices a line names: by number, by their words, by an unmistakable part, by a slip of the key.
Between two it never guesses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from bot.flows.understanding.folding import bare, marked
from bot.flows.understanding.phrases import Phrases, Spell, phrases
from bot.flows.understanding.spelling import Words, fits

LONGEST = 300  # characters; a longer line names no choice
NUMBERED = re.compile(r"\b([^\W\d_]{1,5})(\d{1,2})\b")
BETWEEN = re.compile(r"[,;/+&\n]")
DASHED = re.compile(r"\s*(\d{1,2})\s*[-–]\s*(\d{1,2})\s*")
BRACKETS = re.compile(r"\([^)]*\)")
NEAR, AHEAD = 0.75, 0.12  # how alike a misspelt name must be, and how much more than the next

Names = tuple[tuple[Words, ...], ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """`indices`: what was named, in the order said; empty if nothing was. `candidates`: what an unclear line may have
    named (two or more), for the person to pick from. Never both."""

    indices: tuple[int, ...] = ()
    candidates: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Choosing:
    """The word lists of choosing: politeness around a choice, words before its number, between choices, for all, for
    none, for either, in doubt. `agrees` is the reading of yes and no."""

    polite: Phrases
    number: Phrases
    joiner: Phrases
    everything: Phrases
    negation: Phrases
    either: Phrases
    doubt: Phrases
    spell: Spell
    agrees: Callable[[str], bool | None]

    def choose(self, text: str, labels: Sequence[tuple[str, ...]], several: bool) -> Chosen:
        """Which of the labels, each with its aliases, the line names; one, or with `several` any number."""
        if len(text) > LONGEST or not labels:
            return Chosen()
        names = _names(tuple(map(tuple, labels)), self.spell)
        text = NUMBERED.sub(self._parted, text)
        typed = self.spell(text)
        words = self._bared(typed)
        doubtful = "?" in text or (self.doubt.inside(typed) and not _exactly(typed, names))
        exact = _exactly(words, names)
        if doubtful or (len(exact) == 1 and not self._number(words)):
            return Chosen(() if doubtful else exact)
        if open_ := self._either(words, names):
            return open_
        found = self._several(text, words, names) if several else self._one(words, names)
        return Chosen() if found.indices and self._only_seems_yes(text, labels, found.indices) else found

    def _either(self, words: Words, names: Names) -> Chosen | None:
        """The choices that the line leaves open ("gạo hoặc cá")."""
        parts = [part for part in self._split(words, self.either) if part != words]
        found = [self._one(self._bared(part), names) for part in parts]
        named = sorted({index for one in found for index in (*one.indices, *one.candidates)})
        return Chosen(candidates=tuple(named)) if len(named) > 1 else None

    def _only_seems_yes(self, text: str, labels: Sequence[tuple[str, ...]], indices: Iterable[int]) -> bool:
        """A label that says yes is only named by a line that does."""
        return self.agrees(text) is not True and any(self.agrees(name) for index in indices for name in labels[index])

    def _one(self, words: Words, names: Names) -> Chosen:
        number = self._number(words)
        if number:
            return _settled({*_in_range(number, names), *_naming(words, names)})
        for found in (_exactly(words, names), self._part(words, names), _misspelt(words, names)):
            if found:
                return _settled(found)
        return Chosen()

    def _several(self, text: str, words: Words, names: Names) -> Chosen:
        if self.everything.find(words):
            return Chosen(tuple(range(len(names))))
        dashed = DASHED.fullmatch(text)
        if dashed and int(dashed[2]) - int(dashed[1]) > 1 and int(dashed[2]) <= len(names):
            return Chosen(candidates=tuple(range(int(dashed[1]) - 1, int(dashed[2]))))  # 1, 3 or 1 to 3?
        return self._covered(words, names) or self._listed(text, names)

    def _covered(self, words: Words, names: Names) -> Chosen | None:
        """The choices whose names or numbers make up the whole line, if they do."""
        taken: list[int] = []
        place = 0
        while place < len(words):
            index, length = self._next(words, place, names)
            taken += [index] if index >= 0 else []
            place += length
            if not length:
                return None
        return Chosen(tuple(dict.fromkeys(taken))) if taken else None

    def _next(self, words: Words, place: int, names: Names) -> tuple[int, int]:
        for stop in range(len(words), place, -1):
            found = _exactly(words[place:stop], names)
            if len(found) == 1 and not words[place].isdecimal():
                return found[0], stop - place
        number = _in_range(words[place], names) if words[place].isdecimal() else ()
        if number and not _naming(words[place : place + 1], names):
            return number[0], 1
        skipped = any(lists.find(words[place : place + 1]) for lists in (self.joiner, self.polite, self.number))
        return -1, int(skipped)

    def _listed(self, text: str, names: Names) -> Chosen:
        """Names between commas and "và", each read by itself; one that is not clear makes the line unclear."""
        parts = [part for piece in BETWEEN.split(text) for part in self._split(self.spell(piece), self.joiner)]
        chosen = [self._one(self._bared(part), names) for part in parts]
        if any(not one.indices for one in chosen):
            unclear = next((one for one in chosen if one.candidates), Chosen())
            return unclear if len(chosen) == 1 or unclear.candidates else Chosen()
        return Chosen(tuple(dict.fromkeys(index for one in chosen for index in one.indices)))

    def _split(self, words: Words, between: Phrases) -> Iterable[Words]:
        part: list[str] = []
        for word in (*words, ""):
            if word and not between.find((word,)):
                part.append(word)
            elif part:
                yield tuple(part)
                part = []

    def _part(self, words: Words, names: Names) -> tuple[int, ...]:
        """Labels that hold the line as a part, else labels that the line holds (not where it denies)."""
        if not words or len(" ".join(words)) < 2:
            return ()
        inside = _naming(words, names)
        if inside or any(self.negation.find((word,)) for word in words):
            return inside
        held = {
            index: max((len(name) for name in options if _holds(words, name)), default=0)
            for index, options in enumerate(names)
        }
        longest = max(held.values(), default=0)
        return tuple(index for index, length in held.items() if length and longest in (length, 1))

    def _number(self, words: Words) -> str:
        """The number that the line consists of ("số 2", "câu 2")."""
        rest = [word for word in words if not self.number.find((word,))] or [""]
        return rest[0] if len(rest) == 1 and rest[0].isdecimal() else ""

    def _bared(self, words: Words) -> Words:
        """The line without politeness at its ends."""
        start, stop = 0, len(words)
        while start < stop and self.polite.find(words[start : start + 1]):
            start += 1
        while stop > start and self.polite.find(words[stop - 1 : stop]):
            stop -= 1
        return words[start:stop] or words

    def _parted(self, found: re.Match[str]) -> str:
        """ "so2" as two words, "5s" and "iso9" as they are."""
        return f"{found[1]} {found[2]}" if self.number.find(marked(found[1])) else found[0]


@lru_cache(maxsize=512)
def _names(labels: tuple[tuple[str, ...], ...], spell: Spell) -> Names:
    forms = (tuple(form for name in names for form in (name, BRACKETS.sub(" ", name))) for names in labels)
    return tuple(
        tuple(dict.fromkeys(words for form in one for words in (spell(form), marked(form)) if words)) for one in forms
    )


def _exactly(words: Words, names: Names) -> tuple[int, ...]:
    return tuple(index for index, options in enumerate(names) if any(_same(words, name) for name in options))


def _same(words: Words, name: Words) -> bool:
    return len(words) == len(name) and all(
        bare(one) == bare(two) and fits(one, two) for one, two in zip(words, name, strict=True)
    )


def _naming(words: Words, names: Names) -> tuple[int, ...]:
    return tuple(
        index for index, options in enumerate(names) if any(_holds(name, words, typed=False) for name in options)
    )


def _holds(whole: Words, part: Words, typed: bool = True) -> bool:
    """Whether `part` stands in `whole`; `typed`: whether it is `whole` that was typed."""
    spans = (whole[start : start + len(part)] for start in range(len(whole) - len(part) + 1))
    return any(_same(span, part) if typed else _same(part, span) for span in spans)


def _misspelt(words: Words, names: Names) -> tuple[int, ...]:
    said = "".join(map(bare, words))
    if len(said) < 4 or any(sign.isdigit() for sign in said):
        return ()
    alike = [max(OSA.normalized_similarity(said, "".join(map(bare, name))) for name in options) for options in names]
    best = max(alike)
    close = tuple(index for index, score in enumerate(alike) if score > best - AHEAD)
    return close if best >= NEAR else ()


def _in_range(number: str, names: Names) -> tuple[int, ...]:
    return (int(number) - 1,) if 1 <= int(number) <= len(names) else ()


def _settled(found: Iterable[int]) -> Chosen:
    indices = tuple(sorted(found))
    return Chosen(indices) if len(indices) == 1 else Chosen(candidates=indices)


def choosing(lists: Mapping[str, Sequence[str]], spell: Spell, agrees: Callable[[str], bool | None]) -> Choosing:
    """From the part `choosing` of the word lists."""
    read = {name: phrases({"": written}, spell) for name, written in lists.items()}
    return Choosing(
        polite=read["polite"],
        number=read["number"],
        joiner=read["joiner"],
        everything=read["everything"],
        negation=read["negation"],
        either=read["either"],
        doubt=read["doubt"],
        spell=spell,
        agrees=agrees,
    )
