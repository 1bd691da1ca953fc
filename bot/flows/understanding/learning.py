"""What the content's own phrases teach about telling routes apart ("mã vạch" alone is a topic, with "xin hỗ trợ" a form):
an averaged perceptron over words and pairs, trained when the content is loaded, the same every time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

ROUNDS = 6
STEP = 389  # a prime: visits the examples in a mixed but fixed order

Weights = Mapping[str, tuple[tuple[str, float], ...]]
Growing = dict[str, dict[str, float]]


def features(words: Sequence[str]) -> tuple[str, ...]:
    """Each once: words without accents, pairs of neighbours, and pairs with one word between."""
    near = (f"{one} {two}" for one, two in pairwise(words))
    far = (f"{one} _ {two}" for one, two in zip(words, words[2:], strict=False))
    return tuple(dict.fromkeys((*words, *near, *far)))


def votes(weights: Weights, words: Sequence[str]) -> dict[str, float]:
    """How much the words speak for (or against) each route; comparable between lines of any length."""
    found = features(words)
    scores: dict[str, float] = defaultdict(float)
    for feature in found:
        for route, weight in weights.get(feature, ()):
            scores[route] += weight
    size = len(found) ** 0.5 or 1.0
    return {route: score / size for route, score in scores.items()}


def learned(examples: Iterable[tuple[Sequence[str], str]]) -> Weights:
    """The weights that tell these lines' routes apart, averaged over all steps of the training."""
    lines = [(features(words), route) for words, route in examples]
    weights: Growing = defaultdict(lambda: defaultdict(float))
    moved: Growing = defaultdict(lambda: defaultdict(float))
    step = 1
    for number in range(ROUNDS * len(lines)):
        found, route = lines[number * STEP % len(lines)]
        _correct(found, route, weights, moved, step)
        step += 1
    return {
        feature: tuple((route, weight - moved[feature][route] / step) for route, weight in routes.items())
        for feature, routes in weights.items()
    }


def _correct(found: Sequence[str], route: str, weights: Growing, moved: Growing, step: int) -> None:
    """Where the route does not lead by a margin: towards it, away from the one that leads instead."""
    scores: dict[str, float] = defaultdict(float)
    for feature in found:
        for other, weight in weights[feature].items():
            scores[other] += weight
    rival = max((other for other in scores if other != route), key=lambda other: (scores[other], other), default="")
    if scores[route] > scores.get(rival, 0.0) + len(found) ** 0.5:
        return
    for feature in found:
        weights[feature][route] += 1.0
        moved[feature][route] += step
        if rival in scores and rival != route:
            weights[feature][rival] -= 1.0
            moved[feature][rival] -= step
