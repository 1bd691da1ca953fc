"""An organisation without a tax code that an official does not confirm: why, in words that its person reads."""

from __future__ import annotations

from dataclasses import replace

from bot.flows.engine import forms, organisations
from bot.flows.engine.deciding import TakeLine
from bot.flows.engine.picking import called
from bot.flows.engine.scene import Scene
from bot.flows.session import Waiting
from bot.flows.values import Choice, Json

LONGEST = 1000  # characters of a reason


def shortly(decide: TakeLine) -> TakeLine:
    """An official decides by a bare yes or no too ("ok", "ko"); of a member's own people the very words are wanted."""

    def line(scene: Scene, waiting: Waiting, said: str) -> bool:
        answer = scene.programme.lexicon.yes_no(said) if waiting.data["by"] == "official" else None
        return answer is not None and decide(scene, waiting, "yes" if answer else "no")

    return line


def ask(scene: Scene, waiting: Waiting) -> None:
    one = _one(waiting)
    scene.say("organisation.why_refuse", _ways(scene), unit=one["unit"], labels=one.get("cases", []))


def _ways(scene: Scene) -> tuple[Choice, ...]:
    return (replace(scene.ok("back", "do_not_refuse"), control=True),)


def _one(waiting: Waiting) -> dict[str, Json]:
    found = waiting.data["one"]
    return found if isinstance(found, dict) else {}


def line(scene: Scene, waiting: Waiting, said: str) -> bool:
    """Any line of some words is the reason; a cancel, a number, a yes or a no is none."""
    lexicon, reason = scene.programme.lexicon, said.strip()
    if called(_ways(scene), reason) or lexicon.command(reason) in ("cancel", "back"):
        return tap(scene, waiting, "back")
    scene.understood("answer")
    if len(reason) > LONGEST:
        scene.say("desk.too_long", length=len(reason), maximum=LONGEST)
        forms.again(scene)
    elif reason.isdecimal() or (reason.isalpha() and lexicon.yes_no(reason) is not None):
        scene.say("desk.unclear", said=reason)
        forms.again(scene)
    else:
        scene.wait("vetting", **waiting.data)  # what was decided is told there, and the next one is put
        who = {"organisation": _one(waiting)["organisation"], "person": 0}
        scene.do("decide_member", by=waiting.data["by"], **who, agree=False, reason=reason)
    return True


def tap(scene: Scene, waiting: Waiting, what: str) -> bool:
    if what != "back":
        return False
    scene.understood("answer")
    scene.wait("vetting", **waiting.data)
    organisations.ask_decision(scene, scene.session.waiting or waiting)
    return True
