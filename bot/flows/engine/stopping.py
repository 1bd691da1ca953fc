"""A form that stopped at a condition that must hold: change the answer, leave out what is not for them, pause, ask somebody,
or go on all the same."""

from __future__ import annotations

from dataclasses import replace

from bot.flows.answers import Read
from bot.flows.engine import answering, eligibility, forms, pausing, summary
from bot.flows.engine.calling import SUPPORTS
from bot.flows.engine.scene import Scene
from bot.flows.programme import Eligibility, Question
from bot.flows.session import Waiting
from bot.flows.values import Choice


def again(scene: Scene, waiting: Waiting) -> None:
    """Why it stopped, and what can be done."""
    wrong = eligibility.stand_in_the_way(scene)
    for condition in wrong[:-1]:
        eligibility.explain(scene, condition)
    for condition in wrong[-1:]:
        eligibility.explain(scene, condition, _choices(scene))


def _choices(scene: Scene) -> list[Choice]:
    ways = [scene.ok("pause", "pause"), scene.go("human"), scene.ok("on", "answer_on")]
    changes = [
        scene.ok(f"change.{each.id}", "change_answer", title=summary.label(scene, each)) for each in _behind(scene)
    ]
    out = [eligibility.called(scene, each) for each in _unfit(scene)]
    leave_out = [scene.ok("out", "leave_out", title="; ".join(out))] if out and _rest(scene) else []
    return [*leave_out, *changes, *(replace(each, control=True) for each in ways)]


def _behind(scene: Scene) -> list[Question]:
    """The answers that a condition in the way looks at."""
    wrong, answers = eligibility.stand_in_the_way(scene), scene.draft.answers
    names = {name for one in wrong for name in _names(scene, one)}
    return [question for question in scene.form.questions if question.id in names and question.id in answers]


def _names(scene: Scene, condition: Eligibility) -> set[str]:
    of_support = {SUPPORTS} if eligibility.unfit(scene.form, condition, scene.draft.answers) else set()
    return {*condition.holds.names, *of_support}


def _unfit(scene: Scene) -> list[str]:
    form, answers = scene.form, scene.draft.answers
    return [each for one in eligibility.stand_in_the_way(scene) for each in eligibility.unfit(form, one, answers)]


def _rest(scene: Scene) -> list[str]:
    """What is left of the supports chosen."""
    chosen, out = scene.draft.answers.get(SUPPORTS), _unfit(scene)
    return [str(each) for each in chosen if each not in out] if isinstance(chosen, list) else []


def tap(scene: Scene, waiting: Waiting, what: str) -> bool:
    name, _, which = what.partition(".")
    behind = [question for question in _behind(scene) if which in ("", question.id)]
    if name == "change" and behind:
        summary.change(scene, behind[0])
    elif what == "out" and _unfit(scene) and _rest(scene):
        answering.answer(scene, scene.form.question(SUPPORTS), [*_rest(scene)])
    elif what == "pause":
        pausing.pause(scene)
    elif what == "on":
        scene.understood("answer")
        scene.settle()
        forms.again(scene)
    else:
        return False
    return True


def line(scene: Scene, waiting: Waiting, said: str) -> bool:
    """Another answer, typed at once, is taken where the condition looks."""
    for question in _behind(scene):
        result = answering.reading(scene, question, scene.event)
        if isinstance(result, Read) and not result.warning:
            answering.take(scene, question, result)
            return True
    return False
