"""What the content says, read once: every phrase by its words and pairs, weighed by how few routes use them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import NamedTuple

from bot.flows.remembering import remembered
from bot.flows.understanding.folding import bare
from bot.flows.understanding.spelling import Words, fits

PAIR = 0.6  # what a pair of words weighs beside a word
LAX = 0.85  # a word typed without accents in a line that has some
WEAK, STRONG = 0.25, 0.55  # the trust in a keyword of general words, and in any other
WRONG = 0.4  # a word whose accents do not fit


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a route is called and how people ask for it."""

    route: str
    titles: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


class Known(NamedTuple):
    """One phrase of the content: `weight` is that of all its words and pairs; `trust` is what a keyword is worth inside
    any line, 0 for titles and examples."""

    route: str
    weight: float
    trust: float


@dataclass(frozen=True, slots=True, eq=False)
class Feature:
    """A word or a pair: its weight, the phrases it stands in by its spelling with accents, and its routes' shares;
    `away` is the share of what is asked elsewhere."""

    weight: float
    forms: tuple[tuple[Words, tuple[int, ...]], ...]
    shares: tuple[tuple[str, float], ...]
    away: float


@remembered(16384)
def standing(feature: Feature, spelt: Words) -> tuple[tuple[int, ...], float]:
    """The phrases with this word or pair as it is spelt, or as it may be meant, or at all; and how much that counts."""
    exact = [numbers for meant, numbers in feature.forms if meant == spelt]
    fitting = exact or [numbers for meant, numbers in feature.forms if all(map(fits, spelt, meant))]
    listed = fitting or [numbers for _, numbers in feature.forms]
    return tuple(number for numbers in listed for number in numbers), 1.0 if exact else LAX if fitting else WRONG


def trust(phrase: Words, keyword: bool, general: frozenset[str]) -> float:
    if not keyword:
        return 0.0
    return WEAK if all(word in general for word in phrase) else STRONG


def keys(phrase: Words, quiet: frozenset[str], products: frozenset[str]) -> list[tuple[str, Words]]:
    """The features of a phrase: its words that are not quiet, and its pairs but the names of products; each once."""
    single = {bare(word): (word,) for word in phrase if word not in quiet}
    pairs = {
        f"{bare(one)} {bare(two)}": (one, two) for one, two in pairwise(phrase) if not products.issuperset((one, two))
    }
    return [*single.items(), *pairs.items()]


def weighed(
    listed: Sequence[tuple[str, Words, bool]], quiet: frozenset[str], products: frozenset[str]
) -> dict[str, Feature]:
    """Every feature of the listed phrases (route, words, whether it is a keyword)."""
    forms: dict[str, dict[Words, list[int]]] = defaultdict(lambda: defaultdict(list))
    routes: dict[str, Counter[str]] = defaultdict(Counter)
    sizes = Counter(route for route, _, _ in listed)
    for number, (route, phrase, _) in enumerate(listed):
        for key, spelt in keys(phrase, quiet, products):
            forms[key][spelt].append(number)
            routes[key][route] += 1
    return {key: _feature(key, spelt, routes[key], sizes) for key, spelt in forms.items()}


def _feature(key: str, forms: Mapping[Words, list[int]], routes: Counter[str], sizes: Counter[str]) -> Feature:
    weight = log(1 + len(sizes) / len(routes)) / log(1 + len(sizes))
    rates = {route: count / sizes[route] for route, count in routes.items()}
    whole = sum(rates.values())
    shares = tuple((route, rate / whole) for route, rate in rates.items())
    listed = tuple((spelt, tuple(numbers)) for spelt, numbers in forms.items())
    return Feature(weight * (PAIR if " " in key else 1.0), listed, shares, rates.get("", 0.0) / whole)
