"""A bundle → the Programme that the engine reads; what cannot be loaded is a list of problems, never half a programme."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import chain
from types import MappingProxyType
from typing import Any, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.content.bundle import Bundle
from bot.content.forms import build
from bot.content.material import WORDS, Material, Read, gather
from bot.content.office_hours import office_hours
from bot.content.problems import ContentProblems, Problem
from bot.content.schema import EntryModel, FormModel, ProgrammeModel
from bot.content.templates import UPDATING, TemplateError, compile_text
from bot.content.topics import Piece
from bot.flows.programme import Entry, Form, Localised, Programme, Purpose, Template, Topic
from bot.flows.understanding import Lexicon, Meaning


def load(bundle: Bundle, today: Programme | None = None) -> Programme:
    """The programme as the bundle alone describes it; raises ContentProblems.

    `today`: the current programme, if this is an older release of it. What people mean by their words is then read as
    today, which also spares building its lexicon.
    """
    material = gather(bundle)
    programme = assemble(material, today.lexicon if today else None)
    if material.problems:
        raise ContentProblems(material.problems)
    return programme


def pin(programme: Programme, older: Iterable[Programme]) -> Programme:
    """The programme with the releases that forms in progress still need; today's facts apply to those too."""
    others = [each for each in older if each.release != programme.release]
    pinned = {each.release: replace(each, facts=programme.facts, older={}) for each in others}
    return replace(programme, older=pinned)


def assemble(material: Material, lexicon: Lexicon | None = None) -> Programme:
    """The programme as far as it can be built; what is wrong is added to the problems of the material."""
    main = material.programme
    reads: list[Read[Any]] = [main, *material.forms.values()]
    for read in reads:
        if read.model.format not in FORMATS:
            known = ", ".join(map(str, FORMATS))
            material.problems.append(
                read.problem(f"format {read.model.format} is not known (known: {known})", "format")
            )
    return FORMATS.get(main.model.format, _assemble_1)(material, lexicon or _lexicon(material))


def _assemble_1(material: Material, lexicon: Lexicon) -> Programme:
    model = material.programme.model
    return Programme(
        id=model.id,
        release=material.bundle.release,
        languages=tuple(model.languages),
        lexicon=lexicon,
        texts=_texts(material),
        topics={name: _topic(material, name) for name in material.topics},
        forms=_forms(material),
        purposes={purpose.id: Purpose(purpose.id, purpose.title) for purpose in model.purposes},
        menu=tuple(model.menu),
        routes=titles(material),
        communes=tuple(material.communes),
        provinces=tuple(material.provinces),
        industries=tuple(material.industries),
        facts=MappingProxyType({name: fact.value or "" for name, fact in model.facts.items()}),
        entries={name: tuple(_entry(row) for row in getattr(model, name)) for name in ProgrammeModel.ENTRIES},
        zone=_zone(material),
        office_hours=office_hours(material),
        case_prefix=model.case_prefix,
    )


FORMATS: dict[int, Callable[[Material, Lexicon], Programme]] = {1: _assemble_1}  # every format ever released


def titles(material: Material) -> dict[str, Localised]:
    """What each route is called: topics and forms by their own titles, the others by the routes files."""
    named: dict[str, Localised] = {
        route: {language: read.model.title for language, read in found.items()}
        for route, found in material.routes.items()
    }
    named |= {f"topic.{name}": _topic(material, name).title for name in material.topics}
    return named | {f"form.{name}": form.model.title for name, form in material.forms.items()}


def _lexicon(material: Material) -> Lexicon:
    try:
        return Lexicon.build(material.words, meanings(material))
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        if WORDS not in material.failed:  # else its own problem says why
            material.problems.append(Problem(WORDS, 1, f"a list is missing here or is not a list of words: {error}"))
        return cast("Lexicon", None)  # never handed out: there is a problem now


def meanings(material: Material) -> list[Meaning]:
    """What people may mean, in the words of all languages."""
    found = [
        Meaning(
            route,
            tuple(read.model.title for read in by.values()),
            tuple(word for read in by.values() for word in read.model.keywords),
            tuple(word for read in by.values() for word in read.model.examples),
        )
        for route, by in material.routes.items()
        if route.partition(".")[2] not in ({*material.topics} | {*material.forms})
        and not any(read.model.button for read in by.values())
    ]
    return [*found, *_topic_meanings(material), *_form_meanings(material)]


def _topic_meanings(material: Material) -> list[Meaning]:
    return [
        Meaning(
            f"topic.{name}",
            tuple(read.model.title for read in by.values()),
            tuple(word for read in by.values() for word in read.model.keywords),
            tuple(word for read in by.values() for word in read.model.questions),
        )
        for name, by in material.topics.items()
    ]


def _form_meanings(material: Material) -> list[Meaning]:
    """A form called like a route, without words of its own, is meant by that route's."""
    shown = ((name, read.model) for name, read in material.forms.items() if not read.model.hidden)
    own = ((name, model) for name, model in shown if model.keywords or name not in material.routes)
    return [_form_meaning(f"form.{name}", model, material) for name, model in own]


def _form_meaning(route: str, form: FormModel, material: Material) -> Meaning:
    """In the form's own words and in those that every programme has for it."""
    shared = [read.model for read in material.routes.get(route, {}).values()]
    keywords = [*(each.keywords for each in shared), *form.keywords.values()]
    examples = [*(each.examples for each in shared), *form.examples.values()]
    return Meaning(route, tuple(form.title.values()), tuple(chain(*keywords)), tuple(chain(*examples)))


def _texts(material: Material) -> Mapping[str, Mapping[str, Template]]:
    first = material.languages[0]
    words = material.texts.get(UPDATING, {})
    updating = {language: piece.source.strip() for language, piece in words.items()}
    found: dict[str, dict[str, Template]] = {}
    for text_id, pieces in material.texts.items():
        for language, piece in pieces.items():
            text = _text(piece, language, updating.get(language) or updating.get(first, ""), material.problems)
            if text:
                found.setdefault(text_id, {})[language] = text
    return found


def _text(piece: Piece, language: str, updating: str, problems: list[Problem]) -> Template | None:
    try:
        return compile_text(piece.source, language, updating)
    except TemplateError as error:
        problems.append(Problem(piece.file, piece.first + error.line - 1, str(error)))
        return None


def _topic(material: Material, id: str) -> Topic:
    by = material.topics[id]
    first = by.get(material.languages[0]) or next(iter(by.values()))
    title = {language: read.model.title for language, read in by.items()}
    return Topic(id, title, material.pages.get(id, 0), tuple(first.model.related))


def _forms(material: Material) -> dict[str, Form]:
    forms = {}
    sections = frozenset(one.code for one in material.industries if not one.parent)
    for name, read in material.forms.items():
        forms[name], problems = build(name, read, sections, material.programme.model)
        material.problems.extend([*problems, *_unsupported(read, material)])
    return forms


def _unsupported(read: Read[FormModel], material: Material) -> Iterable[Problem]:
    supports = {row.id for row in material.programme.model.supports}
    for number, fit in enumerate(read.model.after):
        if fit.support not in supports:
            message = f"'{fit.support}' is not among the supports of programme.yaml"
            yield read.problem(message, "after", number, "support")


def _entry(row: EntryModel) -> Entry:
    return Entry(row.id, row.title, row.basis, row.model_dump(exclude={"id", "title", "basis"}))


def _zone(material: Material) -> ZoneInfo:
    name = material.programme.model.time_zone
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        message = f"'{name}' is no time zone; Vietnam's is Asia/Ho_Chi_Minh"
        material.problems.append(material.programme.problem(message, "time_zone"))
        return ZoneInfo("UTC")
