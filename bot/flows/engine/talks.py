"""Talking with a person, the official's side: while the place "answering" waits, whatever the official types goes to that
person. For everybody else none of this exists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.flows.engine import forms
from bot.flows.engine.scene import Scene
from bot.flows.session import Waiting
from bot.flows.values import Event, Json, Message, Text, join

MAY_ANSWER = ("admin", "official")
PREVIEW = 80  # characters of what was said last, in the list of talks
LETTERS = "ABCDEFGH"  # as `Scene.notice` gives them to its routes


def take(scene: Scene, talk: int) -> None:
    """The button below "somebody waits": the store knows whether the talk is still free."""
    from bot.flows.engine.taps import gone

    if scene.session.role not in MAY_ANSWER:
        return gone(scene)
    scene.understood("answer")
    scene.asks = True  # what is asked next follows from the store's answer
    scene.do("take_talk", talk=talk)


def command(scene: Scene, name: str) -> bool:
    """`/hopthu`, `/xong`, `/chuyen`; False for somebody who is no official."""
    if scene.session.role not in MAY_ANSWER:
        return False
    scene.understood("answer")
    waiting = scene.session.waiting
    if name == "hopthu":
        scene.do("list_talks")
    elif waiting is None or waiting.kind != "answering":
        scene.say("talk.none_here")
        forms.again(scene)
    else:
        scene.do("end_talk" if name == "xong" else "hand_back_talk", talk=waiting.data["talk"])
    return True


def line(scene: Scene, waiting: Waiting, said: str) -> bool:
    """The official's words, to the person as they are."""
    scene.understood("answer")
    scene.do("answer_person", talk=waiting.data["talk"], text=said.strip())
    return True


def is_here(scene: Scene) -> bool:
    return scene.session.waiting is not None and scene.session.waiting.kind == "answering"


def file_coming(scene: Scene, event: Event) -> None:
    """The official's file that is still with the channel."""
    scene.understood("answer")
    scene.do("receive_file", name=event.data["name"], source=event.data["source"])


def handed(scene: Scene, event: Event) -> None:
    """The official's file goes to the person, who gets a link to it."""
    scene.understood("answer")
    waiting, programme = scene.session.waiting, scene.programme
    assert waiting
    words = programme.render("human.as_file", programme.languages[0], dict(event.data))
    scene.do("answer_person", talk=waiting.data["talk"], text=words.plain, file=event.data["file"])


def _take_files(scene: Scene, text: Text) -> None:
    """Says it where a channel shall offer to attach a file."""
    scene.show(Message(text, wants="file"))


def ask_again(scene: Scene, waiting: Waiting) -> None:
    _take_files(scene, scene.text("talk.open", who=waiting.data["who"], number=waiting.data["talk"]))


def step_aside(scene: Scene) -> None:
    """Something else begins: the talk stays the official's, and how to come back is said."""
    waiting = scene.session.waiting
    if waiting and waiting.kind == "answering":
        scene.say("talk.aside", who=waiting.data["who"], number=waiting.data["talk"])


# -- what the store says ---------------------------------------------------------------------------------------------


def taken(scene: Scene, event: Event) -> None:
    """{talk, who, lines}: what was said so far, and how to answer."""
    talk, who = event.data["talk"], event.data["who"]
    _settle(scene)
    scene.wait("answering", talk=talk, who=who, mentions=event.data.get("mentions"))
    said = [_said(scene, talk, row) for row in _rows(event.data["lines"])]
    scene.show(Message(join([scene.text("talk.taken", who=who, number=talk), *said], "\n\n")))
    _take_files(scene, scene.text("talk.how", who=who, number=talk))


def _said(scene: Scene, talk: Json, row: Mapping[str, Json]) -> Text:
    at = datetime.fromisoformat(str(row["at"]))
    url = row.get("url", "")
    return scene.text("talk.line", who=row["who"], number=talk, text=row["text"], at=at, url=url)


def refused(scene: Scene, event: Event) -> None:
    """{talk, reason, name}: somebody else has it, it is over, or the role was taken away."""
    reason = str(event.data["reason"])
    if reason == "role":
        scene.session = replace(scene.session, role="")
    if reason == "role" or _at(scene, event.data["talk"]):
        _settle(scene)
    scene.say(f"talk.refused_{reason}", name=event.data["name"])
    forms.again(scene)


def unreachable(scene: Scene, event: Event) -> None:
    scene.say("talk.unreachable")


def over(scene: Scene, event: Event) -> None:
    _settle(scene)
    scene.say("talk.over", who=event.data["who"], number=event.data["talk"])
    forms.again(scene)


def handed_back(scene: Scene, event: Event) -> None:
    _settle(scene)
    scene.say("talk.handed", who=event.data["who"], number=event.data["talk"])
    forms.again(scene)


def left(scene: Scene, event: Event) -> None:
    """{talk, who, quiet}: the person ended the talk that this official had, or nobody wrote for a working day."""
    here = _at(scene, event.data["talk"])
    scene.notice("talk.left", who=event.data["who"], number=event.data["talk"], quiet=event.data["quiet"])
    if here:
        _settle(scene)
        forms.again(scene)


def wrote(scene: Scene, event: Event) -> None:
    """{talk, who, text}: the person's next line; where something else waits, a notice with the way to answer."""
    talk, who, text = event.data["talk"], event.data["who"], event.data["text"]
    if _at(scene, talk):
        _take_files(scene, scene.text("talk.line", who=who, number=talk, text=text, at=None, url=""))
    else:
        scene.notice("talk.wrote", [f"talk:{talk}"], who=who, number=talk, text=text)
    ask_for_file(scene, event)


def ask_for_file(scene: Scene, event: Event) -> None:
    """Whoever hears of a file of the other side's gets a link to it."""
    if event.data.get("file"):
        scene.do("offer_told", talk=event.data["talk"], file=event.data["file"])


def file_offered(scene: Scene, event: Event) -> None:
    """{name, url, hours}"""
    scene.say("talk.file", name=event.data["name"], url=event.data["url"], hours=event.data["hours"])


def listed(scene: Scene, event: Event) -> None:
    """{talks, more}: the open talks, each to be taken by its letter, since something else may be waiting."""
    rows = _rows(event.data["talks"])
    if not rows:
        scene.say("talk.none")
        return forms.again(scene)
    talks = [
        scene.text(
            "talk.row",
            letter=letter,
            who=row["who"],
            number=row["talk"],
            official=row["official"],
            text=_short(str(row["text"])),
            at=datetime.fromisoformat(str(row["at"])),
        ).plain
        for letter, row in zip(LETTERS, rows, strict=False)
    ]
    routes = [f"talk:{row['talk']}" for row in rows]
    scene.notice("talk.list", routes, talks=talks, more=event.data["more"])
    if not scene.amid:
        scene.wait("offers", routes=[*routes])  # a plain number takes one too, where it can mean nothing else


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= PREVIEW else f"{line[: PREVIEW - 1]}…"


def _at(scene: Scene, talk: Json) -> bool:
    waiting = scene.session.waiting
    return waiting is not None and waiting.kind == "answering" and waiting.data["talk"] == talk


def _settle(scene: Scene) -> None:
    """Out of the place, if one is in it."""
    if scene.session.waiting and scene.session.waiting.kind in ("answering", "offers"):
        scene.settle()


def _rows(value: Json) -> list[dict[str, Json]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
