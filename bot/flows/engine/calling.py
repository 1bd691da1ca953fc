"""Supports whose call is not open: marked where one chooses, said at once when chosen, and who began to apply is told when
it opens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from bot.flows.calls import open_call, opening
from bot.flows.engine.scene import Scene
from bot.flows.programme import Question, words
from bot.flows.stages import support_called
from bot.flows.understanding import fold
from bot.flows.values import Event, Json

SUPPORTS = "supports"  # the question for what is applied for
APPLIES = "open_cases"  # what a form sends that applies


def marked(scene: Scene, question: Question) -> tuple[tuple[str, str], ...]:
    """The options that cannot be applied for now, with what they are called then."""
    if question.id != SUPPORTS or scene.form.sends != APPLIES:
        return ()
    closed = [option for option in question.options if not open_call(scene.programme, option.id, scene.now)]
    return tuple(
        (option.id, scene.label("not_open", title=words(option.label, scene.language), day=_opens(scene, option.id)))
        for option in closed
    )


def unmarked(scene: Scene, question: Question, event: Event) -> Event:
    """A marked option's label, typed, names the option as one that is not marked does."""
    line = fold(str(event.data.get("text", ""))) if event.name == "said" else ""
    named = next((name for name, label in marked(scene, question) if line and fold(label) == line), "")
    option = question.option(named) if named else None
    return replace(event, data={**event.data, "text": words(option.label, scene.language)}) if option else event


def _opens(scene: Scene, support: str) -> date | None:
    return opening(scene.programme, support, scene.now)


def _chosen(scene: Scene, answers: Mapping[str, Json]) -> list[str]:
    chosen = answers.get(SUPPORTS) if scene.form.sends == APPLIES else None
    return [str(each) for each in chosen] if isinstance(chosen, list) else []


def _closed(scene: Scene, answers: Mapping[str, Json]) -> list[str]:
    return [each for each in _chosen(scene, answers) if not open_call(scene.programme, each, scene.now)]


def tell(scene: Scene, before: Mapping[str, Json]) -> None:
    """What the newest answer asks for that cannot be applied for now."""
    now, then = _closed(scene, scene.draft.answers), _closed(scene, before)
    fresh, gone = [each for each in now if each not in then], [each for each in then if each not in now]
    if fresh or gone:
        scene.do("watch_calls", supports=list[Json](fresh), dropped=list[Json](gone))
    if fresh:
        labels = [_label(scene, each) for each in fresh]
        some = len(now) < len(_chosen(scene, scene.draft.answers))
        scene.say("cases.not_open", labels=labels, some=some)


def _label(scene: Scene, support: str) -> str:
    title = support_called(scene.pinned, support, scene.language)
    return scene.label("not_open", title=title, day=_opens(scene, support))
