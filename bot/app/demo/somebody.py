"""A made-up person in chat. What is asked is answered as the content allows: chosen by chance, typed as people type."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.channel import Address, Incoming
from bot.flows.programme import Form, Programme, Question
from bot.flows.session import Session
from bot.flows.values import Event

Act = tuple[str, dict[str, Any]]  # an event and its data


@dataclass
class Somebody:
    """`own`: answers that are theirs, by question id; `begins`: the route of what they want, "" when they are done."""

    number: int
    own: Mapping[str, Any]
    words: Mapping[str, Any]
    chance: random.Random
    begins: str = ""
    tried: int = 0
    said: int = field(default=0)

    @property
    def address(self) -> Address:
        return Address("web", "web", f"demo-{self.number:04}")

    def speak(self, session: Session, programme: Programme, now: datetime) -> Incoming | None:
        """What they say next; None when there is nothing left."""
        act = self._next(session, programme)
        if act is None:
            return None
        self.said += 1
        return Incoming(self.address, f"{self.address.id}.{self.said}", Event(act[0], now, act[1]))

    def _next(self, session: Session, programme: Programme) -> Act | None:
        waiting, draft = session.waiting, session.draft
        if self.begins and not (draft or (waiting and waiting.kind != "offers")):
            route, self.begins = self.begins, ""
            return "tapped", {"value": f"go.{route}"}
        if waiting and waiting.kind != "offers":
            return self._agree(waiting.kind, waiting.turn)
        if draft is None:
            return None
        if not draft.asked:
            self.tried += 1
            return ("tapped", {"value": f"{draft.run}.!summary.!submit"}) if self.tried < PATIENCE else None
        form = programme.at(draft.release).forms[draft.form]
        if f"{draft.asked}.open" in draft.answers:  # one attendee is enough
            return "tapped", {"value": f"{draft.run}.{draft.asked}.!done"}
        return self.answer(form, form.question(draft.asked), f"{draft.run}.{draft.asked}.", programme)

    def _agree(self, kind: str, turn: int) -> Act | None:
        """Whatever waits before the question is agreed to; what one should not be asked twice is left."""
        self.tried += 1
        if self.tried > PATIENCE:
            return None
        if kind == "other":
            return "said", {"text": self.pick("products")}
        if kind == "human":
            return ("said", {"text": self.pick("asks")}) if self.tried == 1 else None
        if kind == "consent":
            return "tapped", {"value": f"ok.{turn}.{'yes' if self.chance.random() < AGREES else 'no'}"}
        return "tapped", {"value": f"ok.{turn}.{FIRST.get(kind, 'yes')}"}

    def answer(self, form: Form, question: Question, start: str, programme: Programme) -> Act:
        """An answer to the question: one's own, left out now and then, else by its type."""
        own = self.own.get(question.id)
        if own is None and question.optional and (question.type == "file" or self.chance.random() < LEAVES_OUT):
            return "tapped", {"value": f"{start}!skip"}
        if question.type in ("choice", "choices"):
            return "tapped", {"value": start + self._option(question, own)}
        if question.type == "commune":
            return "tapped", {"value": start + str(own or self.chance.choice(programme.communes).code)}
        if own is not None:
            return "said", {"text": str(own)}
        return (
            TYPED[question.type](self, question) if question.type in TYPED else ("tapped", {"value": f"{start}!skip"})
        )

    def _option(self, question: Question, own: object) -> str:
        ids = [option.id for option in question.options if option.id not in (question.other, question.none)]
        if question.type == "choice":
            return str(own) if question.option(str(own)) else self.chance.choice(ids)
        wanted = [name for name in ids if isinstance(own, list) and name in own]
        least = int(float(question.minimum or 1))
        return "=" + ",".join(
            wanted or sorted(self.chance.sample(ids, max(least, self.chance.randint(1, 2))), key=ids.index)
        )

    def pick(self, what: str) -> str:
        return str(self.chance.choice(self.words[what])).replace("(n)", _letters(self.number))


def _letters(number: int) -> str:
    """1 is A, 27 is AA: a person's name holds no digit."""
    return (_letters((number - 1) // 26) if number > 26 else "") + chr(ord("A") + (number - 1) % 26)


PATIENCE = 6  # how often somebody tries to send, or agrees to what stands before a question
AGREES, LEAVES_OUT = 0.9, 0.3
FIRST = {"unfinished": "resume", "candidates": "1", "meant": "answer"}


def _number(one: Somebody, question: Question) -> Act:
    low, high = float(question.minimum or 0), float(question.maximum or 100)
    return "said", {"text": str(int(one.chance.uniform(low, min(high, low + 20))))}


def _rating(one: Somebody, question: Question) -> Act:
    low, high = int(float(question.minimum or 1)), int(float(question.maximum or 5))
    return "said", {"text": str(one.chance.randint(low, high))}


def _sentence(one: Somebody, question: Question) -> Act:
    return "said", {"text": one.pick("sentences")}


def _text(one: Somebody, question: Question) -> Act:
    return "said", {"text": one.pick("products")}


def _said(text: str) -> Callable[[Somebody, Question], Act]:
    return lambda one, question: ("said", {"text": text})


def _people(one: Somebody, question: Question) -> Act:
    return "said", {"text": f"{one.pick('people')}, {one.pick('positions')}, {one.own['phone']}"}


TYPED: dict[str, Callable[[Somebody, Question], Act]] = {
    "people": _people,
    "yes_no": lambda one, question: ("said", {"text": "1"}),
    "number": _number,
    "rating": _rating,
    "money": _said("150000000"),
    "date": _said("15/03/2024"),
    "url": _said("https://example.vn"),
    "email": _said("vidu@example.vn"),
    "barcode": _said("8930000000002"),
    "location": _said("10.37, 105.43"),
    "text": _text,
    "long_text": _sentence,
}
