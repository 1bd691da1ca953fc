"""Waiting places that take a yes or a no, or ask what a line meant."""

from __future__ import annotations

from dataclasses import replace

from bot.flows.answers import Unread
from bot.flows.engine import answering, consents, forms, own_words, pausing, questions, routes, topics, unsent
from bot.flows.engine.deciding import only, yes_no
from bot.flows.engine.scene import Scene
from bot.flows.session import Waiting


@only("yes", "no")
def consent(scene: Scene, waiting: Waiting, what: str) -> bool:
    consents.decide(scene, waiting, what == "yes")
    return True


def consent_line(scene: Scene, waiting: Waiting, said: str) -> bool:
    """Yes or no; while words for an official wait for it, any other line is more of them, but a question about consent."""
    if yes_no(consent)(scene, waiting, said):
        return True
    guess = questions.elsewhere(scene, said)
    held, unclear = waiting.data.get("line"), scene.programme.lexicon.unclear(said)
    if not held or unclear or (guess and guess.route == "consent"):
        return False
    unsent.hold(scene, waiting, said)
    return True


@only("yes", "no", "pause")
def confirm(scene: Scene, waiting: Waiting, what: str) -> bool:
    scene.understood("answer")
    scene.settle()
    if what == "yes":
        routes.digress(scene, str(waiting.data["route"]))
    elif what == "pause" and scene.session.draft:
        pausing.pause(scene)
    elif scene.session.draft:
        forms.again(scene)
    else:
        scene.say("confirm.dropped")
        topics.onward(scene)
    return True


def confirm_line(scene: Scene, waiting: Waiting, said: str) -> bool:
    """Where there are three ways, a bare yes says none of them."""
    three = scene.session.draft is not None and waiting.data["route"] == "optout"
    if three and scene.programme.lexicon.yes_no(said):
        return False
    return yes_no(confirm)(scene, waiting, said)


@only("yes", "no", "pause")
def cancel(scene: Scene, waiting: Waiting, what: str) -> bool:
    scene.understood("answer")
    scene.settle()
    if what == "yes":
        pausing.give_up(scene, waiting.data["run"])
    elif scene.session.draft and what == "pause":
        pausing.pause(scene)
    elif scene.session.draft:
        forms.again(scene)
    elif what == "no":
        pausing.resume(scene)
    else:
        topics.onward(scene, "menu.fine")
    return True


@only("yes", "no")
def doubtful(scene: Scene, waiting: Waiting, what: str) -> bool:
    scene.understood("answer")
    question = scene.form.question(str(waiting.data["question"]))
    scene.settle()
    if what == "yes":
        answering.answer(scene, question, waiting.data["value"])
    else:
        forms.again(scene)
    return True


def doubtful_line(scene: Scene, waiting: Waiting, said: str) -> bool:
    return yes_no(doubtful)(scene, waiting, said) or anew(scene, waiting, said)


def anew(scene: Scene, waiting: Waiting, said: str) -> bool:
    """The line as a fresh answer to the question that the doubt was about."""
    question = scene.form.question(str(waiting.data["question"]))
    result = questions.reading(scene, question)
    if isinstance(result, Unread):
        return False
    scene.settle()
    answering.take(scene, question, result)
    return True


def unsure_line(scene: Scene, waiting: Waiting, said: str) -> bool:
    """After skipping was offered: an answer after all, else a yes or the same again skips, and a no asks once more."""
    question = scene.form.question(str(waiting.data["question"]))
    lexicon, free = scene.programme.lexicon, question.type in own_words.FREE
    agrees = True if lexicon.unknowing(said) or _has_none(scene, said) else lexicon.yes_no(said)
    if not (free and agrees is not None) and anew(scene, waiting, said):
        return True
    if agrees is not None:
        forms.skip(scene) if agrees else _back_to(scene)
    return agrees is not None


def _has_none(scene: Scene, said: str) -> bool:
    """ "Không có" is why one skips; a bare "không" is a no to skipping."""
    return scene.programme.lexicon.lacking(said) and len(said.split()) > 1


def _back_to(scene: Scene) -> None:
    scene.understood("answer")
    scene.settle()
    forms.again(scene)


def ask_unsure(scene: Scene, waiting: Waiting) -> None:
    answering.put_unsure(scene, scene.form.question(str(waiting.data["question"])))


@only("answer", "question")
def meant(scene: Scene, waiting: Waiting, what: str) -> bool:
    """Was the line the answer, or something else?"""
    question = scene.form.question(str(waiting.data["question"]))
    line, route = str(waiting.data["line"]), str(waiting.data["route"])
    scene.settle()
    if what == "answer":
        said = replace(scene.event, name="said", data={"text": line})
        answering.take(scene, question, answering.reading(scene, question, said))
    elif route:
        routes.digress(scene, route)
    else:
        topics.unknown(scene, line)
    return True


def ask_consent(scene: Scene, waiting: Waiting) -> None:
    consents.put(scene, str(waiting.data["purpose"]))


def ask_confirm(scene: Scene, waiting: Waiting) -> None:
    """What the line may not have meant; amid a form, putting the form aside is the third thing it can mean."""
    route, amid = str(waiting.data["route"]), scene.session.draft is not None
    third = [scene.ok("pause", "pause_form")] if amid and route == "optout" else []
    choices = [scene.ok("yes", f"yes_{route}"), *third, scene.ok("no", "go_on" if third else "no_go_on")]
    scene.say(f"confirm.{route}", choices, amid=amid)


def ask_doubtful(scene: Scene, waiting: Waiting) -> None:
    question = scene.form.question(str(waiting.data["question"]))
    answering.doubt(scene, question, waiting.data["value"], str(waiting.data["warning"]))


def ask_meant(scene: Scene, waiting: Waiting) -> None:
    route = str(waiting.data["route"])
    asks = not route or route.startswith(("topic.", "form."))
    other = scene.ok("question", "is_question") if asks else scene.pick("question", scene.called(route))
    scene.say("flow.meant", (scene.ok("answer", "is_answer"), other), line=waiting.data["line"], asks=asks)
