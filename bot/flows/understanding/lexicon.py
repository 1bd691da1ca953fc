"""The words of the programme, read once: what stands alone is a command, what could mean two things is doubtful."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from bot.flows.remembering import remembered
from bot.flows.understanding.building import parts
from bot.flows.understanding.choosing import Choosing, Chosen
from bot.flows.understanding.meaning import RISKY, Guess, Index
from bot.flows.understanding.phrasebook import Meaning
from bot.flows.understanding.phrases import Phrases
from bot.flows.understanding.refusing import Refusals, harmed
from bot.flows.understanding.replies import Replies
from bot.flows.understanding.spelling import Speller, Words
from bot.flows.understanding.weighing import LIKELY

LONGEST = 120  # characters; no command is longer
NAME = 3  # words after the legal form that are a name although they could ask ("HTX Bao Nhiêu")
AROUND = 7  # polite words before a command, and after it
SHORT, REMEMBERED = 60, 4096  # characters of a line that is remembered, and how many lines
CONSENT = "consent"  # what agreeing means is asked by a question alone: a yes or a no answers
Known = TypeVar("Known")


def short(method: Callable[..., Known]) -> Callable[..., Known]:
    """People say the same few short things over and over: what was found out of such a line is kept."""
    cached = remembered(REMEMBERED)(method)

    @wraps(method)
    def call(lexicon: Lexicon, text: str, *rest: Any) -> Known:
        return cached(lexicon, text, *rest) if len(text) <= SHORT else method(lexicon, text, *rest)

    return call


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Built once from the word lists and all meanings; every question to it is pure, so that answers can be remembered."""

    speller: Speller
    commands: Phrases
    doubts: Phrases
    before: Phrases
    after: Phrases
    lone: Phrases
    languages: Phrases
    asking: Phrases
    ending: Phrases
    ignorance: Phrases
    lack: Phrases
    oneself: Phrases
    oneself_asis: Phrases
    reaching: Phrases
    legal_forms: Phrases
    not_named: Phrases
    not_coming: Phrases
    withdrawing: Phrases
    replies: Replies
    index: Index
    refusals: Refusals
    choosing: Choosing
    registering: Phrases

    @staticmethod
    def build(words: Mapping[str, Any], meanings: Sequence[Meaning]) -> Lexicon:
        """From content/common/words.yaml as it stands and every route's title, keywords and examples."""
        return Lexicon(**parts(words, meanings))

    @short
    def command(self, text: str) -> str | None:
        """The route of a command that stands alone, but for politeness; None for anything doubtful or longer."""
        words = self._short(text)
        if not words or self._doubt(words):
            return None
        route = self._standing_alone(words)
        return None if route in RISKY and "?" in text else route

    @short
    def spelt(self, text: str, route: str) -> bool:
        """Whether the route's command stands there as it is written, accents and all ("hủy chỗ", not "huy cho" or "hủy cho tôi")."""
        words = self._short(text)
        first = self.before.leading(words, AROUND)
        ends = range(1, len(words) + 1)
        return any(route in self.commands.exactly(words[start:stop]) for start in range(first + 1) for stop in ends)

    @short
    def yes_no(self, text: str) -> bool | None:
        """Whether the line says yes or no; a no is never read as a yes, and None where it is unclear or a question."""
        return self.replies.read(text)

    @short
    def question(self, text: str) -> bool:
        """Whether the line plainly asks something."""
        words = self.speller.words(text[:1000])
        if "?" in text[:1000].rstrip("?") + text[-1:] and len(words) > 1:
            return True
        return self.asking.inside(words) or self._ends_asking(words)

    @short
    def unknowing(self, text: str) -> bool:
        """Whether the line says that one does not know, and nothing else ("ko ro", "chưa biết ạ")."""
        return "?" not in text and self._alone(self.ignorance, text)

    @short
    def lacking(self, text: str) -> bool:
        """Whether the line says that there is none, and nothing else ("ko co", "không có gì ạ")."""
        return "?" not in text and self._alone(self.lack, text)

    @short
    def means_oneself(self, text: str) -> bool:
        """Whether the line says nobody but who is speaking ("tôi", "chính tôi")."""
        return "?" not in text and (self._alone(self.oneself, text) or self._alone(self.oneself_asis, text, asis=True))

    @short
    def guesses(self, text: str) -> tuple[Guess, ...]:
        """Routes by meaning, best first; compare their scores with CERTAIN and LIKELY."""
        found = self.index.guesses(text)
        if found and found[0].route == CONSENT and self.yes_no(text) is not None:
            found = tuple(guess for guess in found if guess.route != CONSENT)
        kept = self.refusals.kept(text)
        if kept is None or (not kept and self.question(text)):
            return found
        still = {guess.route: guess.score for guess in self.index.guesses(kept)}
        lowered = [_lowered(guess, still.get(guess.route, 0.0)) for guess in found]
        return tuple(sorted(lowered, key=lambda guess: -guess.score))

    @short
    def language(self, text: str) -> str | None:
        """The one language that a short line names; None where it names two, or says no to something."""
        words = self._short(text)
        named = {
            language
            for start in range(len(words))
            for _, found in self.languages.reached(words, start)
            for language in found
        }
        said = words[: len(words) - self.lone.trailing(words, AROUND)]
        denied = any(map(self.replies.denies, said[:-1]))  # at the end "không" asks
        return next(iter(named)) if len(named) == 1 and not denied else None

    @short
    def reaches(self, text: str) -> bool:
        """Whether the line plainly asks for a person, and does not only name one ("chuyên viên")."""
        return self.reaching.inside(self.speller.words(text))

    @short
    def absent(self, text: str) -> bool:
        """Whether somebody says that they do not come."""
        return self.not_coming.inside(self.speller.words(text))

    @short
    def withdraws(self, text: str) -> bool:
        """Whether these words, before a case's number, take it back."""
        words = self._short(text)
        first = self.before.leading(words, AROUND)
        return any(self.withdrawing.find(words[start:]) for start in range(first + 1) if start < len(words))

    @short
    def courtesy(self, text: str) -> bool:
        """Whether there is nothing but politeness in it."""
        words = self._short(text)
        return self.after.trailing(words, AROUND) == len(words)

    @short
    def firm(self, text: str) -> bool:
        """Whether the line is what an organisation is called: its legal form, and a name after it."""
        words = self._short(text)
        named = self.legal_forms.reach(words, 0)
        if not 0 < named < len(words) or "?" in text or self.not_named.reach(words, named):
            return False
        return len(words) - named <= NAME or not self.question(text)

    def unclear(self, text: str) -> bool:
        """Whether the line alone could be a stop, a deletion or a cancelling, or mean something else: ask first."""
        return self.doubtful(text) is not None

    @short
    def doubtful(self, text: str) -> str | None:
        """The route that an unclear line may stand for ("dung" → optout)."""
        words = self._short(text)
        if not words:
            return None
        if doubt := self._doubt(words):
            return doubt
        route = self._standing_alone(words) if "?" in text else None
        return route if route in RISKY else None

    @short
    def registers(self, text: str) -> bool:
        """Whether the line says "register" and nothing else, but for politeness."""
        words = self._short(text)
        first, last = self.before.leading(words, AROUND), self.after.trailing(words, AROUND)
        spans = ((start, stop) for start in range(first + 1) for stop in range(len(words), len(words) - last - 1, -1))
        return any(self.registering.find(words[start:stop]) for start, stop in spans if start < stop)

    def choose(self, text: str, labels: Sequence[tuple[str, ...]], several: bool = False) -> Chosen:
        """Which of the labels (each with its aliases) the line names."""
        return self._choose(text, tuple(labels), several)

    @short
    def _choose(self, text: str, labels: tuple[tuple[str, ...], ...], several: bool) -> Chosen:
        return self.choosing.choose(text, labels, several)

    def _short(self, text: str) -> Words:
        return self.speller.words(text) if len(text) <= LONGEST else ()

    def _standing_alone(self, words: Words) -> str | None:
        """The longest command that leaves only polite words around it."""
        words = tuple("0" if word.isdecimal() else word for word in words)  # "sửa câu 3", written "sửa câu #"
        first, last = self.before.leading(words, AROUND), self.after.trailing(words, AROUND)
        if len(words) - first - last > self.commands.longest:
            return None
        best, found = 0, None
        for start in range(first + 1):
            for length, routes in self.commands.reached(words, start):
                if length > best and start + length >= len(words) - last:
                    best, found = length, self._sure(routes, words[start : start + length])
        return found

    def _alone(self, listed: Phrases, text: str, asis: bool = False) -> bool:
        """Whether one of the phrases leaves only polite words around it; `asis`: with the accents it is written with."""
        words, find = self._short(text), listed.exactly if asis else listed.find
        first, last = self.before.leading(words, AROUND), self.after.trailing(words, AROUND)
        stops = range(len(words) - last, len(words) + 1)
        return any(find(words[start:stop]) for start in range(first + 1) for stop in stops if start < stop)

    def _sure(self, routes: frozenset[str], words: Words) -> str | None:
        """The one route; a single word that stops or deletes must not be one that only lacks its accents."""
        route = next(iter(routes))
        loose = route in RISKY and len(words) == 1 and not self.commands.exactly(words)
        return None if loose or len(routes) > 1 else route

    def _doubt(self, words: Words) -> str | None:
        """Doubtful words are compared as typed: the accents of "dừng" have settled what "dung" leaves open."""
        first, last = self.lone.leading(words, AROUND), self.lone.trailing(words, AROUND)
        for start in range(first + 1):
            for stop in range(len(words), len(words) - last - 1, -1):
                if routes := self.doubts.exactly(words[start:stop]):
                    return min(routes)
        return None

    def _ends_asking(self, words: Words) -> bool:
        end = len(words) - self.lone.trailing(words, AROUND)
        if end < 3 or self.replies.denies(words[0]) or words[end - 2].isdecimal():  # "không có gì", "ocop 4 sao"
            return False
        return any(self.ending.find(words[max(start, 0) : end]) for start in range(end - 3, end))


def _lowered(guess: Guess, still: float) -> Guess:
    return Guess(guess.route, min(guess.score, max(still, LIKELY * 0.9))) if harmed(guess.route) else guess
