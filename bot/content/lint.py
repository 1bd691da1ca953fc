"""Everything that would disappoint a person in the chat, found before they see it: each a problem with file and line,
in words that an author understands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.channel import units
from bot.content.bundle import Bundle
from bot.content.case_rules import check_cases
from bot.content.contract import NEEDS
from bot.content.form_rules import check_form, unexplained
from bot.content.limits import LABEL, VALUE
from bot.content.loading import assemble, titles
from bot.content.marks import decorated
from bot.content.material import Material, Read, gather
from bot.content.problems import ContentProblems, Problem
from bot.content.schema import Model, ProgrammeModel, QuestionModel
from bot.content.text_rules import check_texts
from bot.flows.programme import Programme

TOPICS = (
    "programme", "barcode", "traceability", "management_system", "tools", "training", "award", "conditions", "funding",
    "ocop",
)  # fmt: skip
WORDLESS = "this topic has no text: write it below the second ---, here or in the programme's own file of that name"
TEXTS = (
    "intro",
    "thanks",
    "incomplete",
    "text",
    "advice",
    *QuestionModel.TEXTS,
)  # these may be decorated and repeat answers
NEITHER = ("keywords", "examples", "facts")  # mappings that need not speak every language


def check(bundle: Bundle, needs: Mapping[str, str] = NEEDS) -> list[Problem]:
    """All problems of a release, in the order of files and lines; an empty list means that it can go out. `needs`: the
    texts that the code says, and their values."""
    try:
        material = gather(bundle)
    except ContentProblems as error:
        return error.problems
    programme = assemble(material)
    problems = list(material.problems)
    for rule in RULES:
        problems.extend(rule(material, programme))
    problems.extend(check_texts(material, programme, needs))
    return sorted(set(problems))


def _forms(material: Material, programme: Programme) -> Iterator[Problem]:
    broken = {problem.file for problem in material.problems}
    for name, read in material.forms.items():
        incomplete = not broken.isdisjoint(read.source.files)
        yield from check_form(read, programme.forms[name], incomplete, set(programme.purposes))
        if not material.broken("texts"):
            yield from unexplained(read, material.texts)


def _topics(material: Material, programme: Programme) -> Iterator[Problem]:
    main = material.programme
    for name in TOPICS:
        if name not in material.topics and not material.broken("topics", f"{name}."):
            yield main.problem(f"the topic '{name}' is missing: write topics/{name}.{material.languages[0]}.md")
    for name, by in material.topics.items():
        for language, read in by.items():
            if not material.texts[f"topics.{name}"][language].source:
                yield read.problem(WORDLESS)
            if units(read.model.title) > LABEL:
                yield read.problem(_too_long(read.model.title), "title")
            for number, route in enumerate(read.model.related):
                if problem := _dangling(route, material, programme, f"topic.{name}"):
                    yield read.problem(problem, "related", number)


def _helps(material: Material, programme: Programme) -> Iterator[Problem]:
    """Where the result of a self-assessment leads."""
    for read in material.forms.values():
        for number, score in enumerate(read.model.scores):
            for at, route in enumerate(score.helps):
                if problem := _dangling(route, material, programme):
                    yield read.problem(problem, "scores", number, "helps", at)


def _menu(material: Material, programme: Programme) -> Iterator[Problem]:
    main = material.programme
    for number, route in enumerate(main.model.menu):
        if problem := _dangling(route, material, programme):
            yield main.problem(problem, "menu", number)
        if main.model.menu.index(route) != number:
            yield main.problem(f"'{route}' stands in the menu twice", "menu", number)


def _dangling(route: str, material: Material, programme: Programme, own: str = "") -> str:
    if route == own:
        return f"'{route}' leads to itself"
    if route not in programme.routes:
        if _unread(route, material) or _chosen(route, programme):
            return ""
        return f"'{route}' leads nowhere: there is no such topic or form, and no title for it in common/routes"
    return "" if len(f"go.{route}".encode()) <= VALUE else f"'{route}' is too long for a button"


def _chosen(route: str, programme: Programme) -> bool:
    """Whether it is a form's for one of the programme's supports: "form.support_application.barcode"."""
    kind, name, support = (*route.split("."), "", "")[:3]
    known = {entry.id for entry in programme.entries.get("supports", ())}
    return kind == "form" and name in programme.forms and support in known


def _unread(route: str, material: Material) -> bool:
    """Whether it may stand in a file that could not be read, whose own problem is told."""
    kind, _, name = route.partition(".")
    return material.broken("routes.") or (bool(name) and material.broken(f"{kind}s", f"{name}."))


def _routes(material: Material, programme: Programme) -> Iterator[Problem]:
    for route, by in material.routes.items():
        for read in by.values():
            yield from _route_titles(route, read, material)
            if units(read.model.title) > LABEL:
                yield read.problem(_too_long(read.model.title), "title")


def _route_titles(route: str, read: Read[Any], material: Material) -> Iterator[Problem]:
    start, _, name = route.partition(".")
    if start == "topic" and name not in material.topics and not _unread(route, material):
        yield read.problem(f"there is no topic '{name}'")
    for other, named in titles(material).items():
        if other != route and read.model.title.casefold() in {title.casefold() for title in named.values()}:
            yield read.problem(
                f"the title '{read.model.title}' is also that of {other}; people could not tell", "title"
            )


def _twin_titles(material: Material, programme: Programme) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for name, by in material.topics.items():
        for read in by.values():
            other = seen.setdefault(read.model.title.casefold(), name)
            if other != name:
                yield read.problem(f"the topic '{other}' has the same title", "title")
    for form in material.forms.values():
        for title in form.model.title.values():
            if title.casefold() in seen:
                yield form.problem(f"the topic '{seen[title.casefold()]}' has the same title", "title")


def _purposes(material: Material, programme: Programme) -> Iterator[Problem]:
    main = material.programme
    for number, purpose in enumerate(main.model.purposes):
        if f"consents.{purpose.id}" not in material.texts and not material.broken("texts"):
            yield main.problem(f"the text consents.{purpose.id}, which people agree to, is missing", "purposes", number)


def _rows(material: Material, programme: Programme) -> Iterator[Problem]:
    main = material.programme
    for name in ("purposes", *ProgrammeModel.ENTRIES):
        ids = [row.id for row in getattr(main.model, name)]
        for number, own in enumerate(ids):
            if ids.index(own) != number:
                yield main.problem(f"'{own}' stands in {name} twice", name, number, "id")


def _languages(material: Material, programme: Programme) -> Iterator[Problem]:
    """Words of every language of the programme, wherever words can stand."""
    reads: list[Read[Any]] = [material.programme, *material.forms.values()]
    for read in reads:
        for path, words in _words(read.model, ()):
            for language in material.languages:
                if not words.get(language, "").strip():
                    yield read.problem(f"'{path[-1]}' is missing in the language '{language}'", *path)
    for name, topic in material.topics.items():
        if not material.broken("topics", f"{name}."):
            yield from _absent(f"topic '{name}'", topic, material)
    for name, route in material.routes.items():
        if not material.broken("routes."):
            yield from _absent(f"route '{name}'", route, material)


def _absent(what: str, by: Mapping[str, Read[Any]], material: Material) -> Iterator[Problem]:
    for language in material.languages:
        if language not in by:
            yield next(iter(by.values())).problem(f"the {what} is missing in the language '{language}'")


def _words(model: Model, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], dict[str, str]]]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, list):
            for number, item in enumerate(value):
                if isinstance(item, Model):
                    yield from _words(item, (*path, name, number))
        elif isinstance(value, dict) and value and name not in NEITHER:
            yield (*path, name), value
        elif isinstance(value, dict) and name == "facts":
            for fact, each in value.items():
                yield from _words(each, (*path, name, fact))


def _undecorated(material: Material, programme: Programme) -> Iterator[Problem]:
    """Labels, titles and facts are shown as they stand."""
    reads: list[Read[Any]] = [material.programme, *material.forms.values()]
    for read in reads:
        for path, words in _words(read.model, ()):
            for mark in filter(None, map(decorated, words.values() if path[-1] not in TEXTS else ())):
                yield read.problem(f"'{mark}' is shown as it is written: '{path[-1]}' is plain words", *path)
    for name, fact in material.programme.model.facts.items():
        if mark := decorated(fact.value or ""):
            message = f"'{mark}' is shown as it is written: a fact is plain words"
            yield material.programme.problem(message, "facts", name, "value")
    titled: list[Mapping[str, Read[Any]]] = [*material.topics.values(), *material.routes.values()]
    for each in (one for by in titled for one in by.values()):
        if mark := decorated(each.model.title):
            yield each.problem(f"'{mark}' is shown as it is written: 'title' is plain words", "title")


def _too_long(label: str) -> str:
    return f"{units(label)} characters are too many for a button; at most {LABEL}"


RULES: tuple[Callable[[Material, Programme], Iterator[Problem]], ...] = (
    _forms,
    _topics,
    _menu,
    _routes,
    _twin_titles,
    _purposes,
    _rows,
    _languages,
    _undecorated,
    check_cases,
    _helps,
)
