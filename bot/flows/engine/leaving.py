"""Speaking for an organisation no more: by one's own wish, asked about first; or because an official ends it (`/donvi NAME`).
What was sent stays the organisation's; what of it stood in one's own forms goes out of them."""

from __future__ import annotations

from dataclasses import replace

from bot.flows.engine import forms, knowing, topics
from bot.flows.engine.cases import one, several
from bot.flows.engine.organisations import MAY_DECIDE, leave, over
from bot.flows.engine.scene import Scene
from bot.flows.session import Waiting
from bot.flows.values import Choice, Event


def begin(scene: Scene, organisation: int = 0) -> None:
    """The route `leave`: the store knows where the person belongs and what would remain."""
    scene.understood("leave")
    scene.asks = True
    scene.do("weigh_leaving", organisation=organisation)


def weighed(scene: Scene, event: Event) -> None:
    """{organisations, one}: asks about the one, or which."""
    rows, found = knowing.rows_of(event.data["organisations"]), event.data["one"]
    knowing.learn(scene, {"organisations": [key for key, _ in rows]})
    if found:
        over(scene, "leave", one=found)
    elif rows:
        over(scene, "leave_which", organisations=[[key, name] for key, name in rows])
    else:
        scene.say("organisation.none", asked=0)
        return topics.onward(scene) if not scene.amid else forms.again(scene)
    forms.again(scene)


def keys(scene: Scene, waiting: Waiting) -> list[str]:
    return [*(str(key) for key, _ in knowing.rows_of(waiting.data["organisations"])), "none"]


def names(scene: Scene, waiting: Waiting) -> list[str]:
    return [*(name for _, name in knowing.rows_of(waiting.data["organisations"])), scene.label("leave_organisation")]


def ask_which(scene: Scene, waiting: Waiting) -> None:
    rows = zip(keys(scene, waiting), names(scene, waiting), strict=True)
    scene.say("organisation.leave_which", [replace(scene.pick(key, name), control=key == "none") for key, name in rows])


def which(scene: Scene, waiting: Waiting, what: str) -> bool:
    if what not in keys(scene, waiting):
        return False
    scene.understood("answer")
    if what == "none":
        return _stay(scene)
    scene.do("weigh_leaving", organisation=int(what))
    return True


def _stay(scene: Scene) -> bool:
    leave(scene)
    scene.say("organisation.stays")
    topics.onward(scene) if not scene.amid else forms.again(scene)
    return True


def ask(scene: Scene, waiting: Waiting) -> None:
    found = one(waiting.data["one"])
    choices = (scene.ok("yes", "leave_it_now"), scene.ok("no", "leave_organisation"))
    scene.say("organisation.leave", choices, name=found["name"], last=found["last"], labels=found["cases"])


def decide(scene: Scene, waiting: Waiting, what: str) -> bool:
    if what not in ("yes", "no"):
        return False
    scene.understood("answer")
    if what == "no":
        return _stay(scene)
    leave(scene)
    scene.asks = True
    scene.do("leave_organisation", organisation=one(waiting.data["one"])["organisation"])
    return True


def left(scene: Scene, event: Event) -> None:
    """{organisation, name, cases, last}: it is done."""
    scene.say("organisation.left", name=event.data["name"], labels=event.data["cases"], last=event.data["last"])
    if forget(scene):
        return knowing.go_on(scene)
    topics.onward(scene) if not scene.amid else forms.again(scene)


def ended(scene: Scene, event: Event) -> None:
    """{organisation, name}: an official ended it; a notice."""
    gone = event.data["organisation"]
    knowing.learn(scene, {"organisations": [each for each in scene.session.organisations if each != gone]})
    scene.notice("organisation.ended", ["human"], name=event.data["name"])
    if forget(scene):
        knowing.go_on(scene)


def forget(scene: Scene) -> bool:
    """What stands filled in of an organisation that one does not belong to goes out of the form in hand; whether it had any."""
    draft = scene.session.draft
    if draft is None or not draft.organisation or draft.organisation in scene.session.organisations:
        return False
    if knowing.empty(scene):
        scene.say("organisation.emptied", kept=knowing.labels(scene, knowing.typed(scene)))
    return True


# -- officials ---------------------------------------------------------------------------------------------------------


def look(scene: Scene, rest: str) -> bool:
    """`/donvi NAME or tax code`: who speaks for it; False for somebody who may not."""
    if scene.session.role not in MAY_DECIDE:
        return False
    scene.understood("answer")
    scene.do("find_members", text=rest.strip())
    return True


def members_found(scene: Scene, event: Event) -> None:
    """{found, one}: the members of the one, or which organisation is meant."""
    found, shown = event.data["found"], event.data["one"]
    if shown:
        over(scene, "desk_members", one=shown)
    elif found:
        over(scene, "desk_units", organisations=found)
    else:
        scene.say("organisation.desk_none")
    forms.again(scene)


def ask_unit(scene: Scene, waiting: Waiting) -> None:
    rows = [scene.pick(str(key), name) for key, name in knowing.rows_of(waiting.data["organisations"])]
    scene.say("organisation.desk_which", (*rows, _close(scene)))


def unit_keys(scene: Scene, waiting: Waiting) -> list[str]:
    return [str(key) for key, _ in knowing.rows_of(waiting.data["organisations"])]


def unit_names(scene: Scene, waiting: Waiting) -> list[str]:
    return [name for _, name in knowing.rows_of(waiting.data["organisations"])]


def unit(scene: Scene, waiting: Waiting, what: str) -> bool:
    if what == "close":
        return _closed(scene)
    if what not in unit_keys(scene, waiting):
        return False
    scene.understood("answer")
    scene.do("find_members", organisation=int(what))
    return True


def _close(scene: Scene) -> Choice:
    return replace(scene.ok("close", "desk_close"), control=True)


def _closed(scene: Scene) -> bool:
    scene.understood("answer")
    leave(scene)
    scene.say("desk.closed")
    forms.again(scene)
    return True


def ask_member(scene: Scene, waiting: Waiting) -> None:
    found = one(waiting.data["one"])
    rows = several(found["members"])
    labels = [scene.text("organisation.desk_member", who=row["who"], phone=row["phone"]).plain for row in rows]
    ways = [scene.ok(str(row["person"]), "remove_member", who=label) for row, label in zip(rows, labels, strict=True)]
    scene.say(
        "organisation.desk_members", (*ways, _close(scene)), unit=found["name"], code=found["code"], labels=labels
    )


def member(scene: Scene, waiting: Waiting, what: str) -> bool:
    found = one(waiting.data["one"])
    chosen = next((row for row in several(found["members"]) if str(row["person"]) == what), None)
    if what == "close":
        return _closed(scene)
    if chosen is None:
        return False
    scene.understood("answer")
    leave(scene)
    over(scene, "desk_remove", one={**chosen, "organisation": found["organisation"], "unit": found["name"]})
    forms.again(scene)
    return True


def ask_remove(scene: Scene, waiting: Waiting) -> None:
    found = one(waiting.data["one"])
    choices = (scene.ok("yes", "desk_do"), scene.ok("no", "desk_do_not"))
    scene.say("organisation.desk_remove", choices, who=found["who"], phone=found["phone"], unit=found["unit"])


def remove(scene: Scene, waiting: Waiting, what: str) -> bool:
    if what not in ("yes", "no"):
        return False
    if what == "no":
        return _closed(scene)
    scene.understood("answer")
    found = one(waiting.data["one"])
    leave(scene)
    scene.do("remove_member", organisation=found["organisation"], person=found["person"])
    return True


def removed(scene: Scene, event: Event) -> None:
    """{done, who, unit}"""
    if event.data["done"]:
        scene.say("organisation.desk_removed", who=event.data["who"], unit=event.data["unit"])
    else:
        scene.say("organisation.decided_before")
    forms.again(scene)
