"""What is told of cases: the receipt for an application, and news that nobody asked for."""

from __future__ import annotations

from dataclasses import replace

from bot.flows.engine import consents, held, topics
from bot.flows.engine.cases import APPLY, RATED, coming, one, says, several, stage, support
from bot.flows.engine.scene import Scene
from bot.flows.stages import support_called
from bot.flows.values import Event, Json, Message, Text, join


def opened(scene: Scene, event: Event) -> None:
    """{opened, joined, closed, put_off, letter}: one receipt for all that was applied for, with the application to print; then thanks, and what the form offers."""
    form, at = scene.form, scene.now.astimezone(scene.programme.zone)
    fresh, before = several(event.data["opened"]), several(event.data["joined"])
    parts = [scene.text("cases.receipt", at=at, count=len(fresh))] if fresh else []
    parts += [join([_received(scene, case) for case in fresh])] if fresh else []
    parts += [_joined(scene, case) for case in before]
    if later := event.data.get("put_off"):
        parts.append(scene.text("cases.put_off", labels=later))
    if link := event.data.get("letter"):
        parts.append(scene.text("cases.letter", url=link, days=event.data["days"]))
    scene.show(Message(join([*parts, scene.form_text("thanks")], "\n\n")))
    not_open = event.data["closed"]
    if isinstance(not_open, list) and not_open:
        scene.say(
            "cases.some_closed", labels=[support_called(scene.programme, str(s), scene.language) for s in not_open]
        )
    scene.session = replace(scene.session, draft=None, waiting=None, failures=0)
    if not consents.offer(scene, form.offers):
        topics.offer(scene, "cases.onward", ["status", "menu"])


def _received(scene: Scene, case: dict[str, Json]) -> Text:
    next_stage = coming(scene, case)
    return scene.text(
        "cases.received", number=case["number"], support=support(scene, case), next=next_stage, by=case["next_by"]
    )


def _joined(scene: Scene, case: dict[str, Json]) -> Text:
    return scene.text("cases.joined", number=case["number"], support=support(scene, case), stage=stage(scene, case))


def told(scene: Scene, event: Event) -> None:
    """{what, case, note, papers}: something happened to a case of theirs; takes no waiting place."""
    case, what = one(event.data["case"]), str(event.data["what"])
    waiting = scene.session.waiting
    if waiting and waiting.kind == "paper" and waiting.data["case"] == case["id"] and case["state"] != "supplement":
        scene.settle()  # its papers are asked for no more
    routes = {"asked": ["papers", "case"], "reminded": ["papers", "case"]}.get(what, ["case"])
    if what == "closed" and case["state"] in RATED:
        routes = ["case", "case_feedback"]
    scene.notice(
        f"cases.told.{what}", [f"{route}:{case['id']}" for route in routes],
        number=case["number"], support=support(scene, case), stage=stage(scene, case), says=says(scene, case),
        by=case["by"], next=coming(scene, case), next_by=case["next_by"], note=event.data.get("note", ""),
        labels=event.data.get("papers", []),
    )  # fmt: skip


def call_opened(scene: Scene, event: Event) -> None:
    """{supports, closes}: what they asked for can be applied for now."""
    listed = event.data["supports"] if isinstance(event.data["supports"], list) else []
    labels = [support_called(scene.programme, str(each), scene.language) for each in listed]
    begun = held.release(scene, ["no_call"]) or [one.run for one in held.unsent(scene) if one.form == APPLY]
    scene.notice("cases.told.call", held.routes(begun) or [f"form.{APPLY}"], labels=labels, by=event.data["closes"])
