"""Somebody who takes the needs survey over Telegram, from nothing but what they see."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.simulators.survey import BEGIN, RECEIVED, SEVERAL, TYPED, Key, asked, stored_choice
from tests.simulators.telegram.people import User

PATIENCE = 60.0  # seconds without a word after which somebody counts as stuck
TICK = "✓"
AGREED = 3  # what is agreed to on the way: the request, announcements, sharing


@dataclass
class Taker:
    """They tap what is shown or type it, and answer each question once, however often it is shown. `said`: what was
    answered, as it must be stored; `ticked`: where it took two taps; `pressed`: buttons; `lines`: updates in all;
    `left`: waiting for ever."""

    user: User
    chance: random.Random
    said: dict[Key, Any] = field(default_factory=dict)
    ticked: set[Key] = field(default_factory=set)
    pressed: set[str] = field(default_factory=set)
    lines: int = 0
    received: bool = False
    finished: bool = False
    left: bool = False

    async def walk(self) -> None:
        """To the end of the survey and of what is asked after it."""
        self._say(BEGIN)
        place, seen = self.user.place, 0
        while not self.finished:
            await self.user.until(lambda seen=seen: len(place.shown) > seen, PATIENCE)  # type: ignore[misc]
            number = place.shown[seen]
            self._look(number, place.history[number])
            seen += 1

    def _look(self, number: int, message: Mapping[str, Any]) -> None:
        rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
        shown = {button["callback_data"]: button["text"] for row in rows for button in row}
        self.received = self.received or RECEIVED in message["text"]
        go_on = next((value for value in shown if value.startswith("ok.") or value.endswith(".!summary.!submit")), "")
        if go_on:
            self._press(go_on, number)
        elif key := asked(list(shown)):
            self._answer(key, shown, number)
        elif self.user.keyboard:
            self._hand_over()
        agreed = sum(value.startswith("ok.") for value in self.pressed)
        self.finished = self.received and agreed == AGREED and not shown

    def _answer(self, key: Key, shown: Mapping[str, str], number: int) -> None:
        run, question = key
        if key not in self.said:
            self._first(key, shown, number)
        elif any(label.startswith(TICK) for label in shown.values()) and question in SEVERAL:
            self.ticked.add(key)
            self._press(f"{run}.{question}.!done", number)

    def _first(self, key: Key, shown: Mapping[str, str], number: int) -> None:
        run, question = key
        if question in TYPED:
            words, self.said[key] = TYPED[question](f"{self.user.id}-{run}", self.chance)
            return self._say(words)
        options = [value for value in shown if not value.split(".", 2)[2].startswith(("!", "other"))]
        assert options, f"no way to answer {question}"
        pick = self.chance.choice(options)
        stored = stored_choice(pick.split(".", 2)[2])
        self.said[key] = [stored] if question in SEVERAL else stored
        if self.chance.random() < 0.4:
            return self._say(shown[pick])
        return self._press(pick, number)

    def _hand_over(self) -> None:
        """Their telephone number, by the button that hands it over or typed."""
        key = (max(self.said)[0], "phone")
        if key not in self.said and self.chance.random() < 0.5:
            self.lines += 1
            self.said[key] = f"+84900{self.user.id:06}"
            self.user.send_contact(f"84900{self.user.id:06}")
        elif key not in self.said:
            words, self.said[key] = TYPED["phone"]("", self.chance)
            self._say(words)

    def _say(self, words: str) -> None:
        self.lines += 1
        self.user.send(words)

    def _press(self, value: str, number: int) -> None:
        """Once, below whichever message shows it first."""
        if value not in self.pressed:
            self.pressed.add(value)
            self.lines += 1
            self.user.tap(value, number)
