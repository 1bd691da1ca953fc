"""A form from its first question to its last: begin, answer, back, skip, pause, go on, give up."""

from __future__ import annotations

from dataclasses import replace

from bot.flows.answers import Read, Several, Unread, read
from bot.flows.engine import asking, consents, walking
from bot.flows.engine.scene import Scene
from bot.flows.programme import Question, words
from bot.flows.session import Draft, Paused
from bot.flows.values import Choice, Event, Json, Message

FREE = ("text", "long_text")


def begin(scene: Scene, form_id: str) -> None:
    """What the route `form.<id>` does: go on with an unfinished one, ask for consent, or put the first question."""
    session = scene.session
    if session.draft and session.draft.form == form_id:
        scene.settle()
        scene.say("flow.already_here", title=scene.title(form_id))
        return again(scene)
    if unfinished := next((p for p in session.paused if p.form == form_id), None):
        scene.wait("unfinished", run=unfinished.run, form=form_id)
        resume, restart = scene.ok("resume", "resume"), scene.ok("restart", "restart")
        return scene.say("flow.unfinished", (resume, restart), title=scene.title(form_id))
    purpose = scene.programme.forms[form_id].consent
    if purpose and not session.consents.get(purpose):
        return consents.ask(scene, purpose, then=f"form.{form_id}")
    start(scene, form_id)


def start(scene: Scene, form_id: str) -> None:
    """A new run of the form, pinned to the programme's present release."""
    if scene.session.draft:
        pause(scene, quietly=True)
    scene.settle()
    run = scene.session.runs + 1
    scene.session = replace(scene.session, runs=run, draft=Draft(run, form_id, scene.programme.release), failures=0)
    form = scene.form
    scene.show(Message(scene.form_text("intro")))
    first = walking.following(form, {})
    scene.write(replace(scene.draft, asked=first.id if first else ""))
    put(scene)


def put(scene: Scene, after: str = "") -> None:
    """Puts what the draft waits for: its question, or the summary."""
    from bot.flows.engine import summary

    return asking.ask(scene, after) if scene.draft.asked else summary.show(scene)


def again(scene: Scene) -> None:
    """After a digression: puts what is waiting once more, whatever it is."""
    from bot.flows.engine.places import PLACES

    waiting = scene.session.waiting
    if waiting and waiting.kind in PLACES:
        return PLACES[waiting.kind].again(scene, waiting)
    if scene.session.draft:
        put(scene, after=scene.draft.asked)


def question_waiting(scene: Scene) -> Question | None:
    """The draft's question, if nothing else stands before it."""
    session = scene.session
    if session.waiting or not session.draft or not session.draft.asked:
        return None
    return scene.form.question(session.draft.asked)


def reading(scene: Scene, question: Question, event: Event) -> Read | Several | Unread:
    """The line as an answer to the question: read, in bounds, and valid by the form's own check."""
    today = scene.now.astimezone(scene.programme.zone).date()
    result = read(question, event, scene.pinned, scene.language, today)
    if isinstance(result, Read) and question.check:
        view = walking.known(scene.form, scene.draft.answers) | {"value": result.value}
        if question.check.holds(view) is False:
            return Unread("", {})
    return result


def take(scene: Scene, question: Question, result: Read | Several | Unread) -> None:
    """Goes on with what a line was read as."""
    match result:
        case Read(value=value, warning="", other=other):
            answer(scene, question, value, other)
        case Read(value=value, warning=warning):
            scene.understood("answer")
            scene.wait("doubtful", question=question.id, value=value, warning=warning)
            doubt(scene, question, value, warning)
        case Several(candidates=candidates):
            scene.understood("answer")
            offer(scene, question, [list(candidate) for candidate in candidates])
        case Unread(reason=reason, values=values):
            unread(scene, question, reason, dict(values))


def doubt(scene: Scene, question: Question, value: Json, warning: str) -> None:
    """A check digit that fails: says so and lets the person confirm or type again."""
    from bot.flows.answers import display

    shown = display(question, value, scene.pinned, scene.language)
    scene.say(warning, (scene.ok("yes", "keep"), scene.ok("no", "retype")), value=shown)


def offer(scene: Scene, question: Question, candidates: list[Json]) -> None:
    """Several things the line may mean, each as [value, label]: which one?"""
    scene.wait("candidates", question=question.id, candidates=candidates)
    turn = scene.session.turns
    labels = [Choice(f"ok.{turn}.{n}", str(row[1])) for n, row in enumerate(candidates, 1) if isinstance(row, list)]
    none = replace(scene.ok("none", "none_of_these"), control=True)
    scene.say("flow.which", (*labels, none))


def unread(scene: Scene, question: Question, reason: str, values: dict[str, object]) -> None:
    """Says why a line could not be read; at the third time offers an example, skipping and a human."""
    scene.understood("again")
    text = scene.text(reason, **values) if reason else scene.form_text(f"{question.id}.invalid")
    scene.show(Message(text, asking.choices(scene, question), question.type == "choices"))
    if scene.count_failure() >= 3:
        help_out(scene, question)


def help_out(scene: Scene, question: Question) -> None:
    """After three failed readings."""
    scene.forget_failures()
    if scene.pinned.has(f"forms.{scene.form.id}.{question.id}.example"):
        scene.show(Message(scene.form_text(f"{question.id}.example")))
    skip = (
        [Choice(asking.tap(scene, question.id, "!skip"), scene.label("skip"), control=True)]
        if question.optional
        else []
    )
    pause_ = Choice(asking.tap(scene, question.id, "!pause"), scene.label("pause"), control=True)
    human = replace(scene.go("human"), control=True)
    scene.say("flow.stuck", (*skip, pause_, human), optional=question.optional)


def answer(scene: Scene, question: Question, value: Json, other: str = "") -> None:
    """Keeps an answer, drops what no longer belongs (and says so), and goes on."""
    scene.understood("answer")
    scene.settle()
    scene.forget_failures()
    answers = {name: old for name, old in scene.draft.answers.items() if name != f"{question.id}.other"}
    answers[question.id] = value
    if other:
        answers[f"{question.id}.other"] = other
    elif needs_words(question, value):
        scene.write(replace(scene.draft, answers=answers, picked=()))
        keep(scene)
        scene.wait("other", question=question.id)
        return scene.say("flow.other", label=_other_label(scene, question))
    advance_from(scene, question, answers)


def advance_from(scene: Scene, question: Question, answers: dict[str, Json]) -> None:
    """To the next question after an answer is complete."""
    answers, dropped = walking.pruned(scene.form, answers)
    following = walking.following(scene.form, answers)
    changing = scene.draft.changing if following else ""
    asked = following.id if following else ""
    scene.write(replace(scene.draft, answers=answers, asked=asked, picked=(), changing=changing))
    keep(scene)
    if dropped:
        labels = [words(scene.form.short[name], scene.language) for name in dropped if name in scene.form.short]
        scene.say("flow.dropped", labels=labels)
    put(scene, after=question.id)


def needs_words(question: Question, value: Json) -> bool:
    """Whether "other, please say" was chosen."""
    return bool(question.other) and (value == question.other or (isinstance(value, list) and question.other in value))


def _other_label(scene: Scene, question: Question) -> str:
    option = question.option(question.other)
    return words(option.label, scene.language) if option else ""


def keep(scene: Scene) -> None:
    draft = scene.draft
    scene.do("keep_answers", run=draft.run, form=draft.form, release=draft.release, answers=dict(draft.answers))


def back(scene: Scene) -> None:
    scene.understood("back")
    scene.settle()
    if scene.draft.changing:
        scene.write(replace(scene.draft, asked="" if _complete(scene) else scene.draft.asked, changing=""))
        return put(scene)
    previous = walking.before(scene.form, scene.draft.answers, scene.draft.asked)
    if previous is None:
        scene.say("flow.first_question")
        return again(scene)
    scene.forget_failures()
    scene.write(replace(scene.draft, asked=previous.id, picked=()))
    put(scene, after=previous.id)


def _complete(scene: Scene) -> bool:
    return walking.following(scene.form, scene.draft.answers) is None


def skip(scene: Scene) -> None:
    scene.understood("skip")
    question = scene.form.question(scene.draft.asked) if scene.draft.asked else None
    if question is None:
        return again(scene)
    if not question.optional:
        why = f"{question.id}.why"
        scene.say("flow.required")
        if scene.pinned.has(f"forms.{scene.form.id}.{why}"):
            scene.show(Message(scene.form_text(why)))
        scene.settle()
        return again(scene)
    scene.settle()
    scene.forget_failures()
    answers = {name: old for name, old in scene.draft.answers.items() if name != f"{question.id}.other"}
    advance_from(scene, question, answers | {question.id: None})


def pause(scene: Scene, quietly: bool = False) -> None:
    """Puts the form aside; a pause has no expiry."""
    scene.understood("pause")
    draft = scene.draft
    paused = (*scene.session.paused, Paused(draft.run, draft.form, draft.release))
    scene.session = replace(scene.session, draft=None, paused=paused, waiting=None, failures=0)
    if draft.answers:
        scene.do("keep_answers", run=draft.run, form=draft.form, release=draft.release, answers=dict(draft.answers))
    if not quietly:
        scene.say("flow.paused", (scene.go("resume"), scene.go("menu")), title=scene.title(draft.form))


def resume(scene: Scene) -> None:
    """Goes on with the form put aside last; with several, asks which."""
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
    scene.say("flow.resume_which", _paused_choices(scene))


def _paused_choices(scene: Scene) -> list[Choice]:
    turn = scene.session.turns
    return [Choice(f"ok.{turn}.{p.run}", scene.title(p.form)) for p in scene.session.paused]


def load(scene: Scene, run: int) -> None:
    """Asks the store for the answers of a run put aside; `draft_loaded` goes on."""
    scene.settle()
    scene.do("load_draft", run=run)


def draft_loaded(scene: Scene, event: Event) -> None:
    """The answers of a form that was put aside: goes on at the first open question."""
    run = event.data["run"]
    paused = next((p for p in scene.session.paused if p.run == run), None)
    if paused is None:
        return scene.say("flow.nothing_paused", (scene.go("menu"),))
    left = tuple(p for p in scene.session.paused if p.run != run)
    answers = event.data["answers"]
    draft = Draft(paused.run, paused.form, paused.release, answers if isinstance(answers, dict) else {})
    scene.session = replace(scene.session, paused=left, draft=draft, waiting=None)
    following = walking.following(scene.form, draft.answers)
    scene.write(replace(draft, asked=following.id if following else ""))
    scene.say("flow.welcome_back", title=scene.title(draft.form))
    put(scene, after=scene.draft.asked)


def cancel(scene: Scene) -> None:
    """Asks before giving a form up, since its answers are deleted."""
    scene.understood("cancel")
    if not scene.session.draft:
        had = scene.session.waiting
        scene.settle()
        return scene.say("flow.dismissed" if had else "flow.nothing_to_cancel", (scene.go("menu"),))
    scene.wait("cancel")
    ask_cancel(scene)


def ask_cancel(scene: Scene) -> None:
    yes, no, pause_ = scene.ok("yes", "give_up"), scene.ok("no", "go_on"), scene.ok("pause", "pause")
    scene.say("flow.cancel", (yes, no, pause_), title=scene.title(scene.draft.form))


def give_up(scene: Scene) -> None:
    """The form is dropped with its answers."""
    draft = scene.draft
    scene.do("drop_submission", run=draft.run)
    scene.session = replace(scene.session, draft=None, waiting=None, failures=0)
    scene.say("flow.cancelled", (scene.go("menu"),), title=scene.title(draft.form))
