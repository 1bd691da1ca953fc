"""Which supports somebody wants: those that fit a survey and why, with everything carried over to the application, offered
last, after the consents that the survey asks for; the one that they asked for by name, which is not asked again."""

from __future__ import annotations

from dataclasses import replace

from bot.flows.answers import Read, Several, read
from bot.flows.engine import answering, walking
from bot.flows.engine.scene import Scene
from bot.flows.programme import Entry, Fit, Form, Programme, Question, words
from bot.flows.values import Json, Message, join

APPLICATION = "support_application"  # the form for every support that has none of its own


def kept(scene: Scene) -> list[Json]:
    """Those that fit the form just sent, to be offered with `show`: [support, form, which of its rules]; empty where none
    does."""
    found = fits(scene)
    if found:
        wishes: list[Json] = [entry.id for _, entry in found]
        scene.do("keep_wishes", supports=wishes)
    return [[entry.id, scene.form.id, scene.form.after.index(fit)] for fit, entry in found]


def show(scene: Scene, rows: list[Json]) -> None:
    """The offer itself, as the programme is now."""
    there = {entry.id: entry for entry in scene.programme.entries.get("supports", ())}
    found = [(there[str(row[0])], _why(scene, row)) for row in rows if isinstance(row, list) and row[0] in there]
    lines = [scene.text("fits.line", title=words(each.title, scene.language), why=why) for each, why in found]
    forms = dict.fromkeys(str(each.data.get("form") or APPLICATION) for each, _ in found)
    choices = [scene.go(f"form.{form}") for form in forms if form in scene.programme.forms]
    parts = [scene.text("fits.head"), join(lines), scene.text("fits.foot", apply=bool(choices))]
    scene.show(Message(join(parts, "\n\n"), (*choices, scene.go("menu"))))


def _why(scene: Scene, row: list[Json]) -> str:
    """As the form says it now; "" where it has that rule no more."""
    match row:
        case [support, str(form), int(number)] if form in scene.programme.forms:
            rules = scene.programme.forms[form].after[number : number + 1]
            return next((words(rule.why, scene.language) for rule in rules if rule.support == support), "")
    return ""


def fits(scene: Scene) -> list[tuple[Fit, Entry]]:
    """Each with the first rule that says why; supports that are not for their group are left out."""
    answers = walking.known(scene.form, scene.draft.answers)
    there = {entry.id: entry for entry in scene.pinned.entries.get("supports", ())}
    first: dict[str, Fit] = {}
    for fit in scene.form.after:
        if fit.when.holds(answers):
            first.setdefault(fit.support, fit)
    return [(fit, there[name]) for name, fit in first.items() if _is_for(there[name], answers.get("group"))]


def _asks(form: Form | None) -> Question | None:
    """The question of that form which supports are wanted, if it asks."""
    questions = form.questions if form else ()
    return next((question for question in questions if question.profile == "supports"), None)


def narrowed(scene: Scene, route: str, line: str) -> str:
    """The route to a form that asks for supports, with the one that the line names: "xin hỗ trợ làm mã vạch"."""
    question = _asks(scene.programme.forms.get(route.removeprefix("form.")))
    if question is None or any(word.isdecimal() for word in line.split()):
        return route
    today = scene.now.astimezone(scene.programme.zone).date()
    match read(question, scene.event, scene.programme, scene.language, today):
        case Read(value=[str(named)]) | Several(candidates=(([str(named)], _),)):
            return f"{route}.{named}"
    return route


def leads(programme: Programme, route: str) -> bool:
    """Whether a route to a form for one support leads there: the form may not offer what an article speaks of."""
    kind, form, support = (*route.split("."), "", "")[:3]
    question = _asks(programme.forms.get(form)) if kind == "form" and support else None
    return not support or (question is not None and question.option(support) is not None)


def choose(scene: Scene, support: str) -> None:
    """The form begins with that support chosen, which is said; it can be changed like any answer."""
    question = _asks(scene.form)
    option = question.option(support) if question and support else None
    if question is None or option is None:
        return
    scene.write(replace(scene.draft, answers={question.id: [support]}))
    answering.keep_answers(scene)
    scene.say("known.chosen", label=words(option.label, scene.language))


def _is_for(support: Entry, group: Json) -> bool:
    groups = support.data.get("groups")
    return not isinstance(groups, list) or group is None or group == "other" or group in groups
