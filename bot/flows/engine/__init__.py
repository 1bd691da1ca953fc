"""The one door of the core: a session and an event go in, a turn comes out. Nothing else happens here: no clock, no
store, no channel; same input, same output."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.flows.engine import (
    answering,
    attending,
    award,
    case_news,
    cases,
    class_desk,
    classes,
    correcting,
    desk,
    desk_words,
    documents,
    enclosing,
    forms,
    handoff,
    held,
    human,
    knowing,
    leaving,
    moving,
    officials,
    organisations,
    papers,
    pausing,
    requests,
    summary,
    talks,
    topics,
    unsent,
    wishes,
)
from bot.flows.engine.lines import said
from bot.flows.engine.scene import Scene
from bot.flows.engine.taps import tapped
from bot.flows.programme import Programme
from bot.flows.session import Session
from bot.flows.values import Event, Message, Turn


def advance(session: Session, event: Event, programme: Programme) -> Turn:
    """The bot's whole answer to one event."""
    scene = Scene(session, event, programme)
    if "known" in event.data:
        knowing.learn(scene, event.data["known"])
    ON[event.name](scene, event)
    wishes.undecided(scene, session)
    unsent.unsent(scene, session)
    _back_to_talk(scene, session)
    held.reviewed(scene, session)
    if session.turns == 0 and not _introduced(scene):
        scene.messages.insert(0, Message(scene.text("start.hello")))
    return scene.turn()


def _back_to_talk(scene: Scene, before: Session) -> None:
    """What was asked amid a talk is over: the talk goes on. Where the store is asked first, its answer comes before."""
    handoff.keep(scene, before)
    if scene.session.talk and scene.session.waiting is None and not scene.effects:
        forms.again(scene)


INTRODUCED = ("menu", "human", "form.")  # these say themselves who speaks, to somebody who comes for the first time


def _introduced(scene: Scene) -> bool:
    """A form says who speaks where it asks for consent; one that asks for none does not."""
    draft = scene.session.draft
    return scene.route.startswith(INTRODUCED) and not (draft and not scene.form.consent)


def _started(scene: Scene, event: Event) -> None:
    topics.greet(scene)


HANDED = {"file_ready": "file", "located": "location", "shared": "phone"}


def _handed(scene: Scene, event: Event) -> None:
    """A file, a location or a contact: an answer where one is asked for, else politely not expected."""
    if handoff.is_here(scene):
        return human.handed(scene, event)
    if talks.is_here(scene) and event.name == "file_ready":
        return talks.handed(scene, event)
    question = forms.question_waiting(scene)
    if (waiting := papers.waited_for(scene)) and event.name == "file_ready":
        return papers.hand(scene, waiting, event)
    if event.name == "file_ready" and enclosing.waits(scene):
        question = scene.form.question(scene.draft.asked)
    if question and question.type == HANDED[event.name] == "file":
        return enclosing.take(scene, question, answering.reading(scene, question, event))
    if question and question.type == HANDED[event.name]:
        return answering.take(scene, question, answering.reading(scene, question, event))
    _not_expected(scene, event.name)


def _file_sent(scene: Scene, event: Event) -> None:
    """A file that is still with the channel: fetched only where one is asked for; `file_ready` or `file_refused` follow."""
    if handoff.is_here(scene):
        return human.file_coming(scene, event)
    if talks.is_here(scene):
        return talks.file_coming(scene, event)
    question = forms.question_waiting(scene)
    wanted = (question and question.type == "file") or papers.waited_for(scene) or enclosing.waits(scene)
    if not wanted:
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
    if what == "file_ready" and scene.session.organisations and not scene.amid:
        scene.say("unexpected.file_of_case")
        return cases.status(scene, then="papers")  # most likely a paper that they were asked for
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
    if left and not left.held:  # what waits for us is no reminder's business
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


def _words_erased(scene: Scene, event: Event) -> None:
    """{person}: they had their data deleted, and what waits here is about them."""
    waiting = scene.session.waiting
    named = waiting.data.get("mentions") if waiting else None
    if isinstance(named, list) and event.data["person"] in named:
        scene.settle()
        scene.say("my_data.gone_elsewhere")
        forms.again(scene)


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
    "interest_registered": award.registered,
    "upload_offered": _upload_offered,
    "official_bound": officials.bound,
    "official_unknown": officials.unbound,
    "audience_counted": officials.counted,
    "announced": officials.announced,
    "announce_refused": officials.not_announced,
    "document_offered": documents.offered,
    "document_missing": documents.missing,
    "office_closed": human.closed,
    "talk_opened": human.opened,
    "stepped_out": human.stepped_out,
    "talk_taken": talks.taken,
    "talk_refused": talks.refused,
    "talk_over": talks.over,
    "talk_handed_back": talks.handed_back,
    "talks_listed": talks.listed,
    "told_offered": talks.file_offered,
    "person_unreachable": talks.unreachable,
    "known_found": knowing.found,
    "organisation_named": knowing.named,
    "own_listed": organisations.listed,
    "organisation_kept": organisations.kept,
    "waiting_found": organisations.waiting_found,
    "member_decided": organisations.decided,
    "leaving_weighed": leaving.weighed,
    "organisation_left": leaving.left,
    "members_found": leaving.members_found,
    "member_removed": leaving.removed,
    "classes_found": classes.found,
    "class_shown": classes.shown,
    "attendees_registered": classes.registered,
    "seats_short": classes.short,
    "feedback_ready": attending.feedback_ready,
    "attendees_found": attending.found,
    "attendee_cancelled": attending.given_back,
    "desk_classes_listed": class_desk.listed,
    "desk_class_shown": class_desk.one,
    "desk_done": class_desk.done,
    "desk_refused": class_desk.refused,
    "class_opened": class_desk.opened,
    "attendance_marked": class_desk.marked,
    # answers about one's own data
    "my_data_shown": wishes.shown,
    "profile_found": correcting.found,
    "corrected": correcting.corrected,
    "wish_noted": wishes.noted,
    "data_exported": wishes.exported,
    "deletion_weighed": wishes.weighed,
    "data_deleted": wishes.deleted,
    "move_code": moving.made,
    "taken_over": moving.taken_over,
    "not_taken_over": moving.refused,
    "requests_listed": requests.listed,
    "request_shown": requests.shown,
    "request_answered": requests.answered,
    "request_gone": requests.gone,
    "cases_opened": case_news.opened,
    "cases_found": cases.found,
    "case_found": cases.shown,
    "case_missing": cases.missing,
    "case_withdrawn": cases.withdrawn,
    "paper_handed": papers.handed,
    "desk_listed": desk.listed,
    "desk_opened": desk.opened,
    "case_desk_done": desk_words.done,
    "case_desk_refused": desk_words.refused,
    # due events, and events somebody else wrote
    "draft_quiet": _draft_quiet,
    "membership_decided": organisations.membership_decided,
    "membership_ended": leaving.ended,
    "notified": _notified,
    "official_wrote": human.official_wrote,
    "person_wrote": talks.wrote,
    "talk_left": talks.left,
    "talk_ended": human.ended,
    "talk_quiet": human.quiet,
    "case_told": case_news.told,
    "call_opened": case_news.call_opened,
    "words_erased": _words_erased,
    "slowed": _slowed,
    "set_aside": _set_aside,
}
