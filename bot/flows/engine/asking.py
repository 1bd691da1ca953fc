"""How a question is put: progress, the question, its hint, its choices and controls."""

from __future__ import annotations

from dataclasses import replace

from bot.flows.engine import walking
from bot.flows.engine.scene import Scene
from bot.flows.programme import Question, words
from bot.flows.values import Choice, Message, Span, Text, join

WANTS = {"file": "file", "location": "location", "phone": "phone"}


def ask(scene: Scene, after: str = "") -> None:
    """Puts the question that is waiting, with the statements passed since `after`; a file question also gets its link."""
    draft, form = scene.draft, scene.form
    if after:
        tell(scene, after)
    question = form.question(draft.asked)
    section = _new_section(scene, question, after)
    head = _progress(scene, question)
    body = [_bold(scene.form_text(question.id))]
    if scene.pinned.has(f"forms.{form.id}.{question.id}.hint"):
        body.append(scene.form_text(f"{question.id}.hint"))
    if question.id in draft.answers:
        body.append(scene.text("flow.current", value=scene.shown()[question.id]))
    text = join([join([section, head], " · ") if section.plain else head, join(body)], "\n")
    scene.show(Message(text, choices(scene, question), question.type == "choices", WANTS.get(question.type, "")))  # type: ignore[arg-type]
    if question.type == "file":
        scene.do("offer_upload", run=draft.run, question=question.id)


def _bold(text: Text) -> Text:
    """The question itself stands out from its hint."""
    return replace(text, spans=(Span(0, len(text.plain), "bold"), *(s for s in text.spans if s.style != "bold")))


def tell(scene: Scene, after: str) -> None:
    """The statements between that question ("": the form's beginning) and the one now asked ("": the summary)."""
    for statement in walking.statements(scene.form, scene.draft.answers, after, scene.draft.asked):
        scene.show(Message(scene.form_text(statement.id)))


def choices(scene: Scene, question: Question) -> tuple[Choice, ...]:
    """Everything that can be tapped at the question: its options, then back and skip."""
    return (*_options(scene, question), *controls(scene, question))


def tap(scene: Scene, question: str, value: str) -> str:
    return f"{scene.draft.run}.{question}.{value}"


def _options(scene: Scene, question: Question) -> list[Choice]:
    match question.type:
        case "yes_no":
            return [Choice(tap(scene, question.id, what), scene.label(what)) for what in ("yes", "no")]
        case "rating":
            low, high = int(question.minimum or 1), int(question.maximum or 5)
            return [Choice(tap(scene, question.id, str(n)), str(n)) for n in range(low, high + 1)]
        case "choices":
            return _several(scene, question)
    return [Choice(tap(scene, question.id, o.id), words(o.label, scene.language)) for o in question.options]


def _several(scene: Scene, question: Question) -> list[Choice]:
    picked = scene.draft.picked
    ticked = {o.id: scene.label("picked") + " " if o.id in picked else "" for o in question.options}
    return [
        Choice(tap(scene, question.id, o.id), ticked[o.id] + words(o.label, scene.language)) for o in question.options
    ]


def control(scene: Scene, question: Question, name: str, label: str = "") -> Choice:
    """A button beside the answers; it is typed in words, never as a number."""
    return Choice(tap(scene, question.id, f"!{name}"), scene.label(label or name), control=True)


def controls(scene: Scene, question: Question) -> list[Choice]:
    """What can be tapped beside the answers: done with ticking, keep, skip, back."""
    draft = scene.draft
    found = [control(scene, question, "done")] if question.type == "choices" and draft.picked else []
    if question.id in draft.answers:
        found.append(control(scene, question, "keep", "as_it_is"))
    if question.optional:
        found.append(control(scene, question, "skip", "later" if question.type == "file" else "skip"))
    if draft.changing == question.id or walking.before(scene.form, draft.answers, question.id):
        found.append(control(scene, question, "back"))
    return found


def _progress(scene: Scene, question: Question) -> Text:
    number, total = walking.progress(scene.form, scene.draft.answers, question.id)
    return scene.text("flow.progress", number=number, total=total)


def _new_section(scene: Scene, question: Question, after: str) -> Text:
    """The section's title where it begins (and when one comes back to a question from elsewhere)."""
    if not question.section or (after and scene.form.question(after).section == question.section):
        return Text("")
    title = next(section.title for section in scene.form.sections if section.id == question.section)
    return scene.text("flow.section", title=words(title, scene.language))
