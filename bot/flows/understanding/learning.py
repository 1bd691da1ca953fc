"""What the content's own phrases teach about telling routes apart ("mã vạch" alone is a topic, with "xin hỗ trợ" a form):
how much more often a word or a pair stands in a route's phrases than in all others. The same every time, and quick."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, pairwise
from math import log

RARE = 0.02  # added to every rate: a word that was seen once proves little

Weights = Mapping[str, tuple[tuple[str, float], ...]]


def features(words: Sequence[str]) -> list[str]:
    """Words without accents, pairs of neighbours, and pairs with one word between; each once."""
    near = [f"{one} {two}" for one, two in pairwise(words)]
    far = [f"{one} _ {two}" for one, two in zip(words, words[2:], strict=False)]
    return list(dict.fromkeys(chain(words, near, far)))


def votes(weights: Weights, words: Sequence[str]) -> dict[str, float]:
    """How much the words speak for each route; comparable between lines of any length."""
    found = features(words)
    scores: dict[str, float] = defaultdict(float)
    for feature in found:
        if feature in weights:
            for route, weight in weights[feature]:
                scores[route] += weight
    size = len(found) ** 0.5 or 1.0
    return {route: score / size for route, score in scores.items()}


def learned(examples: Iterable[tuple[Sequence[str], str]]) -> Weights:
    """The logarithm of how much more often each feature stands in the phrases of a route than in those of the others."""
    sizes: Counter[str] = Counter()
    counts: dict[str, dict[str, int]] = {}
    for words, route in examples:
        sizes[route] += 1
        for feature in features(words):
            routes = counts.setdefault(feature, {})
            routes[route] = routes.get(route, 0) + 1
    return {feature: _weights(routes, sizes, sizes.total()) for feature, routes in counts.items()}


def _weights(routes: Mapping[str, int], sizes: Mapping[str, int], total: int) -> tuple[tuple[str, float], ...]:
    every = sum(routes.values())
    return tuple(
        (route, log((count / sizes[route] + RARE) / ((every - count) / (total - sizes[route] or 1) + RARE)))
        for route, count in routes.items()
    )
