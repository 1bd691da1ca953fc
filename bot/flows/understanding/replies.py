"""Yes or no. A no is looked for first, a question or a doubt is neither, and so is whatever has a word too many."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.flows.understanding.phrases import Phrases, Spell, phrases
from bot.flows.understanding.spelling import Words

LONGEST = 160  # characters; no yes or no is longer
PARTS = re.compile(r"[,.;:!\n…]+")
CLASSES = ("yes", "no", "no_about", "unsure", "acknowledge", "around", "denying", "wondering")
KINDS = ("no_about", "no", "yes", "acknowledge", "denying", "polite", "around", "wondering")  # which goes first


@dataclass(frozen=True, slots=True)
class Replies:
    """The word lists of yes and no. `emoji`: sign → yes or no."""

    lists: Phrases
    emoji: Mapping[str, bool]
    spell: Spell

    def read(self, text: str) -> bool | None:
        """True, False, or None where the line is neither."""
        if len(text) > LONGEST or "?" in text:
            return None
        signs = {said for sign, said in self.emoji.items() if sign in text}
        known: list[str] = []
        for part in PARTS.split(text):
            verdict = self._part(self.spell(part))
            if verdict == "?":
                return None
            known += [verdict] if verdict else []
        if len({*known} - {"ack"} | {"yes" if sign else "no" for sign in signs}) > 1:
            return None
        return _verdict(known, signs)

    def begun(self, text: str) -> str:
        """The plain yes with which a line begins that then says more ("có, chương trình OCOP"); "" where what follows
        doubts it or is a no, and for mere politeness ("dạ, …")."""
        head, comma, rest = text.partition(",")
        words = self.spell(rest)
        if not comma or "?" in text or self._part(self.spell(head)) != "yes":
            return ""
        kinds = {kind for start in range(len(words)) for _, found in self.lists.reached(words, start) for kind in found}
        return "" if kinds & {"unsure", "no", "no_about", "denying", "wondering"} else head

    def denies(self, word: str) -> bool:
        """Whether a word is a no by itself."""
        return "no" in self.lists.find((word,))

    def _part(self, words: Words) -> str:
        """yes, no, ack, "" for nothing but politeness, ? for neither."""
        kinds: list[str] = []
        place = 0
        while place < len(words):
            kind, taken = self._at(words, place)
            if kind == "no_about" and not kinds:
                return self._no_about(words, place + taken)
            if kind in ("?", "unsure"):
                return "?"
            kinds.append("no" if kind == "no_about" else kind)
            place += taken
        return _joined(kinds, any("wondering" in self.lists.find((word,)) for word in words[1:]))

    def _no_about(self, words: Words, start: int) -> str:
        """A no with its object ("chưa có mã vạch nào"), unless a doubt, a second no or a yes follows."""
        place = start
        while place < len(words):
            kind, taken = self._at(words, place)
            if kind in ("unsure", "no", "no_about") or place - start > 5:
                return "?"
            place += taken
        return "no"

    def _at(self, words: Words, start: int) -> tuple[str, int]:
        longest: dict[int, frozenset[str]] = {}
        for length, kinds in self.lists.reached(words, start):
            longest[length] = longest.get(length, kinds) | kinds
        if not longest:
            return "?", 1
        taken = max(longest)
        return _kind(longest[taken]), taken


def _kind(kinds: frozenset[str]) -> str:
    if "unsure" in kinds or {"yes", "no"} <= kinds:
        return "unsure"
    return next(kind for kind in KINDS if kind in kinds)


def _joined(kinds: list[str], wondering: bool) -> str:
    """`wondering`: whether the part ends as a surprised question does ("đồng ý à")."""
    said = [kind for kind in kinds if kind in ("yes", "no")]
    if "no" not in said and (wondering or "denying" in kinds):  # "được gì đâu", "có gì đâu mà đồng ý", "đồng ý à"
        return "?" if said or "acknowledge" in kinds else ""
    if not said:
        return "" if "acknowledge" not in kinds else "?" if "around" in kinds else "ack"
    if "no" not in said:
        return "yes"
    return "no" if said in (["no"], ["no", "yes"]) else "?"  # "không ok"; but "có không", "không phải không đồng ý"


def _verdict(known: list[str], signs: set[bool]) -> bool | None:
    if "no" in known or signs == {False}:
        return False
    if "yes" in known or signs == {True}:
        return True
    return True if "ack" in known else None


def replies(words: Mapping[str, Any], spell: Spell) -> Replies:
    """The replies of the word lists."""
    lists = {kind: words[kind] for kind in CLASSES}
    lists["polite"] = [*words["persons"], *words["particles"]]
    emoji = {sign: said == "yes" for said, signs in words["emoji"].items() for sign in signs}
    return Replies(phrases(lists, spell), emoji, spell)
