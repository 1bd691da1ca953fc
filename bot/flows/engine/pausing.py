"""A form put aside and taken up again, or given up."""

from __future__ import annotations

from dataclasses import replace

from bot.flows.engine import consents, walking
from bot.flows.engine.answering import keep_answers
from bot.flows.engine.forms import again, move
from bot.flows.engine.scene import Scene
from bot.flows.session import Draft, Paused, Waiting, set_aside
from bot.flows.values import Event, Json

# these wait about the form itself
OF_QUESTION = ("candidates", "doubtful", "other", "meant", "change", "unsure", "blocked")


def put_aside(scene: Scene) -> None:
    """Puts the form aside; a pause has no expiry."""
    draft = scene.draft
    if draft.answers:
        keep_answers(scene)
    paused = (*scene.session.paused, set_aside(draft))
    scene.session = replace(scene.session, draft=None, paused=paused, waiting=None, failures=0)


def pause(scene: Scene) -> None:
    scene.understood("pause")
    title = scene.title(scene.draft)
    put_aside(scene)
    scene.say("flow.paused", (scene.go("resume"), scene.go("menu")), title=title)


def resume(scene: Scene) -> None:
    """Goes on with the form in hand, else with the one put aside; with several, asks which."""
    scene.understood("resume")
    paused = scene.session.paused
    if scene.session.draft:
        scene.settle()
        return again(scene)
    if not paused:
        return scene.say("flow.nothing_paused", (scene.go("menu"),))
    if len(paused) == 1:
        return load(scene, paused[0].run)
    scene.wait("resume")
    again(scene)


def back_to(scene: Scene, run: int) -> None:
    """Goes on with that very form, whatever else is in hand; one that has another number by now is asked for."""
    scene.understood("resume")
    draft = scene.session.draft
    if not any(one.run == run for one in scene.session.paused):
        return resume(scene)
    if draft:
        put_aside(scene)
    load(scene, run)


def ask_which(scene: Scene) -> None:
    scene.say("flow.resume_which", [scene.pick(str(p.run), scene.title(p)) for p in scene.session.paused])


def load(scene: Scene, run: int) -> None:
    """Asks the store for the answers of a run put aside; `draft_loaded` goes on. A consent taken back meanwhile is asked
    for first."""
    scene.settle()
    paused = next((one for one in scene.session.paused if one.run == run), None)
    purpose = scene.programme.at(paused.release).forms[paused.form].consent if paused else ""
    if purpose and not scene.session.consents.get(purpose):
        return consents.ask(scene, purpose, then=f"resume:{run}")
    scene.do("load_draft", run=run, held=paused.held if paused else "")


def draft_loaded(scene: Scene, event: Event) -> None:
    """The answers of a form that was put aside: goes on at the first open question."""
    from bot.flows.engine import knowing, leaving

    run = event.data["run"]
    paused = next((p for p in scene.session.paused if p.run == run), None)
    if paused is None:
        return scene.say("flow.nothing_paused", (scene.go("menu"),))
    if scene.session.draft:
        put_aside(scene)
        scene.say("flow.put_aside")
    left = tuple(p for p in scene.session.paused if p.run != run)
    answers = event.data["answers"]
    draft = Draft(
        paused.run,
        paused.form,
        paused.release,
        answers if isinstance(answers, dict) else {},
        organisation=paused.organisation,
        filled=paused.filled,
        subject=paused.subject,
        held=str(event.data.get("held", paused.held)),
    )
    scene.session = replace(scene.session, paused=left, draft=draft, waiting=None, talk=None)
    following = walking.following(scene.form, draft.answers)
    scene.say("flow.welcome_back", title=scene.title(draft))
    if leaving.forget(scene):
        return knowing.go_on(scene)
    move(scene, following.id if following else "")


def cancel(scene: Scene) -> None:
    """Asks before giving a form up, since its answers are deleted; of anything else that waits, simply lets go."""
    scene.understood("cancel")
    waiting, draft = scene.session.waiting, scene.session.draft
    busy = scene.amid and not (draft and (waiting is None or waiting.kind in OF_QUESTION))
    left = draft or next(reversed(scene.session.paused), None)
    if left and not busy:
        scene.wait("cancel", run=left.run)
        return again(scene)
    scene.settle()
    scene.say("flow.dismissed" if busy else "flow.nothing_to_cancel", () if draft else (scene.go("menu"),))
    again(scene)


def _given_up(scene: Scene, run: Json) -> Draft | Paused:
    return next(one for one in (scene.session.draft, *scene.session.paused) if one and one.run == run)


def ask_cancel(scene: Scene, waiting: Waiting) -> None:
    one = _given_up(scene, waiting.data["run"])
    aside = scene.ok("pause", "pause") if isinstance(one, Draft) else scene.ok("pause", "leave_it")
    choices = (scene.ok("yes", "give_up"), scene.ok("no", "go_on"), aside)
    scene.say("flow.cancel", choices, title=scene.title(one), later=aside.label)


def give_up(scene: Scene, run: Json) -> None:
    """The form is dropped with its answers."""
    one = _given_up(scene, run)
    scene.do("drop_submission", run=one.run)
    session = scene.session
    paused = tuple(p for p in session.paused if p.run != run)
    draft = session.draft if session.draft and session.draft.run != run else None
    scene.session = replace(session, draft=draft, paused=paused, failures=0)
    scene.say("flow.cancelled", (scene.go("menu"),), title=scene.title(one))
