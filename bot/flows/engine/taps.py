"""A tapped button. It carries what it belongs to, so an old one never answers a new question and always gets a
useful reply."""

from __future__ import annotations

from dataclasses import replace

from bot.flows.answers import read
from bot.flows.engine import asking, forms, routes, summary
from bot.flows.engine.scene import Scene
from bot.flows.programme import Question
from bot.flows.values import Event, Message


def tapped(scene: Scene, event: Event) -> None:
    """`go.<route>`, `ok.<turn>.<what>`, or `<run>.<question>.<value>`; anything else is an old or foreign button."""
    kind, _, rest = str(event.data["value"]).partition(".")
    if kind == "go":
        return _go(scene, rest)
    if kind == "ok":
        return _ok(scene, rest)
    question, _, value = rest.partition(".")
    if kind.isdecimal() and question and value:
        return _form(scene, int(kind), question, value)
    gone(scene)


def gone(scene: Scene) -> None:
    """A button whose time is over: says so, and puts what is waiting once more."""
    scene.understood("again")
    scene.say("tap.gone")
    if scene.session.draft or scene.session.waiting:
        forms.again(scene)
    else:
        routes.go(scene, "menu")


def _go(scene: Scene, rest: str) -> None:
    route, _, page = rest.partition(":")
    if route.startswith("topic.") or route in ("human", "topics"):
        waiting = scene.session.waiting
        amid = scene.session.draft or (waiting and waiting.kind != "offers")
        if amid and not page:
            return routes.digress(scene, route)
    routes.go(scene, route, int(page) if page.isdecimal() else 0)


def _ok(scene: Scene, rest: str) -> None:
    from bot.flows.engine.places import PLACES

    turn, _, what = rest.partition(".")
    waiting = scene.session.waiting
    if waiting and str(waiting.turn) == turn and PLACES[waiting.kind].tap(scene, waiting, what):
        return
    gone(scene)


def _form(scene: Scene, run: int, question_id: str, value: str) -> None:
    draft = scene.session.draft
    if draft is None or draft.run != run:
        return _other_run(scene, run)
    if question_id == "!summary":
        return _summary(scene, value)
    question = next((q for q in scene.form.questions if q.id == question_id), None)
    if question is None:
        return gone(scene)
    if value == "!change" and not draft.asked:
        return summary.change(scene, question)
    if question.id != draft.asked:
        return _answered(scene, question)
    _at_question(scene, question, value)


def _other_run(scene: Scene, run: int) -> None:
    """A button of a form that is put aside, sent or given up."""
    if any(paused.run == run for paused in scene.session.paused):
        scene.understood("again")
        scene.say("tap.paused", (scene.go("resume"),))
        return forms.again(scene)
    gone(scene)


def _answered(scene: Scene, question: Question) -> None:
    """A button of an earlier question of this very form: its answer stands; how to change it is said."""
    scene.understood("again")
    value = scene.shown()[question.id] if question.id in scene.draft.answers else ""
    scene.say("tap.answered", label=summary.label(scene, question), value=value)
    forms.again(scene)


def _summary(scene: Scene, value: str) -> None:
    if scene.draft.asked:
        return gone(scene)
    match value:
        case "!submit":
            summary.submit(scene)
        case "!change":
            summary.ask_which(scene)
        case "!pause":
            forms.pause(scene)
        case "!keep":
            scene.understood("answer")
            scene.settle()
            forms.again(scene)
        case _:
            gone(scene)


def _at_question(scene: Scene, question: Question, value: str) -> None:
    match value:
        case "!skip":
            forms.skip(scene)
        case "!back":
            forms.back(scene)
        case "!pause":
            forms.pause(scene)
        case "!done":
            _take(scene, question, "=" + ",".join(scene.draft.picked))
        case _ if question.type == "choices" and not value.startswith("="):
            _toggle(scene, question, value)
        case _:
            _take(scene, question, value)


def _take(scene: Scene, question: Question, value: str) -> None:
    scene.settle()
    event = replace(scene.event, data={"value": value})
    forms.take(scene, question, forms.reading(scene, question, event))


def _toggle(scene: Scene, question: Question, value: str) -> None:
    """One tick more or less at a question that takes several; the exclusive option answers at once."""
    option = question.option(value)
    if option is None:
        return gone(scene)
    if value == question.none:
        return _take(scene, question, f"={value}")
    scene.understood("answer")
    scene.settle()
    picked = scene.draft.picked
    picked = tuple(p for p in picked if p != value) if value in picked else (*picked, value)
    scene.write(replace(scene.draft, picked=picked))
    scene.show(Message(_picked(scene, question), asking.choices(scene, question), many=True))


def _picked(scene: Scene, question: Question):  # type: ignore[no-untyped-def]
    labels = [choice.label for choice in asking.choices(scene, question) if not choice.control]
    names = [label for label, option in zip(labels, question.options, strict=True) if option.id in scene.draft.picked]
    return scene.text("flow.picked", labels=names)


__all__ = ["read", "tapped"]
