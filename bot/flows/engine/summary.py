"""Before sending: every answer is listed and each can be changed; then the form is read again and sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.flows.answers import display
from bot.flows.engine import consents, walking
from bot.flows.engine.scene import Scene
from bot.flows.programme import Question, words
from bot.flows.values import Choice, Event, Json, Message, Text, join


def show(scene: Scene) -> None:
    """The list of all answers, numbered, with what can be done."""
    lines = [_line(scene, number, question) for number, question in enumerate(listed(scene), 1)]
    head = scene.text("flow.summary", title=scene.title(scene.draft.form))
    foot = scene.text("flow.summary_foot")
    scene.show(Message(join([head, join(lines), foot], "\n\n"), _choices(scene)))


def _choices(scene: Scene) -> tuple[Choice, ...]:
    run = scene.draft.run
    names = {"submit": "submit", "change": "change", "pause": "pause"}
    return tuple(Choice(f"{run}.!summary.!{what}", scene.label(label)) for what, label in names.items())


def listed(scene: Scene) -> list[Question]:
    """The questions of the summary in order; their place there is the number people type."""
    answers = scene.draft.answers
    return [question for question in walking.asked_of(scene.form, answers) if question.id in answers]


def _line(scene: Scene, number: int, question: Question) -> Text:
    value = scene.shown()[question.id]
    return scene.text("flow.summary_line", number=number, label=label(scene, question), value=value)


def label(scene: Scene, question: Question) -> str:
    """What the question is called in lists: its short name, else its whole text."""
    short = scene.form.short.get(question.id)
    return words(short, scene.language) if short else scene.form_text(question.id).plain


def ask_which(scene: Scene) -> None:
    """Which answer shall be changed?"""
    scene.understood("change")
    run = scene.draft.run
    rows = [Choice(f"{run}.{question.id}.!change", label(scene, question)) for question in listed(scene)]
    scene.wait("change")
    scene.say(
        "flow.change_which", (*rows, Choice(f"{run}.!summary.!keep", scene.label("change_nothing"), control=True))
    )


def change(scene: Scene, question: Question) -> None:
    """Puts that question again; its old answer stands until there is a new one."""
    from bot.flows.engine.forms import put

    scene.understood("change")
    scene.settle()
    scene.write(replace(scene.draft, asked=question.id, changing=question.id, picked=()))
    shown = display(question, scene.draft.answers.get(question.id), scene.pinned, scene.language)
    scene.say("flow.changing", label=label(scene, question), value=shown)
    put(scene, after=question.id)


def submit(scene: Scene) -> None:
    """Reads all answers again under the pinned form: unreachable ones go, missing or invalid ones are asked."""
    scene.understood("submit")
    scene.settle()
    form, draft = scene.form, scene.draft
    answers, _ = walking.pruned(form, draft.answers)
    wrong = next((q for q in walking.asked_of(form, answers) if not _stands(scene, q, answers)), None)
    if wrong:
        from bot.flows.engine.forms import put

        scene.write(replace(draft, answers=answers, asked=wrong.id, picked=()))
        scene.say("flow.incomplete")
        return put(scene, after=wrong.id)
    scene.write(replace(draft, answers=answers, asked=""))
    view = walking.known(form, answers)
    computed: dict[str, Json] = {c.id: view[c.id] for c in form.computed if view.get(c.id) is not None}
    scene.do("submit_form", run=draft.run, form=form.id, release=draft.release, answers=answers, computed=computed)


def _stands(scene: Scene, question: Question, answers: Mapping[str, Json]) -> bool:
    """Whether an answer is there, is one of the options, and passes the form's own check."""
    if question.id not in answers:
        return False
    value = answers[question.id]
    if value is None:
        return question.optional
    ids = {option.id for option in question.options}
    given = value if isinstance(value, list) else [value]
    if ids and not all(item in ids for item in given):
        return False
    view = walking.known(scene.form, answers) | {"value": value}
    return question.check is None or question.check.holds(view) is not False


def submitted(scene: Scene, event: Event) -> None:
    """The store has it: thanks with the number, then the consents that this form offers."""
    form = scene.form
    scene.show(Message(scene.form_text("thanks")))
    scene.say("flow.received", number=event.data.get("number"), at=scene.now.astimezone(scene.programme.zone))
    scene.session = replace(scene.session, draft=None, waiting=None, failures=0)
    if not consents.offer(scene, form.offers):
        scene.say("menu.next", tuple(scene.go(route) for route in scene.programme.menu[:4]))


def refused(scene: Scene, event: Event) -> None:
    """A rule of the store stands against it; the answers stay."""
    scene.say(f"refused.{event.data['reason']}", (scene.go("pause"), scene.go("human")))
