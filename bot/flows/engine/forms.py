"""A form from its first question to its last: begin, ask, go back, skip."""

from __future__ import annotations

from dataclasses import replace

from bot.flows.engine import answering, asking, consents, eligibility, enclosing, handoff, people, walking
from bot.flows.engine.scene import Scene
from bot.flows.programme import Question
from bot.flows.session import Draft
from bot.flows.values import Message


def begin(scene: Scene, form_id: str, organisation: int | None = None, chosen: str = "") -> None:
    """What the route `form.<id>` does: go on with an unfinished one, ask for consent, or put the first question; whoever
    wants to register for a class chooses it first. `organisation`: whom it shall speak for, see `knowing.look_up`;
    `chosen`: which support it is for (`form.<id>.<support>`)."""
    from bot.flows.engine import classes

    session = scene.session
    if session.draft and session.draft.form == form_id:
        return scene.say("flow.already_here", title=scene.title(session.draft))
    if unfinished := next((p for p in session.paused if p.form == form_id), None):
        scene.wait("unfinished", run=unfinished.run, form=form_id)
        return again(scene)
    if scene.programme.forms[form_id].sends in classes.REGISTERS:
        return classes.offered(scene)
    purpose = scene.programme.forms[form_id].consent
    if purpose and not session.consents.get(purpose):
        return consents.ask(scene, purpose, then=f"form.{form_id}{'.' * bool(chosen)}{chosen}")
    start(scene, form_id, organisation, chosen)


def start(scene: Scene, form_id: str, organisation: int | None = None, chosen: str = "") -> None:
    """A new run of the form, pinned to the programme's present release."""
    from bot.flows.engine import fitting, knowing
    from bot.flows.engine.pausing import put_aside

    if scene.session.draft:
        put_aside(scene)
        scene.say("flow.put_aside")
    scene.settle()
    run = scene.session.runs + 1
    scene.session = replace(
        scene.session, runs=run, draft=Draft(run, form_id, scene.programme.release), talk=None, failures=0
    )
    form = scene.form
    scene.show(Message(scene.form_text("intro")))
    fitting.choose(scene, chosen)
    first = walking.following(form, scene.draft.answers)
    scene.write(replace(scene.draft, asked=first.id if first else ""))
    if not knowing.look_up(scene, organisation):
        asking.tell(scene, after="")
        put(scene)


def put(scene: Scene, after: str = "") -> None:
    """Puts what the draft waits for: its question, or the summary."""
    from bot.flows.engine import summary

    if eligibility.stops(scene):
        return again(scene)
    if scene.draft.asked:
        return asking.ask(scene, after)
    if after:
        asking.tell(scene, after)
    summary.show(scene)


def again(scene: Scene) -> None:
    """After a digression: puts what is waiting once more, whatever it is."""
    from bot.flows.engine.places import PLACES

    if scene.session.waiting is None:
        handoff.come_back(scene)
    waiting = scene.session.waiting
    if waiting:
        return PLACES[waiting.kind].again(scene, waiting)
    if scene.session.draft:
        put(scene, after=scene.draft.asked)


def question_waiting(scene: Scene) -> Question | None:
    """The draft's question, if nothing else stands before it."""
    session = scene.session
    if session.waiting or not session.draft or not session.draft.asked:
        return None
    return people.part(scene, scene.form.question(session.draft.asked))


def move(scene: Scene, question: str, after: str = "", changing: str = "") -> None:
    """Puts another question ("" is the summary); what was ticked at it before is ticked again."""
    before = scene.draft.answers.get(question)
    picked = tuple(item for item in before if isinstance(item, str)) if isinstance(before, list) else ()
    scene.forget_failures()
    scene.write(replace(scene.draft, asked=question, changing=changing, picked=picked))
    put(scene, after)


def back(scene: Scene) -> None:
    """To the question before; from one that is being changed, to where one was."""
    scene.understood("back")
    draft = scene.draft
    if people.back(scene, draft.asked):
        return None
    if draft.changing == draft.asked != "":
        following = walking.following(scene.form, draft.answers)
        return move(scene, following.id if following else "")
    previous = walking.before(scene.form, draft.answers, draft.asked)
    if previous is None:
        scene.say("flow.first_question")
        return again(scene)
    move(scene, previous.id, after=previous.id)


def skip(scene: Scene) -> None:
    """Leaves an optional question open, and an answered one as it is; a required one says why it is asked."""
    scene.understood("skip")
    scene.settle()
    if not scene.draft.asked:
        return again(scene)
    question = scene.form.question(scene.draft.asked)
    if people.skipped(scene, question):
        return None
    if question.optional:
        scene.forget_failures()
        answers = {name: old for name, old in scene.draft.answers.items() if name != f"{question.id}.other"}
        return answering.advance_from(scene, question, answers | enclosing.put_off(scene, question))
    if question.id in scene.draft.answers:
        return keep(scene)
    scene.say("flow.required")
    if scene.pinned.has(f"forms.{scene.form.id}.{question.id}.why"):
        scene.show(Message(scene.form_text(f"{question.id}.why")))
    again(scene)


def keep(scene: Scene) -> None:
    """Leaves the answer that stands and goes on: to the first question still open, or to the summary."""
    scene.understood("answer")
    scene.settle()
    asked = scene.draft.asked
    following = walking.following(scene.form, scene.draft.answers)
    move(scene, following.id if following else "", after=asked)
