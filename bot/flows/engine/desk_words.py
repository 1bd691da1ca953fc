"""An official's own words about a case: a message to the organisation, a reason, papers, a note; said once more before
anybody reads them."""

from __future__ import annotations

from dataclasses import replace

from bot.flows.engine import forms, picking
from bot.flows.engine.cases import one, stage
from bot.flows.engine.scene import Scene
from bot.flows.programme import words
from bot.flows.session import Waiting
from bot.flows.stages import called, stages
from bot.flows.understanding.folding import each_once
from bot.flows.values import Choice, Event, Json

LONGEST = 1000  # characters of a note
DIGITS = 2  # that somebody types who means a button


def close_choice(scene: Scene) -> Choice:
    return Choice(scene.ok("close", "desk_close").value, scene.label("desk_close"), control=True)


def close(scene: Scene) -> bool:
    scene.understood("answer")
    scene.settle()
    scene.say("desk.closed")
    forms.again(scene)
    return True


def ask(scene: Scene, case: dict[str, Json], do: str, to: str = "", paper: Json = None) -> bool:
    scene.understood("answer")
    scene.wait("desk_words", case=case, do=do, to=to, paper=paper)
    forms.again(scene)
    return True


def words_again(scene: Scene, waiting: Waiting) -> None:
    """What is to be written; a decision against somebody needs its reason."""
    case, to = one(waiting.data["case"]), stages(scene.programme).get(str(waiting.data["to"]))
    stage, title = words(to.title, scene.language) if to else "", _paper(waiting)["title"]
    needs = "reason" if to and to.state == "rejected" else str(waiting.data["do"])
    scene.say(f"desk.words.{needs}", _ways(scene, waiting), number=case["number"], stage=stage, title=title)


def _ways(scene: Scene, waiting: Waiting) -> tuple[Choice, ...]:
    label = "desk_no_reason" if waiting.data["do"] == "return" else "desk_no_note"
    plain = (replace(scene.ok("none", label), control=True),) if _may_be_silent(scene, waiting) else ()
    return (*plain, close_choice(scene))


def _may_be_silent(scene: Scene, waiting: Waiting) -> bool:
    to = stages(scene.programme).get(str(waiting.data["to"]))
    return waiting.data["do"] == "return" or (to is not None and to.state != "rejected")


def _paper(waiting: Waiting) -> dict[str, Json]:
    return one(waiting.data.get("paper")) or {"id": 0, "title": ""}


def take_words(scene: Scene, waiting: Waiting, said: str) -> bool:
    """Any line is the official's own words, but a button typed and a plain cancel; one that may mean a button is asked about."""
    lexicon, line = scene.programme.lexicon, said.strip()
    command, choice = lexicon.command(line), picking.called(_ways(scene, waiting), line)
    if command == "cancel":
        return close(scene)
    if choice or (command == "skip" and _may_be_silent(scene, waiting)):
        return tap_words(scene, waiting, choice.value.rpartition(".")[2] if choice else "none")
    scene.understood("answer")
    if len(line) > LONGEST:
        scene.say("desk.too_long", length=len(line), maximum=LONGEST)
    elif (line.isdecimal() and len(line) <= DIGITS) or (line.isalpha() and lexicon.yes_no(line) is not None):
        scene.say("desk.unclear", said=line)
    elif waiting.data["do"] == "note":
        return _do(scene, waiting, line)
    else:
        scene.wait("desk_sure", **waiting.data, said=line)
    forms.again(scene)
    return True


def sure_again(scene: Scene, waiting: Waiting) -> None:
    """What the organisation will read, before it does."""
    case, said = one(waiting.data["case"]), str(waiting.data["said"])
    choices = (scene.ok("yes", "desk_do"), scene.ok("no", "desk_do_not"))
    if waiting.data["do"] == "ask":
        return scene.say("desk.sure_ask", choices, number=case["number"], labels=listing(said))
    if waiting.data["do"] == "return":
        return scene.say("desk.sure_return", choices, number=case["number"], title=_paper(waiting)["title"], note=said)
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
    if what == "close":
        return close(scene)
    if what != "none" or not _may_be_silent(scene, waiting):
        return False
    scene.understood("answer")
    return _do(scene, waiting, "")


def _do(scene: Scene, waiting: Waiting, said: str) -> bool:
    case = one(waiting.data["case"])
    scene.settle()
    match waiting.data["do"]:
        case "move":
            to = waiting.data["to"]
            scene.do("move_case", case=case["id"], **{"from": case["stage"]}, to=to, note=said)
        case "ask":
            titles: list[Json] = [*listing(said)]
            scene.do("ask_papers", case=case["id"], titles=titles)
        case "return":
            scene.do("judge_paper", case=case["id"], paper=_paper(waiting)["id"], accepted=False, note=said)
        case "note":
            scene.do("note_case", case=case["id"], note=said)
    return True


def done(scene: Scene, event: Event) -> None:
    case = one(event.data["case"])
    scene.say(f"desk.done.{event.data['what']}", number=case["number"], stage=stage(scene, case), by=case["by"])
    forms.again(scene)


def refused(scene: Scene, event: Event) -> None:
    scene.settle()
    scene.say(f"desk.refused.{event.data['reason']}")
    forms.again(scene)
