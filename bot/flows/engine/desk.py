"""Cases as officials handle them in chat: `/hoso` lists those under way, `/hoso NUMBER` opens one. For everybody else these
commands do not exist."""

from __future__ import annotations

import re

from bot.flows.engine import eligibility, forms
from bot.flows.engine.case_numbers import NUMBER, shape
from bot.flows.engine.cases import APPLY, one, several, stage, support
from bot.flows.engine.officials import MAY_ANNOUNCE as MAY_DECIDE
from bot.flows.engine.scene import Scene
from bot.flows.engine.suggesting import brief
from bot.flows.programme import words
from bot.flows.session import Waiting
from bot.flows.stages import called, stages
from bot.flows.understanding import fold
from bot.flows.understanding.folding import each_once
from bot.flows.values import Choice, Event, Json, Message, Text, join

LONGEST = 1000  # characters of a note
DIGITS = 6  # of a case's number in its year
AT_ONCE = 3  # papers to be judged in one list


def command(scene: Scene, rest: str) -> bool:
    """`/hoso [NUMBER]`; False for somebody who may not."""
    if scene.session.role not in MAY_DECIDE:
        return False
    scene.understood("answer")
    number = _number(scene, rest)
    if number:
        scene.do("look_at_case", number=number)
    elif short := re.fullmatch(shape(scene), f"hs {fold(rest)}"):
        scene.do("look_at_case", short=int(short[1]))
    elif rest.strip():
        scene.say("desk.refused.missing")
    else:
        scene.do("list_cases")
    return True


def _number(scene: Scene, typed: str) -> str:
    """The case that somebody in a hurry names; bare digits are one of this year's. "" if it names none."""
    if found := NUMBER.search(typed):
        return f"{found[1].upper()}-{found[2]}-{found[3]:0>5}"
    digits = typed.strip()
    if digits.isdecimal() and len(digits) <= DIGITS:
        year = scene.now.astimezone(scene.programme.zone).year
        return f"{scene.programme.case_prefix}-{year}-{int(digits):05}"
    return ""


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
    scene.show(Message(join([scene.text("desk.list"), *lines, *foot], "\n\n"), (*choices, _close(scene))))


def _line(scene: Scene, case: dict[str, Json]) -> Text:
    return scene.text(
        "desk.line", number=case["number"], support=support(scene, case), unit=case["unit"], stage=stage(scene, case),
        by=case["by"], priority=case.get("priority"),
    )  # fmt: skip


def list_again(scene: Scene, waiting: Waiting) -> None:
    cases = several(waiting.data["cases"])
    scene.say("desk.which", [*(scene.pick(str(case["id"]), str(case["number"])) for case in cases), _close(scene)])


def _close(scene: Scene) -> Choice:
    return Choice(scene.ok("close", "desk_close").value, scene.label("desk_close"), control=True)


def pick(scene: Scene, waiting: Waiting, what: str) -> bool:
    if what == "close":
        return close(scene)
    wanted = next((case["id"] for case in several(waiting.data["cases"]) if str(case["id"]) == what), None)
    if wanted is None:
        return False
    scene.understood("answer")
    scene.do("look_at_case", case=wanted)
    return True


def close(scene: Scene) -> bool:
    scene.understood("answer")
    scene.settle()
    scene.say("desk.closed")
    forms.again(scene)
    return True


# -- one case ----------------------------------------------------------------------------------------------------------


def opened(scene: Scene, event: Event) -> None:
    """{case, unit, papers, notes, conditions}: the case, and what can be done."""
    case, notes = one(event.data["case"]), event.data["notes"]
    papers = several(event.data["papers"])
    judged = event.data.get("conditions")
    scene.wait("desk", case=case, unit=event.data["unit"], papers=list(papers), notes=notes, conditions=judged)
    forms.again(scene)


def again(scene: Scene, waiting: Waiting) -> None:
    case, papers = one(waiting.data["case"]), several(waiting.data["papers"])
    body = scene.text(
        "desk.one", number=case["number"], support=support(scene, case), unit=waiting.data["unit"],
        stage=stage(scene, case), since=case["since"], by=case["by"], labels=waiting.data["notes"],
    )  # fmt: skip
    lines = [scene.text(f"desk.paper.{paper['state']}", title=paper["title"]) for paper in papers]
    parts = [body, *_judged(scene, one(waiting.data.get("conditions"))), join(lines)]
    scene.show(Message(join(parts, "\n\n"), (*_ways(scene, case, papers), _close(scene))))


def _judged(scene: Scene, truths: dict[str, Json]) -> list[Text]:
    """How the application stands to the programme's conditions, as the applicant saw it."""
    form = scene.programme.forms.get(APPLY)
    known = [(each, truths[each.id]) for each in form.conditions if each.id in truths] if form else []
    lines = [eligibility.line(scene, condition, truth) for condition, truth in known]
    return [join([scene.text("desk.conditions"), *lines])] if lines else []


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
        return _ask_words(scene, case, what, "")
    if verb not in ("accept", "return") or not which.isdecimal():
        return False
    scene.understood("answer")
    scene.settle()
    scene.do("judge_paper", case=case["id"], paper=int(which), accepted=verb == "accept")
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
    scene.say("desk.which_stage", [*(scene.pick(name, label) for name, label in rows), _close(scene)], number=number)


def take_stage(scene: Scene, waiting: Waiting, what: str) -> bool:
    if what == "close":
        return close(scene)
    return what in choices(scene, waiting) and _ask_words(scene, one(waiting.data["case"]), "move", what)


def _ask_words(scene: Scene, case: dict[str, Json], do: str, to: str) -> bool:
    scene.understood("answer")
    scene.wait("desk_words", case=case, do=do, to=to)
    forms.again(scene)
    return True


def words_again(scene: Scene, waiting: Waiting) -> None:
    """What is to be written; a decision against somebody needs its reason."""
    case, to = one(waiting.data["case"]), stages(scene.programme).get(str(waiting.data["to"]))
    plain = [scene.ok("none", "desk_no_note")] if to and to.state != "rejected" else []
    ways = [Choice(choice.value, choice.label, control=True) for choice in plain]
    title = words(to.title, scene.language) if to else ""
    needs = "reason" if to and to.state == "rejected" else str(waiting.data["do"])
    scene.say(f"desk.words.{needs}", (*ways, _close(scene)), number=case["number"], stage=title)


def take_words(scene: Scene, waiting: Waiting, said: str) -> bool:
    """Any line is the official's own words, but a plain cancel."""
    if scene.programme.lexicon.command(said) == "cancel":
        return close(scene)
    scene.understood("answer")
    if len(said.strip()) > LONGEST:
        scene.say("desk.too_long", length=len(said.strip()), maximum=LONGEST)
        forms.again(scene)
        return True
    if waiting.data["do"] == "note":
        _do(scene, waiting, said.strip())
    else:
        scene.wait("desk_sure", **waiting.data, said=said.strip())
        forms.again(scene)
    return True


def sure_again(scene: Scene, waiting: Waiting) -> None:
    """What the organisation will read, before it does."""
    case, said = one(waiting.data["case"]), str(waiting.data["said"])
    choices = (scene.ok("yes", "desk_do"), scene.ok("no", "desk_do_not"))
    if waiting.data["do"] == "ask":
        return scene.say("desk.sure_ask", choices, number=case["number"], labels=listing(said))
    to = called(scene.programme, str(waiting.data["to"]), scene.language)
    scene.say("desk.sure_move", choices, number=case["number"], stage=to, note=said)


def decide(scene: Scene, waiting: Waiting, what: str) -> bool:
    if what not in ("yes", "no"):
        return False
    scene.understood("answer")
    if what == "yes":
        _do(scene, waiting, str(waiting.data["said"]))
    else:
        scene.settle()
        scene.say("desk.not_done", number=one(waiting.data["case"])["number"])
        forms.again(scene)
    return True


def listing(said: str) -> list[str]:
    """The papers that a line names, each once ("Giấy A; giấy a")."""
    return each_once(filter(None, (title.strip() for title in said.replace(";", "\n").split("\n"))))


def tap_words(scene: Scene, waiting: Waiting, what: str) -> bool:
    to = stages(scene.programme).get(str(waiting.data["to"]))
    if what == "close":
        return close(scene)
    if what != "none" or to is None or to.state == "rejected":
        return False
    scene.understood("answer")
    _do(scene, waiting, "")
    return True


def _do(scene: Scene, waiting: Waiting, said: str) -> None:
    case = one(waiting.data["case"])
    scene.settle()
    match waiting.data["do"]:
        case "move":
            to = waiting.data["to"]
            scene.do("move_case", case=case["id"], **{"from": case["stage"]}, to=to, note=said)
        case "ask":
            titles: list[Json] = [*listing(said)]
            scene.do("ask_papers", case=case["id"], titles=titles)
        case "note":
            scene.do("note_case", case=case["id"], note=said)


def done(scene: Scene, event: Event) -> None:
    case = one(event.data["case"])
    scene.say(f"desk.done.{event.data['what']}", number=case["number"], stage=stage(scene, case), by=case["by"])
    forms.again(scene)


def refused(scene: Scene, event: Event) -> None:
    scene.settle()
    scene.say(f"desk.refused.{event.data['reason']}")
    forms.again(scene)
