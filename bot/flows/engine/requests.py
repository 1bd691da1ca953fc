"""The officials' queue in chat: what people ask about their own data, by deadline. For everybody else it does not exist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.flows.engine import forms, wishes
from bot.flows.engine.scene import Scene
from bot.flows.session import Waiting
from bot.flows.understanding import fold
from bot.flows.values import Choice, Event, Json, Message, join

MAY_ANSWER = ("admin", "official")
LONGEST = 1500  # characters of an answer
LISTED = 20
DONE = ("xong", "done")


def command(scene: Scene, number: str) -> bool:
    """`/yeucau`, `/yeucau SỐ`; False for somebody who is no official."""
    if scene.session.role not in MAY_ANSWER:
        return False
    scene.understood("answer")
    if number.strip():
        wishes.ask(scene, "show_request", number=_full(scene, number.strip()[:40]))
    else:
        wishes.ask(scene, "list_requests")
    return True


def _full(scene: Scene, typed: str) -> str:
    """Bare digits are a request of this year's."""
    if not typed.isdecimal():
        return typed
    year = scene.now.astimezone(scene.programme.zone).year
    return f"{scene.programme.case_prefix}-YC-{year}-{int(typed):05}"


def all_open(scene: Scene) -> None:
    _only_officials(scene, "list_requests")


def one(scene: Scene, number: int) -> None:
    _only_officials(scene, "show_request", id=number)


def _only_officials(scene: Scene, effect: str, /, **data: Json) -> None:
    """A button, which somebody may have kept who is no official any more."""
    from bot.flows.engine.taps import gone

    if scene.session.role not in MAY_ANSWER:
        return gone(scene)
    scene.understood("answer")
    wishes.ask(scene, effect, **data)


def listed(scene: Scene, event: Event) -> None:
    """The first ones due, each with a button."""
    given = event.data["rows"]
    rows = [row for row in given if isinstance(row, dict)] if isinstance(given, list) else []
    if not rows:
        scene.say("requests.none")
        return forms.again(scene)
    lines = [
        scene.text(
            "requests.row",
            number=row["number"],
            kind=row["kind"],
            until=row["until"],
            late=row["late"],
            gone=row["gone"],
        )
        for row in rows[:LISTED]
    ]
    head, foot = scene.text("requests.list", count=len(rows)), scene.text("requests.list_foot")
    choices = (scene.go("request", str(row["number"]), int(str(row["id"]))) for row in rows[:LISTED])
    buttons = tuple(replace(choice, control=scene.amid) for choice in choices)  # numbers, unless something waits
    scene.show(Message(join([head, join(lines), foot], "\n\n"), buttons))
    forms.again(scene)


def shown(scene: Scene, event: Event) -> None:
    """One that is open waits for its answer."""
    if event.data["state"] == "open":
        scene.wait("request", **event.data)
    else:
        _say(scene, event.data, ())
    forms.again(scene)


def put(scene: Scene, waiting: Waiting) -> None:
    done = "close_it" if waiting.data.get("gone") else "answer_and_close"
    choices = (scene.ok("done", done), replace(scene.ok("leave", "leave_it"), control=True))
    _say(scene, waiting.data, choices)


def _say(scene: Scene, data: Mapping[str, Json], choices: Iterable[Choice]) -> None:
    scene.say(
        "requests.one",
        choices,
        number=data["number"],
        kind=data["kind"],
        state=data["state"],
        at=data["at"],
        until=data["until"],
        words=data["words"],
        answer=data["answer"],
        name=data["name"],
        channel=data["channel"],
        organisations=data["organisations"],
        sent=data["sent"],
        gone=data.get("gone", False),
    )


def line(scene: Scene, waiting: Waiting, said: str) -> bool:
    """`xong` asks for the answer, `xong` with words is the answer."""
    first, _, rest = said.strip().partition(" ")
    if fold(first) not in DONE:
        return False
    scene.understood("answer")
    if rest.strip() and not waiting.data.get("gone"):
        _answer(scene, waiting, rest)
    else:
        tap(scene, waiting, "done")
    return True


def tap(scene: Scene, waiting: Waiting, what: str) -> bool:
    if what not in ("done", "leave"):
        return False
    scene.understood("answer")
    if what == "done" and waiting.data.get("gone"):
        scene.settle()
        scene.do("answer_request", id=waiting.data["id"], text="")  # there is nobody to answer any more
        return True
    if what == "done":
        scene.wait("request_answer", id=waiting.data["id"], number=waiting.data["number"])
    else:
        scene.settle()
        scene.say("requests.left")
    forms.again(scene)
    return True


def ask_answer(scene: Scene, waiting: Waiting) -> None:
    leave = replace(scene.ok("leave", "leave_it"), control=True)
    scene.say("requests.write", (leave,), number=waiting.data["number"], maximum=LONGEST)


def answer_line(scene: Scene, waiting: Waiting, said: str) -> bool:
    scene.understood("answer")
    _answer(scene, waiting, said)
    return True


def _answer(scene: Scene, waiting: Waiting, said: str) -> None:
    text = said.strip()
    if not text or len(text) > LONGEST:
        scene.wait("request_answer", id=waiting.data["id"], number=waiting.data["number"])
        return scene.say("requests.too_long", length=len(text), maximum=LONGEST)
    scene.settle()
    scene.do("answer_request", id=waiting.data["id"], text=text)


def answer_tap(scene: Scene, waiting: Waiting, what: str) -> bool:
    return what == "leave" and tap(scene, waiting, what)


def answered(scene: Scene, event: Event) -> None:
    scene.say("requests.closed", number=event.data["number"], kind=event.data["kind"], told=event.data["told"])
    forms.again(scene)


def gone(scene: Scene, event: Event) -> None:
    """There is none of that number, somebody answered it before, or the role was taken away meanwhile."""
    scene.session = replace(scene.session, role=str(event.data["role"]))
    scene.settle()
    scene.say("requests.gone")
    forms.again(scene)
