"""Classes as officials run them in chat: `/lop`, `/lop 12`, `/lop moi`, `/lop 12 cho 40`, `/lop 12 doi 16/12/2026 8:00-11:30`,
`/lop 12 huy`, `/diemdanh CODE`. The store decides who may; for everybody else these commands do not exist."""

from __future__ import annotations

from dataclasses import replace

from bot.flows.engine import forms
from bot.flows.engine.classes import onward, rows_of
from bot.flows.engine.deciding import only
from bot.flows.engine.officials import MAY_ANNOUNCE
from bot.flows.engine.picking import called
from bot.flows.engine.scene import Scene
from bot.flows.engine.taps import LONGEST_ID
from bot.flows.session import Waiting
from bot.flows.understanding import fold
from bot.flows.values import Choice, Event, Message, join

OPENING = "class_opening"
LONGEST = 200  # characters of a command


def command(scene: Scene, words: str) -> bool:
    """`/lop …`; False for somebody who is no official."""
    if scene.session.role not in MAY_ANNOUNCE:
        return False
    scene.understood("answer")
    number, _, rest = words.strip()[:LONGEST].partition(" ")
    what, _, how = rest.strip().partition(" ")
    if fold(number) == "moi":
        _open(scene)
    elif not number:
        scene.do("desk_classes")
    elif not number.isdecimal() or len(number) > LONGEST_ID:
        scene.say("class_desk.how")
        forms.again(scene)
    else:
        _about(scene, int(number), fold(what), how.strip())
    return True


def _about(scene: Scene, number: int, what: str, how: str) -> None:
    match what:
        case "":
            scene.do("desk_class", cancel=False, **{"class": number})
        case "huy":
            scene.do("desk_class", cancel=True, **{"class": number})
        case "cho":
            scene.do("change_seats", seats=how, **{"class": number})
        case "doi":
            scene.do("move_class", when=how, **{"class": number})
        case _:
            scene.say("class_desk.how")
            forms.again(scene)


def _open(scene: Scene) -> None:
    """The small form for a new class."""
    if scene.session.draft and scene.session.draft.form == OPENING:
        return forms.again(scene)
    scene.session = replace(
        scene.session, paused=tuple(one for one in scene.session.paused if one.form != OPENING)
    )  # a new class is a new form; one left in the middle is not gone on with
    forms.start(scene, OPENING)


def attendance(scene: Scene, code: str) -> bool:
    """`/diemdanh CODE`; alone, as a menu of commands sends it, it says how."""
    if scene.session.role not in MAY_ANNOUNCE:
        return False
    scene.understood("answer")
    if not code.strip():
        scene.say("class_desk.how")
        forms.again(scene)
        return True
    scene.do("mark_attendance", code=code.strip()[:40])
    return True


def listed(scene: Scene, event: Event) -> None:
    """{rows: [{class, title, starts, seated, waiting, seats, attended, state}]}"""
    rows = rows_of(event.data)
    lines = [
        scene.text(
            "class_desk.row",
            number=row["class"],
            title=row["title"],
            starts=row["starts"],
            seated=row["seated"],
            seats=row["seats"],
            waits=row["waiting"],
            state=row["state"],
        )
        for row in rows
    ]
    head = scene.text("class_desk.classes", count=len(rows))
    scene.show(Message(join([head, join(lines), scene.text("class_desk.how")], "\n\n")))
    forms.again(scene)


def one(scene: Scene, event: Event) -> None:
    """{class, title, starts, …, rows: [{name, position, phone, code, waits, attended}], cancel}"""
    data = event.data
    lines = [
        scene.text(
            "class_desk.attendee",
            number=number,
            name=row["name"],
            position=row["position"],
            phone=row["phone"],
            code=row["code"],
            waits=row["waits"],
            attended=row["attended"],
        )
        for number, row in enumerate(rows_of(data), 1)
    ]
    head = scene.text(
        "class_desk.one",
        number=data["class"],
        title=data["title"],
        starts=data["starts"],
        place=data["place"],
        seated=data["seated"],
        seats=data["seats"],
        waits=data["waiting"],
        attended=data["attended"],
        state=data["state"],
    )
    if data.get("cancel"):
        scene.wait("cancel_class", **{"class": data["class"], "title": data["title"], "starts": data["starts"]})
        return ask_cancel(scene)
    for at in range(0, max(1, len(lines)), BUBBLE):
        scene.show(Message(join([*([head] if at == 0 else []), join(lines[at : at + BUBBLE])], "\n\n")))
    forms.again(scene)


BUBBLE = 15  # attendees that every channel shows in one message


def ask_cancel(scene: Scene) -> None:
    waiting = scene.session.waiting
    assert waiting
    choices = (scene.ok("yes", "call_off"), scene.ok("no", "leave_class"))
    scene.say("class_desk.confirm_cancel", choices, title=waiting.data["title"], starts=waiting.data["starts"])


@only("yes", "no")
def cancel(scene: Scene, waiting: Waiting, what: str) -> bool:
    scene.understood("answer")
    scene.settle()
    if what == "yes":
        scene.wait("cancel_class_why", **waiting.data)
        forms.again(scene)
    else:
        scene.say("class_desk.not_cancelled")
        onward(scene)
    return True


def ask_why(scene: Scene, waiting: Waiting) -> None:
    scene.say("class_desk.why", _ways(scene), title=waiting.data["title"])


def _ways(scene: Scene) -> tuple[Choice, ...]:
    return (replace(scene.ok("none", "no_why"), control=True), replace(scene.ok("keep", "leave_class"), control=True))


def why_line(scene: Scene, waiting: Waiting, said: str) -> bool:
    """Any line is why; a button typed, a skip, a cancel and what says nothing are not."""
    lexicon, line = scene.programme.lexicon, said.strip()
    choice, command = called(_ways(scene), line), lexicon.command(line)
    if choice or command in ("skip", "cancel"):
        return why_tap(scene, waiting, choice.value.rpartition(".")[2] if choice else SHORT[command or ""])
    scene.understood("answer")
    if len(line) > LONGEST:
        scene.say("desk.too_long", length=len(line), maximum=LONGEST)
        forms.again(scene)
    elif line.isdecimal() or (line.isalpha() and lexicon.yes_no(line) is not None):
        scene.say("desk.unclear", said=line)
        forms.again(scene)
    else:
        _call_off(scene, waiting, line)
    return True


SHORT = {"skip": "none", "cancel": "keep"}


@only("none", "keep")
def why_tap(scene: Scene, waiting: Waiting, what: str) -> bool:
    if what == "keep":
        return cancel(scene, waiting, "no")
    scene.understood("answer")
    _call_off(scene, waiting, "")
    return True


def _call_off(scene: Scene, waiting: Waiting, why: str) -> None:
    scene.settle()
    scene.do("cancel_class", why=why, **{"class": waiting.data["class"]})


def done(scene: Scene, event: Event) -> None:
    """{what, title, count}: seats, moved or cancelled, and how many persons that concerns."""
    match event.data["what"]:
        case "seats":
            scene.say("class_desk.seats_changed", title=event.data["title"], count=event.data["count"])
        case "moved":
            scene.say("class_desk.moved", title=event.data["title"], count=event.data["count"])
        case _:
            scene.say("class_desk.cancelled", title=event.data["title"], count=event.data["count"])
    forms.again(scene)


def refused(scene: Scene, event: Event) -> None:
    """{reason}; a role taken away meanwhile has no commands any more."""
    from bot.flows.engine.topics import unknown

    if event.data["reason"] == "role":
        scene.session = replace(scene.session, role="")
        return unknown(scene, "")
    scene.say("class_desk.bad_time" if event.data["reason"] == "time" else "class_desk.bad_class")
    forms.again(scene)


def opened(scene: Scene, event: Event) -> None:
    """{class, title, count}: a class is open, and how many who had asked are told."""
    scene.session = replace(scene.session, draft=None, waiting=None, failures=0)
    scene.say("class_desk.opened", number=event.data["class"], title=event.data["title"], count=event.data["count"])


def marked(scene: Scene, event: Event) -> None:
    """{name, title, again}, or nothing for a code that is nobody's."""
    if event.data.get("name"):
        text_id = "class_desk.marked_before" if event.data["again"] else "class_desk.marked"
        scene.say(text_id, name=event.data["name"], title=event.data["title"])
    else:
        scene.say("class_desk.bad_code")
    forms.again(scene)
