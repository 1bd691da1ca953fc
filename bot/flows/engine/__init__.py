"""The one door of the core: a session and an event go in, a turn comes out. Nothing else happens here: no clock, no
store, no channel; same input, same output."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.flows.engine import answering, forms, officials, pausing, summary, topics
from bot.flows.engine.lines import said
from bot.flows.engine.scene import Scene
from bot.flows.engine.taps import tapped
from bot.flows.programme import Programme
from bot.flows.session import Session
from bot.flows.values import Event, Message, Turn


def advance(session: Session, event: Event, programme: Programme) -> Turn:
    """The bot's whole answer to one event."""
    scene = Scene(session, event, programme)
    ON[event.name](scene, event)
    if session.turns == 0 and not scene.route.startswith(INTRODUCED):
        scene.messages.insert(0, Message(scene.text("start.hello")))
    return scene.turn()


INTRODUCED = ("menu", "human", "form.")  # these say themselves who speaks, to somebody who comes for the first time


def _started(scene: Scene, event: Event) -> None:
    topics.greet(scene)


HANDED = {"file_ready": "file", "located": "location", "shared": "phone"}


def _handed(scene: Scene, event: Event) -> None:
    """A file, a location or a contact: an answer where one is asked for, else politely not expected."""
    question = forms.question_waiting(scene)
    if question and question.type == HANDED[event.name]:
        return answering.take(scene, question, answering.reading(scene, question, event))
    _not_expected(scene, event.name)


def _file_sent(scene: Scene, event: Event) -> None:
    """A file that is still with the channel: fetched only where one is asked for; `file_ready` or `file_refused` follow."""
    question = forms.question_waiting(scene)
    if question is None or question.type != "file":
        return _not_expected(scene, "file_ready")
    scene.understood("answer")
    scene.do("receive_file", name=event.data["name"], source=event.data["source"])
    scene.say("file.receiving", name=event.data["name"])


def _file_refused(scene: Scene, event: Event) -> None:
    scene.understood("again")
    scene.say(f"file_refused.{event.data['reason']}", name=event.data.get("name", ""))
    forms.again(scene)


def _unreadable(scene: Scene, event: Event) -> None:
    """A sticker, a voice message, something the channel does not show us; or somebody else's contact."""
    _not_expected(scene, "contact" if event.data.get("kind") == "contact" else "unreadable")


def _not_expected(scene: Scene, what: str) -> None:
    scene.understood("again" if scene.amid else "unknown")
    scene.say(f"unexpected.{what}")
    topics.onward(scene, "menu.text") if not scene.amid else forms.again(scene)


def _upload_offered(scene: Scene, event: Event) -> None:
    scene.say("file.link", url=event.data["url"], minutes=event.data["minutes"])


def _set_aside(scene: Scene, event: Event) -> None:
    """The last line could not be worked on: the person is told, an operator looks at it."""
    scene.say("trouble.set_aside")
    forms.again(scene)


def _slowed(scene: Scene, event: Event) -> None:
    scene.say("trouble.slowed")


def _draft_quiet(scene: Scene, event: Event) -> None:
    """A form left in the middle some days ago: one reminder, which takes no waiting place."""
    session = scene.session
    left = next((one for one in (session.draft, *session.paused) if one and one.run == event.data["run"]), None)
    if left:
        go_on = replace(scene.go("resume"), control=True)
        scene.say("due.draft_quiet", (go_on,), title=scene.title(left))


def _notified(scene: Scene, event: Event) -> None:
    """{text, values, routes}: somebody else has news for this person."""
    values, routes = event.data.get("values"), event.data.get("routes")
    scene.notice(
        str(event.data["text"]),
        [str(route) for route in routes] if isinstance(routes, list) else [],
        **(values if isinstance(values, dict) else {}),
    )


ON: dict[str, Callable[[Scene, Event], None]] = {
    "said": said,
    "tapped": tapped,
    "started": _started,
    "located": _handed,
    "shared": _handed,
    "file_sent": _file_sent,
    "file_ready": _handed,
    "file_refused": _file_refused,
    "unreadable": _unreadable,
    # answers of effects
    "draft_loaded": pausing.draft_loaded,
    "form_submitted": summary.submitted,
    "form_refused": summary.refused,
    "upload_offered": _upload_offered,
    "official_bound": officials.bound,
    "official_unknown": officials.unbound,
    "audience_counted": officials.counted,
    "announced": officials.announced,
    "announce_refused": officials.not_announced,
    # due events, and events somebody else wrote
    "draft_quiet": _draft_quiet,
    "notified": _notified,
    "slowed": _slowed,
    "set_aside": _set_aside,
}
