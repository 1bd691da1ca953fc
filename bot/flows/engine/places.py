"""Waiting places: what a line answers when it is not simply the form's question. Each place knows how to take a line
or a tap (False: not meant for it) and how to ask once more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.flows.answers.writing import clean
from bot.flows.engine import (
    answering,
    attending,
    cases,
    class_desk,
    classes,
    confirming,
    correcting,
    desk,
    desk_words,
    enclosing,
    human,
    knowing,
    leaving,
    moving,
    officials,
    organisations,
    papers,
    pausing,
    picking,
    refusals,
    requests,
    stopping,
    summary,
    talks,
    topics,
    wishes,
    withdrawing,
)
from bot.flows.engine.deciding import TakeLine, listed, yes_no
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


DECISIONS = listed(organisations.decisions, organisations.decision_names, organisations.decide)
PLACES: dict[str, Place] = {
    "offers": Place(picking.register_line, _never, _nothing),
    "consent": Place(confirming.consent_line, confirming.consent, confirming.ask_consent),
    "confirm": Place(confirming.confirm_line, confirming.confirm, confirming.ask_confirm),
    "cancel": Place(yes_no(confirming.cancel), confirming.cancel, pausing.ask_cancel),
    "doubtful": Place(confirming.doubtful_line, confirming.doubtful, confirming.ask_doubtful),
    "unsure": Place(confirming.unsure_line, _never, confirming.ask_unsure),
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
    "blocked": Place(stopping.line, stopping.tap, stopping.again),
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
    "whose": Place(listed(knowing.keys, knowing.names, knowing.whose), knowing.whose, knowing.ask_whose),
    "organisation": Place(
        listed(organisations.keys, organisations.names, organisations.choose), organisations.choose, organisations.ask
    ),
    "vetting": Place(
        lambda s, w, said: organisations.plainly(s, w, said) or DECISIONS(s, w, said),
        organisations.decide,
        organisations.ask_decision,
    ),
    "leave": Place(yes_no(leaving.decide), leaving.decide, leaving.ask),
    "leave_which": Place(listed(leaving.keys, leaving.names, leaving.which), leaving.which, leaving.ask_which),
    "desk_units": Place(listed(leaving.unit_keys, leaving.unit_names, leaving.unit), leaving.unit, leaving.ask_unit),
    "desk_members": Place(_never, leaving.member, leaving.ask_member),
    "desk_remove": Place(yes_no(leaving.remove), leaving.remove, leaving.ask_remove),
    "withdraw_which": Place(
        listed(withdrawing.keys, withdrawing.names, withdrawing.choose), withdrawing.choose, withdrawing.ask
    ),
    "refusal": Place(refusals.line, refusals.tap, refusals.ask),
    "withdraw_case": Place(yes_no(cases.decide_withdraw), cases.decide_withdraw, cases.put_withdraw),
    "which_paper": Place(enclosing.named, enclosing.which, enclosing.ask_which),
    "same_file": Place(yes_no(enclosing.same), enclosing.same, enclosing.ask_same),
    "paper": Place(papers.line, papers.tap, papers.again),
    "desk_list": Place(desk.pick_line, desk.pick, desk.list_again),
    "desk": Place(_never, desk.tap, desk.again),
    "desk_stage": Place(listed(desk.choices, desk.labels, desk.take_stage), desk.take_stage, desk.stage_again),
    "desk_words": Place(desk_words.take_words, desk_words.tap_words, desk_words.words_again),
    "desk_sure": Place(yes_no(desk_words.decide), desk_words.decide, desk_words.sure_again),
    "announcement": Place(officials.write_line, _never, lambda s, w: officials.ask_words(s)),
    "announce": Place(yes_no(officials.decide), officials.decide, lambda s, w: officials.preview(s)),
    "human": Place(human.line, _never, human.ask_again),
    "ending": Place(human.ending_line, human.ending, human.ask_ending),
    "answering": Place(talks.line, _never, talks.ask_again),
    "classes": Place(classes.choose_line, classes.choose, lambda s, w: classes.put_list(s, classes.rows_of(w.data))),
    "watch": Place(yes_no(classes.watch), classes.watch, lambda s, w: classes.put_watch(s)),
    "class": Place(classes.decide_line, classes.decide, lambda s, w: classes.put_class(s, w.data)),
    "waiting_list": Place(yes_no(classes.line_up), classes.line_up, lambda s, w: classes.put_short(s)),
    "attendees": Place(attending.choose_line, attending.choose, lambda s, w: attending.put(s, classes.rows_of(w.data))),
    "give_back": Place(attending.give_back_line, attending.give_back, lambda s, w: attending.ask(s)),
    "cancel_class": Place(yes_no(class_desk.cancel), class_desk.cancel, lambda s, w: class_desk.ask_cancel(s)),
    "cancel_class_why": Place(class_desk.why_line, class_desk.why_tap, class_desk.ask_why),
    # one's own data
    "delete_data": Place(
        lambda s, w, said: yes_no(wishes.decide_delete)(s, w, said) or wishes.unclear_delete(s, w, said),
        wishes.decide_delete,
        wishes.ask_delete,
    ),
    "correct": Place(
        listed(correcting.names, correcting.labels, correcting.which), correcting.which, correcting.ask_which
    ),
    "correct_value": Place(correcting.said, correcting.tapped, correcting.ask_value),
    "correct_sure": Place(correcting.sure_line, correcting.sure, correcting.ask_sure),
    "correct_words": Place(correcting.words_line, correcting.words_tap, correcting.ask_words),
    "move": Place(moving.line, _never, _nothing),
    "request": Place(requests.line, requests.tap, requests.put),
    "request_answer": Place(requests.answer_line, requests.answer_tap, requests.ask_answer),
}
# A command that at this place is simply one of its answers.
ANSWERS: dict[tuple[str, str], str] = {
    ("delete_data", "cancel"): "no",
    ("delete_data", "skip"): "no",
    ("correct", "cancel"): "!stop",
    ("correct_value", "cancel"): "!stop",
    ("correct_words", "cancel"): "!stop",
    ("correct_sure", "cancel"): "none",
    ("announce", "submit"): "yes",
    ("announce", "cancel"): "no",
    ("announce", "skip"): "no",
    ("vetting", "skip"): "later",
    ("vetting", "cancel"): "later",
    ("organisation", "cancel"): "leave",
    ("blocked", "back"): "change",
    ("blocked", "change"): "change",
    ("blocked", "skip"): "on",
    ("confirm", "cancel"): "no",
    ("confirm", "skip"): "no",
    ("confirm", "pause"): "pause",
    ("cancel", "cancel"): "yes",
    ("cancel", "skip"): "no",
    ("cancel", "pause"): "pause",
    ("consent", "skip"): "no",
    ("leave", "cancel"): "no",
    ("leave", "skip"): "no",
    ("leave_which", "cancel"): "none",
    ("leave_which", "skip"): "none",
    ("desk_units", "cancel"): "close",
    ("desk_members", "cancel"): "close",
    ("desk_remove", "cancel"): "no",
    ("desk_remove", "submit"): "yes",
    ("withdraw_which", "cancel"): "none",
    ("withdraw_which", "skip"): "none",
    ("withdraw_case", "cancel"): "no",
    ("withdraw_case", "skip"): "no",
    ("which_paper", "skip"): "!none",
    ("which_paper", "cancel"): "!none",
    ("same_file", "skip"): "other",
    ("same_file", "cancel"): "other",
    ("same_file", "change"): "other",
    ("paper", "skip"): "later",
    ("paper", "cancel"): "later",
    ("desk", "cancel"): "close",
    ("desk_list", "cancel"): "close",
    ("desk_stage", "cancel"): "close",
    ("desk_sure", "cancel"): "no",
    ("desk_sure", "submit"): "yes",
    ("doubtful", "change"): "no",
    ("classes", "cancel"): "none",
    ("classes", "skip"): "none",
    ("classes", "pause"): "none",
    ("watch", "pause"): "no",
    ("watch", "cancel"): "no",
    ("watch", "optin"): "yes",
    ("waiting_list", "submit"): "yes",
    ("waiting_list", "cancel"): "no",
    ("waiting_list", "skip"): "no",
    ("attendees", "skip"): "none",
    ("attendees", "pause"): "none",
    ("attendees", "cancel"): "which",
    ("attendees", "my_classes"): "which",
    ("give_back", "my_classes"): "yes",
    ("give_back", "cancel"): "yes",
    ("give_back", "skip"): "no",
    ("cancel_class", "cancel"): "yes",
    ("cancel_class", "skip"): "no",
    ("candidates", "change"): "none",
    ("consent.announcements", "optin"): "yes",
    ("consent.announcements", "optout"): "no",
}
MEANT = {"confirm": "yes", "meant": "question"}  # places that ask whether a route was meant


def answer_by(waiting: Waiting | None, route: str) -> str:
    """The tap that a command is at this place, "" if it is none."""
    if waiting is None:
        return ""
    if waiting.data.get("route") == route and waiting.kind in MEANT:  # said clearly now: it needs no asking any more
        return MEANT[waiting.kind]
    purpose = f"{waiting.kind}.{waiting.data.get('purpose')}"
    return ANSWERS.get((waiting.kind, route)) or ANSWERS.get((purpose, route), "")
