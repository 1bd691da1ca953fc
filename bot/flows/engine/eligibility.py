"""The programme's conditions as a form's answers come in: one that does not hold is said at once, with its reason, its
legal basis and what can be done; all of it is provisional."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.flows.engine import calling, walking
from bot.flows.engine.calling import SUPPORTS
from bot.flows.engine.scene import Scene
from bot.flows.programme import Eligibility, Form, words
from bot.flows.stages import support_called
from bot.flows.values import Choice, Json, Text, join

GROUP = "group"  # the question for what they are


def holds(form: Form, condition: Eligibility, answers: Mapping[str, Json]) -> bool | None:
    """None while it is not known; a question left open says nothing."""
    truth = _itself(form, condition, answers)
    return False if truth and unfit(form, condition, answers) else truth


def _itself(form: Form, condition: Eligibility, answers: Mapping[str, Json]) -> bool | None:
    given = {name: value for name, value in answers.items() if value is not None}
    return condition.holds.holds(walking.known(form, given))


def unfit(form: Form, condition: Eligibility, answers: Mapping[str, Json]) -> list[str]:
    """The chosen supports that are not for the group, where the condition asks for that and stands but for them."""
    if not condition.groups or not _itself(form, condition, answers):
        return []
    group, chosen = answers.get(GROUP), answers.get(SUPPORTS)
    listed = [str(each) for each in (chosen if isinstance(chosen, list) else [chosen])]
    return [each for each in listed if group and each in condition.groups and group not in condition.groups[each]]


def tell(scene: Scene, before: Mapping[str, Json]) -> None:
    """What the newest answer shows not to hold, that was not known before. Where something stands in the way of sending,
    the form stops there: nobody shall answer all the rest in vain."""
    calling.tell(scene, before)
    form, answers = scene.form, scene.draft.answers
    wrong = [
        one for one in form.conditions if holds(form, one, answers) is False and holds(form, one, before) is not False
    ]
    blocking = [one for one in wrong if one.blocks]
    if blocking and scene.draft.asked:
        return scene.wait("blocked")
    for condition in blocking or wrong:
        explain(scene, condition)


def stops(scene: Scene) -> bool:
    """Whether the form has stopped at a condition (`stopping`)."""
    return scene.session.waiting is not None and scene.session.waiting.kind == "blocked"


def explain(scene: Scene, condition: Eligibility, choices: Iterable[Choice] = ()) -> None:
    answers = scene.draft.answers
    wrong = unfit(scene.form, condition, answers)
    scene.say(
        "eligibility.missing",
        choices,
        title=words(condition.title, scene.language),
        missing=words(condition.missing, scene.language),
        basis=condition.basis,
        advice=words(condition.advice, scene.language),
        blocks=condition.blocks,
        asked=bool(scene.draft.asked),
        labels=[_for_whom(scene, condition, each) for each in wrong],
        group=_group(scene, str(answers.get(GROUP))),
        others=_offered(scene, condition) if wrong else [],
    )


def _for_whom(scene: Scene, condition: Eligibility, support: str) -> str:
    groups = [_group(scene, group) for group in condition.groups[support]]
    return scene.text("eligibility.support_for", title=called(scene, support), labels=groups).plain


def _offered(scene: Scene, condition: Eligibility) -> list[str]:
    """What the form offers to their group."""
    options = scene.form.question(SUPPORTS).options
    group = scene.draft.answers.get(GROUP)
    return [called(scene, each.id) for each in options if group in condition.groups.get(each.id, [group])]


def called(scene: Scene, support: str) -> str:
    return support_called(scene.pinned, support, scene.language)


def _group(scene: Scene, id: str) -> str:
    groups = scene.pinned.entries.get("groups", ())
    return next((words(each.title, scene.language) for each in groups if each.id == id), id)


def listed(scene: Scene) -> list[Text]:
    """For the summary: each condition, whether it holds and why, with its basis."""
    form, answers = scene.form, scene.draft.answers
    lines = [
        line(scene, each, holds(form, each, answers), [called(scene, wrong) for wrong in unfit(form, each, answers)])
        for each in form.conditions
    ]
    return [join([scene.text("eligibility.head"), *lines])] if lines else []


def line(scene: Scene, condition: Eligibility, truth: Json, labels: Iterable[str] = ()) -> Text:
    """`labels`: the supports that are not for their group."""
    name = "unknown" if truth is None else "met" if truth else "not_met"
    return scene.text(
        f"eligibility.{name}",
        title=words(condition.title, scene.language),
        because=words(condition.because, scene.language),
        missing=words(condition.missing, scene.language),
        basis=condition.cited or condition.basis,
        blocks=condition.blocks,
        labels=[*labels],
    )


def stand_in_the_way(scene: Scene) -> list[Eligibility]:
    """The conditions that must hold and do not."""
    form, answers = scene.form, scene.draft.answers
    return [each for each in form.conditions if each.blocks and holds(form, each, answers) is False]


def blocked(scene: Scene) -> bool:
    """Whether a condition that must hold does not: says which."""
    wrong = stand_in_the_way(scene)
    for condition in wrong:
        explain(scene, condition)
    return bool(wrong)
