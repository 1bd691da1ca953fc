"""Talking with an official, the person's side: while the place "human" waits, whatever is said goes to the officials, and
the bot says nothing until somebody ends it. A talk begins with the first line, so who only wants the telephone number
leaves nothing behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.flows.engine import consents, forms, handoff, talks, topics, unsent, wishes
from bot.flows.engine.scene import Scene
from bot.flows.session import Waiting
from bot.flows.understanding import fold
from bot.flows.values import Choice, Event, Message, Text

PURPOSE = "request"
MONDAY_TO_FRIDAY = (0, 1, 2, 3, 4)
HEARD = ("menu", "cancel", "back", "pause", "resume", "optout", "delete_data", "my_data")  # not words for the official


ELSEWHERE = (
    "status",
    "continue",
    "feedback",
    "optin",
    "language",
)  # said before anything else: no longer for an official


# -- coming ----------------------------------------------------------------------------------------------------------


def meet(scene: Scene) -> None:
    """Who is there and how to reach them; from here on lines go to an official."""
    scene.understood("human")
    if unsent.kept(scene.session.waiting):
        return unsent.put_held(scene)
    handoff.enter(scene)
    _take_files(scene, scene.text("human.text", **_hours(scene)), _end(scene))
    scene.do("look_at_hours")


def _hours(scene: Scene) -> dict[str, object]:
    """When officials answer here, as the programme counts it; `workdays`: from Monday to Friday."""
    known = scene.programme.office_hours
    if known is None:
        return {"hours": "", "workdays": False}
    parts = [f"{start.hour}:{start:%M}–{end.hour}:{end:%M}" for start, end in known.hours]
    return {"hours": ", ".join(parts), "workdays": known.days == MONDAY_TO_FRIDAY}


def reply(scene: Scene) -> None:
    """Back into the talk, from an official's answer that came while something else waited."""
    scene.understood("human")
    handoff.enter(scene, told=True)
    _take_files(scene, scene.text("human.open"), _end(scene))


def closed(scene: Scene, event: Event) -> None:
    """Outside office hours: when somebody will answer."""
    opens = datetime.fromisoformat(str(event.data["opens"]))
    days = (opens.date() - scene.now.astimezone(scene.programme.zone).date()).days
    scene.say("human.closed", day=opens.date(), time=f"{opens:%H:%M}", days=days)


def _take_files(scene: Scene, text: Text, *choices: Choice) -> None:
    """Says it where a channel shall offer to attach a file."""
    scene.show(Message(text, choices, wants="file"))


def _end(scene: Scene) -> Choice:
    """No digit may mean it: digits are words here."""
    return replace(scene.go("end_talk"), control=True)


# -- what is said ----------------------------------------------------------------------------------------------------


def is_for_official(scene: Scene, line: str) -> bool:
    """Whether a line is simply passed on, whatever it would mean elsewhere ("dung" may answer an official's question)."""
    if not handoff.is_here(scene) or line.lstrip().startswith("/"):
        return False
    lexicon = scene.programme.lexicon
    heard = HEARD if handoff.told(scene) else (*HEARD, *ELSEWHERE)
    return lexicon.command(line) not in heard and lexicon.doubtful(line) != "cancel"


def command(scene: Scene, line: str, route: str, doubt: str) -> bool:
    """A command amid a talk: what may mean the talk is asked about, and said twice it is meant. False: it is done as
    everywhere (stop messages, my data, and the menu by its plain name, which ends the talk)."""
    waiting = scene.session.waiting
    assert waiting
    if route in ELSEWHERE and not handoff.told(scene):
        handoff.out(scene)
    if (route not in HEARD and doubt != "cancel") or (route == "menu" and "menu" in fold(line).split()):
        return False
    if route in ("delete_data", "my_data") or (route == "optout" and not doubt and len(line.split()) > 2):
        return False
    if waiting.kind == "ending":
        return ending(scene, waiting, "yes")
    scene.understood("human")
    scene.wait("ending", line=line, stops=route == "optout", held=dict(waiting.data))
    forms.again(scene)
    return True


def line(scene: Scene, waiting: Waiting, said: str) -> bool:
    if not handoff.told(scene) and _offered(scene, said):
        return True
    scene.understood("human")
    tell(scene, said.strip())
    return True


def _offered(scene: Scene, said: str) -> bool:
    """Whether the first line names something offered just before, by its number or its label: then it is meant."""
    from bot.flows.engine.picking import typed
    from bot.flows.engine.taps import press

    here = scene.session
    handoff.out(scene)
    offers = scene.session.waiting
    choice = typed(scene, offers, said) if offers and offers.kind == "offers" else None
    if choice is None:
        scene.session = here
        return False
    press(scene, choice.value)
    return True


def ask_again(scene: Scene, waiting: Waiting) -> None:
    _take_files(scene, scene.text("human.open"), _end(scene))


def tell(scene: Scene, text: str, file: str = "") -> None:
    """Keeps a line for the officials; before the first one is kept, the person is asked, and it is not lost."""
    purposes, granted = scene.programme.purposes, scene.session.consents.get(PURPOSE)
    if PURPOSE in purposes and not granted:
        scene.say("human.file_first" if file else "human.consent_first")
        return consents.ask(scene, PURPOSE, then="human", line="" if file else text)
    handoff.mark_told(scene)
    scene.do("say_to_official", text=text, file=file)


def agreed(scene: Scene, line: str) -> None:
    """The line that waited for the person's consent goes on its way."""
    handoff.enter(scene)
    tell(scene, line)


def opened(scene: Scene, event: Event) -> None:
    """The first line is with the officials; from here on the bot says nothing."""
    _take_files(scene, scene.text("human.passed", heard=event.data["heard"]))


def file_coming(scene: Scene, event: Event) -> None:
    """A file that is still with the channel: fetched without a word, if the person agreed to anything being kept."""
    scene.understood("human")
    if PURPOSE in scene.programme.purposes and not scene.session.consents.get(PURPOSE):
        return tell(scene, "", file="asked")
    scene.do("receive_file", name=event.data["name"], source=event.data["source"])


def handed(scene: Scene, event: Event) -> None:
    """A file, a place or the person's own number: told in words, in the officials' language."""
    scene.understood("human")
    kind = event.name
    text_id = "human.as_place" if kind == "located" else "human.as_phone" if kind == "shared" else "human.as_file"
    values = {name: str(value) for name, value in event.data.items()}
    words = scene.programme.render(text_id, scene.programme.languages[0], values)
    tell(scene, words.plain, str(event.data.get("file", "")))


# -- ending ----------------------------------------------------------------------------------------------------------


def ask_ending(scene: Scene, waiting: Waiting) -> None:
    stop = (scene.ok("optout", "yes_optout"),) if waiting.data["stops"] else ()
    scene.say(
        "human.ending", (scene.ok("yes", "end_talk"), *stop, scene.ok("no", "pass_on")), line=waiting.data["line"]
    )


def ending(scene: Scene, waiting: Waiting, what: str) -> bool:
    """Did the line mean the talk, or was it for the official?"""
    if what not in ("yes", "no", "optout"):
        return False
    if what == "yes":
        end(scene)
        return True
    _back(scene, waiting)
    if what == "optout":
        wishes.opt_out(scene)
        forms.again(scene)
    else:
        line(scene, waiting, str(waiting.data["line"]))
    return True


def ending_line(scene: Scene, waiting: Waiting, said: str) -> bool:
    """Yes or no; any other words are the next line for the official, and so was the one before."""
    answer = scene.programme.lexicon.yes_no(said)
    if answer is not None:
        return ending(scene, waiting, "yes" if answer else "no")
    _back(scene, waiting)
    return line(scene, waiting, f"{waiting.data['line']}\n{said}")


def _back(scene: Scene, waiting: Waiting) -> None:
    scene.wait("human", **handoff.held(waiting))


def end(scene: Scene) -> None:
    """The person is done; what waited before comes again. Who said nothing this time ends nothing: an earlier question
    may still wait for an answer."""
    scene.understood("human")
    handoff.come_back(scene)
    said = not handoff.is_here(scene) or handoff.told(scene)
    if said:
        scene.do("leave_talk")
    handoff.out(scene)
    _say_over(scene, "human.ended" if said else "menu.fine")


def hang_up(scene: Scene, *, greets: bool) -> bool:
    """Who asks for the menu amid a talk is done with it, unless nobody took it yet: the store says which, and the menu
    follows (True). An official keeps theirs."""
    talks.step_aside(scene)
    if not handoff.come_back(scene) and not handoff.is_here(scene):
        return False
    told = handoff.told(scene)
    if told:
        scene.do("step_out", greets=greets)
    handoff.out(scene)
    return told


def stepped_out(scene: Scene, event: Event) -> None:
    """{ended, greets}: the talk is over, or it still waits for an official."""
    scene.say("human.ended" if event.data["ended"] else "human.still_waits")
    topics.menu(scene, "start.greeting" if event.data["greets"] else "menu.text")


def ended(scene: Scene, event: Event) -> None:
    """{by, name}: an official ended it, or nobody wrote for a working day (`time`; `nobody`: and nobody had answered)."""
    text_id = f"human.ended_by_{event.data['by']}"
    name = str(event.data["name"])
    scene.session = replace(scene.session, talk=None)
    if not handoff.is_here(scene):
        return scene.notice(text_id, ["human"], name=name)
    handoff.out(scene)
    _say_over(scene, text_id, name=name)


def _say_over(scene: Scene, text_id: str, name: str = "") -> None:
    if not scene.amid:
        return topics.onward(scene, text_id, name=name)
    scene.say(text_id, name=name)
    forms.again(scene)


# -- from elsewhere --------------------------------------------------------------------------------------------------


def official_wrote(scene: Scene, event: Event) -> None:
    """{name, text}: an official's line; where something else waits, a notice with the way back into the talk."""
    name, text = event.data["name"], event.data["text"]
    if handoff.is_here(scene):
        _take_files(scene, scene.text("human.official", name=name, text=text))
    else:
        scene.notice("human.official", ["reply"], name=name, text=text)
    talks.ask_for_file(scene, event)


def quiet(scene: Scene, event: Event) -> None:
    """{talk}: perhaps nobody wrote for a working day; the store knows."""
    scene.do("end_quiet_talk", talk=event.data["talk"])
