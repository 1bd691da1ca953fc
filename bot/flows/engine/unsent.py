"""Words for an official that wait for the person's consent to their being kept: they go out together, or it is said that
they did not."""

from __future__ import annotations

from dataclasses import replace

from bot.flows.engine.scene import Scene
from bot.flows.session import Session, Waiting
from bot.flows.values import Message


def hold(scene: Scene, waiting: Waiting, said: str) -> None:
    """One more line before the person agreed to the first being kept: it goes with it."""
    scene.understood("human")
    scene.session = replace(
        scene.session, waiting=replace(waiting, data={**waiting.data, "line": f"{kept(waiting)}\n{said.strip()}"})
    )
    put_held(scene)


def put_held(scene: Scene) -> None:
    scene.asks = True
    scene.say("human.held", (scene.ok("yes", "agree"), scene.ok("no", "disagree")))


def kept(waiting: Waiting | None) -> str:
    """What waits for consent, also while something stands before it."""
    if waiting is None:
        return ""
    match waiting.data.get("before"):
        case [str(kind), int(turn), dict(data)]:
            return kept(Waiting(kind, turn, data))
    return str(waiting.data.get("line") or "") if waiting.kind == "consent" else ""


def unsent(scene: Scene, before: Session) -> None:
    """Whoever leaves before agreeing is told that nothing went to the officials."""
    decided = any(effect.name == "record_consent" for effect in scene.effects)
    if kept(before.waiting) and not kept(scene.session.waiting) and not decided:
        scene.messages.insert(0, Message(scene.text("human.not_sent")))
