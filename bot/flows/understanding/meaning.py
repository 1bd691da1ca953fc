"""Which route a line means: its words and word pairs, weighed by how few routes use them, against every title, keyword
and example of the content. Scores are comparable between lines, so that thresholds make sense."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.flows.understanding.folding import bare, marked
from bot.flows.understanding.learning import Weights, learned, votes
from bot.flows.understanding.near import Near, near
from bot.flows.understanding.phrasebook import LAX, WRONG, Feature, Known, Meaning, keys, standing, trust, weighed
from bot.flows.understanding.phrases import Phrases, phrases
from bot.flows.understanding.spelling import Rules, Speller, Words

# On the utterances in tests/flows no line beyond CERTAIN is wrong and no name, product or address reaches it by chance
# (an exact keyword does); below LIKELY stand the lines about something else. Between them a route is likely, and the
# nearest three are worth offering beneath.
CERTAIN = 0.85
LIKELY = 0.40
LONGEST = 600  # characters that are looked at; a topic is named by then
ALIKE, SHARED, VOTED = 0.68, 0.22, 0.05  # what the best phrase, the words' routes and the learned votes bring
UNASKED = 0.5  # what a pair adds to the weight that a phrase should cover
QUIETER = 0.5  # a word typed without accents that may be a quiet one ("ma": mã, mà)
REACH = 0.3  # how far behind a subject an aspect of it that is named may be and still be what is asked
CLOSE = 0.04  # the same for one that is only alike
BELOW = 0.97
ODD, ODD_NAMED, UNMET = 0.8, 0.3, 0.5
STRANGE = 0.55  # what a word weighs that no content uses
PARTS = re.compile(r"[,.;!?\n…]+")
RISKY = ("optout", "delete_data")
SAFE = 0.6  # how like a request to stop or to delete a line must be
FIRST = {"delete_data": 0, "optout": 0, "cancel": 1, "human": 2}  # which of two requests in one line is heeded


@dataclass(frozen=True, slots=True)
class Guess:
    """A route a line may mean; `score` runs from 0 to 1."""

    route: str
    score: float


@dataclass(frozen=True, slots=True)
class Quiet:
    """Words that count only in pairs. `plain` are the same without accents: typed so, they may be a word that counts."""

    words: frozenset[str]
    plain: frozenset[str]


@dataclass(frozen=True, slots=True)
class Line:
    """What a line brings: weight found per phrase and per route, the weight of the whole line, its words without
    accents."""

    found: Mapping[int, float]
    shares: Mapping[str, float]
    weight: float
    words: tuple[str, ...]
    strange: float


@dataclass(frozen=True, slots=True)
class Index:
    """All phrases by their words and pairs. `quiet` words count only in pairs; `general` ones do not make a keyword strong."""

    speller: Speller
    same: Rules
    known: tuple[Known, ...]
    features: Mapping[str, Feature]
    quiet: Quiet
    near: Near
    greetings: Phrases
    polite: Phrases
    risky: Phrases
    subjects: frozenset[str]
    weights: Weights

    def guesses(self, text: str) -> tuple[Guess, ...]:
        """All routes with anything in common with the line, best first."""
        text = text[:LONGEST]
        if self._greeting(text):
            return (Guess("menu", 1.0),)
        scores = self._scores(text)
        parts = [part for part in PARTS.split(text) if part.count(" ") > 0]
        first = [route for part in parts if len(parts) > 1 for route in self._urgent(part)]
        ranked = sorted(scores.items(), key=lambda item: (FIRST[item[0]] if item[0] in first else len(FIRST), -item[1]))
        return tuple(Guess(route, min(1.0, max(score, CERTAIN if route in first else 0.0))) for route, score in ranked)

    def words(self, text: str, other: bool = False) -> Words:
        """The line as the phrases are written: synonyms replaced."""
        return self.same.apply(self.speller.words(text, other))

    def _greeting(self, text: str) -> bool:
        if len(text) > 60:
            return False
        words, place, greeted = self.speller.words(text), 0, False
        while place < len(words):
            taken = self.greetings.reach(words, place)
            polite = 0 if taken else self.polite.reach(words, place)
            if not taken and not polite:
                return False
            greeted = greeted or taken > 0
            place += taken or polite
        return greeted

    def _urgent(self, part: str) -> list[str]:
        scores = self._scores(part)
        best = max(scores, key=scores.__getitem__, default="")
        return [best] if best in FIRST and scores[best] >= SAFE else []

    def _scores(self, text: str) -> dict[str, float]:
        usual, other = self.words(text), self.words(text, other=True)
        scores = self._score(self._line(usual))
        if other != usual:
            for route, score in self._score(self._line(other)).items():
                scores[route] = max(score * 0.97, scores.get(route, 0.0))
        return self._safe(_ours(scores), usual)

    def _safe(self, scores: dict[str, float], words: Words) -> dict[str, float]:
        """Stopping and deleting need their act in the line, nothing that turns it round, and a high score; who speaks of
        stopping does not ask for messages."""
        if not any(scores.get(route, 0.0) >= LIKELY for route in (*RISKY, "optin")):
            return scores
        spoken = {kind for start in range(len(words)) for _, kinds in self.risky.reached(words, start) for kind in kinds}
        barred = {route for route in RISKY if {route, "neither"} & spoken != {route} or scores.get(route, 0.0) < SAFE}
        barred |= ({"optin"} if "optout" in spoken else set()) | (set() if "data" in spoken else {"delete_data"})
        return {route: min(score, LIKELY * 0.9) if route in barred else score for route, score in scores.items()}

    def _line(self, words: Words) -> Line:
        found: dict[int, float] = defaultdict(float)
        shares: dict[str, float] = defaultdict(float)
        weight = 0.0
        last: tuple[str, float] = ("", 0.0)
        seen: set[str] = set()
        strict = LAX if any(not word.isascii() for word in words) else 1.0
        meant = [found for typed in words for found in self._meant(typed)]
        for word, sure in meant:
            plain = bare(word)
            if pair := self.features.get(f"{bare(last[0])} {plain}"):
                _add(pair, (last[0], word), min(sure, last[1]), strict, found, shares)
                weight += pair.weight * UNASKED
            if word not in self.quiet.words and plain not in seen:
                weight += self._single(word, sure, strict, found, shares)
                seen.add(plain)
            last = (word, sure)
        return Line(found, shares, weight, tuple(bare(word) for word, _ in meant), self._strange(meant))

    def _strange(self, meant: Sequence[tuple[str, float]]) -> float:
        """How much of the line no content speaks of: words unknown, or known but never beside those that stand there."""
        alone, size = 0.0, 0
        for place, (word, sure) in enumerate(meant):
            if word in self.quiet.words:
                continue
            size += 1
            feature = self.features.get(bare(word))
            if feature is None:
                alone += 0.0 if bare(word) in self.quiet.plain else 1.0
            elif not self._beside(meant, place - 1) and not self._beside(meant, place):
                alone += UNMET + (1 - UNMET) * max(1 - sure if sure < .8 else 0, dict(feature.shares).get("", 0.0))
        return alone / size if size else 0.0

    def _beside(self, meant: Sequence[tuple[str, float]], place: int) -> bool:
        if not 0 <= place < len(meant) - 1:
            return False
        one, two = meant[place][0], meant[place + 1][0]
        pair = self.features.get(f"{bare(one)} {bare(two)}")
        return pair is not None and dict(pair.shares).get("", 0.0) < 0.5 and standing(pair, (one, two))[1] != WRONG

    def _single(
        self, word: str, sure: float, strict: float, found: dict[int, float], shares: dict[str, float]
    ) -> float:
        plain = bare(word)
        feature = self.features.get(plain)
        quiet = plain == word and plain in self.quiet.plain and strict == 1.0
        if not feature:
            return 0.0 if quiet else STRANGE
        _add(feature, (word,), sure, strict, found, shares)
        weight = feature.weight * (QUIETER if quiet else 1.0)
        return max(weight, STRANGE) if standing(feature, (word,))[1] == WRONG else weight

    def _meant(self, typed: str) -> Iterable[tuple[str, float]]:
        plain = bare(typed)
        if plain in self.features or plain in self.quiet.plain:
            return ((typed, 1.0),)
        words, sure = self.near(plain)
        return tuple((word, sure) for word in words) or ((typed, 0.0),)

    def _score(self, line: Line) -> dict[str, float]:
        best: dict[str, float] = defaultdict(float)
        named: set[str] = set()
        strong: set[str] = set()
        whole = line.weight or 1.0
        for number, common in line.found.items():
            route, weight, trust = self.known[number]
            score = 2 * common / (whole + weight)  # how well the phrase covers the line, and the line the phrase
            if trust and common >= weight * 0.99:  # a keyword that stands there whole counts in any line
                score = max(score, trust + (1 - trust) * common / whole)
                named.add(route)
                if trust > .5:
                    strong.add(route)
            best[route] = max(best[route], score)
        said, shares = votes(self.weights, line.words), line.shares
        scores = {
            route: ALIKE * min(1.0, score)
            + SHARED * min(1.0, shares.get(route, 0.0) / whole)
            + VOTED * said.get(route, 0.0)
            for route, score in best.items()
        }
        home = {route: score * (1 - (ODD_NAMED if route in strong else ODD) * line.strange) if route else score for route, score in scores.items()}
        return self._aspect_first(home, named)

    def _aspect_first(self, scores: dict[str, float], named: set[str]) -> dict[str, float]:
        """In "kinh phí làm mã vạch" the barcode is only the subject: what is asked about it comes before it."""
        top = max(scores.values(), default=0.0)
        aspects = [
            route
            for route, score in scores.items()
            if route and route not in self.subjects and score >= max(LIKELY, top - (REACH if route in named else CLOSE))
        ]
        best = max(aspects, key=scores.__getitem__, default="")
        if not best:
            return scores
        return {
            route: min(score, scores[best] * BELOW) if route in self.subjects else score
            for route, score in scores.items()
        }


def _add(
    feature: Feature, spelt: Words, sure: float, strict: float, found: dict[int, float], shares: dict[str, float]
) -> None:
    numbers, quality = standing(feature, spelt)
    weight = feature.weight * sure * (strict if quality == LAX else quality)
    for number in numbers:
        found[number] += weight
    for route, share in feature.shares:
        shares[route] += weight * share


def _ours(scores: dict[str, float]) -> dict[str, float]:
    """What is asked elsewhere (weather, football, taxes) is no route: it holds down what is less alike than it."""
    elsewhere = scores.pop("", 0.0)
    return {route: score if score > elsewhere else min(score, LIKELY * 0.9) for route, score in scores.items()}


def index(meanings: Sequence[Meaning], spell: Speller, same: Rules, words: Mapping[str, Any]) -> Index:
    """Reads every phrase once."""
    quiet = frozenset(word for phrase in (*words["quiet"], *words["products"]) for word in marked(phrase))
    general = frozenset(word for phrase in words["general"] for word in marked(phrase))
    elsewhere = Meaning("", keywords=tuple(words["elsewhere"]))
    listed = [
        (meaning.route, same.apply(spell.words(text)), keyword)
        for meaning in (*meanings, elsewhere)
        for keyword, texts in ((False, meaning.titles + meaning.examples), (True, meaning.keywords))
        for text in texts
    ]
    features = weighed(listed, quiet)
    known = tuple(
        Known(
            route,
            sum(features[key].weight for key, _ in keys(phrase, quiet)),
            trust(phrase, keyword, general | quiet),
        )
        for route, phrase, keyword in listed
    )
    pairs = [(one, two) for one, _, two in (key.partition(" ") for key in features) if two]
    weights = {key: feature.weight for key, feature in features.items() if " " not in key}
    greetings = phrases({"menu": words["greetings"]}, spell.words)
    return Index(
        speller=spell,
        same=same,
        known=known,
        features=features,
        quiet=Quiet(quiet, frozenset(map(bare, quiet))),
        near=near(weights, pairs),
        greetings=greetings,
        polite=phrases({"": [*words["persons"], *words["particles"], *words["hailing"]]}, spell.words),
        risky=phrases(words["risky"], spell.words),
        subjects=frozenset(words["subjects"]),
        weights=learned(([bare(word) for word in phrase], route) for route, phrase, _ in listed),
    )
