"""What becomes of a line at a question: kept as an answer, doubted, offered as several, or asked again."""

from __future__ import annotations

from dataclasses import replace

from bot.flows.answers import Read, Several, Unread, display, read
from bot.flows.answers.given import beyond
from bot.flows.engine import asking, calling, eligibility, held, people, walking
from bot.flows.engine.repeating import repeated
from bot.flows.engine.scene import Scene
from bot.flows.programme import Question, words
from bot.flows.values import Event, Json, Message, join

OFTEN = 3  # failed readings, then an example, skipping and a human are offered


def reading(scene: Scene, question: Question, event: Event) -> Read | Several | Unread:
    """The line as an answer to the question: read, in bounds, and valid by the form's own check."""
    today = scene.now.astimezone(scene.programme.zone).date()
    question = people.part(scene, question)
    event = calling.unmarked(scene, question, event)
    result = read(question, event, scene.pinned, scene.language, today)
    if isinstance(result, Unread) and event.name == "said":
        result = repeated(scene, question, str(event.data["text"])) or result
    result = _weighed(scene, question, result)
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
        case Read(value=value, warning="", other=other, echo=echo):
            before = len(scene.messages)
            answer(scene, question, value, other)
            if echo:
                _show_reading(scene, question, value, before)
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


def _show_reading(scene: Scene, question: Question, value: Json, before: int) -> None:
    """Over what comes next, unless it says so itself: what the line was read as, so that a slip is seen at once."""
    from bot.flows.engine.summary import label

    shown = display(question, value, scene.pinned, scene.language)
    said = scene.messages[before:]
    texts = [message.text.plain for message in said] or _next_question(scene)  # while the store is asked, it is to come
    if any(shown in text for text in texts):
        return
    text = scene.text("flow.noted", label=label(scene, question), value=shown)
    if said:
        scene.messages[before] = replace(said[0], text=join([text, said[0].text], "\n\n"))
    else:
        scene.show(Message(text))


def _next_question(scene: Scene) -> list[str]:
    return [scene.form_text(scene.draft.asked).plain] if scene.draft.asked else []


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
    ways = [asking.control(scene, question, name) for name in (["skip"] if question.optional else []) + ["pause"]]
    choices = (*ways, scene.go("human"))
    scene.say("flow.stuck", choices, optional=question.optional, example=example(scene, question))


def example(scene: Scene, question: Question) -> str:
    """What an answer looks like, if the form says so."""
    text_id = f"{question.id}.example"
    return scene.form_text(text_id).plain if scene.pinned.has(f"forms.{scene.form.id}.{text_id}") else ""


def leave_open(scene: Scene, question: Question) -> None:
    """Skips what there is none of, and says so over the next question."""
    from bot.flows.engine.forms import skip

    before = len(scene.messages)
    skip(scene)
    _show_reading(scene, question, None, before)


def unsure(scene: Scene, question: Question) -> None:
    """One does not know, and no option says so: what may be left open is offered to be skipped."""
    from bot.flows.engine.forms import again

    scene.understood("again")
    if question.optional and question.type != "yes_no":
        scene.wait("unsure", question=question.id)
        return again(scene)
    put_unsure(scene, question)


def put_unsure(scene: Scene, question: Question) -> None:
    """Skipping beside the answers; where there must be one, the ways on of somebody who is stuck."""
    choices = asking.choices(scene, question)
    if question.optional:
        text = scene.text("flow.unsure", skip=scene.label("later" if question.type == "file" else "skip"))
        return scene.show(Message(text, choices, question.type == "choices"))
    ways = (*choices, asking.control(scene, question, "pause"), scene.go("human"))
    text = scene.text("flow.stuck", optional=False, example=example(scene, question))
    scene.show(Message(text, ways, question.type == "choices"))


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
