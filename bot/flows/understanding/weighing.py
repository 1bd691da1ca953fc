"""How much a line has in common with each route: with its phrases, with its words, and with what the phrases teach; less
where the line is about something that no content speaks of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.flows.understanding.folding import bare
from bot.flows.understanding.learning import Weights, votes
from bot.flows.understanding.near import Near
from bot.flows.understanding.phrasebook import LAX, STRONG, WRONG, Feature, Known, standing
from bot.flows.understanding.spelling import Words

LIKELY = 0.40  # see meaning.py
ALIKE, SHARED, VOTED = 0.68, 0.22, 0.06  # what the best phrase, the words' routes and the learned votes bring
UNASKED = 0.5  # what a pair adds to the weight that a phrase should cover
QUIETER = 0.5  # a word typed without accents that may be a quiet one ("ma": mã, mà)
STRANGE = 0.55  # what a word weighs that no content uses
ODD, ODD_NAMED = 0.8, 0.3  # what a wholly strange line takes from a route, and from one that it names by a keyword
UNMET = 0.5  # how strange a known word is beside words that it never stands beside
SURE = 0.8  # below it a misspelt word is hardly the one it was taken for
REACH = 0.3  # how far behind a subject an aspect of it that is named may be and still be what is asked
CLOSE = 0.04  # the same for one that is only alike
BELOW = 0.97

Meant = Sequence[tuple[str, float]]  # words, and how sure it is that they were meant


@dataclass(frozen=True, slots=True)
class Quiet:
    """Words that count only in pairs. `plain` are the same without accents: typed so, they may be a word that counts."""

    words: frozenset[str]
    plain: frozenset[str]


@dataclass(slots=True)
class Line:
    """What a line brings: weight found per phrase and per route, its own weight, and how strange it is (0 to 1)."""

    found: dict[int, float]
    shares: dict[str, float]
    weight: float = 0.0
    strange: float = 0.0


@dataclass(frozen=True, slots=True)
class Weighing:
    """All phrases by their words and pairs. `subjects` are routes that a line may be about while it asks for another."""

    known: tuple[Known, ...]
    features: Mapping[str, Feature]
    quiet: Quiet
    near: Near
    subjects: frozenset[str]
    weights: Weights

    def scores(self, words: Words) -> dict[str, float]:
        """Every route that has something in common with the line ("" for what is asked elsewhere)."""
        meant = [found for typed in words for found in self._meant(typed)]
        line = self._line(meant, LAX if any(not word.isascii() for word in words) else 1.0)
        best, named = self._alike(line)
        said, shares, whole = votes(self.weights, [bare(word) for word, _ in meant]), line.shares, line.weight or 1.0
        kept, kept_named = 1 - ODD * line.strange, 1 - ODD_NAMED * line.strange
        scores = {}
        for route, alike in best.items():
            share = shares[route] / whole
            score = ALIKE * min(1.0, alike) + SHARED * min(1.0, share)
            score += VOTED * said.get(route, 0.0)
            scores[route] = score * (kept_named if named.get(route, 0.0) >= STRONG else kept) if route else score
        return self._aspect_first(scores, named)

    def _meant(self, typed: str) -> Iterable[tuple[str, float]]:
        plain = bare(typed)
        if plain in self.features or plain in self.quiet.plain:
            return ((typed, 1.0),)
        words, sure = self.near(plain)
        return tuple((word, sure) for word in words) or ((typed, 0.0),)

    def _line(self, meant: Meant, strict: float) -> Line:
        line = Line(defaultdict(float), defaultdict(float))
        seen: set[str] = set()
        odd, size, met = 0.0, 0, False
        for place, (word, sure) in enumerate(meant):
            plain = bare(word)
            before, met = met, self._pair(line, meant[place : place + 2], strict)
            if word in self.quiet.words:
                continue
            size += 1
            odd += 0.0 if before or met else self._odd(plain, sure)
            if plain not in seen:
                seen.add(plain)
                self._single(line, word, sure, strict)
        line.strange = odd / size if size else 0.0
        return line

    def _pair(self, line: Line, pair: Meant, strict: float) -> bool:
        """Adds two neighbours; whether our contents, too, let them stand together."""
        if len(pair) < 2:
            return False
        (one, sure), (two, also) = pair
        feature = self.features.get(f"{bare(one)} {bare(two)}")
        if feature is None:
            return False
        quality = _add(line, feature, (one, two), min(sure, also), strict)
        line.weight += feature.weight * UNASKED
        return quality != WRONG and feature.away < 0.5

    def _single(self, line: Line, word: str, sure: float, strict: float) -> None:
        plain = bare(word)
        feature = self.features.get(plain)
        quiet = plain == word and plain in self.quiet.plain and strict == 1.0
        if feature is None:
            line.weight += 0.0 if quiet else STRANGE
            return
        quality = _add(line, feature, (word,), sure, strict)
        weight = feature.weight * (QUIETER if quiet else 1.0)
        line.weight += max(weight, STRANGE) if quality == WRONG else weight

    def _odd(self, plain: str, sure: float) -> float:
        """How strange a word is that stands beside none of its usual neighbours."""
        feature = self.features.get(plain)
        if feature is None:
            return 0.0 if plain in self.quiet.plain else 1.0
        return UNMET + (1 - UNMET) * max(1 - sure if sure < SURE else 0.0, feature.away)

    def _alike(self, line: Line) -> tuple[dict[str, float], dict[str, float]]:
        """How well the best phrase of each route covers the line, and the line it; and the trust in the keywords that
        stand there whole."""
        best: dict[str, float] = defaultdict(float)
        named: dict[str, float] = {}
        whole, known = line.weight or 1.0, self.known
        for number, common in line.found.items():
            route, weight, trust = known[number]
            score = 2 * common / (whole + weight)
            if trust and common >= weight * 0.99:  # counts in any line
                score = max(score, trust + (1 - trust) * common / whole)
                named[route] = max(trust, named.get(route, 0.0))
            if score > best[route]:  # noqa: PLR1730  max() is slower, and this runs a hundred times a line
                best[route] = score
        return best, named

    def _aspect_first(self, scores: dict[str, float], named: Mapping[str, float]) -> dict[str, float]:
        """In "kinh phí làm mã vạch" the barcode is only the subject: what is asked about it comes before it."""
        top = max(scores.values(), default=0.0)
        best, most = "", 0.0
        for route, score in scores.items():
            least = max(LIKELY, top - (REACH if route in named else CLOSE))
            if score > most and score >= least and route and route not in self.subjects:
                best, most = route, score
        if best:
            for subject in self.subjects.intersection(scores):
                scores[subject] = min(scores[subject], most * BELOW)
        return scores


def _add(line: Line, feature: Feature, spelt: Words, sure: float, strict: float) -> float:
    """Adds a word or a pair to what is found; returns how well its spelling fits."""
    numbers, quality = standing(feature, spelt)
    weight = feature.weight * sure * (strict if quality == LAX else quality)
    found, shares = line.found, line.shares
    for number in numbers:
        found[number] += weight
    for route, share in feature.shares:
        shares[route] += weight * share
    return quality
