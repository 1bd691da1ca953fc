"""Which route a line means: its words and word pairs, weighed by how few routes use them, against every title, keyword
and example of the content. Scores are comparable between lines, so that thresholds make sense."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import Any

from bot.flows.understanding.folding import bare, marked
from bot.flows.understanding.near import Near, near
from bot.flows.understanding.phrases import Phrases, phrases
from bot.flows.understanding.spelling import Rules, Speller, Words, fits

CERTAIN = 0.72
LIKELY = 0.40
LONGEST = 600  # characters that are looked at; a topic is named by then
PAIR = 0.6  # what a pair of words weighs beside a word
WRONG = 0.55  # a word whose accents do not fit
UNASKED = 0.5  # what a pair adds to the weight that a phrase should cover
STRANGE = 0.55  # what a word weighs that no content uses
PARTS = re.compile(r"[,.;!?\n…]+")
FIRST = {"delete_data": 0, "optout": 0, "cancel": 1, "human": 2}  # which of two requests in one line is heeded


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a route is called and how people ask for it."""

    route: str
    titles: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guess:
    """A route a line may mean; `score` runs from 0 to 1."""

    route: str
    score: float


@dataclass(frozen=True, slots=True)
class Known:
    """One phrase of the content. `weight` is that of all its words and pairs; `trust` is what a keyword is worth inside any line."""

    route: str
    weight: float
    trust: float


@dataclass(frozen=True, slots=True)
class Feature:
    """A word or a pair: its weight, the phrases it stands in by its spelling with accents, and its routes' shares."""

    weight: float
    forms: tuple[tuple[Words, tuple[int, ...]], ...]
    shares: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """What a line brings: weight found per phrase and per route, and the weight of the whole line."""

    found: Mapping[int, float]
    shares: Mapping[str, float]
    weight: float


@dataclass(frozen=True, slots=True)
class Index:
    """All phrases by their words and pairs. `quiet` words count only in pairs; `general` ones do not make a keyword strong."""

    speller: Speller
    same: Rules
    known: tuple[Known, ...]
    features: Mapping[str, Feature]
    quiet: frozenset[str]
    near: Near
    greetings: Phrases

    def guesses(self, text: str) -> tuple[Guess, ...]:
        """All routes with anything in common with the line, best first."""
        text = text[:LONGEST]
        if self._greeting(text):
            return (Guess("menu", 1.0),)
        scores = self._scores(text)
        parts = [part for part in PARTS.split(text) if part.count(" ") > 0]
        first = [route for part in parts if len(parts) > 1 for route in self._urgent(part)]
        ranked = sorted(scores.items(), key=lambda item: (item[0] not in first, -item[1]))
        return tuple(Guess(route, min(1.0, CERTAIN if route in first else score)) for route, score in ranked)

    def words(self, text: str, other: bool = False) -> Words:
        """The line as the phrases are written: synonyms replaced."""
        return self.same.apply(self.speller.words(text, other))

    def _greeting(self, text: str) -> bool:
        return len(text) < 60 and bool(self.greetings.find(self.speller.words(text)))

    def _urgent(self, part: str) -> list[str]:
        scores = self._scores(part)
        best = max(scores, key=scores.__getitem__, default="")
        return [best] if best in FIRST and scores[best] >= CERTAIN else []

    def _scores(self, text: str) -> dict[str, float]:
        usual, other = self.words(text), self.words(text, other=True)
        scores = self._score(self._line(usual))
        if other != usual:
            for route, score in self._score(self._line(other)).items():
                scores[route] = max(score * 0.97, scores.get(route, 0.0))
        return _ours(scores)

    def _line(self, words: Words) -> Line:
        found: dict[int, float] = defaultdict(float)
        shares: dict[str, float] = defaultdict(float)
        weight = 0.0
        last: tuple[str, float] = ("", 0.0)
        seen: set[str] = set()
        for word, sure in (meant for typed in words for meant in self._meant(typed)):
            plain = bare(word)
            if pair := self.features.get(f"{bare(last[0])} {plain}"):
                _add(pair, (last[0], word), min(sure, last[1]), found, shares)
                weight += pair.weight * UNASKED
            if plain not in self.quiet and plain not in seen:
                weight += self._single(word, sure, found, shares)
                seen.add(plain)
            last = (word, sure)
        return Line(found, shares, weight)

    def _single(self, word: str, sure: float, found: dict[int, float], shares: dict[str, float]) -> float:
        feature = self.features.get(bare(word))
        if not feature:
            return STRANGE
        _add(feature, (word,), sure, found, shares)
        return feature.weight

    def _meant(self, typed: str) -> Iterable[tuple[str, float]]:
        plain = bare(typed)
        if plain in self.features or plain in self.quiet:
            return ((typed, 1.0),)
        words, sure = self.near(plain)
        return tuple((word, sure) for word in words) or ((typed, 0.0),)

    def _score(self, line: Line) -> dict[str, float]:
        best: dict[str, float] = defaultdict(float)
        for number, weight in line.found.items():
            known = self.known[number]
            score = _alike(weight, line.weight, known)
            best[known.route] = max(best[known.route], score)
        whole = line.weight or 1.0
        return {
            route: 0.75 * score + 0.25 * min(1.0, line.shares.get(route, 0.0) / whole) for route, score in best.items()
        }


def _add(feature: Feature, spelt: Words, sure: float, found: dict[int, float], shares: dict[str, float]) -> None:
    fitting = [numbers for meant, numbers in feature.forms if all(map(fits, spelt, meant))]
    weight = feature.weight * sure * (1.0 if fitting else WRONG)
    for numbers in fitting or [numbers for _, numbers in feature.forms]:
        for number in numbers:
            found[number] += weight
    for route, share in feature.shares:
        shares[route] += weight * share


def _alike(common: float, line: float, known: Known) -> float:
    """How well a phrase covers the line and the line the phrase; a keyword that is whole counts in any line."""
    common = min(common, known.weight)
    alike = 2 * common / (line + known.weight) if line else 0.0
    if known.trust and common >= known.weight * 0.99:
        return max(alike, known.trust + (1 - known.trust) * min(1.0, common / line))
    return alike


def _ours(scores: dict[str, float]) -> dict[str, float]:
    """What is asked elsewhere (weather, football, taxes) is no route: it holds down what is less alike than it."""
    elsewhere = scores.pop("", 0.0)
    return {route: score if score > elsewhere else min(score, LIKELY * 0.9) for route, score in scores.items()}


def index(meanings: Sequence[Meaning], spell: Speller, same: Rules, words: Mapping[str, Any]) -> Index:
    """Reads every phrase once."""
    quiet = frozenset(bare(word) for phrase in words["quiet"] for word in marked(phrase))
    general = frozenset(bare(word) for phrase in words["general"] for word in marked(phrase))
    elsewhere = Meaning("", keywords=tuple(words["elsewhere"]))
    listed = [
        (meaning.route, same.apply(spell.words(text)), keyword)
        for meaning in (*meanings, elsewhere)
        for keyword, texts in ((False, meaning.titles + meaning.examples), (True, meaning.keywords))
        for text in texts
    ]
    features = _features(listed, quiet)
    known = tuple(
        Known(
            route,
            sum(features[key].weight for key, _ in _keys(phrase, quiet)),
            _trust(phrase, keyword, general | quiet),
        )
        for route, phrase, keyword in listed
    )
    pairs = [(one, two) for one, _, two in (key.partition(" ") for key in features) if two]
    weights = {key: feature.weight for key, feature in features.items() if " " not in key}
    greetings = phrases({"menu": words["greetings"]}, spell.words)
    return Index(spell, same, known, features, quiet, near(weights, pairs), greetings)


def _trust(phrase: Words, keyword: bool, general: frozenset[str]) -> float:
    if not keyword:
        return 0.0
    return 0.25 if all(bare(word) in general for word in phrase) else 0.55


def _keys(phrase: Words, quiet: frozenset[str]) -> list[tuple[str, Words]]:
    """The features of a phrase: its words that are not quiet, and all its pairs; each once."""
    single = {bare(word): (word,) for word in phrase if bare(word) not in quiet}
    pairs = {f"{bare(one)} {bare(two)}": (one, two) for one, two in pairwise(phrase)}
    return [*single.items(), *pairs.items()]


def _features(listed: Sequence[tuple[str, Words, bool]], quiet: frozenset[str]) -> dict[str, Feature]:
    forms: dict[str, dict[Words, list[int]]] = defaultdict(lambda: defaultdict(list))
    routes: dict[str, Counter[str]] = defaultdict(Counter)
    sizes = Counter(route for route, _, _ in listed)
    for number, (route, phrase, _) in enumerate(listed):
        for key, spelt in _keys(phrase, quiet):
            forms[key][spelt].append(number)
            routes[key][route] += 1
    return {key: _feature(key, spelt, routes[key], sizes) for key, spelt in forms.items()}


def _feature(key: str, forms: Mapping[Words, list[int]], routes: Counter[str], sizes: Counter[str]) -> Feature:
    weight = log(1 + len(sizes) / len(routes)) / log(1 + len(sizes))
    rates = {route: count / sizes[route] for route, count in routes.items()}
    whole = sum(rates.values())
    shares = tuple((route, rate / whole) for route, rate in rates.items())
    listed = tuple((spelt, tuple(numbers)) for spelt, numbers in forms.items())
    return Feature(weight * (PAIR if " " in key else 1.0), listed, shares)
