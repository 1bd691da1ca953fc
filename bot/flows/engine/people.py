"""A question that takes several persons, one after the other: for each a name, what they do, a telephone number. What was
said so far is among the answers (`<question>.open`) from the first word on, so that nothing is lost by pausing; "done"
makes it the answer. `<question>.me`: who is talking, if we know them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from bot.flows.answers import Read, display
from bot.flows.engine.scene import Scene
from bot.flows.programme import Programme, Question
from bot.flows.remembering import remembered
from bot.flows.understanding import fold
from bot.flows.values import Json, Text, join

Step = Literal["name", "position", "phone"]
Entry = dict[str, Json]
SHORT = 60  # characters of a line that ends the list
OWN = "contact_name"  # the profile name of who is talking
MOST = 10  # persons at once, unless the question says otherwise
LABELS = {"mine": "mine", "more": "add_person", "done": "done", "remove": "remove_last", "keep": "as_it_is"}


def entered(answers: Mapping[str, Json], question: str) -> list[Entry]:
    """Who was named so far; the last one may not be whole yet."""
    rows = answers.get(f"{question}.open", answers.get(question))
    return [dict(row) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def step(rows: list[Entry]) -> Step:
    """What is asked of whom: the next one's name, or what the last one still lacks."""
    last = rows[-1] if rows else {"position": "", "phone": ""}
    return "position" if "position" not in last else "phone" if "phone" not in last else "name"


def part(scene: Scene, question: Question) -> Question:
    """The question as it waits: itself, or for one thing about the person named last."""
    if question.type != "people":
        return question
    at = step(entered(scene.draft.answers, question.id))
    return question if at == "name" else _part(question, at)


@remembered(64)
def _part(question: Question, at: Step) -> Question:
    if at == "position":
        return Question(question.id, "text", question.section, optional=True, maximum=100)
    return Question(question.id, "phone", question.section)


def most(question: Question) -> int:
    return int(question.maximum) if isinstance(question.maximum, int | float) else MOST


def asked(scene: Scene, question: Question) -> list[Text]:
    """What is said in place of the question's text, once somebody was named."""
    rows, me = entered(scene.draft.answers, question.id), _me(scene, question)
    at = step(rows)
    if at == "position":
        return [scene.text("people.position", name=rows[-1]["name"])]
    if at == "phone":
        return [scene.text("people.phone", name=rows[-1]["name"])]
    if len(rows) >= most(question):
        first = [scene.text("people.enough", count=len(rows))]
    else:
        first = [scene.text("people.next", count=len(rows))] if rows else _own(scene, question)
    listed = [_line(scene, question, number, row) for number, row in enumerate(rows, 1)]
    mine = [scene.text("people.mine", value=_shown(scene, question, me))] if me and len(rows) < most(question) else []
    return [*first, *([join(listed)] if rows else []), *mine]


def _own(scene: Scene, question: Question) -> list[Text]:
    hint = f"{question.id}.hint"
    there = scene.pinned.has(f"forms.{scene.form.id}.{hint}")
    return [scene.form_text(question.id), *([scene.form_text(hint)] if there else [])]


def _line(scene: Scene, question: Question, number: int, row: Entry) -> Text:
    return scene.text("people.line", number=number, value=_shown(scene, question, row))


def _shown(scene: Scene, question: Question, row: Entry) -> str:
    programme: Programme = scene.pinned
    return display(question, row, programme, scene.language)


def ways(scene: Scene, question: Question) -> dict[str, bool]:
    """The controls beside the question."""
    rows = entered(scene.draft.answers, question.id)
    at = step(rows)
    if at != "name":
        return {"skip": at == "position", "back": True}
    edited = f"{question.id}.open" in scene.draft.answers
    kept = question.id in scene.draft.answers and edited
    some, room = bool(rows), len(rows) < most(question)
    mine = room and _me(scene, question) is not None
    return {"mine": mine, "more": some and room, "done": some, "remove": some, "keep": kept}


def _me(scene: Scene, question: Question) -> Entry | None:
    """Who is talking, if known and not named yet."""
    me = scene.draft.answers.get(f"{question.id}.me")
    rows = entered(scene.draft.answers, question.id)
    return dict(me) if isinstance(me, dict) and me.get("name") and not _among(me, rows) else None


def _among(row: Mapping[str, Json], rows: list[Entry]) -> bool:
    return any(_same(row) == _same(each) for each in rows)


def _same(row: Mapping[str, Json]) -> tuple[str, Json]:
    return fold(str(row.get("name"))), row.get("phone")


# -- what is answered


def answered(scene: Scene, question: Question, value: Json) -> None:
    """One or several persons named, or what the last one lacked."""
    scene.understood("answer")
    scene.settle()
    scene.forget_failures()
    rows = entered(scene.draft.answers, question.id)
    at = step(rows)
    if at == "name":
        new = [dict(row) for row in value if isinstance(row, dict)] if isinstance(value, list) else []
        rows = _with(scene, question, rows, new)
    else:
        rows = _with(scene, question, rows[:-1], [{**rows[-1], at: value or ""}])
    _go_on(scene, question, rows)


def _with(scene: Scene, question: Question, rows: list[Entry], new: list[Entry]) -> list[Entry]:
    """Nobody twice, and not more than the question takes; who is left out is said."""
    for row in new:
        if _among(row, rows):
            scene.say("people.twice", name=row["name"])
        elif len(rows) >= most(question):
            scene.say("people.full", name=row["name"], maximum=most(question))
        else:
            rows = [*rows, row]
    return rows


def _go_on(scene: Scene, question: Question, rows: list[Entry]) -> None:
    """Keeps who was named and puts the question for the next thing."""
    from bot.flows.engine.answering import keep_answers
    from bot.flows.engine.forms import put

    answers = {**scene.draft.answers, f"{question.id}.open": list[Json](rows)}
    scene.write(replace(scene.draft, answers=answers))
    keep_answers(scene)
    put(scene, after=question.id)


def skipped(scene: Scene, question: Question) -> bool:
    """What the last one does may be left out."""
    rows = entered(scene.draft.answers, question.id)
    if question.type != "people" or step(rows) != "position":
        return False
    _go_on(scene, question, [*rows[:-1], {**rows[-1], "position": ""}])
    return True


def back(scene: Scene, question_id: str) -> bool:
    """From what is asked about a person to their name, anew."""
    rows = entered(scene.draft.answers, question_id) if question_id else []
    question = scene.form.question(question_id) if question_id else None
    if question is None or question.type != "people" or step(rows) == "name":
        return False
    _go_on(scene, question, rows[:-1])
    return True


def ends(scene: Scene, question: Question, line: str) -> bool:
    """Whether the line says that this was all: a plain no to "who is next?", or words for it."""
    if question.type != "people" or len(line) > SHORT or not ways(scene, question).get("done"):
        return False
    ends = {fold(words) for words in scene.text("people.ends").plain.split(";")}
    return fold(line) in ends or scene.programme.lexicon.yes_no(line) is False


def refused(scene: Scene, question: Question, line: str) -> bool:
    """A control that is not there now is nobody's name: the question is put again."""
    from bot.flows.engine.forms import put

    labels = [scene.label(name) for name in ("mine", "add_person", "remove_last", "done", "as_it_is")]
    if question.type != "people" or fold(line[:SHORT]) not in map(fold, labels):
        return False
    scene.understood("again")
    put(scene, after=question.id)
    return True


def oneself(scene: Scene, question: Question, line: str) -> bool:
    """ "Tôi" where a name is asked for is the name of who is talking, if they told it."""
    if not scene.programme.lexicon.means_oneself(line):
        return False
    if question.type == "people":
        return tapped(scene, question, "!mine")
    name = _own_name(scene) if question.person and question.profile != OWN else ""
    if name:
        from bot.flows.engine.answering import take

        take(scene, question, Read(name, echo=True))
    return bool(name)


def _own_name(scene: Scene) -> str:
    """What they are called, as told in this form; a position after a comma is no part of it."""
    own = next((question.id for question in scene.form.questions if question.profile == OWN), "")
    return str(scene.draft.answers.get(own) or "").partition(",")[0].strip()


def tapped(scene: Scene, question: Question, value: str) -> bool:
    """One of the controls; False for what is none of this question's."""
    from bot.flows.engine.forms import put

    there, what = ways(scene, question), value.removeprefix("!")
    if what not in LABELS or not there.get(what):
        return False
    scene.understood("answer")
    scene.settle()
    rows = entered(scene.draft.answers, question.id)
    if what == "mine":
        answered(scene, question, [_me(scene, question) or {}])
    elif what == "remove":
        scene.say("people.removed", name=rows[-1]["name"])
        _go_on(scene, question, rows[:-1])
    elif what == "more":
        put(scene, after=question.id)
    else:
        _done(scene, question, rows if what == "done" else None)
    return True


def _done(scene: Scene, question: Question, rows: list[Entry] | None) -> None:
    """The list is the answer; None leaves the one that stands."""
    from bot.flows.engine.answering import advance_from

    rest = {name: old for name, old in scene.draft.answers.items() if name.partition(".")[0] != question.id}
    answer: Json = scene.draft.answers.get(question.id) if rows is None else list[Json](rows)
    advance_from(scene, question, rest | {question.id: answer})
