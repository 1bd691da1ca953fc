"""A request that is turned down is none: "tôi không muốn nộp hồ sơ nữa" does not ask to apply. What else the line asks
for, in another part of it, still counts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.flows.understanding.phrases import Phrases, Spell, phrases
from bot.flows.understanding.spelling import Words

LONGEST = 300  # characters; whoever writes more does not just turn something down
PARTS = re.compile(r"[,.;:!\n…]+")
WAYS_OUT = ("back", "skip", "pause", "cancel", "optout", "delete_data", "feedback", "thanks")


@dataclass(frozen=True, slots=True)
class Refusals:
    """`no` turns an act down at once, `notyet` only a wish for it; `act` is what one asks to do, `able` and `rather` say
    that it was no refusal after all."""

    no: Phrases
    asis: Phrases
    notyet: Phrases
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
        return not self.rather.inside(words) and any(self._refused(words, start) for start in range(len(words)))

    def _refused(self, words: Words, start: int) -> bool:
        """Whether a refusal begins here: no, perhaps a wish, an act, and not that it cannot be done."""
        at = self.no.reach(words, start) or len(self.asis.exactly(words[start : start + 1]))
        place = start + (at or self.notyet.reach(words, start))
        wished = place
        while wished < len(words) and place > start and (taken := self.wish.reach(words, wished)):
            wished += taken
        if wished >= len(words) or (wished == place and not at):
            return False
        acted = self.act.reach(words, wished)
        return acted > 0 and not self.able.inside(words[wished + acted : wished + acted + 3])


def harmed(route: str) -> bool:
    """Whether a line that turns something down may not mean this route: ways out stay open."""
    return route not in WAYS_OUT


def refusals(lists: Mapping[str, Sequence[str]], spell: Spell) -> Refusals:
    """From the part `refusal` of the word lists."""
    read = {name: phrases({"": lists[name]}, spell) for name in ("no", "asis", "notyet", "wish", "act", "able", "rather")}
    return Refusals(**read, spell=spell)
