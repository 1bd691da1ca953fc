"""The letter of an application, to print and sign: asked for, and the link to it."""

from __future__ import annotations

from bot.flows.engine import forms
from bot.flows.engine.scene import Scene
from bot.flows.values import Choice, Event


def newest(scene: Scene) -> None:
    """Of the last application sent."""
    of_case(scene, 0)


def of_case(scene: Scene, case: int) -> None:
    scene.understood("document")
    scene.do("offer_document", case=case)
    scene.asks = True  # what waits is put again when the store has answered, in `_then`


def offered(scene: Scene, event: Event) -> None:
    data = event.data
    scene.say("document.offered", _onward(scene), url=data["url"], numbers=data["numbers"], days=data["days"])
    _then(scene)


def missing(scene: Scene, event: Event) -> None:
    """Not there, or not theirs: nobody is told which."""
    scene.say("document.missing", _onward(scene))
    _then(scene)


def _onward(scene: Scene) -> list[Choice]:
    return [] if scene.amid else [scene.go("status"), scene.go("menu")]


def _then(scene: Scene) -> None:
    if scene.amid:
        forms.again(scene)
