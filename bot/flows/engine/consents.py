"""Consent per purpose: asked when data is first collected, nothing chosen beforehand, silence is no."""

from __future__ import annotations

from dataclasses import replace

from bot.flows.engine.scene import Scene
from bot.flows.session import Waiting


def ask(scene: Scene, purpose: str, then: str = "", rest: tuple[str, ...] = ()) -> None:
    """Asks for one purpose. `then`: the route that wanted it; `rest`: purposes to ask for afterwards."""
    scene.wait("consent", purpose=purpose, then=then, rest=list(rest))
    put(scene, purpose)


def put(scene: Scene, purpose: str) -> None:
    scene.say(f"consents.{purpose}", (scene.ok("yes", "agree"), scene.ok("no", "disagree")))


def offer(scene: Scene, purposes: tuple[str, ...]) -> bool:
    """Asks for the first purpose that was not granted yet; False when there is none to ask for."""
    open_yet = [purpose for purpose in purposes if not scene.session.consents.get(purpose)]
    if open_yet:
        ask(scene, open_yet[0], rest=tuple(open_yet[1:]))
    return bool(open_yet)


def record(scene: Scene, purpose: str, granted: bool) -> None:
    """Keeps the decision with the very text it was about."""
    text = scene.text(f"consents.{purpose}").plain
    scene.do("record_consent", purpose=purpose, granted=granted, text=text)
    scene.session = replace(scene.session, consents={**scene.session.consents, purpose: granted})


def decide(scene: Scene, waiting: Waiting, granted: bool) -> None:
    """What follows a yes or a no."""
    from bot.flows.engine.routes import go

    purpose, then = str(waiting.data["purpose"]), str(waiting.data["then"])
    rest = waiting.data["rest"]
    scene.understood("consent")
    scene.settle()
    scene.forget_failures()
    record(scene, purpose, granted)
    scene.say("consent.granted" if granted else "consent.refused", purpose=purpose, needed=bool(then))
    if granted and then:
        return go(scene, then)
    if not then and isinstance(rest, list) and offer(scene, tuple(str(item) for item in rest)):
        return
    scene.say("menu.next", tuple(scene.go(route) for route in scene.programme.menu[:4]))


def opt_in(scene: Scene) -> None:
    """Announcements are asked for with their own text, even when someone wants them."""
    scene.understood("optin")
    if scene.session.consents.get("announcements"):
        return scene.say("consent.already_in")
    ask(scene, "announcements")


def opt_out(scene: Scene) -> None:
    """Announcements stop at once, from anywhere, with a receipt."""
    scene.understood("optout")
    had = scene.session.consents.get("announcements")
    record(scene, "announcements", granted=False)
    scene.say("consent.stopped" if had else "consent.was_not_in", (scene.go("optin"),))
