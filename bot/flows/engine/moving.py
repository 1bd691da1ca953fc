"""Going on in another chat: a code made in one is typed in the other, which from then on is the same person's."""

from __future__ import annotations

import re

from bot.flows.engine import forms, wishes
from bot.flows.engine.scene import Scene
from bot.flows.session import Waiting
from bot.flows.values import Event

CODE = re.compile(r"[A-HJKMNP-Z]{4}[ -]?[A-HJKMNP-Z]{4}")
LONGEST = 40  # characters that are looked at as a code


def begin(scene: Scene) -> None:
    """What the route `continue` does: a code for the other chat, or the place for one made there."""
    scene.understood("continue")
    wishes.ask(scene, "make_move_code")


def made(scene: Scene, event: Event) -> None:
    code = str(event.data["code"])
    if not code:
        scene.say("move.refused_official")
        return wishes.go_on(scene)
    scene.say("move.code", code=f"{code[:4]} {code[4:]}", minutes=event.data["minutes"])
    if not scene.amid:
        return scene.wait("move")
    forms.again(scene)


def typed(scene: Scene, code: str) -> None:
    """`/tiep CODE`; without a code, as the route itself."""
    if not code.strip():
        return begin(scene)
    scene.understood("continue")
    wishes.ask(scene, "take_over", code=code.strip()[:LONGEST])


def line(scene: Scene, waiting: Waiting, said: str) -> bool:
    """The bare code, once the route was asked for here; any other line is about something else."""
    if len(said) > LONGEST or not CODE.fullmatch(said.strip().upper()):
        return False
    scene.settle()
    typed(scene, said)
    return True


def refused(scene: Scene, event: Event) -> None:
    scene.say(f"move.refused_{event.data['reason']}")
    wishes.go_on(scene)


def taken_over(scene: Scene, event: Event) -> None:
    """Heard by the session that goes on here."""
    scene.say("move.done")
    wishes.go_on(scene)
