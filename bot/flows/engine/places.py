"""Waiting places: what a line answers when it is not simply the form's question. Each place knows how to take a line
or a tap (False: not meant for it) and how to ask once more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.flows.engine import consents, forms, officials, routes, summary, topics
from bot.flows.engine.scene import Scene
from bot.flows.programme import words
from bot.flows.session import Waiting
from bot.flows.understanding import fold

TakeLine = Callable[[Scene, Waiting, str], bool]


@dataclass(frozen=True, slots=True)
class Place:
    """`tap` takes the last part of `ok.<turn>.<what>`; `line` takes typed words."""

    line: TakeLine
    tap: TakeLine
    again: Callable[[Scene, Waiting], None]


def one_of(scene: Scene, said: str, labels: list[str]) -> int | None:
    """Which of the labels the line names, if it is plainly one."""
    named = scene.programme.lexicon.choose(said, [(label,) for label in labels]).indices
    return named[0] if len(named) == 1 else None


def _yes_no(decide: TakeLine) -> TakeLine:
    """A line that is plainly yes or no becomes the tap of that name; anything else is not for this place."""

    def line(scene: Scene, waiting: Waiting, said: str) -> bool:
        answer = scene.programme.lexicon.yes_no(said)
        if answer is None and fold(said) in ("1", "2"):
            answer = fold(said) == "1"
        return answer is not None and decide(scene, waiting, "yes" if answer else "no")

    return line


def _listed(
    keys: Callable[[Scene, Waiting], list[str]], labels: Callable[[Scene, Waiting], list[str]], decide: TakeLine
) -> TakeLine:
    """A line that names one of the listed choices, by number or by words, becomes its tap."""

    def line(scene: Scene, waiting: Waiting, said: str) -> bool:
        named = one_of(scene, said, labels(scene, waiting))
        return named is not None and decide(scene, waiting, keys(scene, waiting)[named])

    return line


# -- consent, confirmations ------------------------------------------------------------------------------------------


def _consent(scene: Scene, waiting: Waiting, what: str) -> bool:
    consents.decide(scene, waiting, what == "yes")
    return True


def _confirm(scene: Scene, waiting: Waiting, what: str) -> bool:
    scene.understood("answer")
    scene.settle()
    if what == "yes":
        routes.go(scene, str(waiting.data["route"]))
    else:
        scene.say("confirm.dropped")
        forms.again(scene)
    return True


def _cancel(scene: Scene, waiting: Waiting, what: str) -> bool:
    scene.understood("answer")
    scene.settle()
    if what == "yes":
        forms.give_up(scene)
    elif what == "pause":
        forms.pause(scene)
    else:
        forms.again(scene)
    return True


def _doubtful(scene: Scene, waiting: Waiting, what: str) -> bool:
    scene.understood("answer")
    question = scene.form.question(str(waiting.data["question"]))
    scene.settle()
    if what == "yes":
        forms.answer(scene, question, waiting.data["value"])
    else:
        forms.again(scene)
    return True


def _meant(scene: Scene, waiting: Waiting, what: str) -> bool:
    """Was the line the answer, or a question to the bot?"""
    question = scene.form.question(str(waiting.data["question"]))
    line, route = str(waiting.data["line"]), str(waiting.data["route"])
    scene.settle()
    if what == "answer":
        forms.take(
            scene, question, forms.reading(scene, question, replace(scene.event, name="said", data={"text": line}))
        )
    elif route:
        routes.digress(scene, route)
    else:
        scene.understood("unknown")
        scene.say("unknown.amid_form")
        forms.again(scene)
    return True


# -- lists -----------------------------------------------------------------------------------------------------------


def _offered(scene: Scene, waiting: Waiting) -> list[str]:
    listed = waiting.data["routes"]
    return [str(route) for route in listed] if isinstance(listed, list) else []


def _offered_labels(scene: Scene, waiting: Waiting) -> list[str]:
    return [topics.choice(scene, route).label for route in _offered(scene, waiting)]


def _go(scene: Scene, waiting: Waiting, what: str) -> bool:
    route, _, page = what.partition(":")
    routes.go(scene, route, int(page or 0))
    return True


def _candidates(scene: Scene, waiting: Waiting) -> list[list[object]]:
    listed = waiting.data["candidates"]
    return [list(row) for row in listed if isinstance(row, list)] if isinstance(listed, list) else []


def _candidate(scene: Scene, waiting: Waiting, what: str) -> bool:
    scene.understood("answer")
    rows = _candidates(scene, waiting)
    question = scene.form.question(str(waiting.data["question"]))
    scene.settle()
    if not what.isdecimal() or not 1 <= int(what) <= len(rows):
        scene.say("flow.type_again")
        forms.again(scene)
        return True
    value = rows[int(what) - 1][0]
    forms.answer(scene, question, value)  # type: ignore[arg-type]
    return True


def _candidate_line(scene: Scene, waiting: Waiting, said: str) -> bool:
    """One of the candidates, by number or words; "no" is none of them; other words are a new answer."""
    rows = _candidates(scene, waiting)
    named = one_of(scene, said, [str(label) for _, label in rows])
    if named is not None:
        return _candidate(scene, waiting, str(named + 1))
    answer = scene.programme.lexicon.yes_no(said)
    if answer is not None and (len(rows) == 1 or not answer):
        return _candidate(scene, waiting, "1" if answer else "none")
    return _anew(scene, waiting, said)


def _anew(scene: Scene, waiting: Waiting, said: str) -> bool:
    """The line as a fresh answer to the question that the doubt was about."""
    question = scene.form.question(str(waiting.data["question"]))
    result = forms.reading(scene, question, scene.event)
    if isinstance(result, forms.Unread):
        return False
    scene.settle()
    forms.take(scene, question, result)
    return True


def _doubtful_line(scene: Scene, waiting: Waiting, said: str) -> bool:
    return _yes_no(_doubtful)(scene, waiting, said) or _anew(scene, waiting, said)


def _runs(scene: Scene, waiting: Waiting) -> list[str]:
    return [str(paused.run) for paused in scene.session.paused]


def _resume(scene: Scene, waiting: Waiting, what: str) -> bool:
    scene.understood("resume")
    forms.load(scene, int(what))
    return True


def _unfinished(scene: Scene, waiting: Waiting, what: str) -> bool:
    if what == "resume":
        return _resume(scene, waiting, str(waiting.data["run"]))
    scene.understood("answer")
    scene.settle()
    if what == "restart":
        left = tuple(p for p in scene.session.paused if p.run != waiting.data["run"])
        scene.session = replace(scene.session, paused=left)
        scene.do("drop_submission", run=waiting.data["run"])
        forms.begin(scene, str(waiting.data["form"]))
    return True


def _language(scene: Scene, waiting: Waiting, what: str) -> bool:
    scene.understood("language")
    if what in scene.programme.languages:
        scene.session = replace(scene.session, language=what, waiting=None)
        scene.say("language.changed")
        forms.again(scene)
    return True


# -- words -----------------------------------------------------------------------------------------------------------


def _other(scene: Scene, waiting: Waiting, said: str) -> bool:
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


def _change_line(scene: Scene, waiting: Waiting, said: str) -> bool:
    rows = summary.listed(scene)
    named = one_of(scene, said, [summary.label(scene, question) for question in rows])
    if named is None:
        return False
    summary.change(scene, rows[named])
    return True


def _never(scene: Scene, waiting: Waiting, said: str) -> bool:
    return False


def _ask_consent(scene: Scene, waiting: Waiting) -> None:
    consents.ask(
        scene, str(waiting.data["purpose"]), str(waiting.data["then"]), tuple(map(str, waiting.data["rest"] or ()))
    )  # type: ignore[arg-type]


def _ask_confirm(scene: Scene, waiting: Waiting) -> None:
    routes.confirm(scene, str(waiting.data["route"]))


def _ask_cancel(scene: Scene, waiting: Waiting) -> None:
    scene.wait("cancel")
    forms.ask_cancel(scene)


def _ask_doubtful(scene: Scene, waiting: Waiting) -> None:
    question = scene.form.question(str(waiting.data["question"]))
    scene.wait("doubtful", **waiting.data)
    forms.doubt(scene, question, waiting.data["value"], str(waiting.data["warning"]))


def _ask_meant(scene: Scene, waiting: Waiting) -> None:
    scene.wait("meant", **waiting.data)
    scene.say(
        "flow.meant", (scene.ok("answer", "is_answer"), scene.ok("question", "is_question")), line=waiting.data["line"]
    )


def _ask_candidates(scene: Scene, waiting: Waiting) -> None:
    question = scene.form.question(str(waiting.data["question"]))
    forms.offer(scene, question, _candidates(scene, waiting))  # type: ignore[arg-type]


def _ask_unfinished(scene: Scene, waiting: Waiting) -> None:
    forms.begin(scene, str(waiting.data["form"]))


def _ask_other(scene: Scene, waiting: Waiting) -> None:
    question = scene.form.question(str(waiting.data["question"]))
    option = question.option(question.other)
    scene.say("flow.other", label=words(option.label, scene.language) if option else "")


def _nothing(scene: Scene, waiting: Waiting) -> None:
    """A list of offers is not put again: it only waited in case."""


PLACES: dict[str, Place] = {
    "offers": Place(_listed(_offered, _offered_labels, _go), _go, _nothing),
    "consent": Place(_yes_no(_consent), _consent, _ask_consent),
    "confirm": Place(_yes_no(_confirm), _confirm, _ask_confirm),
    "cancel": Place(_yes_no(_cancel), _cancel, _ask_cancel),
    "doubtful": Place(_doubtful_line, _doubtful, _ask_doubtful),
    "candidates": Place(_candidate_line, _candidate, _ask_candidates),
    "meant": Place(
        _listed(
            lambda s, w: ["answer", "question"], lambda s, w: [s.label("is_answer"), s.label("is_question")], _meant
        ),
        _meant,
        _ask_meant,
    ),
    "unfinished": Place(
        _listed(lambda s, w: ["resume", "restart"], lambda s, w: [s.label("resume"), s.label("restart")], _unfinished),
        _unfinished,
        _ask_unfinished,
    ),
    "resume": Place(
        _listed(_runs, lambda s, w: [s.title(p.form) for p in s.session.paused], _resume),
        _resume,
        lambda s, w: forms.resume(s),
    ),
    "other": Place(_other, _never, _ask_other),
    "change": Place(_change_line, _never, lambda s, w: summary.ask_which(s)),
    "language": Place(
        _listed(
            lambda s, w: list(s.programme.languages),
            lambda s, w: [s.label(f"language_{c}") for c in s.programme.languages],
            _language,
        ),
        _language,
        lambda s, w: topics.language(s),
    ),
    "announcement": Place(officials.write_line, _never, officials.ask_again),
    "announce": Place(_yes_no(officials.decide), officials.decide, officials.preview_again),
}
