"""What reading a line as an answer can come to, and the question it is read for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from bot.flows.answers.display import display
from bot.flows.programme import Programme, Question
from bot.flows.values import Json


@dataclass(frozen=True, slots=True)
class Read:
    """The value. `warning`: a text about it, with which it is kept only if the person confirms; `other`: the words that
    go with the option "other"; `echo`: it was found by what was typed and looks otherwise, so that it is shown at once."""

    value: Json
    warning: str = ""
    other: str = ""
    echo: bool = False


@dataclass(frozen=True, slots=True)
class Several:
    """What the line may mean, each with its label; also a single thing that is better confirmed."""

    candidates: tuple[tuple[Json, str], ...]


@dataclass(frozen=True, slots=True)
class Unread:
    """Why the line is no answer: a text, and the values it takes."""

    reason: str
    values: Mapping[str, object] = field(default_factory=dict)


Outcome: TypeAlias = Read | Several | Unread


@dataclass(frozen=True, slots=True)
class Asking:
    """A question in the situation in which it was asked."""

    question: Question
    programme: Programme
    language: str
    today: date

    def show(self, value: Json) -> str:
        return display(self.question, value, self.programme, self.language)

    def several(self, values: Iterable[Json]) -> Several:
        return Several(tuple((value, self.show(value)) for value in values))

    def unread(self, reason: str = "", **values: object) -> Unread:
        """Without a reason: the one that says what an answer to this type of question looks like."""
        return Unread(f"answers.{reason or self.question.type}", values)

    def out_of_bounds(self) -> Unread:
        """Says the bounds in the words in which such answers are shown."""
        low, high = self.question.minimum, self.question.maximum
        reason = "between" if low is not None and high is not None else "from" if low is not None else "to"
        return self.unread(
            reason, minimum="" if low is None else self.show(low), maximum="" if high is None else self.show(high)
        )


def bounds(question: Question, low: float, high: float) -> tuple[float, float]:
    """The question's own bounds as numbers, else these."""
    return _number(question.minimum, low), _number(question.maximum, high)


def _number(bound: float | str | None, otherwise: float) -> float:
    return bound if isinstance(bound, int | float) else otherwise
