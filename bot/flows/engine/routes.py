"""Where one can go: every route of DESIGN 6 and what it does. Routes whose flow is not built yet say so."""

from __future__ import annotations

from collections.abc import Callable

from bot.flows.engine import consents, forms, summary, topics
from bot.flows.engine.scene import Scene
from bot.flows.session import Waiting


def go(scene: Scene, route: str, page: int = 0) -> None:
    """Goes to a route; unknown ones (an old button's) show the menu."""
    scene.understood(route if route != "topics" else "menu")
    kind, _, name = route.partition(".")
    if kind == "topic" and name in scene.programme.topics:
        topics.topic(scene, name, page)
    elif kind == "form" and name in scene.programme.forms:
        forms.begin(scene, name)
    elif route in ROUTES:
        ROUTES[route](scene)
    elif route in scene.programme.routes:
        topics.later(scene, route)
    else:
        scene.route = "again"
        scene.say("tap.gone")
        topics.menu(scene)


def digress(scene: Scene, route: str) -> None:
    """Answers something said amid a question, then puts the question again once, with progress."""
    waited = scene.session.waiting, scene.session.draft
    if route == "menu":
        scene.understood("menu")
        scene.say("menu.hello_again")
    else:
        go(scene, route)
    if waited == (scene.session.waiting, scene.session.draft):
        forms.again(scene)


def _menu(scene: Scene) -> None:
    """The menu asked for: puts an open form aside, since the menu's digits need the waiting place."""
    scene.understood("menu")
    scene.settle()
    if scene.session.draft:
        forms.pause(scene, quietly=True)
        scene.say("flow.put_aside")
    topics.menu(scene)


def _in_form(step: Callable[[Scene], None], route: str) -> Callable[[Scene], None]:
    """A step that makes sense inside a form only."""

    def run(scene: Scene) -> None:
        scene.understood(route)
        if scene.session.draft:
            return step(scene)
        scene.say("flow.no_form")
        topics.menu(scene)

    return run


def _back(scene: Scene) -> None:
    """Back: to the previous question, or out of what waits."""
    scene.understood("back")
    if scene.session.waiting and scene.session.waiting.kind in ("change", "cancel", "candidates", "doubtful", "other"):
        scene.settle()
        return forms.again(scene)
    if scene.session.draft and not scene.session.waiting:
        return forms.back(scene)
    scene.settle()
    topics.menu(scene)


def _change(scene: Scene) -> None:
    draft = scene.draft
    return summary.ask_which(scene) if not draft.asked else forms.back(scene)


def _submit(scene: Scene) -> None:
    """Submit: at the summary sends; before it, what is missing is asked."""
    summary.submit(scene)


def confirm(scene: Scene, route: str) -> None:
    """Asks before doing what a line may not have meant."""
    scene.understood(route)
    scene.wait("confirm", route=route)
    again_confirm(scene, Waiting("confirm", scene.session.turns, {"route": route}))


def again_confirm(scene: Scene, waiting: Waiting) -> None:
    yes, no = scene.ok("yes", "yes_do"), scene.ok("no", "no_go_on")
    scene.say(f"confirm.{waiting.data['route']}", (yes, no))


ROUTES: dict[str, Callable[[Scene], None]] = {
    "menu": _menu,
    "topics": topics.all_topics,
    "human": topics.human,
    "language": topics.language,
    "optin": consents.opt_in,
    "optout": consents.opt_out,
    "back": _back,
    "skip": _in_form(forms.skip, "skip"),
    "pause": _in_form(forms.pause, "pause"),
    "resume": forms.resume,
    "cancel": forms.cancel,
    "change": _in_form(_change, "change"),
    "submit": _in_form(_submit, "submit"),
}
