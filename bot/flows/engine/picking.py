"""Waiting places that take one of a list; and the choices that are on the screen, typed instead of tapped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.flows.engine import answering, confirming, forms, pausing, summary, topics
from bot.flows.engine.deciding import only
from bot.flows.engine.scene import Scene
from bot.flows.session import Waiting
from bot.flows.understanding import fold
from bot.flows.values import Choice

LABEL = 120  # characters; no label is longer
READ = ("offers", "candidates", "doubtful", "meant")  # where a part of a label may be something else


def called(shown: Iterable[Choice], said: str) -> Choice | None:
    """The one choice whose label the line is."""
    line = _folded(said)
    found = [choice for choice in shown if line and fold(choice.label) == line]
    return found[0] if len(found) == 1 else None


def _folded(said: str) -> str:
    """ "Đồng ý?" asks, and agrees to nothing."""
    return fold(said) if len(said) <= LABEL and "?" not in said else ""


def typed(scene: Scene, waiting: Waiting, said: str) -> Choice | None:
    """The choice whose label, or its beginning, or whose number among the numbered ones, the line is."""
    line, there = _folded(said), shown(scene, waiting)
    if choice := called(there, said):
        return choice
    begun = [one for one in there if waiting.kind not in READ and _begins(fold(one.label), line)]
    if len(begun) == 1:
        return begun[0]
    numbered = [choice for choice in there if not choice.control]
    if line.isdecimal():
        return numbered[int(line) - 1] if len(line) < 3 and 1 <= int(line) <= len(numbered) else None
    if not any(sign.isdecimal() for sign in line):
        return None
    named = scene.programme.lexicon.choose(said, [(choice.label,) for choice in numbered]).indices
    return numbered[named[0]] if len(named) == 1 else None


def _begins(label: str, line: str) -> bool:
    """ "Làm lại" is enough for "Làm lại từ đầu"; one word never is."""
    return " " in line and label.startswith(f"{line} ")


def shown(scene: Scene, waiting: Waiting) -> tuple[Choice, ...]:
    """The choices of what waits, as they stand on the screen."""
    from bot.flows.engine.places import PLACES

    if waiting.kind == "offers":
        return tuple(topics.choice(scene, route) for route in offered(waiting))
    aside = Scene(scene.session, scene.event, scene.programme)
    PLACES[waiting.kind].again(aside, waiting)
    return tuple(choice for message in aside.messages for choice in message.choices)


REGISTERS = ("open_cases", "register_attendees", "register_interest")  # what forms send that register somebody


def register_line(scene: Scene, waiting: Waiting, said: str) -> bool:
    """ "Đăng ký" right after an offer is its registering button."""
    from bot.flows.engine import routes

    found = next((route for route in offered(waiting) if _registers(scene, route)), "")
    if not found or not scene.programme.lexicon.registers(said):
        return False
    scene.settle()
    name, _, page = found.partition(":")
    routes.go(scene, name, int(page or 0))
    return True


def _registers(scene: Scene, route: str) -> bool:
    form = scene.programme.forms.get(route.removeprefix("form."))
    return route.startswith(("class:", "register:")) or (form is not None and form.sends in REGISTERS)


def offered(waiting: Waiting) -> list[str]:
    listed = waiting.data["routes"]
    return [str(route) for route in listed] if isinstance(listed, list) else []


def candidates(waiting: Waiting) -> list[list[object]]:
    listed = waiting.data["candidates"]
    return [list(row) for row in listed if isinstance(row, list)] if isinstance(listed, list) else []


def candidate(scene: Scene, waiting: Waiting, what: str) -> bool:
    rows = {str(number): row for number, row in enumerate(candidates(waiting), 1)}
    if what != "none" and what not in rows:
        return False
    scene.understood("answer")
    question = scene.form.question(str(waiting.data["question"]))
    scene.settle()
    if what == "none":
        scene.say("flow.type_again")
        forms.again(scene)
    else:
        answering.answer(scene, question, rows[what][0])  # type: ignore[arg-type]
    return True


def candidate_line(scene: Scene, waiting: Waiting, said: str) -> bool:
    """One of the candidates in words; "no" is none of them; other words are a new answer."""
    rows = candidates(waiting)
    named = scene.programme.lexicon.choose(said, [(str(label),) for _, label in rows]).indices
    if len(named) == 1:
        return candidate(scene, waiting, str(named[0] + 1))
    answer = scene.programme.lexicon.yes_no(said)
    if answer is not None and (len(rows) == 1 or not answer):
        return candidate(scene, waiting, "1" if answer else "none")
    return confirming.anew(scene, waiting, said)


def ask_candidates(scene: Scene, waiting: Waiting) -> None:
    """What the line may mean: which one?"""
    rows = candidates(waiting)
    choices = [scene.pick(str(number), str(label)) for number, (_, label) in enumerate(rows, 1)]
    none = replace(scene.ok("none", "none_of_these"), control=True)
    scene.say("flow.which" if len(rows) > 1 else "flow.is_it", (*choices, none))


def runs(scene: Scene, waiting: Waiting) -> list[str]:
    return [str(paused.run) for paused in scene.session.paused]


def resume(scene: Scene, waiting: Waiting, what: str) -> bool:
    if what not in runs(scene, waiting):
        return False
    scene.understood("resume")
    pausing.load(scene, int(what))
    return True


@only("resume", "restart")
def unfinished(scene: Scene, waiting: Waiting, what: str) -> bool:
    run = waiting.data["run"]
    if what == "resume":
        return resume(scene, waiting, str(run))
    scene.understood("answer")
    scene.settle()
    scene.session = replace(scene.session, paused=tuple(p for p in scene.session.paused if p.run != run))
    scene.do("drop_submission", run=run)
    forms.begin(scene, str(waiting.data["form"]))
    return True


def ask_unfinished(scene: Scene, waiting: Waiting) -> None:
    paused = next(p for p in scene.session.paused if p.run == waiting.data["run"])
    choices = (scene.ok("resume", "resume"), scene.ok("restart", "restart"))
    scene.say("flow.unfinished", choices, title=scene.title(paused))


def language(scene: Scene, waiting: Waiting, what: str) -> bool:
    if what not in scene.programme.languages:
        return False
    scene.understood("language")
    topics.speak(scene, what)
    return True


def change_line(scene: Scene, waiting: Waiting, said: str) -> bool:
    """An answer of the summary by its number or what it is called; a plain "no" changes nothing."""
    if summary.numbered(scene, said):
        return True
    rows = summary.listed(scene)
    named = scene.programme.lexicon.choose(said, [(summary.label(scene, question),) for question in rows]).indices
    if len(named) == 1:
        summary.change(scene, rows[named[0]])
    elif scene.programme.lexicon.yes_no(said) is False:
        summary.keep(scene)
    else:
        return False
    return True
