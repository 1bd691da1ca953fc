"""Which route a line means: its words and word pairs, weighed by how few routes use them, against every title, keyword
and example of the content. Scores are comparable between lines, so that thresholds make sense."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from typing import Any, NamedTuple

from bot.flows.understanding.folding import bare, marked
from bot.flows.understanding.learning import learned
from bot.flows.understanding.near import near
from bot.flows.understanding.phrasebook import Known, Meaning, keys, trust, weighed
from bot.flows.understanding.phrases import Phrases, phrases
from bot.flows.understanding.spelling import Rules, Speller, Words, fits
from bot.flows.understanding.telex import syllable
from bot.flows.understanding.weighing import BELOW, LIKELY, Quiet, Weighing

# On the utterances in tests/flows no line beyond CERTAIN is wrong and no name, product or address reaches it by chance
# (an exact keyword does); below LIKELY stand the lines about something else. Between them a route is likely, and the
# nearest three are worth offering beneath.
CERTAIN = 0.85
LONGEST = 600  # characters that are looked at; a topic is named by then
OTHER = 0.97  # what a line is worth by the less usual meaning of its abbreviations
POLITE = 4  # words of politeness before a line, and after it
PARTS = re.compile(r"[,.;!?\n…]+")
RISKY = ("optout", "delete_data")
SAFE = 0.6  # how like a request to stop or to delete a line must be
FIRST = {"delete_data": 0, "optout": 0, "cancel": 1, "human": 2}  # which of two requests in one line is heeded


class Guess(NamedTuple):
    """A route a line may mean; `score` runs from 0 to 1."""

    route: str
    score: float


_score = itemgetter(1)


@dataclass(frozen=True, slots=True)
class Index:
    """From lines to routes."""

    speller: Speller
    same: Rules
    greetings: Phrases
    polite: Phrases
    risky: Phrases
    own: Mapping[str, tuple[Words, str]]
    weighing: Weighing

    def guesses(self, text: str) -> tuple[Guess, ...]:
        """All routes with anything in common with the line, best first."""
        text = text[:LONGEST]
        if self._greeting(text):
            return (Guess("menu", 1.0),)
        scores = self._scores(text)
        parts = [part for part in PARTS.split(text) if part.count(" ") > 0]
        first = [route for part in parts if len(parts) > 1 for route in self._urgent(part)]
        ranked = sorted(scores.items(), key=_score, reverse=True)
        guesses = [Guess(route, min(1.0, score)) for route, score in ranked]
        return tuple(_urgent_first(guesses, first) if first else guesses)

    def words(self, text: str, other: bool = False) -> Words:
        """The line as the phrases are written: synonyms replaced, names typed in two parts ("o cop") joined."""
        return self.same.apply(self._joined(self.speller.words(text, other)))

    def _joined(self, words: Words) -> Words:
        features = self.weighing.features
        for place, (one, two) in enumerate(pairwise(words)):
            name = bare(one) + bare(two)
            if name in features and one.isascii() and f"{one} {two}" not in features and not syllable(name):
                return (*words[:place], name, *self._joined(words[place + 2 :]))
        return words

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
        scores = self._said_so(usual, self.weighing.scores(usual))
        if other != usual:
            for route, score in self.weighing.scores(other).items():
                scores[route] = max(score * OTHER, scores.get(route, 0.0))
        return self._safe(_ours(scores), usual)

    def _said_so(self, words: Words, scores: dict[str, float]) -> dict[str, float]:
        """A line that is one of the content's own phrases, but for politeness, means that phrase's route before all."""
        start, end = self.polite.leading(words, POLITE), len(words) - self.polite.trailing(words, POLITE)
        for part in (words, words[start:end]):
            meant, route = self.own.get(" ".join(map(bare, part)), ((), ""))
            if meant and route in scores and all(map(fits, part, meant)):
                top = max(scores.values())
                return {other: top if other == route else min(score, top * BELOW) for other, score in scores.items()}
        return scores

    def _safe(self, scores: dict[str, float], words: Words) -> dict[str, float]:
        """Stopping and deleting need their act in the line, nothing that turns it round, and a high score; who speaks of
        stopping does not ask for messages."""
        if not any(scores.get(route, 0.0) >= LIKELY for route in (*RISKY, "optin")):
            return scores
        spoken = {
            kind for start in range(len(words)) for _, kinds in self.risky.reached(words, start) for kind in kinds
        }
        barred = {route for route in RISKY if {route, "neither"} & spoken != {route} or scores.get(route, 0.0) < SAFE}
        barred |= ({"optin"} if "optout" in spoken else set()) | (set() if "data" in spoken else {"delete_data"})
        return {route: min(score, LIKELY * 0.9) if route in barred else score for route, score in scores.items()}


def _urgent_first(guesses: Sequence[Guess], first: Sequence[str]) -> list[Guess]:
    """With what a part of the line urgently asks for at the head, and certain."""
    raised = [Guess(route, max(score, CERTAIN)) if route in first else Guess(route, score) for route, score in guesses]
    return sorted(raised, key=lambda guess: (FIRST[guess.route] if guess.route in first else len(FIRST), -guess.score))


def _ours(scores: dict[str, float]) -> dict[str, float]:
    """What is asked elsewhere (weather, football, taxes) is no route: it holds down what is less alike than it."""
    elsewhere = scores.pop("", 0.0)
    return {route: score if score > elsewhere else min(score, LIKELY * 0.9) for route, score in scores.items()}


def _own(listed: Sequence[tuple[str, Words, bool]]) -> dict[str, tuple[Words, str]]:
    """The phrases of one route alone, by their words without accents."""
    routes: dict[str, set[tuple[Words, str]]] = {}
    for route, phrase, _ in listed:
        routes.setdefault(" ".join(map(bare, phrase)), set()).add((phrase, route))
    return {key: next(iter(found)) for key, found in routes.items() if len(found) == 1}


def _words(listed: Sequence[str]) -> frozenset[str]:
    return frozenset(word for phrase in listed for word in marked(phrase))


def index(meanings: Sequence[Meaning], spell: Speller, same: Rules, words: Mapping[str, Any]) -> Index:
    """Reads every phrase once."""
    products = _words(words["products"])
    quiet = products | _words(words["quiet"]) | _words(words["quiet_english"])
    general = _words(words["general"])
    elsewhere = Meaning("", keywords=tuple(words["elsewhere"]))
    listed = [
        (meaning.route, same.apply(spell.words(text)), keyword)
        for meaning in (*meanings, elsewhere)
        for keyword, texts in ((False, meaning.titles + meaning.examples), (True, meaning.keywords))
        for text in texts
    ]
    features = weighed(listed, quiet, products)
    known = tuple(
        Known(
            route,
            sum(features[key].weight for key, _ in keys(phrase, quiet, products)),
            trust(phrase, keyword, general | quiet),
        )
        for route, phrase, keyword in listed
    )
    pairs = [(one, two) for one, _, two in (key.partition(" ") for key in features) if two]
    weights = {key: feature.weight for key, feature in features.items() if " " not in key}
    return Index(
        speller=spell,
        same=same,
        greetings=phrases({"menu": words["greetings"]}, spell.words),
        polite=phrases({"": [*words["persons"], *words["particles"], *words["hailing"]]}, spell.words),
        risky=phrases(words["risky"], spell.words),
        own=_own(listed),
        weighing=Weighing(
            known=known,
            features=features,
            quiet=Quiet(quiet, frozenset(map(bare, quiet))),
            near=near(weights, pairs),
            subjects=frozenset(words["subjects"]),
            weights=learned(([bare(word) for word in phrase], route) for route, phrase, _ in listed),
        ),
    )
