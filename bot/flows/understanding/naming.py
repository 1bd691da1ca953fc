"""How surely words name one of several things: by its whole name, by a part of it, as a part of the line, by a slip of
the key. A likeness alone is never sure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA

from bot.flows.understanding.folding import bare, marked
from bot.flows.understanding.phrases import Spell
from bot.flows.understanding.spelling import Words, fits
from bot.flows.understanding.telex import syllable

BRACKETS = re.compile(r"\([^)]*\)")
LISTED = re.compile(r"[,;]\s+")  # a label may be a list: "Rau, quả, cây trồng khác"
ENTRY = 3  # words of an entry of such a list; what is longer is a sentence with a comma
NEAR, AHEAD = 0.75, 0.12  # how alike a misspelt name must be, and how much more than the next
SLIP = 5  # letters; in a shorter word one letter more or less makes another word
TELLING = 3  # words of a part that can be sure
STRAYING = 3  # words of a line beside a name, above which the line may be about something else

Names = tuple[tuple[Words, ...], ...]
Is = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Named:
    """What the words may name; `sure` only if it is one and nothing else can be meant."""

    indices: tuple[int, ...] = ()
    sure: bool = False


@lru_cache(maxsize=512)
def names_of(labels: tuple[tuple[str, ...], ...], spell: Spell) -> Names:
    """Everything that each of the labels (with its aliases) is called, as words."""
    forms = (tuple(form for name in names for form in _forms(name)) for names in labels)
    return tuple(
        tuple(dict.fromkeys(words for form in one for words in (spell(form), marked(form)) if words)) for one in forms
    )


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
    return tuple(index for index, options in enumerate(names) if any(same(words, name) for name in options))


def part_of(words: Words, names: Names, denies: Is) -> Named:
    """Names that the words are a part of: surely if it is half of a long name and leaves out no "not" of it."""
    found: dict[int, bool] = {}
    for index, options in enumerate(names):
        for name in options:
            for start, stop in _spans(name, len(words)):
                if same(words, name[start:stop]):
                    left = (*name[:start], *name[stop:])
                    half = len(words) >= TELLING and len(left) <= len(words) and not any(map(denies, left))
                    found[index] = found.get(index, False) or half
    return Named(tuple(found), len(found) == 1 and all(found.values()))


def holding(words: Words, names: Names, light: Is, denies: Is, turns: Is) -> Named:
    """Names that stand in the line: surely if nothing else does, or if several words name the one thing and the rest
    neither names another nor turns it into one ("bán")."""
    spans = _outer([span for index, options in enumerate(names) for span in _held(words, index, options)])
    within = {place for start, stop, _ in spans for place in range(start, stop)}
    rest = [word for place, word in enumerate(words) if place not in within and not light(word)]
    who = tuple(sorted({index for _, _, index in spans}))
    if any(map(denies, rest)) or (len(rest) > STRAYING and len(within) < 2):
        return Named()
    counted = any(map(_has_digit, (*rest, *(words[place] for place in within))))
    clear = len(within) > 1 and len(rest) <= STRAYING and not counted and not any(map(turns, rest))
    clear = clear and not any(_told(pair, names, who) for pair in pairwise(rest))
    return Named(who, len(who) == 1 and (not rest or clear))


def _held(words: Words, index: int, options: Iterable[Words]) -> Iterator[tuple[int, int, int]]:
    for name in options:
        for start, stop in _spans(words, len(name)):
            if same(words[start:stop], name):
                yield start, stop, index


def _outer(spans: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Without names that share a word with a longer one ("cá" in "cá tra")."""
    return [
        (start, stop, index)
        for start, stop, index in spans
        if not any(first < stop and start < last and stop - start < last - first for first, last, _ in spans)
    ]


def _told(pair: Words, names: Names, but: tuple[int, ...]) -> bool:
    """Whether the two words stand in the name of something else."""
    others = (name for index, options in enumerate(names) if index not in but for name in options)
    return any(same(pair, name[start:stop]) for name in others for start, stop in _spans(name, 2))


def _spans(words: Words, length: int) -> Iterator[tuple[int, int]]:
    return ((start, start + length) for start in range(len(words) - length + 1))


def _has_digit(word: str) -> bool:
    return any(sign.isdigit() for sign in word)


def slipped(words: Words, names: Names, known: Is) -> Named:
    """Names that the line is like."""
    said = "".join(map(bare, words))
    if _has_digit(said) or len(said) < 2:
        return Named()
    alike = [max(_likeness(said, words, name) for name in options) for options in names]
    best = max(alike)
    if best < NEAR:
        return Named()
    close = tuple(index for index, score in enumerate(alike) if score > best - AHEAD)
    return Named(close, len(close) == 1 and any(_one_slip(words, name, known) for name in names[close[0]]))


def _likeness(said: str, words: Words, name: Words) -> float:
    """How alike the letters are; of several words one at least must be the name's own."""
    meant = "".join(map(bare, name))
    if said == meant:
        return 1.0
    if len(said) < SLIP or (len(words) == len(name) > 1 and not set(map(bare, words)) & set(map(bare, name))):
        return 0.0
    return OSA.normalized_similarity(said, meant)


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
