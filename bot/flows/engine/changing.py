"""One answer changed by its number: of the summary's list there, of the progress ("Câu 3/12") amid the form."""

from __future__ import annotations

from bot.flows.engine import forms, pausing, summary, walking
from bot.flows.engine.scene import Scene
from bot.flows.programme import Question
from bot.flows.understanding import fold

LONGEST = 60  # characters of a line that names an answer by its number


def numbered(scene: Scene, line: str) -> bool:
    """ "Sửa câu 3", wherever a form's question or its summary waits; False for a line with no such number."""
    draft, waiting = scene.session.draft, scene.session.waiting
    if draft is None or (waiting and waiting.kind not in pausing.OF_QUESTION):
        return False
    if not draft.asked:
        return summary.numbered(scene, line)
    numbers = [word for word in fold(line[:LONGEST]).split() if word.isdecimal()]
    if len(numbers) != 1 or len(numbers[0]) > 3:
        return False
    _amid(scene, int(numbers[0]))
    return True


def _amid(scene: Scene, number: int) -> None:
    """The question of that number comes again, and after it the one that waited; one that was not asked is said to be
    none."""
    current, total = _progress(scene, scene.form.question(scene.draft.asked))
    answered = {_progress(scene, question)[0]: question for question in _own(scene)}
    if number in answered and number != current:
        return summary.change(scene, answered[number])
    scene.understood("change")
    scene.settle()
    if number != current:
        scene.say("flow.no_number", number=number, later=current < number <= total)
    forms.again(scene)


def _own(scene: Scene) -> list[Question]:
    """What was asked and answered; what was known beforehand was never counted."""
    return [question for question in summary.listed(scene) if question.id not in scene.draft.filled]


def _progress(scene: Scene, question: Question) -> tuple[int, int]:
    return walking.progress(scene.form, scene.draft.answers, question.id, scene.draft.filled)
