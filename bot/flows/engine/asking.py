"""How a question is put: progress, the question, its hint, its choices and controls."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, NamedTuple

from bot.flows.answers.outcomes import bounds
from bot.flows.engine import calling, enclosing, people, suggesting, walking
from bot.flows.engine.scene import Scene
from bot.flows.programme import Programme, Question, words
from bot.flows.remembering import remembered
from bot.flows.values import Choice, Message, Span, Text, join

Wants = Literal["", "file", "location", "phone"]
WANTS: dict[str, Wants] = {"file": "file", "location": "location", "phone": "phone"}
HANDED = ("location", "phone")  # what a button can hand over at once
LABELS = (
    "done",
    "as_it_is",
    "skip",
    "later",
    "later_all",
    "back",
    "mine",
    "add_person",
    "remove_last",
)  # of the controls
REMEMBERED = 4096


def ask(scene: Scene, after: str = "") -> None:
    """Puts the question that is waiting, with the statements passed since `after`; a file question also gets its link."""
    draft, form = scene.draft, scene.form
    if after:
        tell(scene, after)
    question = form.question(draft.asked)
    body = people.asked(scene, question) if question.type == "people" else _body(scene, question)
    section = _new_section(scene, question, after)
    progress = walking.progress(form, draft.answers, question.id, draft.filled)
    scene.show(_bubble(_looks(scene, people.part(scene, question)), section, progress, tuple(body)))
    if question.type == "file":
        scene.do("offer_upload", run=draft.run, question=question.id)


def _body(scene: Scene, question: Question) -> list[Text]:
    if several := enclosing.asked(scene, question):
        return several
    body = [scene.form_text(question.id)]
    if scene.pinned.has(f"forms.{scene.form.id}.{question.id}.hint"):
        body.append(scene.form_text(f"{question.id}.hint"))
    if question.id in scene.draft.answers:
        body.append(scene.text("flow.current", value=scene.shown()[question.id]))
    return body


def tell(scene: Scene, after: str) -> None:
    """The statements between that question ("": the form's beginning) and the one now asked ("": the summary)."""
    for statement in walking.statements(scene.form, scene.draft.answers, after, scene.draft.asked):
        scene.show(Message(scene.form_text(statement.id)))


def choices(scene: Scene, question: Question) -> tuple[Choice, ...]:
    """Everything that can be tapped at the question: its options, then back and skip."""
    return _choices(_looks(scene, question))


def control(scene: Scene, question: Question, name: str, label: str = "") -> Choice:
    """A button beside the answers; it is typed in words, never as a number."""
    label = scene.label(label or name)
    return Choice(f"{scene.draft.run}.{question.id}.!{name}", label, control=True)


def ways(scene: Scene, question: Question) -> tuple[tuple[str, str], ...]:
    """The controls there are, each with the name of its label."""
    draft = scene.draft
    done = question.type == "choices" and bool(draft.picked)
    back = draft.changing == question.id or walking.before(scene.form, draft.answers, question.id) is not None
    there = {"done": done, "keep": question.id in draft.answers, "skip": question.optional, "back": back}
    if scene.form.question(question.id).type == "people":
        there = {"skip": question.optional, "back": back} | people.ways(scene, scene.form.question(question.id))
        there = {name: there[name] for name in (*people.LABELS, "skip", "back") if name in there}
    skip = "skip" if question.type != "file" else "later" if len(enclosing.left(scene, question)) == 1 else "later_all"
    labels = {**people.LABELS, "keep": "as_it_is", "skip": skip}
    return tuple((name, labels.get(name, name)) for name, is_there in there.items() if is_there)


# What a question looks like is the same for everybody who is asked it in the same way: made once, and remembered.


class _Looks(NamedTuple):
    """All that the choices of a question depend on."""

    programme: Programme
    question: Question
    language: str
    run: int
    picked: tuple[str, ...]
    ways: tuple[tuple[str, str], ...]
    offered: tuple[tuple[str, str], ...]
    marked: tuple[tuple[str, str], ...]

    def label(self, name: str, **values: object) -> str:
        return self.programme.render(f"label.{name}", self.language, values).plain

    def tap(self, what: str) -> str:
        return f"{self.run}.{self.question.id}.{what}"


def _looks(scene: Scene, question: Question) -> _Looks:
    draft = scene.draft
    offered = suggesting.offered(scene, question) if question.same or question.suggests else ()
    seen = ways(scene, question), offered, calling.marked(scene, question)
    return _Looks(scene.programme, question, scene.language, draft.run, draft.picked, *seen)


@remembered(REMEMBERED)
def _bubble(looks: _Looks, section: str, progress: tuple[int, int], body: tuple[Text, ...]) -> Message:
    """The question below its progress, which its section's title goes before."""
    programme, question, language = looks.programme, looks.question, looks.language
    number, total = progress
    head = programme.render("flow.progress", language, {"number": number, "total": total})
    if section:
        head = join([programme.render("flow.section", language, {"title": section}), head], " · ")
    text = join([head, _bold(body[0]), *body[1:]])
    wants: Wants = WANTS.get(question.type, "")
    hand = looks.label(f"send_{wants}") if wants in HANDED else ""
    return Message(text, _choices(looks), question.type == "choices", wants, hand)


def _bold(text: Text) -> Text:
    """The question itself stands out from its hint."""
    return replace(text, spans=(Span(0, len(text.plain), "bold"), *(s for s in text.spans if s.style != "bold")))


@remembered(REMEMBERED)
def _choices(looks: _Looks) -> tuple[Choice, ...]:
    controls = (Choice(looks.tap(f"!{name}"), looks.label(label), control=True) for name, label in looks.ways)
    offered = (Choice(looks.tap(what), label, control=True) for what, label in looks.offered)
    return (*_options(looks), *offered, *controls)


def _options(looks: _Looks) -> list[Choice]:
    question, tap = looks.question, looks.tap
    match question.type:
        case "yes_no":
            return [Choice(tap(what), looks.label(what)) for what in ("yes", "no")]
        case "rating":
            low, high = bounds(question, 1, 5)
            return [Choice(tap(str(n)), str(n)) for n in range(int(low), int(high) + 1)]
    ticked = dict.fromkeys(looks.picked, looks.label("picked") + " ") if question.type == "choices" else {}
    called = {option.id: words(option.label, looks.language) for option in question.options} | dict(looks.marked)
    return [Choice(tap(name), ticked.get(name, "") + label) for name, label in called.items()]


def _new_section(scene: Scene, question: Question, after: str) -> str:
    """The section's title where it begins (and when one comes back to a question from elsewhere)."""
    if not question.section or (after and scene.form.question(after).section == question.section):
        return ""
    title = next(section.title for section in scene.form.sections if section.id == question.section)
    return words(title, scene.language)
