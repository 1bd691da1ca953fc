"""Where a person is while they talk with an official: in the place "human", or asked in "ending" whether it is over. What
waited before they came waits again when they are out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.flows.engine.scene import Scene
from bot.flows.session import Session, Waiting
from bot.flows.values import Json

UNUSED = timedelta(hours=1)  # after that, who asked for an official and said nothing is asked nothing any more
HERE = ("human", "ending")


def is_here(scene: Scene) -> bool:
    return scene.session.waiting is not None and scene.session.waiting.kind in HERE


def enter(scene: Scene, *, told: bool = False) -> None:
    """What waited waits again afterwards. `told`: the officials have something of it."""
    waiting = scene.session.waiting
    scene.asks = True
    if come_back(scene) or (waiting and waiting.kind in HERE):
        return
    before: Json = [waiting.kind, waiting.turn, dict(waiting.data)] if waiting else None
    scene.wait("human", since=scene.now.isoformat(), told=told, before=before)


def held(waiting: Waiting) -> dict[str, Json]:
    """What the place knows, also while its end is asked about."""
    known = waiting.data["held"] if waiting.kind == "ending" else dict(waiting.data)
    return known if isinstance(known, dict) else {}


def told(scene: Scene) -> bool:
    return scene.session.waiting is not None and bool(held(scene.session.waiting).get("told"))


def mark_told(scene: Scene) -> None:
    waiting = scene.session.waiting
    if waiting and waiting.kind == "human" and not waiting.data["told"]:
        told = replace(waiting, data={**waiting.data, "told": True})
        scene.session = replace(scene.session, waiting=told)


def out(scene: Scene) -> None:
    """Out of the place; what waited before waits again."""
    waiting = scene.session.waiting
    if waiting is None or waiting.kind not in HERE:
        return
    before = held(waiting).get("before")
    scene.settle()
    match before:
        case [str(kind), int(turn), dict(data)]:
            scene.session = replace(scene.session, waiting=Waiting(kind, turn, data))


def keep(scene: Scene, before: Session) -> None:
    """Something asked amid a talk (a deletion, a correction) stands before it for a while; the talk is not over."""
    was, now = before.waiting, scene.session.waiting
    if was is None or now is None or was.kind not in HERE or now.kind in (*HERE, "offers"):
        return
    over = any(effect.name in ("leave_talk", "step_out") for effect in scene.effects)
    if held(was).get("told") and not over and scene.session.draft == before.draft:
        scene.session = replace(scene.session, talk=Waiting("human", was.turn, held(was)))


def come_back(scene: Scene) -> bool:
    """Back in the talk that something stood before."""
    talk = scene.session.talk
    if talk is None:
        return False
    scene.session = replace(scene.session, waiting=talk, talk=None, failures=0)
    return True


def lapse(scene: Scene) -> None:
    """Who asked for an official an hour ago and said nothing since is not taken to be talking to one; who is back from
    what was asked amid a talk is."""
    if scene.session.waiting is None:
        come_back(scene)
    waiting = scene.session.waiting
    if waiting is None or waiting.kind != "human" or waiting.data["told"]:
        return
    if scene.now - datetime.fromisoformat(str(waiting.data["since"])) > UNUSED:
        out(scene)
