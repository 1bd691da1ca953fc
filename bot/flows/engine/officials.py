"""What a bound official may do in chat: bind with a code, announce. For everybody else these commands do not exist."""

from __future__ import annotations

from dataclasses import replace

from bot.flows.engine import forms, talks
from bot.flows.engine.scene import Scene
from bot.flows.session import Waiting
from bot.flows.values import Event

MAY_ANNOUNCE = ("admin", "official")
LONGEST = 1500  # characters: fits one bubble of every channel with its heading and footer


def bind(scene: Scene, code: str) -> None:
    """`/canbo CODE`: the store knows whether the code is good."""
    scene.do("bind_official", code=code.strip()[:100])


def bound(scene: Scene, event: Event) -> None:
    scene.session = replace(scene.session, role=str(event.data["role"]))
    scene.say("official.bound", name=event.data["name"], announces=scene.session.role in MAY_ANNOUNCE)
    forms.again(scene)


def unbound(scene: Scene, event: Event) -> None:
    """A wrong code is answered as any unknown line is."""
    from bot.flows.engine.topics import unknown

    unknown(scene, "")


def announce(scene: Scene, words: str) -> bool:
    """`/thongbao`: asks for the text; False for somebody who is no official."""
    if scene.session.role not in MAY_ANNOUNCE:
        return False
    scene.understood("answer")
    talks.step_aside(scene)
    if words.strip():
        _write(scene, words)
    else:
        scene.wait("announcement")
        ask_words(scene)
    return True


def ask_words(scene: Scene) -> None:
    scene.say("official.write", maximum=LONGEST)


def write_line(scene: Scene, waiting: Waiting, said: str) -> bool:
    scene.understood("answer")
    if scene.programme.lexicon.command(said) == "cancel":
        scene.settle()
        scene.say("official.not_sent")
        forms.again(scene)
    else:
        _write(scene, said)
    return True


def _write(scene: Scene, said: str) -> None:
    """Keeps the text waiting and asks the store how many people it would reach."""
    text = said.strip()
    if not text or len(text) > LONGEST:
        scene.wait("announcement")
        return scene.say("official.too_long", length=len(text), maximum=LONGEST)
    scene.wait("announce", text=text, count=0)
    scene.do("count_audience", purpose="announcements")


def counted(scene: Scene, event: Event) -> None:
    """How many have agreed to announcements: shows the whole thing and asks."""
    waiting = scene.session.waiting
    if waiting is None or waiting.kind != "announce":
        return
    count = event.data["count"]
    if count:
        scene.wait("announce", text=waiting.data["text"], count=count)
        return preview(scene)
    scene.settle()
    scene.say("official.nobody")
    forms.again(scene)


def preview(scene: Scene) -> None:
    waiting = scene.session.waiting
    assert waiting
    scene.say("announcement.body", text=waiting.data["text"])
    choices = (scene.ok("yes", "send_to", count=waiting.data["count"]), scene.ok("no", "do_not_send"))
    scene.say("official.confirm", choices, count=waiting.data["count"])


def decide(scene: Scene, waiting: Waiting, what: str) -> bool:
    """Yes sends once: the key names the turn that asked, so a second yes sends nothing."""
    if what not in ("yes", "no"):
        return False
    scene.understood("answer")
    scene.settle()
    if what == "yes":
        scene.do("announce", text=waiting.data["text"], key=str(waiting.turn), purpose="announcements")
    else:
        scene.say("official.not_sent")
        forms.again(scene)
    return True


def announced(scene: Scene, event: Event) -> None:
    scene.say("official.sent", count=event.data["count"])
    forms.again(scene)


def not_announced(scene: Scene, event: Event) -> None:
    """The role was taken away meanwhile, or this very announcement went already."""
    reason = str(event.data["reason"])
    if reason == "role":
        scene.session = replace(scene.session, role="")
    scene.say(f"official.refused_{reason}")
    forms.again(scene)
