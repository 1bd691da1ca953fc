"""Which of the offered choices a line names: by number, by their words, by an unmistakable part, by a slip of the key.
Between two it never guesses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.flows.understanding.folding import marked
from bot.flows.understanding.naming import Kinds, Names, exactly, holding, names_of, part_of, slipped
from bot.flows.understanding.phrases import Phrases, Spell, phrases
from bot.flows.understanding.spelling import Words

LAST = "last"
LONGEST = 300  # characters; a longer line names no choice
NUMBERED = re.compile(r"\b([^\W\d_]{1,5})(\d{1,2})\b")
BETWEEN = re.compile(r"[,;/+&\n]")
DASHED = re.compile(r"\s*(\d{1,2})\s*[-–]\s*(\d{1,2})\s*")


@dataclass(frozen=True, slots=True)
class Chosen:
    """`indices`: what was named for sure, in the order said; empty if nothing was. `candidates`: what an unclear line
    may have named, for the person to pick from or turn down, each together with all of `beside`. `together`: how many
    there must be if the line means all of them ("cả hai"). Never two of these."""

    indices: tuple[int, ...] = ()
    candidates: tuple[int, ...] = ()
    beside: tuple[int, ...] = ()
    together: int = 0


@dataclass(frozen=True, slots=True)
class Choosing:
    """The word lists of choosing: politeness around a choice, words before its number, its place in the list, between
    choices, for all, for all of so many, for either, in doubt; `kinds` of the words beside a name. `agrees` is the
    reading of yes and no."""

    polite: Phrases
    number: Phrases
    ordinal: Phrases
    together: Phrases
    joiner: Phrases
    everything: Phrases
    either: Phrases
    doubt: Phrases
    kinds: Kinds
    spell: Spell
    agrees: Callable[[str], bool | None]

    def choose(self, text: str, labels: Sequence[tuple[str, ...]], several: bool) -> Chosen:
        """Which of the labels, each with its aliases, the line names; one, or with `several` any number."""
        if len(text) > LONGEST or not labels:
            return Chosen()
        names = names_of(tuple(map(tuple, labels)), self.spell)
        text = NUMBERED.sub(self._parted, text)
        typed = self.spell(text)
        words = self.bared(typed)
        plain = self.ordinal.find(words) or exactly(typed, names)
        doubtful = "?" in text or (self.doubt.inside(typed) and not plain)
        exact = exactly(typed, names) or exactly(words, names)
        if doubtful or (len(exact) == 1 and not self._number(words)):
            return Chosen(() if doubtful else exact)
        if open_ := self._either(words, names):
            return open_
        found = self._several(text, words, names) if several else self._one(words, names)
        return Chosen() if found.indices and self._only_seems_yes(text, labels, found.indices) else found

    def _either(self, words: Words, names: Names) -> Chosen | None:
        """The choices that the line leaves open ("gạo hoặc cá")."""
        parts = [part for part in self._split(words, self.either) if part != words]
        found = [self._one(self.bared(part), names) for part in parts]
        named = sorted({index for one in found for index in (*one.indices, *one.candidates)})
        return Chosen(candidates=tuple(named)) if len(named) > 1 else None

    def _only_seems_yes(self, text: str, labels: Sequence[tuple[str, ...]], indices: Iterable[int]) -> bool:
        """A label that says yes is only named by a line that does."""
        return self.agrees(text) is not True and any(self.agrees(name) for index in indices for name in labels[index])

    def _one(self, words: Words, names: Names) -> Chosen:
        if number := self._number(words) or self._ordinal(words, names.things):
            return self._numbered(number, words, names)
        if found := exactly(words, names):
            return _settled(found)
        if not words or len(" ".join(words)) < 2:
            return Chosen()
        parts = part_of(words, names, self.kinds), holding(words, names, self.kinds)
        who = {index for named in parts for index in named.indices}
        if who:
            return _settled(who, sure=any(named.sure for named in parts))
        near = slipped(words, names, self.kinds)
        return _settled(near.indices, near.sure)

    def _numbered(self, number: str, words: Words, names: Names) -> Chosen:
        """A number means the place in the list, unless it stands in names as well ("3" where there are 3 sao)."""
        counted, called = _in_range(number, names), exactly(words, names)
        inside = part_of(words, names, self.kinds).indices
        return _settled({*counted, *called, *inside}, sure=bool(called) or not inside)

    def _several(self, text: str, words: Words, names: Names) -> Chosen:
        if self.everything.find(words):
            return Chosen(tuple(range(names.things)))
        if counted := self.together.find(words):
            return Chosen(together=int(min(counted)))
        dashed = DASHED.fullmatch(text)
        if dashed and int(dashed[2]) - int(dashed[1]) > 1 and int(dashed[2]) <= names.things:
            return Chosen(candidates=tuple(range(int(dashed[1]) - 1, int(dashed[2]))))  # 1, 3 or 1 to 3?
        return self._covered(words, names) or self._listed(text, words, names)

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
            found = exactly(words[place:stop], names)
            if len(found) == 1 and not words[place].isdecimal():
                return found[0], stop - place
        number = _in_range(words[place], names) if words[place].isdecimal() else ()
        if number and not part_of(words[place : place + 1], names, self.kinds).indices:
            return number[0], 1
        skipped = any(lists.find(words[place : place + 1]) for lists in (self.joiner, self.polite, self.number))
        return -1, int(skipped)

    def _listed(self, text: str, words: Words, names: Names) -> Chosen:
        """Names between commas and "và", each read by itself; one that is not clear makes the line unclear."""
        whole = part_of(words, names, self.kinds)
        if whole.sure:
            return Chosen(whole.indices)
        parts = [part for piece in BETWEEN.split(text) for part in self._split(self.spell(piece), self.joiner)]
        chosen = [self._one(self.bared(part), names) for part in parts]
        clear = tuple(dict.fromkeys(index for one in chosen for index in one.indices))
        unclear = [one.candidates for one in chosen if not one.indices]
        if len(unclear) == 1 and unclear[0]:
            return Chosen(candidates=unclear[0], beside=clear)
        return Chosen() if unclear else Chosen(clear)

    def _split(self, words: Words, between: Phrases) -> Iterable[Words]:
        part: list[str] = []
        for word in (*words, ""):
            if word and not between.find((word,)):
                part.append(word)
            elif part:
                yield tuple(part)
                part = []

    def _number(self, words: Words) -> str:
        """The number that the line consists of ("số 2", "câu 2")."""
        rest = [word for word in words if not self.number.find((word,))] or [""]
        return rest[0] if len(rest) == 1 and rest[0].isdecimal() else ""

    def _ordinal(self, words: Words, last: int) -> str:
        """The number that the line says in words ("cái đầu tiên", "the last one")."""
        said = min(self.ordinal.find(words), default="")
        return str(last) if said == LAST else said

    def bared(self, words: Words) -> Words:
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


def _in_range(number: str, names: Names) -> tuple[int, ...]:
    return (int(number) - 1,) if 1 <= int(number) <= names.things else ()


def _settled(found: Iterable[int], sure: bool = True) -> Chosen:
    indices = tuple(sorted(found))
    return Chosen(indices) if len(indices) == 1 and sure else Chosen(candidates=indices)


def choosing(
    lists: Mapping[str, Any], spell: Spell, agrees: Callable[[str], bool | None], known: frozenset[str]
) -> Choosing:
    """From the part `choosing` of the word lists; two of them say a number each."""
    read = {name: phrases(_valued(written), spell) for name, written in lists.items()}
    plain = ("polite", "number", "ordinal", "together", "joiner", "everything", "either", "doubt")
    light = [read[name] for name in ("light", "polite", "number", "joiner")]
    kinds = Kinds(
        light=lambda word: any(found.find((word,)) for found in light),
        denies=lambda word: bool(read["negation"].find((word,))),
        turns=lambda word: bool(read["turning"].find((word,))),
        general=lambda words: bool(read["general"].find(words)),
        known=known.__contains__,
    )
    return Choosing(**{name: read[name] for name in plain}, kinds=kinds, spell=spell, agrees=agrees)


def _valued(written: Mapping[object, Sequence[str]] | Sequence[str]) -> Mapping[str, Sequence[str]]:
    return {str(value): said for value, said in written.items()} if isinstance(written, Mapping) else {"": written}
