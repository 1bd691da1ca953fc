"""Taking a consent back by saying so: which one is asked, unless the line itself names one."""

from __future__ import annotations

from dataclasses import replace

from bot.flows.engine import forms, organisations, topics, wishes
from bot.flows.engine.scene import Scene
from bot.flows.programme import words
from bot.flows.session import Waiting


def begin(scene: Scene) -> None:
    """The route `withdraw`: what was agreed to, to choose from."""
    scene.understood("my_data")
    given = agreed(scene)
    if not given:
        scene.say("consent.none_given")
        return topics.onward(scene) if not scene.amid else forms.again(scene)
    named = scene.programme.lexicon.choose(str(scene.event.data.get("text", "")), [(each,) for each in _titles(scene)])
    if len(named.indices) == 1:
        return wishes.withdraw(scene, given[named.indices[0]])
    organisations.over(scene, "withdraw_which")
    forms.again(scene)


def agreed(scene: Scene) -> list[str]:
    return [purpose for purpose in scene.programme.purposes if scene.session.consents.get(purpose)]


def _titles(scene: Scene) -> list[str]:
    return [words(scene.programme.purposes[purpose].title, scene.language) for purpose in agreed(scene)]


def keys(scene: Scene, waiting: Waiting) -> list[str]:
    return [*agreed(scene), "none"]


def names(scene: Scene, waiting: Waiting) -> list[str]:
    return [*_titles(scene), scene.label("keep_consents")]


def ask(scene: Scene, waiting: Waiting) -> None:
    rows = zip(keys(scene, waiting), names(scene, waiting), strict=True)
    scene.say("consent.withdraw_which", [replace(scene.pick(key, name), control=key == "none") for key, name in rows])


def choose(scene: Scene, waiting: Waiting, what: str) -> bool:
    if what not in keys(scene, waiting):
        return False
    scene.understood("answer")
    organisations.leave(scene)
    if what == "none":
        scene.say("consent.kept")
        topics.onward(scene) if not scene.amid else forms.again(scene)
    else:
        wishes.withdraw(scene, what)
    return True
