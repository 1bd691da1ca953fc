"""Waiting places: what a line answers when it is not simply the form's question. Each place knows how to take a line
or a tap (False: not meant for it) and how to ask once more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.flows.engine import confirming, forms, officials, picking, summary, topics
from bot.flows.engine.confirming import TakeLine, yes_no
from bot.flows.engine.picking import listed
from bot.flows.engine.scene import Scene
from bot.flows.programme import words
from bot.flows.session import Waiting


@dataclass(frozen=True, slots=True)
class Place:
    """`tap` takes the last part of `ok.<turn>.<what>`; `line` takes typed words."""

    line: TakeLine
    tap: TakeLine
    again: Callable[[Scene, Waiting], None]


def other(scene: Scene, waiting: Waiting, said: str) -> bool:
    """The words for "other, please say": any line is them."""
    question = scene.form.question(str(waiting.data["question"]))
    value = scene.draft.answers[question.id]
    words_ = " ".join(said.split())
    if not words_ or len(words_) > 300:
        scene.understood("again")
        scene.say("flow.other_length", length=len(words_), maximum=300)
        return True
    forms.answer(scene, question, value, other=words_)
    return True


def _never(scene: Scene, waiting: Waiting, said: str) -> bool:
    return False


def ask_other(scene: Scene, waiting: Waiting) -> None:
    question = scene.form.question(str(waiting.data["question"]))
    option = question.option(question.other)
    scene.say("flow.other", label=words(option.label, scene.language) if option else "")


def _nothing(scene: Scene, waiting: Waiting) -> None:
    """A list of offers is not put again: it only waited in case."""


PLACES: dict[str, Place] = {
    "offers": Place(listed(picking.offered, picking.offered_labels, picking.go), picking.go, _nothing),
    "consent": Place(yes_no(confirming.consent), confirming.consent, confirming.ask_consent),
    "confirm": Place(yes_no(confirming.confirm), confirming.confirm, confirming.ask_confirm),
    "cancel": Place(yes_no(confirming.cancel), confirming.cancel, confirming.ask_cancel),
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
        listed(picking.runs, lambda s, w: [s.title(p.form) for p in s.session.paused], picking.resume),
        picking.resume,
        lambda s, w: forms.resume(s),
    ),
    "other": Place(other, _never, ask_other),
    "change": Place(picking.change_line, _never, lambda s, w: summary.ask_which(s)),
    "language": Place(
        listed(
            lambda s, w: list(s.programme.languages),
            lambda s, w: [s.label(f"language_{c}") for c in s.programme.languages],
            picking.language,
        ),
        picking.language,
        lambda s, w: topics.language(s),
    ),
    "announcement": Place(officials.write_line, _never, officials.ask_again),
    "announce": Place(yes_no(officials.decide), officials.decide, officials.preview_again),
}
