"""Consent per purpose: asked when data is first collected, nothing chosen beforehand, silence is no."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from bot.flows.engine import fitting, topics
from bot.flows.engine.scene import Scene
from bot.flows.session import Waiting
from bot.flows.values import Json


def ask(
    scene: Scene, purpose: str, then: str = "", rest: tuple[str, ...] = (), line: str = "", fits: Sequence[Json] = ()
) -> None:
    """Asks for one purpose. `then`: the route that wanted it; `rest`: purposes to ask for afterwards; `line`: what was said
    to an official, to be passed on with the consent; `fits`: supports to be offered in the end (`fitting`)."""
    data: dict[str, Json] = {"purpose": purpose, "then": then, "rest": list(rest), "text": _fingerprint(scene, purpose)}
    more: dict[str, Json] = ({"line": line} if line else {}) | ({"fits": [*fits]} if fits else {})
    scene.wait("consent", **data, **more)
    put(scene, purpose)


def put(scene: Scene, purpose: str) -> None:
    scene.say(f"consents.{purpose}", (scene.ok("yes", "agree"), scene.ok("no", "disagree")))


def _fingerprint(scene: Scene, purpose: str) -> str:
    """Tells whether the words asked are still the words of today, whatever language they were put in."""
    texts = (scene.programme.render(f"consents.{purpose}", each, {}).plain for each in scene.programme.languages)
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def offer(scene: Scene, purposes: tuple[str, ...], fits: Sequence[Json] = ()) -> bool:
    """Asks for the first purpose never decided on; False when there is none. A refusal is not asked about again."""
    undecided = [purpose for purpose in purposes if purpose not in scene.session.consents]
    if undecided:
        ask(scene, undecided[0], rest=tuple(undecided[1:]), fits=fits)
    return bool(undecided)


def finish(scene: Scene, fits: list[Json]) -> None:
    """After the last consent: what fits, else what may come next."""
    fitting.show(scene, fits) if fits and not scene.amid else topics.onward(scene)


def record(scene: Scene, purpose: str, granted: bool) -> None:
    """Keeps the decision with the very text it was about."""
    text = scene.text(f"consents.{purpose}").plain
    scene.do("record_consent", purpose=purpose, granted=granted, text=text)
    scene.session = replace(scene.session, consents={**scene.session.consents, purpose: granted})


def decide(scene: Scene, waiting: Waiting, granted: bool) -> None:
    """What follows a yes or a no. A yes to words that have changed meanwhile is asked for once more."""
    from bot.flows.engine import human
    from bot.flows.engine.routes import go

    purpose, then, rest = str(waiting.data["purpose"]), str(waiting.data["then"]), _rest(waiting)
    scene.understood("consent")
    line = str(waiting.data.get("line", ""))
    offered = waiting.data.get("fits")
    fits = offered if isinstance(offered, list) else []
    if granted and waiting.data["text"] != _fingerprint(scene, purpose):
        scene.say("consent.renewed")
        return ask(scene, purpose, then, rest, line, fits)
    scene.settle()
    record(scene, purpose, granted)
    scene.say("consent.granted" if granted else "consent.refused", purpose=purpose, needed=bool(then))
    if granted and line:
        return human.agreed(scene, line)
    if granted and then:
        route, _, number = then.partition(":")
        return go(scene, route, int(number or 0))
    if then or not offer(scene, rest, fits):
        finish(scene, fits)


def _rest(waiting: Waiting) -> tuple[str, ...]:
    rest = waiting.data["rest"]
    return tuple(str(purpose) for purpose in rest) if isinstance(rest, list) else ()


def opt_in(scene: Scene) -> None:
    """Announcements are asked for with their own text, even when someone wants them."""
    scene.understood("optin")
    if scene.session.consents.get("announcements"):
        return scene.say("consent.already_in")
    ask(scene, "announcements")
