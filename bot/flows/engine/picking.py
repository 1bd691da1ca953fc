"""Waiting places that take one of a list, by number or by words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.flows.engine import confirming, forms, routes, summary, topics
from bot.flows.engine.confirming import TakeLine, only
from bot.flows.engine.scene import Scene
from bot.flows.session import Waiting


def one_of(scene: Scene, said: str, labels: list[str]) -> int | None:
    """Which of the labels the line names, if it is plainly one."""
    named = scene.programme.lexicon.choose(said, [(label,) for label in labels]).indices
    return named[0] if len(named) == 1 else None


def listed(
    keys: Callable[[Scene, Waiting], list[str]], labels: Callable[[Scene, Waiting], list[str]], decide: TakeLine
) -> TakeLine:
    """A line that names one of the listed choices, by number or by words, becomes its tap."""

    def line(scene: Scene, waiting: Waiting, said: str) -> bool:
        named = one_of(scene, said, labels(scene, waiting))
        return named is not None and decide(scene, waiting, keys(scene, waiting)[named])

    return line


def offered(scene: Scene, waiting: Waiting) -> list[str]:
    listed = waiting.data["routes"]
    return [str(route) for route in listed] if isinstance(listed, list) else []


def offered_labels(scene: Scene, waiting: Waiting) -> list[str]:
    return [topics.choice(scene, route).label for route in offered(scene, waiting)]


def go(scene: Scene, waiting: Waiting, what: str) -> bool:
    route, _, page = what.partition(":")
    routes.go(scene, route, int(page or 0))
    return True


def candidates(scene: Scene, waiting: Waiting) -> list[list[object]]:
    listed = waiting.data["candidates"]
    return [list(row) for row in listed if isinstance(row, list)] if isinstance(listed, list) else []


def candidate(scene: Scene, waiting: Waiting, what: str) -> bool:
    scene.understood("answer")
    rows = candidates(scene, waiting)
    question = scene.form.question(str(waiting.data["question"]))
    scene.settle()
    if not what.isdecimal() or not 1 <= int(what) <= len(rows):
        scene.say("flow.type_again")
        forms.again(scene)
        return True
    value = rows[int(what) - 1][0]
    forms.answer(scene, question, value)  # type: ignore[arg-type]
    return True


def candidate_line(scene: Scene, waiting: Waiting, said: str) -> bool:
    """One of the candidates, by number or words; "no" is none of them; other words are a new answer."""
    rows = candidates(scene, waiting)
    named = one_of(scene, said, [str(label) for _, label in rows])
    if named is not None:
        return candidate(scene, waiting, str(named + 1))
    answer = scene.programme.lexicon.yes_no(said)
    if answer is not None and (len(rows) == 1 or not answer):
        return candidate(scene, waiting, "1" if answer else "none")
    return confirming.anew(scene, waiting, said)


def runs(scene: Scene, waiting: Waiting) -> list[str]:
    return [str(paused.run) for paused in scene.session.paused]


def resume(scene: Scene, waiting: Waiting, what: str) -> bool:
    if what not in runs(scene, waiting):
        return False
    scene.understood("resume")
    forms.load(scene, int(what))
    return True


@only("resume", "restart")
def unfinished(scene: Scene, waiting: Waiting, what: str) -> bool:
    if what == "resume":
        return resume(scene, waiting, str(waiting.data["run"]))
    scene.understood("answer")
    scene.settle()
    if what == "restart":
        left = tuple(p for p in scene.session.paused if p.run != waiting.data["run"])
        scene.session = replace(scene.session, paused=left)
        scene.do("drop_submission", run=waiting.data["run"])
        forms.begin(scene, str(waiting.data["form"]))
    return True


def language(scene: Scene, waiting: Waiting, what: str) -> bool:
    if what not in scene.programme.languages:
        return False
    scene.understood("language")
    scene.session = replace(scene.session, language=what, waiting=None)
    scene.say("language.changed")
    forms.again(scene)
    return True


def change_line(scene: Scene, waiting: Waiting, said: str) -> bool:
    rows = summary.listed(scene)
    named = one_of(scene, said, [summary.label(scene, question) for question in rows])
    if named is None:
        return False
    summary.change(scene, rows[named])
    return True


def ask_candidates(scene: Scene, waiting: Waiting) -> None:
    question = scene.form.question(str(waiting.data["question"]))
    forms.offer(scene, question, candidates(scene, waiting))  # type: ignore[arg-type]


def ask_unfinished(scene: Scene, waiting: Waiting) -> None:
    forms.begin(scene, str(waiting.data["form"]))
