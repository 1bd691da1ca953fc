"""Cases as officials handle them in chat: `/hoso` lists those under way, `/hoso NUMBER` opens one. For everybody else these
commands do not exist."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.flows.engine import desk_words, eligibility, forms
from bot.flows.engine.case_numbers import NUMBER, shape, written
from bot.flows.engine.cases import APPLY, one, several, stage, support
from bot.flows.engine.desk_words import close, close_choice
from bot.flows.engine.officials import MAY_ANNOUNCE as MAY_DECIDE
from bot.flows.engine.scene import Scene
from bot.flows.engine.suggesting import brief
from bot.flows.programme import words
from bot.flows.session import Waiting
from bot.flows.stages import stages
from bot.flows.understanding import fold
from bot.flows.values import Choice, Event, Json, Message, Text, join

AT_ONCE = 3  # papers to be judged in one list


def command(scene: Scene, rest: str) -> bool:
    """`/hoso [NUMBER]`; False for somebody who may not."""
    if scene.session.role not in MAY_DECIDE:
        return False
    scene.understood("answer")
    if found := NUMBER.search(rest):
        scene.do("look_at_case", number=written(found))
    elif short := re.fullmatch(shape(scene), f"hs {fold(rest)}"):
        scene.do("look_at_case", short=int(short[1]))
    elif rest.strip():
        scene.say("desk.refused.missing")
    else:
        scene.do("list_cases")
    return True


def pick_line(scene: Scene, waiting: Waiting, said: str) -> bool:
    """A number typed in full, while the list stands: of any case, also one that is not in it."""
    found = NUMBER.search(said)
    return found is not None and command(scene, said)


def listed(scene: Scene, event: Event) -> None:
    cases = several(event.data["cases"])
    if not cases:
        scene.settle()
        scene.say("desk.nothing")
        return forms.again(scene)
    picked: list[Json] = [{"id": case["id"], "number": case["number"]} for case in cases]
    scene.wait("desk_list", cases=picked)
    lines = [_line(scene, case) for case in cases]
    foot = [scene.text("desk.more")] if event.data["more"] else []
    choices = [scene.pick(str(case["id"]), str(case["number"])) for case in cases]
    scene.show(Message(join([scene.text("desk.list"), *lines, *foot], "\n\n"), (*choices, close_choice(scene))))


def _line(scene: Scene, case: dict[str, Json]) -> Text:
    return scene.text(
        "desk.line", number=case["number"], support=support(scene, case), unit=case["unit"], stage=stage(scene, case),
        by=case["by"], priority=case.get("priority"),
    )  # fmt: skip


def list_again(scene: Scene, waiting: Waiting) -> None:
    cases = several(waiting.data["cases"])
    scene.say(
        "desk.which", [*(scene.pick(str(case["id"]), str(case["number"])) for case in cases), close_choice(scene)]
    )


def pick(scene: Scene, waiting: Waiting, what: str) -> bool:
    if what == "close":
        return close(scene)
    wanted = next((case["id"] for case in several(waiting.data["cases"]) if str(case["id"]) == what), None)
    if wanted is None:
        return False
    scene.understood("answer")
    scene.do("look_at_case", case=wanted)
    return True


# -- one case ----------------------------------------------------------------------------------------------------------


def opened(scene: Scene, event: Event) -> None:
    """{case, unit, papers, notes, conditions, letters, attached, links, hours}: the case with all that can be read of it, and
    what can be done. The links stand in this message alone, and are made anew whenever it is opened."""
    case, notes = one(event.data["case"]), event.data["notes"]
    papers, judged = several(event.data["papers"]), event.data.get("conditions")
    scene.wait("desk", case=case, unit=event.data["unit"], papers=list(papers), notes=notes, conditions=judged)
    waiting = scene.session.waiting
    assert waiting
    _put(scene, waiting, event.data)


def again(scene: Scene, waiting: Waiting) -> None:
    _put(scene, waiting, {})


def _put(scene: Scene, waiting: Waiting, links: Mapping[str, Json]) -> None:
    case, papers = one(waiting.data["case"]), several(waiting.data["papers"])
    body = scene.text(
        "desk.one", number=case["number"], support=support(scene, case), unit=waiting.data["unit"],
        stage=stage(scene, case), since=case["since"], by=case["by"], labels=waiting.data["notes"],
    )  # fmt: skip
    lines = [*_sent(scene, links), *(_paper(scene, paper, links) for paper in papers)]
    there = any(links.get(name) for name in ("letters", "attached", "links"))
    foot = [scene.text("desk.links", hours=links["hours"])] if there else []
    parts = [body, *_judged(scene, one(waiting.data.get("conditions"))), join(lines), *foot]
    scene.show(Message(join(parts, "\n\n"), (*_ways(scene, case, papers), close_choice(scene))))


def _judged(scene: Scene, truths: dict[str, Json]) -> list[Text]:
    """How the application stands to the programme's conditions, as the applicant saw it."""
    form = scene.programme.forms.get(APPLY)
    known = [(each, truths[each.id]) for each in form.conditions if each.id in truths] if form else []
    lines = [eligibility.line(scene, condition, truth) for condition, truth in known]
    return [join([scene.text("desk.conditions"), *lines])] if lines else []


def _sent(scene: Scene, links: Mapping[str, Json]) -> list[Text]:
    """What was applied for, and what came with it."""
    letters = links.get("letters")
    urls = letters if isinstance(letters, list) else []
    came = several(links.get("attached", []))
    return [scene.text("desk.letter", url=url) for url in urls] + [
        scene.text("desk.attached", title=each["title"], url=each["url"]) for each in came
    ]


def _paper(scene: Scene, paper: dict[str, Json], links: Mapping[str, Json]) -> Text:
    urls = links.get("links")
    url = urls.get(str(paper["id"]), "") if isinstance(urls, dict) else ""
    return scene.text(f"desk.paper.{paper['state']}", title=paper["title"], url=url)


def _ways(scene: Scene, case: dict[str, Json], papers: list[dict[str, Json]]) -> list[Choice]:
    if case["closed"]:
        return [scene.ok("note", "desk_note")]
    ways = [scene.ok("move", "desk_move"), scene.ok("ask", "desk_ask"), scene.ok("note", "desk_note")]
    for paper in [paper for paper in papers if paper["state"] == "handed"][:AT_ONCE]:
        ways.append(scene.ok(f"accept.{paper['id']}", "desk_accept", title=brief(paper["title"])))
        ways.append(scene.ok(f"return.{paper['id']}", "desk_return", title=brief(paper["title"])))
    return ways


def tap(scene: Scene, waiting: Waiting, what: str) -> bool:
    case = one(waiting.data["case"])
    verb, _, which = what.partition(".")
    if what == "close":
        return close(scene)
    if what == "move" and not case["closed"]:
        return _ask_stage(scene, case)
    if (what == "ask" and not case["closed"]) or what == "note":
        return desk_words.ask(scene, case, what)
    paper = next((each for each in several(waiting.data["papers"]) if str(each["id"]) == which), None)
    if verb not in ("accept", "return") or paper is None:
        return False
    if verb == "return":
        return desk_words.ask(scene, case, "return", paper={"id": paper["id"], "title": paper["title"]})
    scene.understood("answer")
    scene.settle()
    scene.do("judge_paper", case=case["id"], paper=paper["id"], accepted=True)
    return True


def _ask_stage(scene: Scene, case: dict[str, Json]) -> bool:
    scene.understood("answer")
    scene.wait("desk_stage", case=case)
    forms.again(scene)
    return True


def choices(scene: Scene, waiting: Waiting) -> list[str]:
    """Where the case can be moved; a supplement is asked for with its papers, and only the applicant withdraws."""
    now = one(waiting.data["case"])["stage"]
    aside = ("supplement", "withdrawn", "lapsed")
    return [name for name, known in stages(scene.programme).items() if known.state not in aside and name != now]


def labels(scene: Scene, waiting: Waiting) -> list[str]:
    return [words(stages(scene.programme)[name].title, scene.language) for name in choices(scene, waiting)]


def stage_again(scene: Scene, waiting: Waiting) -> None:
    rows = zip(choices(scene, waiting), labels(scene, waiting), strict=True)
    number = one(waiting.data["case"])["number"]
    scene.say(
        "desk.which_stage", [*(scene.pick(name, label) for name, label in rows), close_choice(scene)], number=number
    )


def take_stage(scene: Scene, waiting: Waiting, what: str) -> bool:
    if what == "close":
        return close(scene)
    return what in choices(scene, waiting) and desk_words.ask(scene, one(waiting.data["case"]), "move", what)
