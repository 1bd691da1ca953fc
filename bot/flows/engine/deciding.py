"""How a waiting place takes a tap or a line, whatever it asks."""

from __future__ import annotations

from collections.abc import Callable

from bot.flows.engine.scene import Scene
from bot.flows.session import Waiting

TakeLine = Callable[[Scene, Waiting, str], bool]


def only(*known: str) -> Callable[[TakeLine], TakeLine]:
    """A tap that says anything else is an old or foreign button."""

    def guard(decide: TakeLine) -> TakeLine:
        def guarded(scene: Scene, waiting: Waiting, what: str) -> bool:
            return what in known and decide(scene, waiting, what)

        return guarded

    return guard


def yes_no(decide: TakeLine) -> TakeLine:
    """A line that is plainly yes or no becomes the tap of that name; anything else is not for this place."""

    def line(scene: Scene, waiting: Waiting, said: str) -> bool:
        answer = scene.programme.lexicon.yes_no(said)
        return answer is not None and decide(scene, waiting, "yes" if answer else "no")

    return line


def listed(
    keys: Callable[[Scene, Waiting], list[str]], labels: Callable[[Scene, Waiting], list[str]], decide: TakeLine
) -> TakeLine:
    """A line that names one of the listed things in its own words becomes its tap."""

    def line(scene: Scene, waiting: Waiting, said: str) -> bool:
        names = [(label,) for label in labels(scene, waiting)]
        named = scene.programme.lexicon.choose(said, names).indices
        return len(named) == 1 and decide(scene, waiting, keys(scene, waiting)[named[0]])

    return line
