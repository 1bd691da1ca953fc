"""A form that cannot be sent for now: why, that it is kept, what will happen and what helps; and the way back to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.flows import profile
from bot.flows.engine.scene import Scene
from bot.flows.programme import Question
from bot.flows.session import Draft, Paused, Session
from bot.flows.values import Choice, Json, Message, Text, join

# Why it cannot be sent → the answers (by profile name) with which that may change.
BEHIND: dict[str, Sequence[str]] = {"no_call": ("supports",), "membership": profile.NAMES, "declined": profile.NAMES}


def hold(scene: Scene, why: str) -> None:
    """Sending was refused: instead of sending, what helps is offered. Typed in words it can always be tried again."""
    scene.write(replace(scene.draft, held=why))
    scene.show(Message(foot(scene), choices(scene)))


def foot(scene: Scene) -> Text:
    return scene.text(f"refused.{scene.draft.held}")


def choices(scene: Scene) -> tuple[Choice, ...]:
    own = [
        Choice(f"{scene.draft.run}.!summary.!{name}", scene.label(name), control=True) for name in ("change", "pause")
    ]
    return (*own, replace(scene.go("human"), control=True))


def after(draft: Draft, question: Question) -> str:
    """What holds the form once that is answered anew: another support, another organisation may be free to go."""
    return "" if draft.held and {question.id, question.profile} & {*BEHIND[draft.held]} else draft.held


def release(scene: Scene, why: Sequence[str], now: str = "") -> list[int]:
    """That is over for every form it held (or `now` is why): their runs, the one in hand first."""
    session = scene.session
    free = [one.run for one in (session.draft, *session.paused) if one and one.held in why]
    paused = tuple(replace(one, held=now) if one.held in why else one for one in session.paused)
    draft = replace(session.draft, held=now) if session.draft and session.draft.held in why else session.draft
    scene.session = replace(session, paused=paused, draft=draft)
    return free


def reviewed(scene: Scene, before: Session) -> None:
    """A form that asked for a membership does so no more: whether any still does is asked of the store."""
    if _asking(before) - _asking(scene.session):
        scene.do("review_asking")


def _asking(session: Session) -> set[int]:
    return {one.run for one in (session.draft, *session.paused) if one and one.held == "membership"}


def unsent(scene: Scene) -> list[Draft | Paused]:
    """Forms begun and not sent, the one in hand first."""
    return [one for one in (scene.session.draft, *scene.session.paused) if one]


def told(scene: Scene) -> Message | None:
    """What is not sent yet and why, with the way back to each that was put aside."""
    forms = [
        one for one in unsent(scene) if one.held or isinstance(one, Paused)
    ]  # the other one in hand comes again anyway
    if not forms:
        return None
    lines = [scene.text(f"cases.draft.{one.held or 'open'}", title=scene.title(one)) for one in forms]
    return Message(
        join([scene.text("cases.drafts"), join(lines)], "\n\n"),
        tuple(way_back(scene, one) for one in scene.session.paused),
    )


def way_back(scene: Scene, one: Draft | Paused) -> Choice:
    return scene.go("resume", scene.label("resume_form", title=scene.title(one)), page=one.run)


def routes(runs: Sequence[Json]) -> list[str]:
    """The route that leads back to the first of those forms in one step."""
    return [f"resume:{run}" for run in runs[:1]]
