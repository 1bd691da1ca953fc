"""How surely words name one of several things: by its whole name, by a part of it, as a part of the line, by a slip of
the key. A likeness alone is never sure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import OSA

from bot.flows.remembering import remembered
from bot.flows.understanding.folding import bare, marked
from bot.flows.understanding.phrases import Spell
from bot.flows.understanding.spelling import Words, fits
from bot.flows.understanding.telex import syllable

BRACKETS = re.compile(r"\([^)]*\)")
LISTED = re.compile(r"[,;]\s+")  # a label may be a list: "Rau, quả, cây trồng khác"
ENTRY = 3  # words of an entry of such a list; what is longer is a sentence with a comma
NEAR, AHEAD = 0.75, 0.12  # how alike a misspelt name must be, and how much more than the next
SLIP = 5  # letters; in a shorter word one letter more or less makes another word
STRAYING = 3  # words of a line beside a name, above which the line may be about something else

Is = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Name:
    """One name of the thing at `index`; `said`: its words without accents, a blank before and behind each."""

    index: int
    words: Words
    said: str


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """All names of all the things, and how many things there are."""

    all: tuple[Name, ...]
    things: int
    by_said: Mapping[str, tuple[Name, ...]]


@dataclass(frozen=True, slots=True)
class Named:
    """What the words may name; `sure` only if it is one and nothing else can be meant."""

    indices: tuple[int, ...] = ()
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Kinds:
    """Kinds of words, as the word lists tell them: what says nothing about what is named, denies it, makes another thing
    of it ("bán"), is at home in many names ("hệ thống"); and whether a word without accents is one of ours."""

    light: Is
    denies: Is
    turns: Is
    general: Callable[[Words], bool]
    known: Is


@remembered(512)
def names_of(labels: tuple[tuple[str, ...], ...], spell: Spell) -> Names:
    """Everything that each of the labels (with its aliases) is called, as words."""
    found = dict.fromkeys(
        (index, words)
        for index, names in enumerate(labels)
        for form in (form for name in names for form in _forms(name))
        for words in (spell(form), marked(form))
        if words
    )
    names = tuple(Name(index, words, _said(words)) for index, words in found)
    by_said: dict[str, tuple[Name, ...]] = {}
    for name in names:
        by_said[name.said] = (*by_said.get(name.said, ()), name)
    return Names(names, len(labels), by_said)


def _said(words: Words) -> str:
    return f" {' '.join(map(bare, words))} "


def _forms(name: str) -> tuple[str, ...]:
    plain = BRACKETS.sub(" ", name)
    parts = LISTED.split(plain)
    listed = all(len(part.split()) <= ENTRY and not any(map(str.isdecimal, part)) for part in parts)
    return (name, plain, *(parts if listed else ()))


def same(typed: Words, name: Words) -> bool:
    """Whether the words typed are the name. A name of several words that stands in the content without accents has
    none to compare; a single word that has some must have all of them ("bạn" is not bận)."""
    if len(typed) != len(name):
        return False
    if len(name) == 1:
        return bare(typed[0]) == bare(name[0]) and (typed[0].isascii() or _equal(typed[0], name[0]))
    loose = all(map(str.isascii, name))
    return all(bare(one) == bare(two) and (loose or fits(one, two)) for one, two in zip(typed, name, strict=True))


def _equal(one: str, two: str) -> bool:
    """Whether the accents are the same, but for those that many write alike."""
    return fits(one, two) and fits(two, one)


def exactly(words: Words, names: Names) -> tuple[int, ...]:
    called = names.by_said.get(_said(words), ())
    return tuple(dict.fromkeys(name.index for name in called if same(words, name.words)))


def part_of(words: Words, names: Names, kinds: Kinds) -> Named:
    """Names that the words are a part of: surely if it is a telling half and leaves out no "not"."""
    found: dict[int, bool] = {}
    said = _said(words)
    for name in names.all:
        if said in name.said:
            for start, stop in _spans(name.words, len(words)):
                if same(words, name.words[start:stop]):
                    left = (*name.words[:start], *name.words[stop:])
                    sure = _telling(words, start, kinds) and len(left) <= len(words)
                    found[name.index] = found.get(name.index, False) or (sure and not any(map(kinds.denies, left)))
    return Named(tuple(sorted(found)), len(found) == 1 and all(found.values()))


def _telling(words: Words, start: int, kinds: Kinds) -> bool:
    """Three words of a name, or two that begin it and are not at home in many."""
    return len(words) > 2 or (len(words) == 2 and start == 0 and not kinds.general(words))


def holding(words: Words, names: Names, kinds: Kinds) -> Named:
    """Names that stand in the line: surely if nothing else does, or if several words name the one thing and the rest
    neither names another nor turns it into one."""
    spans = _outer(list(_held(words, names)))
    if not spans:
        return Named()
    within = {place for start, stop, _ in spans for place in range(start, stop)}
    rest = [word for place, word in enumerate(words) if place not in within and not kinds.light(word)]
    who = tuple(sorted({index for _, _, index in spans}))
    if any(map(kinds.denies, rest)) or (len(rest) > STRAYING and len(within) < 2):
        return Named()
    counted = any(map(_has_digit, (*rest, *(words[place] for place in within))))
    clear = len(within) > 1 and len(rest) <= STRAYING and not counted and not any(map(kinds.turns, rest))
    clear = clear and not any(_told(pair, names, who) for pair in pairwise(rest))
    return Named(who, len(who) == 1 and (not rest or clear))


def _held(words: Words, names: Names) -> Iterator[tuple[int, int, int]]:
    said = _said(words)
    for name in names.all:
        if name.said in said:
            for start, stop in _spans(words, len(name.words)):
                if same(words[start:stop], name.words):
                    yield start, stop, name.index


def _outer(spans: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Without names that share a word with a longer one ("cá" in "cá tra")."""
    return [
        (start, stop, index)
        for start, stop, index in spans
        if not any(first < stop and start < last and stop - start < last - first for first, last, _ in spans)
    ]


def _told(pair: Words, names: Names, but: tuple[int, ...]) -> bool:
    """Whether the two words stand in the name of something else."""
    said = _said(pair)
    return any(
        same(pair, name.words[start:stop])
        for name in names.all
        if name.index not in but and said in name.said
        for start, stop in _spans(name.words, 2)
    )


def _spans(words: Words, length: int) -> Iterator[tuple[int, int]]:
    return ((start, start + length) for start in range(len(words) - length + 1))


def _has_digit(word: str) -> bool:
    return any(sign.isdigit() for sign in word)


def slipped(words: Words, names: Names, kinds: Kinds) -> Named:
    """Names that the line is like."""
    said = "".join(map(bare, words))
    if _has_digit(said) or len(said) < 2:
        return Named()
    alike = [0.0] * names.things
    for name in names.all:
        alike[name.index] = max(alike[name.index], _likeness(said, words, name))
    best = max(alike)
    if best < NEAR:
        return Named()
    close = tuple(index for index, score in enumerate(alike) if score > best - AHEAD)
    slips = (_one_slip(words, name.words, kinds.known) for name in names.all if name.index == close[0])
    return Named(close, len(close) == 1 and any(slips))


def _likeness(said: str, words: Words, name: Name) -> float:
    """How alike the letters are; of several words one at least must be the name's own."""
    meant = name.said.replace(" ", "")
    if said == meant:
        return 1.0
    alike = OSA.normalized_similarity(said, meant, score_cutoff=NEAR - AHEAD) if len(said) >= SLIP else 0.0
    strange = alike and len(words) == len(name.words) > 1 and set(map(bare, words)).isdisjoint(name.said.split())
    return 0.0 if strange else alike


def _one_slip(words: Words, name: Words, known: Is) -> bool:
    """Whether the words are the name but for blanks, or for one letter that makes no other word of them."""
    typed, meant = tuple(map(bare, words)), tuple(map(bare, name))
    if "".join(typed) == "".join(meant):
        return len(typed) != len(meant) or len(typed) > 2
    wrong = [(one, two) for one, two in zip(typed, meant, strict=False) if one != two]
    if len(typed) != len(meant) or len(wrong) > 1 or OSA.distance(*wrong[0]) > 1:
        return False
    one, two = wrong[0]
    new = one[0] == two[0] and not known(one) and not syllable(one)
    return len(typed) > 2 or (new and (len(typed) > 1 or len(one) >= SLIP))
