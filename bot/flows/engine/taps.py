"""A tapped button. It carries what it belongs to, so an old one never answers a new question and always gets a
useful reply."""

from __future__ import annotations

from dataclasses import replace

from bot.flows.engine import answering, asking, forms, pausing, people, routes, suggesting, summary, topics, wishes
from bot.flows.engine.scene import Scene
from bot.flows.programme import Question, words
from bot.flows.session import Draft
from bot.flows.values import Event, Message

LONGEST = 1000  # characters; no channel carries a longer value

LONGEST_ID = 15  # digits: no row has a longer one, and no database takes any


def tapped(scene: Scene, event: Event) -> None:
    press(scene, str(event.data["value"]))


def press(scene: Scene, value: str) -> None:
    """`go.<route>`, `ok.<turn>.<what>`, or `<run>.<question>.<value>`; anything else is an old or foreign button."""
    kind, _, rest = value.partition(".") if len(value) <= LONGEST else ("", "", "")
    question, _, what = rest.partition(".")
    if kind == "go":
        _go(scene, rest)
    elif kind == "ok":
        _ok(scene, rest)
    elif kind.isdecimal() and question and what:
        _form(scene, int(kind), question, what)
    else:
        gone(scene)


def gone(scene: Scene) -> None:
    """A button whose time is over: says so, and puts what is waiting once more."""
    wishes.let_go(scene)
    scene.understood("again")
    scene.say("tap.gone")
    if scene.amid:
        _once_more(scene)
    else:
        topics.menu(scene)


def _once_more(scene: Scene) -> None:
    """What waits is put again; a deletion, for which a button of something else is no yes, is let go."""
    wishes.let_go(scene)
    forms.again(scene)


def _go(scene: Scene, rest: str) -> None:
    route, _, page = rest.partition(":")
    if len(page) > LONGEST_ID:
        return gone(scene)
    number = int(page) if page.isdecimal() else 0
    if route == "menu":
        return routes.go(scene, route)
    routes.digress(scene, route, number)


def _ok(scene: Scene, rest: str) -> None:
    from bot.flows.engine.places import PLACES

    turn, _, what = rest.partition(".")
    waiting = scene.session.waiting
    if waiting and str(waiting.turn) == turn and PLACES[waiting.kind].tap(scene, waiting, what):
        return
    gone(scene)


def _form(scene: Scene, run: int, question_id: str, value: str) -> None:
    draft = scene.session.draft
    wishes.let_go(scene)
    if draft is None or draft.run != run:
        return _other_run(scene, run)
    if question_id == "!summary":
        return _summary(scene, draft, value)
    if value == "!pause":
        return pausing.pause(scene)
    question = next((q for q in scene.form.questions if q.id == question_id), None)
    if question is None:
        return gone(scene)
    if value == "!change" and not draft.asked and question.id in draft.answers:
        return summary.change(scene, question)
    if question.id != draft.asked:
        return _passed(scene, question, value)
    _at_question(scene, question, value)


def _other_run(scene: Scene, run: int) -> None:
    """A button of a form that is put aside, sent or given up."""
    if not any(paused.run == run for paused in scene.session.paused):
        return gone(scene)
    scene.understood("again")
    scene.say("tap.paused", (scene.go("resume"),))
    _once_more(scene)


def _passed(scene: Scene, question: Question, value: str) -> None:
    """A button of an earlier question of this very form: its answer stands; how to change it is said. The second half
    of a double tap only hears that it was kept."""
    answers = scene.draft.answers
    if question.id not in answers:
        return gone(scene)
    scene.understood("again")
    given = {"yes": True, "no": False}.get(value, value) if question.type == "yes_no" else value
    twice = given == answers[question.id] or value.startswith(("!done", "!skip", "!same", "!say"))
    shown = scene.shown()[question.id]
    scene.say("tap.kept" if twice else "tap.answered", label=summary.label(scene, question), value=shown)
    _once_more(scene)


def _summary(scene: Scene, draft: Draft, value: str) -> None:
    if draft.asked:
        return gone(scene)
    match value:
        case "!submit":
            summary.submit(scene)
        case "!change":
            summary.ask_which(scene)
        case "!pause":
            pausing.pause(scene)
        case "!keep":
            summary.keep(scene)
        case _:
            gone(scene)


def _at_question(scene: Scene, question: Question, value: str) -> None:
    if question.type == "people" and people.tapped(scene, question, value):
        return
    if (same := suggesting.given(scene, question, value)) is not None:
        return answering.answer(scene, question, same)
    match value:
        case "!skip":
            forms.skip(scene)
        case "!back":
            scene.settle()
            forms.back(scene)
        case "!keep" if question.id in scene.draft.answers:
            forms.keep(scene)
        case "!done":
            _take(scene, question, "=" + ",".join(scene.draft.picked))
        case _ if value.startswith("!"):
            gone(scene)
        case _ if question.type == "choices" and not value.startswith("="):
            _toggle(scene, question, value)
        case _:
            _take(scene, question, value)


def _take(scene: Scene, question: Question, value: str) -> None:
    scene.settle()
    event = replace(scene.event, name="tapped", data={"value": value})
    answering.take(scene, question, answering.reading(scene, question, event))


def _toggle(scene: Scene, question: Question, value: str) -> None:
    """One tick more or less at a question that takes several; the exclusive option answers at once."""
    if question.option(value) is None:
        return gone(scene)
    if value == question.none:
        return _take(scene, question, f"={value}")
    scene.understood("answer")
    scene.settle()
    picked = tuple(p for p in scene.draft.picked if p != question.none)
    picked = tuple(p for p in picked if p != value) if value in picked else (*picked, value)
    scene.write(replace(scene.draft, picked=picked))
    labels = [words(option.label, scene.language) for option in question.options if option.id in picked]
    scene.show(Message(scene.text("flow.picked", labels=labels), asking.choices(scene, question), many=True))
