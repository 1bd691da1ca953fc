"""Waiting places that take a yes or a no, or ask what a line meant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.flows.answers import Unread
from bot.flows.engine import consents, forms, routes
from bot.flows.engine.scene import Scene
from bot.flows.session import Waiting
from bot.flows.understanding import fold

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
        if answer is None and fold(said) in ("1", "2"):
            answer = fold(said) == "1"
        return answer is not None and decide(scene, waiting, "yes" if answer else "no")

    return line


@only("yes", "no")
def consent(scene: Scene, waiting: Waiting, what: str) -> bool:
    consents.decide(scene, waiting, what == "yes")
    return True


@only("yes", "no")
def confirm(scene: Scene, waiting: Waiting, what: str) -> bool:
    scene.understood("answer")
    scene.settle()
    if what == "yes":
        routes.go(scene, str(waiting.data["route"]))
    else:
        scene.say("confirm.dropped")
        forms.again(scene)
    return True


@only("yes", "no", "pause")
def cancel(scene: Scene, waiting: Waiting, what: str) -> bool:
    scene.understood("answer")
    scene.settle()
    if what == "yes":
        forms.give_up(scene)
    elif what == "pause":
        forms.pause(scene)
    else:
        forms.again(scene)
    return True


@only("yes", "no")
def doubtful(scene: Scene, waiting: Waiting, what: str) -> bool:
    scene.understood("answer")
    question = scene.form.question(str(waiting.data["question"]))
    scene.settle()
    if what == "yes":
        forms.answer(scene, question, waiting.data["value"])
    else:
        forms.again(scene)
    return True


def doubtful_line(scene: Scene, waiting: Waiting, said: str) -> bool:
    return yes_no(doubtful)(scene, waiting, said) or anew(scene, waiting, said)


def anew(scene: Scene, waiting: Waiting, said: str) -> bool:
    """The line as a fresh answer to the question that the doubt was about."""
    question = scene.form.question(str(waiting.data["question"]))
    result = forms.reading(scene, question, scene.event)
    if isinstance(result, Unread):
        return False
    scene.settle()
    forms.take(scene, question, result)
    return True


@only("answer", "question")
def meant(scene: Scene, waiting: Waiting, what: str) -> bool:
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


def ask_consent(scene: Scene, waiting: Waiting) -> None:
    rest = waiting.data["rest"]
    purposes = tuple(str(purpose) for purpose in rest) if isinstance(rest, list) else ()
    consents.ask(scene, str(waiting.data["purpose"]), str(waiting.data["then"]), purposes)


def ask_confirm(scene: Scene, waiting: Waiting) -> None:
    routes.confirm(scene, str(waiting.data["route"]))


def ask_cancel(scene: Scene, waiting: Waiting) -> None:
    scene.wait("cancel")
    forms.ask_cancel(scene)


def ask_doubtful(scene: Scene, waiting: Waiting) -> None:
    question = scene.form.question(str(waiting.data["question"]))
    scene.wait("doubtful", **waiting.data)
    forms.doubt(scene, question, waiting.data["value"], str(waiting.data["warning"]))


def ask_meant(scene: Scene, waiting: Waiting) -> None:
    scene.wait("meant", **waiting.data)
    scene.say(
        "flow.meant", (scene.ok("answer", "is_answer"), scene.ok("question", "is_question")), line=waiting.data["line"]
    )
