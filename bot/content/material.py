"""All that the files of a bundle say, gathered by kind, each text with the place it stands at: what loading builds
from and lint looks through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Generic, TypeVar

from bot.content.bundle import COMMON, Bundle
from bot.content.including import Parts
from bot.content.problems import ContentProblems, Problem
from bot.content.schema import FormModel, Model, ProgrammeModel, QuestionModel, RouteModel, TopicModel
from bot.content.shaping import read
from bot.content.source import Source, read_yaml
from bot.content.tables import communes, industries, provinces
from bot.content.topics import Piece, paged, split
from bot.flows.programme import Commune, Industry, Province

M = TypeVar("M", bound=Model)
WORDS = f"{COMMON}/words.yaml"
INDUSTRIES, PROVINCES = f"{COMMON}/industries.csv", f"{COMMON}/provinces.csv"
NO_LANGUAGE = "the name of this file should end in its language, as in .vi.yaml"


@dataclass(frozen=True, slots=True)
class Read(Generic[M]):
    """A model and the file it was read from; `at` is where in the file it stands."""

    model: M
    source: Source
    at: tuple[str | int, ...] = ()

    def problem(self, message: str, *path: str | int) -> Problem:
        return self.source.problem(message, *self.at, *path)


@dataclass(frozen=True, slots=True)
class Material:
    """Everything gathered. `texts`: text id → language → piece; `routes`: route → language → its words; `failed`: files
    of which all or a part could not be read, so that what they would hold is not known."""

    bundle: Bundle
    programme: Read[ProgrammeModel]
    forms: dict[str, Read[FormModel]] = field(default_factory=dict)
    topics: dict[str, dict[str, Read[TopicModel]]] = field(default_factory=dict)
    longer: dict[str, dict[str, Piece]] = field(default_factory=dict)
    pages: dict[str, int] = field(default_factory=dict)
    routes: dict[str, dict[str, Read[RouteModel]]] = field(default_factory=dict)
    texts: dict[str, dict[str, Piece]] = field(default_factory=dict)
    words: dict[str, object] = field(default_factory=dict)
    communes: list[Commune] = field(default_factory=list)
    provinces: list[Province] = field(default_factory=list)
    industries: list[Industry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)

    @property
    def languages(self) -> list[str]:
        return self.programme.model.languages

    def broken(self, kind: str, part: str = "") -> bool:
        """Whether a file of that kind, with that part in its name, failed."""
        return any(f"/{kind}" in file and part in PurePosixPath(file).name for file in self.failed)

    def text(self, text_id: str, words: Mapping[str, str], source: Source, *path: str | int) -> None:
        """Keeps a text of each language, at the line where it stands."""
        for language, written in words.items():
            file, line = source.origin(*path)[0].file, source.line(*path, language)
            first = line + 1 if written.endswith("\n") else line
            self.texts.setdefault(text_id, {})[language] = Piece(file, line, written, first)

    def model(self, model: type[M], source: Source, *at: str | int) -> Read[M] | None:
        found, problems = read(model, source, self.languages[0], *at)
        self.problems.extend(problems)
        if found:
            return Read(found, source, at)
        self.failed.add(source.file)
        return None

    def source(self, file: str) -> Source | None:
        """A YAML file's values; None, with its problems kept, if it cannot be read or is no mapping."""
        try:
            source = read_yaml(file, self.bundle.files[file])
        except ContentProblems as error:
            self.problems.extend(error.problems)
            self.failed.add(file)
            return None
        if isinstance(source.data, dict):
            return source
        self.failed.add(file)
        self.problems.append(source.problem("this file should hold lines that begin with 'key:'"))
        return None


def gather(bundle: Bundle) -> Material:
    """Reads all files; raises ContentProblems only if programme.yaml itself cannot be read."""
    material = Material(bundle, _programme(bundle))
    for file in _files(bundle, "texts"):
        _texts(material, file)
    for file in _files(bundle, "routes."):
        _routes(material, file)
    parts = Parts(bundle, material.languages[0], material.problems)
    for file in _replaced(_files(bundle, "forms")):
        _form(material, file, parts)
    for file in _files(bundle, "topics"):
        _topic(material, file)
    _page_topics(material)
    if source := material.source(WORDS) if WORDS in bundle.files else None:
        material.words.update(source.data if isinstance(source.data, dict) else {})
    files, programme = bundle.files, bundle.programme
    material.communes.extend(communes(f"{programme}/communes.csv", files, material.problems))
    material.provinces.extend(provinces(PROVINCES, files, material.problems))
    material.industries.extend(industries(INDUSTRIES, files, material.problems))
    _programme_texts(material)
    return material


def _programme(bundle: Bundle) -> Read[ProgrammeModel]:
    file = f"{bundle.programme}/programme.yaml"
    source = read_yaml(file, bundle.files.get(file, ""))
    languages = source.data.get("languages") if isinstance(source.data, dict) else None
    first = str(languages[0]) if isinstance(languages, list) and languages else "vi"
    model, problems = read(ProgrammeModel, source, first)
    if model is None:
        raise ContentProblems(problems)
    if model.id != bundle.programme:
        raise ContentProblems([source.problem(f"'id' should be {bundle.programme}, the name of the folder", "id")])
    return Read(model, source)


def _files(bundle: Bundle, start: str) -> list[str]:
    """The files of one kind, common ones first, so that the programme's own override them."""
    folders = (COMMON, bundle.programme)
    mark = start if start.endswith(".") else f"{start}/"
    return [file for folder in folders for file in sorted(bundle.files) if file.startswith(f"{folder}/{mark}")]


def _language(material: Material, file: str) -> tuple[str, str]:
    """The stem and the language in a name such as barcode.vi.md; the language is "" if there is none."""
    stem, dot, language = PurePosixPath(file).stem.partition(".")
    if not dot or len(language) not in (2, 3):
        material.problems.append(Problem(file, 1, NO_LANGUAGE))
        material.failed.add(file)
        return stem, ""
    return stem, language


def _texts(material: Material, file: str) -> None:
    _, language = _language(material, file)
    source = material.source(file)
    if not source or not language:
        return
    for path, written in _leaves(source.data):
        if not isinstance(written, str):
            material.problems.append(source.problem("this should be words; put them between quotes", *path))
            continue
        line = source.line(*path)
        piece = Piece(file, line, written, line + 1 if written.endswith("\n") else line)
        _keep(material, ".".join(path), language, piece)


def _keep(material: Material, text_id: str, language: str, piece: Piece) -> None:
    before = material.texts.setdefault(text_id, {}).get(language)
    if before and before.file.partition("/")[0] == piece.file.partition("/")[0]:
        message = f"the text {text_id} also stands in {before.file}, line {before.line}; keep one"
        material.problems.append(Problem(piece.file, piece.line, message))
    material.texts[text_id][language] = piece


def _leaves(data: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _leaves(value, (*path, key))
    else:
        yield path, data


def _routes(material: Material, file: str) -> None:
    _, language = _language(material, file)
    source = material.source(file)
    if source and language and isinstance(source.data, dict):
        for route in source.data:
            if found := material.model(RouteModel, source, route):
                material.routes.setdefault(route, {})[language] = found


def _replaced(files: list[str]) -> list[str]:
    """A programme's own form takes the whole place of the common one of its name."""
    return list({PurePosixPath(file).name: file for file in files}.values())


def _form(material: Material, file: str, parts: Parts) -> None:
    source = material.source(file)
    whole = parts.put_into(source) if source else None
    if source and not whole:
        material.failed.add(file)
    form = material.model(FormModel, whole) if whole else None
    if not form:
        return
    name = PurePosixPath(file).stem
    if form.model.id not in ("", name):
        material.problems.append(form.problem(f"'id' should be {name}, the name of the file", "id"))
    material.forms[name] = form
    material.text(f"forms.{name}.intro", form.model.intro, form.source, "intro")
    material.text(f"forms.{name}.thanks", form.model.thanks, form.source, "thanks")
    material.text(f"forms.{name}.incomplete", form.model.incomplete, form.source, "incomplete")
    for number, question in enumerate(form.model.questions):
        start = f"forms.{name}.{question.id}"
        material.text(start, question.text, form.source, "questions", number, "text")
        for part in QuestionModel.TEXTS:
            material.text(f"{start}.{part}", getattr(question, part), form.source, "questions", number, part)
    for number, score in enumerate(form.model.scores):
        material.text(f"forms.{name}.{score.id}.advice", score.advice, form.source, "scores", number, "advice")


def _topic(material: Material, file: str) -> None:
    """A programme's own topic file adds its words to those of the common file of that name, and its text, if it has one,
    takes the place of the common text."""
    name, language = _language(material, file)
    if not language:
        return
    try:
        front, short, longer = split(file, material.bundle.files[file])
    except ContentProblems as error:
        material.problems.extend(error.problems)
        material.failed.add(file)
        return
    if topic := material.model(TopicModel, front):
        common = material.topics.setdefault(name, {}).get(language)
        material.topics[name][language] = _with_words_of(common, topic) if common else topic
        if short.source or longer or not common:
            _say(material, name, language, short, longer)


def _with_words_of(common: Read[TopicModel], own: Read[TopicModel]) -> Read[TopicModel]:
    joined = {
        "keywords": [*dict.fromkeys([*common.model.keywords, *own.model.keywords])],
        "questions": [*dict.fromkeys([*common.model.questions, *own.model.questions])],
        "related": own.model.related or common.model.related,
    }
    return Read(own.model.model_copy(update=joined), own.source, own.at)


def _say(material: Material, name: str, language: str, short: Piece, longer: Piece | None) -> None:
    material.texts.setdefault(f"topics.{name}", {})[language] = short
    by = material.longer.setdefault(name, {})
    by.pop(language, None)
    if longer and longer.source:
        by[language] = longer


def _page_topics(material: Material) -> None:
    """Cuts the longer forms, all languages of a topic into the same number of pages."""
    for name, longer in material.longer.items():
        most = max((len(paged(piece)) for piece in longer.values()), default=0)
        material.pages[name] = most
        for language, piece in longer.items():
            pages = paged(piece, most)
            if len(pages) < most:
                message = f"the longer form has {most} pages in another language; write at least {most} paragraphs"
                material.problems.append(Problem(piece.file, piece.line, message))
            for number, page in enumerate(pages, 1):
                material.texts.setdefault(f"topics.{name}.{number}", {})[language] = page


def _programme_texts(material: Material) -> None:
    programme = material.programme
    material.text("programme.name", programme.model.name, programme.source, "name")
