"""Answers that are one tap away: what an earlier question was answered with, and what a text most likely is. Both can be
typed; they are no numbered choices, since any words may be the answer."""

from __future__ import annotations

from bot.flows.engine.scene import Scene
from bot.flows.programme import Question, words
from bot.flows.understanding import fold
from bot.flows.values import Choice, Json

BRIEF = 40  # characters
SHORT = 60  # characters of a line that is one of the labels


def brief(title: Json) -> str:
    """A name on a button; the whole of it stands in the text."""
    said = str(title)
    return said if len(said) <= BRIEF else said[: BRIEF - 1].rstrip() + "…"


def offered(scene: Scene, question: Question) -> tuple[tuple[str, str], ...]:
    """What can be tapped beside typing, each with its label."""
    earlier = scene.draft.answers.get(question.same)
    same = [("!same", scene.label("same", value=brief(scene.shown()[question.same])))] if earlier is not None else []
    said = (words(each, scene.language) for each in question.suggests)
    return (*same, *((f"!say{number}", each) for number, each in enumerate(said)))


def given(scene: Scene, question: Question, what: str) -> Json:
    """The answer that such a tap gives; None if it is no such tap."""
    if what not in dict(offered(scene, question)):
        return None
    return scene.draft.answers[question.same] if what == "!same" else dict(offered(scene, question))[what]


def typed(scene: Scene, question: Question, line: str) -> Choice | None:
    """The tap that a line means: a label without its accents; "chính tôi", "người liên hệ" where the same can be the answer."""
    there = offered(scene, question) if len(line) <= SHORT else ()
    means = {fold(label): what for what, label in reversed(there)}
    if "!same" in means.values():
        means |= {fold(each): "!same" for each in scene.text("flow.same_words").plain.split(";")}
    what = means.get(fold(line), "") if there else ""
    return Choice(f"{scene.draft.run}.{question.id}.{what}", dict(there)[what], control=True) if what else None
