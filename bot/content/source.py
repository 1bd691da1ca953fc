"""YAML and front matter read into plain values that remember their lines. Words stay as they are written: a date is
text, `no` and `yes` are words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from bot.content import plain
from bot.content.plain import Path
from bot.content.problems import ContentProblems, Problem

DEEPEST = 30  # a value inside itself (an anchor used below itself) would never end


@dataclass(frozen=True, slots=True)
class Source:
    """One file's values and where each stands. `lines`: path → line of its key or list item; `parts`: what stands at a
    path was taken from another file, and from where in it (`including`)."""

    file: str
    data: object
    lines: Mapping[Path, int] = field(default_factory=dict)
    parts: Mapping[Path, tuple[Source, Path]] = field(default_factory=dict)

    def origin(self, *path: str | int) -> tuple[Source, Path]:
        """The file in which that value was written, and where in it."""
        sizes = range(len(path), 0, -1) if self.parts else ()
        found = next((size for size in sizes if path[:size] in self.parts), 0)
        source, at = self.parts[path[:found]] if found else (self, ())
        return source, (*at, *path[found:])

    def line(self, *path: str | int) -> int:
        """The line of that value, else of the nearest thing around it that stands in the file."""
        source, path = self.origin(*path)
        while path and path not in source.lines:
            path = path[:-1]
        return source.lines.get(path, 1)

    def has(self, *path: str | int) -> bool:
        """Whether a key or a list item stands there."""
        source, path = self.origin(*path)
        return not path or path in source.lines

    @property
    def files(self) -> frozenset[str]:
        """It and the files that parts of it come from."""
        return frozenset({self.file, *(source.file for source, _ in self.parts.values())})

    def problem(self, message: str, *path: str | int) -> Problem:
        return Problem(self.origin(*path)[0].file, self.line(*path), message)


@lru_cache(512)
def read_yaml(file: str, text: str, first: int = 1) -> Source:
    """The values of a YAML text whose first line is line `first` of the file; raises ContentProblems.

    Remembered, since after a change nearly all files are as before; nobody may change what it gives.
    """
    try:
        return Source(file, *plain.read(text, first))
    except plain.Unusual:
        return read_any_yaml(file, text, first)


def read_any_yaml(file: str, text: str, first: int = 1) -> Source:
    """The same by a reader of all of YAML."""
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except YAMLError as error:
        raise ContentProblems([_syntax(file, error, first)]) from error
    lines: dict[Path, int] = {(): first}
    problems: list[Problem] = []
    data = _value(root, (), _Reader(file, first, lines, problems)) if root is not None else {}
    if problems:
        raise ContentProblems(problems)
    return Source(file, data, lines)


@dataclass(frozen=True, slots=True)
class _Reader:
    file: str
    first: int
    lines: dict[Path, int]
    problems: list[Problem]

    def wrong(self, node: Node, message: str) -> None:
        self.problems.append(Problem(self.file, self.first + node.start_mark.line, message))


def _value(node: Node, path: Path, reader: _Reader) -> object:
    if len(path) > DEEPEST:
        reader.wrong(node, "too many levels inside each other")
        return None
    if isinstance(node, ScalarNode):
        return plain.meant(str(node.tag), str(node.value))
    if isinstance(node, MappingNode):
        return dict(_pairs(node, path, reader))
    items = []
    for number, item in enumerate(node.value):
        reader.lines[*path, number] = reader.first + item.start_mark.line
        items.append(_value(item, (*path, number), reader))
    return items


def _pairs(node: MappingNode, path: Path, reader: _Reader) -> Iterator[tuple[str, object]]:
    seen: set[str] = set()
    for key, value in node.value:
        name = str(key.value)
        if name in seen:
            reader.wrong(key, f"'{name}' stands here twice; keep one")
        seen.add(name)
        reader.lines[*path, name] = reader.first + key.start_mark.line
        yield name, _value(value, (*path, name), reader)


def _syntax(file: str, error: YAMLError, first: int) -> Problem:
    mark = error.problem_mark or error.context_mark if isinstance(error, MarkedYAMLError) else None
    reason = getattr(error, "problem", None) or str(error).splitlines()[0]
    line = first + mark.line if mark else first
    return Problem(file, line, f"this cannot be read as YAML here or just above ({reason}); check indents and quotes")
