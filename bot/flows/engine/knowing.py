"""What was told once is offered again: a form begins with the known answers filled in, and changes them with the
organisation that it speaks for. What somebody typed themselves is never replaced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.flows import profile
from bot.flows.engine import asking, eligibility, forms, summary, walking
from bot.flows.engine.answering import keep_answers
from bot.flows.engine.scene import Scene
from bot.flows.programme import Question, words
from bot.flows.session import Waiting
from bot.flows.values import Choice, Event, Json


def learn(scene: Scene, known: Json) -> None:
    """{told, organisations}: what the store now knows of this person. Whom they speak for is plain while there is one;
    as soon as there is another they are asked."""
    if not isinstance(known, dict):
        return
    session, ids = scene.session, known.get("organisations")
    mine = tuple(each for each in ids if isinstance(each, int)) if isinstance(ids, list) else session.organisations
    same = set(mine) == set(session.organisations)
    speaks = mine[0] if len(mine) == 1 else session.organisation if same else 0
    told = session.told or bool(known.get("told"))
    scene.session = replace(session, told=told, organisations=mine, organisation=speaks)


def look_up(scene: Scene, organisation: int | None = None) -> bool:
    """Asks the store what the form in hand need not ask again, if there can be anything; `found` goes on. `organisation`:
    whom it speaks for, 0 for one that is none of theirs, None for the one they speak for anyway."""
    session = scene.session
    if not (session.told or session.organisations) or not any(q.profile for q in scene.form.questions):
        return False
    speaks = scene.draft.organisation or session.organisation if organisation is None else organisation
    data: dict[str, Json] = {"run": scene.draft.run, "organisation": speaks}
    scene.do("find_known", **data | ({"other": True} if organisation == 0 else {}))
    return True


def found(scene: Scene, event: Event) -> None:
    """What is known: of several organisations one is chosen first; then it is filled in, and the form goes on."""
    if event.data.get("changed"):
        return changed(scene, event)
    draft, data = scene.session.draft, event.data
    rows = rows_of(data.get("organisations"))
    speaks = data.get("organisation")
    learn(scene, {"organisations": [key for key, _ in rows]})
    if draft is None or draft.run != data["run"]:
        return
    concerns = any(question.profile and not profile.is_personal(question) for question in scene.form.questions)
    if concerns and rows and not speaks and not data.get("other"):
        scene.wait("whose", organisations=[[key, name] for key, name in rows])
        return forms.again(scene)
    begins = not draft.answers
    filled = fill(scene, data)
    if filled:
        say_filled(scene, filled, str(data.get("name") or ""))
        eligibility.tell(scene, draft.answers)
    if scene.draft.organisation or not named_by(scene):
        go_on(scene, begins)


def fill(scene: Scene, data: Mapping[str, Json]) -> list[Question]:
    """Puts what is known where there is no answer yet; what was filled in."""
    form, draft, known = scene.form, scene.draft, data.get("answers")
    speaks = data.get("organisation")
    offered = profile.offered(form, scene.pinned, known if isinstance(known, dict) else {})
    scene.write(replace(draft, answers={**offered, **draft.answers}))
    good = {name: value for name, value in offered.items() if name not in draft.answers and _stands(scene, name)}
    answers, _ = walking.pruned(form, {**good, **draft.answers})
    mine = [question for question in form.questions if question.id in good and question.id in answers]
    filled = (*draft.filled, *(question.id for question in mine))
    organisation = speaks if isinstance(speaks, int) else 0
    scene.write(replace(draft, answers=answers, filled=filled, organisation=organisation))
    return mine


def _stands(scene: Scene, id: str) -> bool:
    """Whether what is known passes the form's own rules (words for "other" go with their answer)."""
    return summary.stands(scene, scene.form.question(id.removesuffix(profile.OTHER)), scene.draft.answers)


def empty(scene: Scene) -> list[str]:
    """Takes back what was filled in of an organisation; the ids of it."""
    draft = scene.draft
    gone = [name for name in draft.filled if not profile.is_personal(scene.form.question(name))]
    answers = {name: value for name, value in draft.answers.items() if name.removesuffix(profile.OTHER) not in gone}
    filled = tuple(name for name in draft.filled if name not in gone)
    scene.write(replace(draft, answers=answers, filled=filled, organisation=0))
    return gone


def go_on(scene: Scene, begins: bool = False, after: str = "") -> None:
    """To the first question still open, or to the summary."""
    if scene.draft.answers and not begins:
        keep_answers(scene)
    following = walking.following(scene.form, scene.draft.answers)
    if following is None or not eligibility.stops(scene):
        scene.settle()
    scene.write(replace(scene.draft, asked=following.id if following else "", picked=(), changing=""))
    if begins:
        asking.tell(scene, after="")
    forms.put(scene, after=after)


def say_filled(scene: Scene, filled: list[Question], name: str) -> None:
    scene.say("known.filled", labels=labels(scene, filled), name=name)


def labels(scene: Scene, questions: list[Question]) -> list[str]:
    """What they are called in lists, those that have a name there."""
    short = scene.form.short
    return [words(short[question.id], scene.language) for question in questions if question.id in short]


# -- which organisation? ------------------------------------------------------------------------------------------------


def rows_of(value: Json) -> list[tuple[int, str]]:
    """Organisations as events list them: [[id, name], …]."""
    rows = value if isinstance(value, list) else []
    return [(row[0], str(row[1])) for row in rows if isinstance(row, list) and isinstance(row[0], int)]


def keys(scene: Scene, waiting: Waiting) -> list[str]:
    return [*(str(key) for key, _ in rows_of(waiting.data["organisations"])), "other"]


def names(scene: Scene, waiting: Waiting) -> list[str]:
    return [*(name for _, name in rows_of(waiting.data["organisations"])), scene.label("other_organisation")]


def choices(scene: Scene, waiting: Waiting) -> list[Choice]:
    return [scene.pick(key, name) for key, name in zip(keys(scene, waiting), names(scene, waiting), strict=True)]


def ask_whose(scene: Scene, waiting: Waiting) -> None:
    scene.say("known.whose", choices(scene, waiting))


def whose(scene: Scene, waiting: Waiting, what: str) -> bool:
    """The organisation that the form speaks for, remembered for the next ones; or another one."""
    if what not in keys(scene, waiting):
        return False
    scene.understood("answer")
    scene.settle()
    speaks = 0 if what == "other" else int(what)
    if speaks:
        scene.session = replace(scene.session, organisation=speaks)
    if not look_up(scene, speaks):
        go_on(scene, begins=not scene.draft.answers)
    return True


# -- changing it amid a form --------------------------------------------------------------------------------------------


def change(scene: Scene, organisation: int) -> None:
    """What was filled in gives way to what the other one told (0: one that is none of theirs)."""
    scene.write(replace(scene.draft, organisation=organisation, held=""))
    empty(scene)
    scene.do("find_known", run=scene.draft.run, organisation=organisation, other=not organisation, changed=True)


def changed(scene: Scene, event: Event) -> None:
    """The other organisation's answers, said together with one's own that stay."""
    draft, data = scene.session.draft, event.data
    if draft is None or draft.run != data["run"]:
        return
    if data.get("organisation"):
        _unname(scene)
    filled = fill(scene, data)
    kept = labels(scene, typed(scene))
    scene.say("known.changed", name=str(data.get("name") or ""), filled=labels(scene, filled), kept=kept)
    eligibility.tell(scene, draft.answers)
    go_on(scene)


def _unname(scene: Scene) -> None:
    """Whoever chooses one of their organisations means that one: a name or tax code typed for another would name two."""
    form, draft = scene.form, scene.draft
    names = {question.id for question in form.questions if question.profile in profile.NAMES}
    answers = {name: value for name, value in draft.answers.items() if name.removesuffix(profile.OTHER) not in names}
    scene.write(replace(draft, answers=answers))


def typed(scene: Scene) -> list[Question]:
    """What the person told of their organisation themselves, in the form in hand."""
    return [question for question in summary.listed(scene) if _typed(scene, question)]


def _typed(scene: Scene, question: Question) -> bool:
    """Whether the person answered that themselves, about their organisation."""
    about = question.profile and not profile.is_personal(question)
    return bool(about) and question.id not in scene.draft.filled and scene.draft.answers[question.id] is not None


# -- a form that names its organisation ---------------------------------------------------------------------------------


def named_by(scene: Scene, question: Question | None = None) -> bool:
    """As soon as the answers name an organisation (by that one, if given), the store is asked which that is; `named`
    goes on."""
    form, draft = scene.form, scene.draft
    if form.organisation != "required" or (question and question.profile not in profile.NAMES):
        return False
    known = {name: value for name, value in profile.told(form, draft.answers).items() if name in profile.NAMES}
    by_code = "tax_code" in known
    by_name = not _to_come(scene, "tax_code") and all(name in known for name in profile.NAMES[1:])
    if not ((by_code and (question is None or question.profile == "tax_code")) or (by_name and not by_code)):
        return False
    scene.do("name_organisation", run=draft.run, question=question.id if question else "", answers=known)
    return True


def _to_come(scene: Scene, name: str) -> bool:
    may = walking.way(scene.form, scene.draft.answers).may
    return any(q.profile == name and q.id in may and q.id not in scene.draft.answers for q in scene.form.questions)


def named(scene: Scene, event: Event) -> None:
    """Theirs: what is known is filled in. Somebody else's: nothing of it is told, but who confirms them. New: nothing."""
    draft, data = scene.session.draft, event.data
    if draft is None or draft.run != data["run"]:
        return
    if data["standing"] == "others":
        if draft.organisation:
            empty(scene)
        scene.say("organisation.others")
    elif data["standing"] == "own":
        _own(scene, data)
    after = str(data["question"])
    go_on(scene, begins=not after, after=after if after in scene.draft.answers else "")


def _own(scene: Scene, data: Mapping[str, Json]) -> None:
    if scene.draft.organisation != data["organisation"]:
        empty(scene)
        before = scene.draft.answers
        filled = fill(scene, data)
        if filled:
            say_filled(scene, filled, str(data["name"]))
            eligibility.tell(scene, before)
