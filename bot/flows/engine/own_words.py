"""Where one's own words are asked for, a line that looks like something else may be the answer: "chuyên viên" as a position,
"HTX Tiếp Tục" as a name."""

from __future__ import annotations

from bot.flows.engine import forms
from bot.flows.engine.scene import Scene
from bot.flows.programme import Question

FREE = ("text", "long_text", "people")
PLACES = ("other", "correct_words")
NAME = "unit_name"  # the profile of the questions for an organisation's name


def is_name(scene: Scene, question: Question | None, line: str) -> bool:
    """Whether the line is the name of an organisation, where one is asked for."""
    return question is not None and question.profile == NAME and scene.programme.lexicon.firm(line)


def is_answer(scene: Scene, line: str, route: str) -> bool:
    """Whether a command is no command here: a name, or somebody who is only named and not asked for."""
    question = forms.question_waiting(scene)
    return is_name(scene, question, line) or (route == "human" and _asked(scene, question) and no_call(scene, line))


def no_call(scene: Scene, line: str) -> bool:
    """Whether the line does not plainly ask for a person."""
    return not scene.programme.lexicon.reaches(line)


def _asked(scene: Scene, question: Question | None) -> bool:
    waiting = scene.session.waiting
    return waiting.kind in PLACES if waiting else question is not None and question.type in FREE
