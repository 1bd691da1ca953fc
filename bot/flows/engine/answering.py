"""What becomes of a line at a question: kept as an answer, doubted, offered as several, or asked again."""

from __future__ import annotations

from dataclasses import replace

from bot.flows.answers import Read, Several, Unread, display, read
from bot.flows.answers.given import beyond
from bot.flows.engine import asking, eligibility, held, people, walking
from bot.flows.engine.scene import Scene
from bot.flows.programme import Question, words
from bot.flows.values import Event, Json, Message

OFTEN = 3  # failed readings, then an example, skipping and a human are offered


def reading(scene: Scene, question: Question, event: Event) -> Read | Several | Unread:
    """The line as an answer to the question: read, in bounds, and valid by the form's own check."""
    today = scene.now.astimezone(scene.programme.zone).date()
    question = people.part(scene, question)
    result = _weighed(scene, question, read(question, event, scene.pinned, scene.language, today))
    if isinstance(result, Read) and not valid(scene, question, result.value):
        return Unread("", {})
    return result


def _weighed(scene: Scene, question: Question, result: Read | Several | Unread) -> Read | Several | Unread:
    """A place in another province is an answer where a condition of the programme judges it: that says what follows."""
    judged = any(question.id in condition.holds.names for condition in scene.form.conditions)
    if not judged or not isinstance(result, Unread) or result.reason != "answers.commune_elsewhere":
        return result
    return Read(beyond(str(result.values["said"]), str(result.values["province"])))


def valid(scene: Scene, question: Question, value: Json) -> bool:
    """Whether the value passes the form's own check."""
    if question.check is None:
        return True
    view = walking.known(scene.form, scene.draft.answers) | {"value": value}
    return question.check.holds(view) is not False


def take(scene: Scene, question: Question, result: Read | Several | Unread) -> None:
    """Goes on with what a line was read as."""
    from bot.flows.engine.forms import again

    match result:
        case Read(value=value, warning="", other=other):
            answer(scene, question, value, other)
        case Read(value=value, warning=warning):
            scene.understood("answer")
            scene.wait("doubtful", question=question.id, value=value, warning=warning)
            again(scene)
        case Several(candidates=candidates):
            scene.understood("answer")
            scene.wait("candidates", question=question.id, candidates=[list(candidate) for candidate in candidates])
            again(scene)
        case Unread(reason=reason, values=values):
            unread(scene, question, reason, dict(values))


def unread(scene: Scene, question: Question, reason: str, values: dict[str, object]) -> None:
    """Says why a line could not be read; at the third time offers an example, skipping and a human."""
    scene.understood("again")
    text = scene.text(reason, **values) if reason else scene.form_text(f"{question.id}.invalid")
    scene.show(Message(text, asking.choices(scene, question), question.type == "choices"))
    if scene.count_failure() >= OFTEN:
        _help_out(scene, question)


def _help_out(scene: Scene, question: Question) -> None:
    """Ways on for somebody who is stuck; all of them can be typed."""
    scene.forget_failures()
    example = f"{question.id}.example"
    shown = scene.form_text(example).plain if scene.pinned.has(f"forms.{scene.form.id}.{example}") else ""
    ways = [asking.control(scene, question, name) for name in (["skip"] if question.optional else []) + ["pause"]]
    scene.say("flow.stuck", (*ways, scene.go("human")), optional=question.optional, example=shown)


def answer(scene: Scene, question: Question, value: Json, other: str = "") -> None:
    """Keeps an answer and goes on; with "other, please say" first asks what it is."""
    if scene.form.question(question.id).type == "people":
        return people.answered(scene, scene.form.question(question.id), value)
    scene.understood("answer")
    scene.settle()
    if needs_words(question, value) and not other:
        scene.wait("other", question=question.id, value=value)
        return scene.say("flow.other", label=other_label(scene, question))
    scene.forget_failures()
    answers = {name: old for name, old in scene.draft.answers.items() if name != f"{question.id}.other"}
    advance_from(scene, question, answers | {question.id: value} | ({f"{question.id}.other": other} if other else {}))


def advance_from(scene: Scene, question: Question, answers: dict[str, Json]) -> None:
    """To the next question after an answer is complete; drops what no longer belongs, and says so."""
    from bot.flows.engine import knowing
    from bot.flows.engine.forms import put

    answers, dropped = walking.pruned(scene.form, answers)
    following = walking.following(scene.form, answers)
    asked = following.id if following else ""
    filled, before = scene.draft.filled, scene.draft.answers
    still = tuple(name for name in filled if name in answers and name != question.id)
    scene.write(replace(scene.draft, answers=answers, asked=asked, picked=(), changing="", filled=still))
    scene.write(replace(scene.draft, held=held.after(scene.draft, question)))
    keep_answers(scene)
    eligibility.tell(scene, before)
    if mine := [name for name in dropped if name not in filled]:
        labels = [words(scene.form.short[name], scene.language) for name in mine if name in scene.form.short]
        scene.say("flow.dropped", labels=labels)
    if not knowing.named_by(scene, question):
        put(scene, after=question.id)


def needs_words(question: Question, value: Json) -> bool:
    """Whether "other, please say" was chosen."""
    return bool(question.other) and (value == question.other or (isinstance(value, list) and question.other in value))


def other_label(scene: Scene, question: Question) -> str:
    option = question.option(question.other)
    return words(option.label, scene.language) if option else ""


def keep_answers(scene: Scene) -> None:
    scene.do("keep_answers", **about(scene), answers=dict(scene.draft.answers))


def about(scene: Scene) -> dict[str, Json]:
    """What the store needs to know of the form in progress, besides its answers."""
    draft = scene.draft
    known: dict[str, Json] = {"run": draft.run, "form": draft.form, "release": draft.release}
    wider: dict[str, Json] = {"organisation": draft.organisation, "subject": draft.subject}
    return known | {name: value for name, value in wider.items() if value}


def doubt(scene: Scene, question: Question, value: Json, warning: str) -> None:
    """A check digit that fails: says so and lets the person confirm or type again."""
    shown = display(question, value, scene.pinned, scene.language)
    scene.say(warning, (scene.ok("yes", "keep"), scene.ok("no", "retype")), value=shown)
