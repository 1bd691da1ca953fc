"""The programme's conditions as a form's answers come in: one that does not hold is said at once, with its reason, its
legal basis and what can be done; all of it is provisional."""

from __future__ import annotations

from collections.abc import Mapping

from bot.flows.engine import walking
from bot.flows.engine.scene import Scene
from bot.flows.programme import Eligibility, Form, words
from bot.flows.values import Json, Text, join


def holds(form: Form, condition: Eligibility, answers: Mapping[str, Json]) -> bool | None:
    """None while it is not known; a question left open says nothing."""
    given = {name: value for name, value in answers.items() if value is not None}
    return condition.holds.holds(walking.known(form, given))


def tell(scene: Scene, before: Mapping[str, Json]) -> None:
    """What the newest answer shows not to hold, that was not known before; where something stands in the way of sending,
    that alone."""
    form, answers = scene.form, scene.draft.answers
    wrong = [
        one for one in form.conditions if holds(form, one, answers) is False and holds(form, one, before) is not False
    ]
    for condition in [one for one in wrong if one.blocks] or wrong:
        _say(scene, condition)


def _say(scene: Scene, condition: Eligibility) -> None:
    scene.say(
        "eligibility.missing",
        title=words(condition.title, scene.language),
        missing=words(condition.missing, scene.language),
        basis=condition.basis,
        advice=words(condition.advice, scene.language),
        blocks=condition.blocks,
        asked=bool(scene.draft.asked),
    )


def listed(scene: Scene) -> list[Text]:
    """For the summary: each condition, and whether it holds."""
    form, answers = scene.form, scene.draft.answers
    lines = [line(scene, condition, holds(form, condition, answers)) for condition in form.conditions]
    if not lines:
        return []
    bases = [*dict.fromkeys(each.basis for each in form.conditions if each.basis)]
    basis = [scene.text("eligibility.basis", labels=bases)] if bases else []
    return [join([scene.text("eligibility.head"), *lines, *basis])]


def line(scene: Scene, condition: Eligibility, truth: Json) -> Text:
    name = "unknown" if truth is None else "met" if truth else "not_met"
    return scene.text(f"eligibility.{name}", title=words(condition.title, scene.language), blocks=condition.blocks)


def stand_in_the_way(scene: Scene) -> list[Eligibility]:
    """The conditions that must hold and do not."""
    form, answers = scene.form, scene.draft.answers
    return [each for each in form.conditions if each.blocks and holds(form, each, answers) is False]


def blocked(scene: Scene) -> bool:
    """Whether a condition that must hold does not: says which."""
    wrong = stand_in_the_way(scene)
    for condition in wrong:
        _say(scene, condition)
    return bool(wrong)
