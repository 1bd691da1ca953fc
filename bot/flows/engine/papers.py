"""Papers that a case still needs, handed in one by one by answering."""

from __future__ import annotations

from bot.flows.answers.given import too_small
from bot.flows.engine import forms, topics
from bot.flows.engine.cases import coming, one, several, stage, support, to_case
from bot.flows.engine.scene import Scene
from bot.flows.engine.suggesting import brief
from bot.flows.session import Waiting
from bot.flows.stages import UNDECIDED
from bot.flows.values import Event, Json

LATER = ("no", "later")


def ask(scene: Scene, event: Event) -> None:
    """{case, papers}: waits for the first that is missing."""
    case = one(event.data["case"])
    left = missing(case, several(event.data["papers"]))
    if not left:
        scene.say("cases.nothing_missing", number=case["number"])
        return forms.again(scene)
    _wait(scene, case, left)


def missing(case: dict[str, Json], papers: list[dict[str, Json]]) -> list[dict[str, Json]]:
    """What can be handed in: what was asked for first, then what was put off."""
    may = {"asked": case["state"] == "supplement", "later": case["state"] in UNDECIDED}
    return sorted((paper for paper in papers if may.get(str(paper["state"]))), key=lambda paper: str(paper["state"]))


def _wait(scene: Scene, case: dict[str, Json], left: list[dict[str, Json]]) -> None:
    papers: list[Json] = [{"id": paper["id"], "title": paper["title"]} for paper in left]
    by = case["by"] if case["state"] == "supplement" else ""  # what was put off has no deadline
    scene.wait("paper", case=case["id"], number=case["number"], by=by, papers=papers)
    _put(scene)


def _put(scene: Scene) -> None:
    waiting = scene.session.waiting
    assert waiting
    again(scene, waiting)
    first = several(waiting.data["papers"])[0]
    scene.do("offer_upload", run=0, question=f"paper.{first['id']}")


def again(scene: Scene, waiting: Waiting) -> None:
    """The paper that is waited for; others that are missing can go first."""
    first, *others = several(waiting.data["papers"])
    choices = [
        scene.pick(str(paper["id"]), scene.label("paper_first", title=brief(paper["title"]))) for paper in others
    ]
    scene.say(
        "cases.hand", (*choices, scene.ok("later", "later")),
        title=first["title"], number=waiting.data["number"], by=waiting.data["by"], count=len(others),
    )  # fmt: skip


def tap(scene: Scene, waiting: Waiting, what: str) -> bool:
    papers = several(waiting.data["papers"])
    wanted = next((paper for paper in papers if str(paper["id"]) == what), None)
    if wanted is None and what not in LATER:
        return False
    scene.understood("answer")
    if wanted:
        rest: list[Json] = [paper for paper in papers if paper != wanted]
        scene.wait("paper", **{**waiting.data, "papers": [wanted, *rest]})
        _put(scene)
    else:
        scene.settle()
        scene.say("cases.hand_later", number=waiting.data["number"], by=waiting.data["by"])
        topics.onward(scene)
    return True


def line(scene: Scene, waiting: Waiting, said: str) -> bool:
    """Another paper by its name, or a plain no."""
    papers = several(waiting.data["papers"])
    named = scene.programme.lexicon.choose(said, [(str(paper["title"]),) for paper in papers]).indices
    if len(named) == 1:
        return tap(scene, waiting, str(papers[named[0]]["id"]))
    return scene.programme.lexicon.yes_no(said) is False and tap(scene, waiting, "no")


def waited_for(scene: Scene) -> Waiting | None:
    """The place that takes a file, if that is what waits."""
    waiting = scene.session.waiting
    return waiting if waiting and waiting.kind == "paper" else None


def hand(scene: Scene, waiting: Waiting, event: Event) -> None:
    """A file is there: the store ticks the paper off. A picture in which nothing can be read is asked for again."""
    if too_small(event.data):
        scene.understood("again")
        scene.say("answers.file_small", name=event.data.get("name", ""))
        return forms.again(scene)
    scene.understood("answer")
    first = several(waiting.data["papers"])[0]
    scene.do("hand_paper", case=waiting.data["case"], paper=first["id"], file=event.data["file"])


def handed(scene: Scene, event: Event) -> None:
    """{title, twice, late, on, left, case}: ticked off, and which are left; or why not."""
    case, left = one(event.data["case"]), several(event.data["left"])
    scene.settle()
    if event.data["late"]:
        scene.say("cases.hand_late", (to_case(scene, case),), number=case["number"])
        return forms.again(scene)
    if event.data["twice"]:
        scene.say("cases.hand_twice", title=event.data["twice"])
    else:
        scene.say("cases.handed", title=event.data["title"], count=len(left))
    if left and not event.data["on"]:
        return _wait(scene, case, left)
    if event.data["on"]:
        scene.say(
            "cases.complete", number=case["number"], support=support(scene, case), stage=stage(scene, case),
            by=case["by"], next=coming(scene, case),
        )  # fmt: skip
    else:
        scene.say("cases.all_there", number=case["number"], support=support(scene, case))
    topics.onward(scene)
