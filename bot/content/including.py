"""Questions that several forms share: a line `- include: organisation` in a form is replaced by those of a file of that
name, before the form is read. Each keeps the file and the line it was written in."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

from bot.content.bundle import COMMON, Bundle
from bot.content.plain import Path
from bot.content.problems import ContentProblems, Problem
from bot.content.schema import IncludeModel, PartModel
from bot.content.shaping import read
from bot.content.source import Source, read_yaml

FOLDER = "questions"
LISTS = ("questions", "computed")  # of a form, that may include those of the same name in a file


@dataclass(frozen=True, slots=True)
class Row:
    """An item of such a list and where it was written; `line`: where the form includes it, and which `keys` it says there."""

    item: object
    source: Source
    at: Path
    line: Path = ()
    keys: tuple[str, ...] = ()


@dataclass(slots=True)
class Parts:
    """The files in questions/, a programme's own in place of the common one of its name. What is wrong with them is added
    to `problems`; `sound` are those that can be used."""

    bundle: Bundle
    language: str
    problems: list[Problem]
    sound: dict[str, Source] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        files: dict[str, str] = {}
        for folder in (COMMON, self.bundle.programme):
            start = f"{folder}/{FOLDER}/"
            files |= {PurePosixPath(file).stem: file for file in sorted(self.bundle.files) if file.startswith(start)}
        self.known.update(files)
        for name, file in files.items():
            if source := self._read(file):
                self.sound[name] = source

    def _read(self, file: str) -> Source | None:
        try:
            source = read_yaml(file, self.bundle.files[file])
        except ContentProblems as error:
            self.problems.extend(error.problems)
            return None
        if nested := list(_nested(source)):
            self.problems.extend(nested)
            return None
        model, problems = read(PartModel, source, self.language)
        self.problems.extend(problems)
        if model and model.format != 1:
            self.problems.append(source.problem(f"format {model.format} is not known (known: 1)", "format"))
        return source if model else None

    def put_into(self, form: Source) -> Source | None:
        """The form with what it includes; None, with the problem told, if a part of it cannot be had."""
        data: dict[str, Any] = dict(form.data) if isinstance(form.data, dict) else {}
        parts: dict[Path, tuple[Source, Path]] = {}
        for name in LISTS:
            listed = data.get(name)
            if not isinstance(listed, list) or not any(map(_includes, listed)):
                continue
            rows = [row for at in range(len(listed)) for row in self._rows(form, name, at)]
            parts |= {(name, number): (row.source, row.at) for number, row in enumerate(rows)}
            parts |= {(name, n, key): (form, (*row.line, key)) for n, row in enumerate(rows) for key in row.keys}
            data[name] = [row.item for row in rows]
        left = any(_includes(item) for name in LISTS for item in _items(data.get(name)))
        return None if left else replace(form, data=data, parts=parts) if parts else form

    def _rows(self, form: Source, name: str, at: int) -> Iterator[Row]:
        """What stands for one line of a list: itself, also where it includes what cannot be had."""
        own = Row(form.data[name][at], form, (name, at))  # type: ignore[index]
        found = list(self._included(form, name, at)) if _includes(own.item) else []
        yield from found or [own]

    def _included(self, form: Source, name: str, at: int) -> Iterator[Row]:
        model, problems = read(IncludeModel, form, self.language, name, at)
        self.problems.extend(problems)
        if model is None or not (part := self._part(model.include, form, name, at)):
            return
        items = _items(part.data.get(name) if isinstance(part.data, dict) else None)
        ids = [item.get("id") for item in items]
        for number, missing in ((n, one) for n, one in enumerate(model.only) if one not in ids):
            message = f"'{missing}' is not among the {name} of {part.file}"
            self.problems.append(form.problem(message, name, at, "only", number))
        if not items:
            self.problems.append(form.problem(f"{part.file} has no {name}", name, at))
        for number, item in enumerate(items):
            if not model.only or item.get("id") in model.only:
                said = _said(model, item)
                yield Row({**item, **said}, part, (name, number), (name, at), tuple(said))

    def _part(self, wanted: str, form: Source, name: str, at: int) -> Source | None:
        if wanted not in self.known:
            near = difflib.get_close_matches(wanted, self.known, 1, 0.6)
            hint = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(sorted(self.known)) or 'none'}"
            message = f"there is no {FOLDER}/{wanted}.yaml to include; {hint}"
            self.problems.append(form.problem(message, name, at, "include"))
        return self.sound.get(wanted)


def _said(model: IncludeModel, item: dict[str, Any]) -> dict[str, str]:
    """What the form says of a question in its own place: its section, and when it is asked there."""
    own = item.get("when")
    when = f"({own}) and ({model.when})" if own and model.when else model.when
    return {key: value for key, value in (("section", model.section), ("when", when)) if value}


def _items(value: object) -> list[Any]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _includes(item: object) -> bool:
    return isinstance(item, dict) and "include" in item


def _nested(source: Source) -> Iterator[Problem]:
    """Included questions include nothing themselves: whoever reads a form finds all of it in two files."""
    for name in LISTS:
        listed = source.data.get(name) if isinstance(source.data, dict) else None
        for at, item in enumerate(listed if isinstance(listed, list) else ()):
            if _includes(item):
                yield source.problem("what is included can include nothing itself; write it into the form", name, at)
