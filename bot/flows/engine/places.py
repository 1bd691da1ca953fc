"""Waiting places: what a line answers when it is not simply the form's question. Each place knows how to take a line
or a tap (False: not meant for it) and how to ask once more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.flows.answers.writing import clean
from bot.flows.engine import answering, confirming, officials, pausing, picking, summary, topics
from bot.flows.engine.confirming import TakeLine, yes_no
from bot.flows.engine.picking import listed
from bot.flows.engine.scene import Scene
from bot.flows.session import Waiting

LONGEST_OTHER = 300  # characters


@dataclass(frozen=True, slots=True)
class Place:
    """`tap` takes the last part of `ok.<turn>.<what>`; `line` takes typed words that are no label on the screen."""

    line: TakeLine
    tap: TakeLine
    again: Callable[[Scene, Waiting], None]


def other(scene: Scene, waiting: Waiting, said: str) -> bool:
    """The words for "other, please say": any line is them."""
    question = scene.form.question(str(waiting.data["question"]))
    words = " ".join(clean(said).split())
    if len(words) > LONGEST_OTHER:
        scene.understood("again")
        scene.say("flow.other_length", length=len(words), maximum=LONGEST_OTHER)
    else:
        answering.answer(scene, question, waiting.data["value"], other=words)
    return True


def ask_other(scene: Scene, waiting: Waiting) -> None:
    question = scene.form.question(str(waiting.data["question"]))
    scene.say("flow.other", label=answering.other_label(scene, question))


def _never(scene: Scene, waiting: Waiting, said: str) -> bool:
    return False


def _nothing(scene: Scene, waiting: Waiting) -> None:
    """A list of offers is not put again: it only waited in case."""


PLACES: dict[str, Place] = {
    "offers": Place(_never, _never, _nothing),
    "consent": Place(yes_no(confirming.consent), confirming.consent, confirming.ask_consent),
    "confirm": Place(yes_no(confirming.confirm), confirming.confirm, confirming.ask_confirm),
    "cancel": Place(yes_no(confirming.cancel), confirming.cancel, pausing.ask_cancel),
    "doubtful": Place(confirming.doubtful_line, confirming.doubtful, confirming.ask_doubtful),
    "candidates": Place(picking.candidate_line, picking.candidate, picking.ask_candidates),
    "meant": Place(
        listed(
            lambda s, w: ["answer", "question"],
            lambda s, w: [s.label("is_answer"), s.label("is_question")],
            confirming.meant,
        ),
        confirming.meant,
        confirming.ask_meant,
    ),
    "unfinished": Place(
        listed(
            lambda s, w: ["resume", "restart"], lambda s, w: [s.label("resume"), s.label("restart")], picking.unfinished
        ),
        picking.unfinished,
        picking.ask_unfinished,
    ),
    "resume": Place(
        listed(picking.runs, lambda s, w: [s.title(p) for p in s.session.paused], picking.resume),
        picking.resume,
        lambda s, w: pausing.ask_which(s),
    ),
    "other": Place(other, _never, ask_other),
    "change": Place(picking.change_line, _never, lambda s, w: summary.put_which(s)),
    "language": Place(
        listed(
            lambda s, w: list(s.programme.languages),
            lambda s, w: [s.label(f"language_{c}") for c in s.programme.languages],
            picking.language,
        ),
        picking.language,
        lambda s, w: topics.ask_language(s),
    ),
    "announcement": Place(officials.write_line, _never, lambda s, w: officials.ask_words(s)),
    "announce": Place(yes_no(officials.decide), officials.decide, lambda s, w: officials.preview(s)),
}
# A command that at this place is simply one of its answers.
ANSWERS: dict[tuple[str, str], str] = {
    ("announce", "submit"): "yes",
    ("announce", "cancel"): "no",
    ("announce", "skip"): "no",
    ("confirm", "cancel"): "no",
    ("confirm", "skip"): "no",
    ("confirm", "pause"): "pause",
    ("cancel", "cancel"): "yes",
    ("cancel", "skip"): "no",
    ("cancel", "pause"): "pause",
    ("consent", "skip"): "no",
    ("doubtful", "change"): "no",
    ("candidates", "change"): "none",
    ("consent.announcements", "optin"): "yes",
    ("consent.announcements", "optout"): "no",
}


def answer_by(waiting: Waiting | None, route: str) -> str:
    """The tap that a command is at this place, "" if it is none."""
    if waiting is None:
        return ""
    purpose = f"{waiting.kind}.{waiting.data.get('purpose')}"
    return ANSWERS.get((waiting.kind, route)) or ANSWERS.get((purpose, route), "")
