"""A request that is turned down is none: "tôi không muốn nộp hồ sơ nữa" does not ask to apply. What else the line asks
for, in another part of it, still counts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.flows.understanding.folding import bare
from bot.flows.understanding.phrases import Phrases, Spell, phrases
from bot.flows.understanding.spelling import Words

LONGEST = 300  # characters; whoever writes more does not just turn something down
PARTS = re.compile(r"[,.;:!\n…]+")
WAYS_OUT = ("back", "skip", "pause", "cancel", "optout", "delete_data", "feedback", "thanks")


@dataclass(frozen=True, slots=True)
class Refusals:
    """`turns`: "no" turns an act down at once, "asis" too but only as it is written, "notyet" only a wish for it; `act`
    is what one asks to do, `able` and `rather` say that it was no refusal after all."""

    turns: Phrases
    wish: Phrases
    act: Phrases
    able: Phrases
    rather: Phrases
    spell: Spell

    def kept(self, text: str) -> str | None:
        """What of the line is not turned down; None where nothing is."""
        if len(text) > LONGEST or not self._refuses(self.spell(text)):
            return None
        parts = PARTS.split(text)
        return ", ".join(part for part in parts if not self._refuses(self.spell(part)))

    def _refuses(self, words: Words) -> bool:
        ways = self.turns.start.ways
        places = [place for place, word in enumerate(words) if bare(word) in ways]
        return any(self._refused(words, place) for place in places) and not self.rather.inside(words)

    def _refused(self, words: Words, start: int) -> bool:
        """Whether a refusal begins here: no, perhaps a wish, an act, and not that it cannot be done."""
        for length, kinds in self.turns.reached(words, start):
            place = wished = start + length
            while wished < len(words) and (taken := self.wish.reach(words, wished)):
                wished += taken
            at_once = "no" in kinds or self.turns.exactly(words[start:place]) == {"asis"}
            if wished < len(words) and (at_once or wished > place) and self._acted(words, wished):
                return True
        return False

    def _acted(self, words: Words, place: int) -> bool:
        after = place + self.act.reach(words, place)
        return after > place and not self.able.inside((*words[after : after + 3], words[-1]))


def harmed(route: str) -> bool:
    """Whether a line that turns something down may not mean this route: ways out stay open."""
    return route not in WAYS_OUT


def refusals(lists: Mapping[str, Sequence[str]], spell: Spell) -> Refusals:
    """From the part `refusal` of the word lists."""
    turns = phrases({kind: lists[kind] for kind in ("no", "asis", "notyet")}, spell)
    rest = {name: phrases({"": lists[name]}, spell) for name in ("wish", "act", "able", "rather")}
    return Refusals(turns, **rest, spell=spell)
