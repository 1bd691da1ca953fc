"""Where one can go: every route of DESIGN 6 and what it does. Routes whose flow is not built yet say so."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from bot.flows.engine import (
    attending,
    cases,
    classes,
    consents,
    correcting,
    documents,
    forms,
    human,
    leaving,
    moving,
    organisations,
    pausing,
    requests,
    summary,
    talks,
    topics,
    wishes,
    withdrawing,
)
from bot.flows.engine.scene import Scene


def go(scene: Scene, route: str, page: int = 0) -> None:
    """Goes to a route; unknown ones (an old button's) show the menu."""
    kind, _, name = route.partition(".")
    if kind == "topic" and name in scene.programme.topics:
        topics.topic(scene, name, page)
    elif kind == "form" and (form := scene.programme.forms.get(name.partition(".")[0])) and not form.hidden:
        scene.understood(f"form.{form.id}")
        forms.begin(scene, form.id, chosen=name.partition(".")[2])
    elif kind == "withdraw" and name in scene.programme.purposes:
        wishes.withdraw(scene, name)
    elif route in OF_ONE and page:
        OF_ONE[route](scene, page)
    elif route in ROUTES:
        ROUTES[route](scene)
    elif route in scene.programme.routes:
        topics.later(scene, route)
    else:
        scene.understood("again")
        scene.say("tap.gone")
        if not scene.amid:
            topics.menu(scene)


def digress(scene: Scene, route: str, page: int = 0) -> None:
    """Answers something said while something waits, then puts that again once, with progress. What moves the form
    itself, or asks something of its own, is no digression."""
    wishes.let_go(scene)
    if route in MOVES:
        return go(scene, route, page)
    if not scene.amid:
        return go(scene, route, page)
    waited = scene.session.waiting, scene.session.draft
    if route == "menu":
        scene.understood("menu")
        scene.say("menu.hello_again")
    else:
        go(scene, route, page)
    if not scene.asks and waited == (scene.session.waiting, scene.session.draft):
        forms.again(scene)


def _menu(scene: Scene) -> None:
    """The menu asked for: puts an open form aside, since the menu's digits need the waiting place."""
    scene.understood("menu")
    asked = human.hang_up(scene, greets=False)
    scene.settle()
    if scene.session.draft:
        pausing.put_aside(scene)
        scene.say("flow.put_aside")
    if not asked:
        topics.menu(scene)


def _in_form(step: Callable[[Scene], None], route: str) -> Callable[[Scene], None]:
    """A step that makes sense inside a form only."""

    def run(scene: Scene) -> None:
        scene.understood(route)
        if scene.session.draft:
            return step(scene)
        scene.say("flow.no_form")
        if scene.amid:
            return forms.again(scene)
        topics.menu(scene)

    return run


def _back(scene: Scene) -> None:
    """Back: out of what waits, else to the question before."""
    scene.understood("back")
    if scene.session.draft and not scene.session.waiting:
        return forms.back(scene)
    scene.settle()
    if scene.session.draft:
        return forms.again(scene)
    topics.menu(scene)


def _change(scene: Scene) -> None:
    """At the summary asks which answer; before it, goes back as *back* does."""
    return _back(scene) if scene.draft.asked else summary.ask_which(scene)


def _feedback(scene: Scene) -> None:
    """A form with a route of its own; where a programme has none, says whom to ask."""
    scene.understood("feedback")
    forms.begin(scene, "feedback") if "feedback" in scene.programme.forms else topics.later(scene, "feedback")


def confirm(scene: Scene, route: str) -> None:
    """Asks before doing what a line may not have meant."""
    scene.understood(route)
    scene.wait("confirm", route=route)
    forms.again(scene)


ROUTES: dict[str, Callable[[Scene], None]] = {
    "menu": _menu,
    "topics": topics.all_topics,
    "human": human.meet,
    "reply": human.reply,
    "end_talk": human.end,
    "feedback": _feedback,
    "language": topics.language,
    "optin": consents.opt_in,
    # one's own data
    "optout": wishes.opt_out,
    "my_data": wishes.my_data,
    "correct_data": correcting.correct,
    "export_data": wishes.export,
    "delete_data": wishes.delete,
    "withdraw": withdrawing.begin,
    "continue": moving.begin,
    "requests": requests.all_open,
    "back": _back,
    "skip": _in_form(forms.skip, "skip"),
    "pause": _in_form(pausing.pause, "pause"),
    "resume": pausing.resume,
    "cancel": pausing.cancel,
    "change": _in_form(_change, "change"),
    "submit": _in_form(summary.submit, "submit"),
    "document": documents.newest,
    "organisation": organisations.show,
    "member": organisations.members,
    "leave": leaving.begin,
    "class": classes.offered,
    "my_classes": attending.mine,
    "class_feedback": attending.mine,
    "status": cases.status,
    **{route: partial(cases.status, then=then) for then, route in cases.ROUTES.items()},
}
# Routes to one thing among many, by its number in the store: "case:12".
OF_ONE: dict[str, Callable[[Scene, int], None]] = {
    "resume": pausing.back_to,
    "document": documents.of_case,
    "talk": talks.take,
    "member": organisations.members,
    "class": classes.show,
    "register": classes.register,
    "class_feedback": attending.feedback,
    "my_data": wishes.my_data,
    "request": requests.one,
    "case": cases.of("show"),
    "papers": cases.of("papers"),
    "withdraw_case": cases.of("withdraw"),
    "case_feedback": cases.of("feedback"),
}
# These say themselves what comes next; everything else said amid a form is a digression from it.
MOVES = ("back", "skip", "pause", "resume", "cancel", "change", "submit", "organisation", "member", "leave", "withdraw")
