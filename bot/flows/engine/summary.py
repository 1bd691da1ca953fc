"""Before sending: every answer is listed and each can be changed; then the form is read again and sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.flows import scoring
from bot.flows.engine import award, consents, eligibility, enclosing, fitting, held, walking
from bot.flows.engine.answering import about, keep_answers, needs_words, valid
from bot.flows.engine.scene import Scene
from bot.flows.programme import Question, words
from bot.flows.understanding import fold
from bot.flows.values import Choice, Event, Json, Message, Text, join

CASES = "open_cases"  # where what was put off is handed in later


def show(scene: Scene) -> None:
    """The list of all answers, numbered, with what can be done."""
    lines = [_line(scene, number, question) for number, question in enumerate(listed(scene), 1)]
    head = scene.text("flow.summary", title=scene.title(scene.draft))
    notes = (*_explained(scene), *eligibility.listed(scene))
    scene.show(Message(join([head, join(lines), *notes, _foot(scene)], "\n\n"), choices(scene)))


def _foot(scene: Scene) -> Text:
    if scene.draft.held:
        return held.foot(scene)
    if eligibility.stand_in_the_way(scene):
        return scene.text("eligibility.foot")
    if scene.form.scores:
        return scene.text("award.summary_foot")
    return scene.text("flow.summary_foot", submit=sending(scene))


def choices(scene: Scene) -> tuple[Choice, ...]:
    """Typed in words, since a number here means an answer."""
    if scene.draft.held or eligibility.stand_in_the_way(scene):
        return held.choices(scene)
    names = {"submit": sending(scene), "change": scene.label("change"), "pause": scene.label("pause")}
    return tuple(Choice(f"{scene.draft.run}.!summary.!{name}", label, control=True) for name, label in names.items())


def sending(scene: Scene) -> str:
    """What sending is called: by the form itself, or "see the result" by who assesses themselves."""
    own = words(scene.form.submit, scene.language)
    return own or scene.label("see_result" if scene.form.scores else "submit")


def listed(scene: Scene) -> list[Question]:
    """The questions of the summary in order; their place there is the number people type."""
    answers = scene.draft.answers
    return [question for question in walking.asked_of(scene.form, answers) if question.id in answers]


def _line(scene: Scene, number: int, question: Question) -> Text:
    value = scene.shown()[question.id]
    return scene.text("flow.summary_line", number=number, label=label(scene, question), value=value)


def _explained(scene: Scene) -> list[Text]:
    """What follows from the answers, with its basis, where the form says so (one of an older release may know words that
    are no more)."""
    view = walking.known(scene.form, scene.draft.answers)
    computed = [(one, view.get(one.id)) for one in scene.form.computed if one.says]
    texts = [f"{one.says}.{value}" for one, value in computed if value and value not in one.silent]
    return [scene.text(text) for text in texts if scene.programme.has(text)]


def label(scene: Scene, question: Question) -> str:
    """What the question is called in lists: its short name, else its whole text."""
    short = scene.form.short.get(question.id)
    return words(short, scene.language) if short else scene.form_text(question.id).plain


def ask_which(scene: Scene) -> None:
    """Which answer shall be changed?"""
    scene.understood("change")
    scene.wait("change")
    put_which(scene)


def put_which(scene: Scene) -> None:
    run = scene.draft.run
    rows = [Choice(f"{run}.{question.id}.!change", label(scene, question)) for question in listed(scene)]
    nothing = Choice(f"{run}.!summary.!keep", scene.label("change_nothing"), control=True)
    scene.say("flow.change_which", (*rows, nothing))


def change(scene: Scene, question: Question) -> None:
    """Puts that question again; its old answer stands until there is a new one."""
    from bot.flows.engine.forms import move

    scene.understood("change")
    scene.settle()
    move(scene, question.id, after=question.id, changing=question.id)


def numbered(scene: Scene, line: str) -> bool:
    """One number alone or with "sửa" names the answer of the summary to change."""
    draft = scene.session.draft
    words = fold(line[:60]).split()
    numbers = [word for word in words if word.isdecimal()]
    rows = listed(scene) if draft and not draft.asked else []
    if len(numbers) != 1 or len(numbers[0]) > 3 or not 1 <= int(numbers[0]) <= len(rows):
        return False
    lexicon, rest = scene.programme.lexicon, " ".join(word for word in words if not word.isdecimal())
    guess = next(iter(lexicon.guesses(line)), None)
    if rest and "change" not in (lexicon.command(rest), lexicon.command(line), guess and guess.route):
        return False
    change(scene, rows[int(numbers[0]) - 1])
    return True


def named(scene: Scene, line: str) -> bool:
    """ "Sửa điện thoại" names the answer to change by what it is called in the list."""
    said = line[:120].split()
    change_words = next((n for n in (1, 2) if scene.programme.lexicon.command(" ".join(said[:n])) == "change"), 0)
    if not change_words or not scene.session.draft or scene.draft.asked:
        return False
    rows = listed(scene)
    labels = [(label(scene, question),) for question in rows]
    found = scene.programme.lexicon.choose(" ".join(said[change_words:]), labels).indices
    if len(found) != 1:
        return False
    change(scene, rows[found[0]])
    return True


def keep(scene: Scene) -> None:
    """Nothing is to be changed after all."""
    scene.understood("answer")
    scene.settle()
    show(scene)


def submit(scene: Scene) -> None:
    """Reads all answers again under the pinned form: unreachable ones go, missing or invalid ones are asked. Who wants
    to send before the end has the questions that may be skipped skipped, and sees the summary first."""
    from bot.flows.engine.forms import move

    scene.understood("submit")
    scene.settle()
    form, draft = scene.form, scene.draft
    answers, _ = walking.pruned(form, draft.answers)
    wrong = [question for question in walking.asked_of(form, answers) if not stands(scene, question, answers)]
    needed = next((question for question in wrong if not question.optional), None)
    answers |= {} if needed else {question.id: None for question in wrong}
    if answers != draft.answers:
        scene.write(replace(draft, answers=answers))
        keep_answers(scene)
    if needed:
        scene.show(Message(_incomplete(scene)))
        return move(scene, needed.id, after=needed.id)
    return move(scene, "") if draft.asked or wrong else send(scene)


def _incomplete(scene: Scene) -> Text:
    own = scene.pinned.has(f"forms.{scene.form.id}.incomplete")
    return scene.form_text("incomplete") if own else scene.text("flow.incomplete")


def send(scene: Scene, **more: Json) -> None:
    """Hands the answers to the form's effect; `more`: what was agreed to on the way."""
    form, draft = scene.form, scene.draft
    if eligibility.blocked(scene):
        return show(scene)
    view = walking.known(form, draft.answers)
    derived = [*scoring.behind(form), *(each.id for each in form.computed)]
    computed: dict[str, Json] = {name: view[name] for name in derived if view.get(name) is not None}
    answers = dict(draft.answers)
    later = list[Json](enclosing.put_off_so_far(scene)) if form.sends == CASES else []
    more |= {"put_off": later} if later else {}
    scene.do(form.sends, **about(scene), answers=answers, computed=computed, **more)


def stands(scene: Scene, question: Question, answers: Mapping[str, Json]) -> bool:
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
    if needs_words(question, value) and not answers.get(f"{question.id}.other"):
        return False
    return valid(scene, question, value)


def submitted(scene: Scene, event: Event) -> None:
    """The store has it: thanks, and the result of a self-assessment, then the consents that this form offers."""
    form = scene.form
    at = scene.now.astimezone(scene.programme.zone)
    received = scene.text("flow.received", title=scene.title(scene.draft), at=at)
    scene.show(Message(join([received, scene.form_text("thanks")], "\n\n")))
    if event.data.get("waits"):
        scene.say("organisation.waits")
    fits = fitting.kept(scene)
    if form.scores:
        award.result(scene)
    scene.session = replace(scene.session, draft=None, waiting=None, failures=0)
    if not consents.offer(scene, form.offers, fits) and (fits or not form.scores):
        consents.finish(scene, fits)


def refused(scene: Scene, event: Event) -> None:
    """A rule of the store stands against it; the answers stay."""
    if event.data["reason"] in held.BEHIND:
        return held.hold(scene, str(event.data["reason"]))
    scene.say(f"refused.{event.data['reason']}", (scene.go("human"),))
    show(scene)
