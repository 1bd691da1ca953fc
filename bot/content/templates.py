"""Jinja2 and Markdown → a template that takes values. Values are put in after Markdown is parsed, so that none can
become markup; a text without placeholders is one constant. What is wrong is found when a text is read, the rest of the
work is done when it is first said: most texts of a release wait long for that."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import jinja2
from jinja2 import meta, nodes, pass_context
from jinja2.runtime import Context, LoopContext, Undefined
from jinja2.sandbox import SandboxedEnvironment

from bot.content.markdown import FIRST_HOLE, HOLE, HOLES, parse
from bot.flows.programme import Template
from bot.flows.values import Text

UPDATING = "common.updating"  # the text that stands for a fact that is not filled in
MANY = {"facts", "answers"}  # values that are mappings
PLAIN = (str, int, type(None))  # values that are the same only if they read the same; 1 == 1.0 == True
REMEMBERED = 512  # renderings of one text
VALUES = "_values"  # where a rendering keeps its values; templates cannot name it
MARKS = {"vi": (".", ","), "en": (",", ".")}  # of thousands and decimals
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Const, nodes.If,
    nodes.For, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.CondExpr,
    nodes.Concat, nodes.Add, nodes.Sub, nodes.Tuple, nodes.List,
)  # fmt: skip
COMPILED = (nodes.For, nodes.Test)  # may be read well and yet not compile: found out at once
FILTERS = {"number", "money", "date", "datetime", "length", "first", "last", "join", "upper", "lower"}


class TemplateError(ValueError):
    """A text cannot be read as a template; `line` counts from 1 within the text."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


class Nothing(str):
    """Words for a value that is not there: written as they are, false in conditions."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False


class _Lookup:
    """A mapping whose missing and empty values read as `nothing`. No dataclass: one is made at every rendering."""

    __slots__ = ("nothing", "values")

    def __init__(self, values: object, nothing: Nothing) -> None:
        self.values = values if isinstance(values, Mapping) else {}
        self.nothing = nothing

    def __getitem__(self, key: str) -> object:
        return self.values.get(key) or self.nothing


@dataclass(slots=True)
class Constant:
    """A text that is always the same; parsed when it is first said."""

    source: str
    _text: Text | None = field(default=None, repr=False, compare=False)

    def __call__(self, values: Mapping[str, object]) -> Text:
        if self._text is None:
            self._text = parse(self.source).filled(())
        return self._text


@dataclass(slots=True)
class Filled:
    """A text with placeholders. A fact that is missing reads `updating`, an answer that is missing reads nothing. Its
    source has been checked; it is compiled when it is first said. Many people are told the same: what it came to for the
    values that it looks at is remembered."""

    source: str
    language: str
    updating: Nothing
    _looks_at: tuple[tuple[str, str], ...] | None = field(default=None, repr=False, compare=False)
    _made: jinja2.Template | None = field(default=None, repr=False, compare=False)
    _said: dict[object, Text] = field(default_factory=dict, repr=False, compare=False)

    def __call__(self, values: Mapping[str, object]) -> Text:
        template = self._made or self.made()
        seen = self._seen(values)
        if seen is None:
            return self._filled(template, values)
        said = self._said.get(seen)
        if said is None:
            if len(self._said) >= REMEMBERED:
                self._said.clear()
            said = self._said[seen] = self._filled(template, values)
        return said

    def _seen(self, values: Mapping[str, object]) -> tuple[object, ...] | None:
        """Everything that the text depends on; None if that cannot be told."""
        if self._looks_at is None:
            return None
        seen: list[object] = []
        for name, part in self._looks_at:
            value = values.get(name)
            if part:
                value = value.get(part) if isinstance(value, Mapping) else None
            elif value is None:
                return None
            seen.append(value if type(value) in PLAIN else (type(value), repr(value)))
        return tuple(seen)

    def _filled(self, template: jinja2.Template, values: Mapping[str, object]) -> Text:
        found: list[str] = []
        given = {**values, VALUES: found, "facts": _Lookup(values.get("facts"), self.updating)}
        if "answers" in values:
            given["answers"] = _Lookup(values["answers"], NOTHING)
        return parse("".join(template.root_render_func(template.new_context(given, True)))).filled(found)

    def made(self) -> jinja2.Template:
        """Compiled once; TemplateSyntaxError for the little that only compiling finds."""
        if self._made is None:
            environment = _environment(self.language)
            code = environment.compile(self.source)
            self._made = jinja2.Template.from_code(environment, code, environment.make_globals(None))
            self._looks_at = _looks_at(environment.parse(self.source))
        return self._made


NOTHING = Nothing()


def compile_text(source: str, language: str, updating: str = "") -> Template:
    """The template of a text; raises TemplateError, for the author of the text."""
    _check_signs(source)
    if "{{" not in source and "{%" not in source and "{#" not in source:
        return Constant(source)
    tree = syntax(source, language)
    filled = Filled(source, language, Nothing(updating))
    if any(tree.find_all(COMPILED)):
        with _read():
            filled.made()
    return filled


def _looks_at(tree: nodes.Template) -> tuple[tuple[str, str], ...] | None:
    """The values that a text uses, of facts and answers which; None where it takes all of them."""
    names = meta.find_undeclared_variables(tree)
    parts = {(node.node.name, node.attr) for node in tree.find_all(nodes.Getattr) if isinstance(node.node, nodes.Name)}
    whole = sum(node.name in MANY for node in tree.find_all(nodes.Name))
    if whole != sum(isinstance(n.node, nodes.Name) and n.node.name in MANY for n in tree.find_all(nodes.Getattr)):
        return None
    return (*((name, "") for name in sorted(names - MANY)), *sorted(part for part in parts if part[0] in MANY))


def syntax(source: str, language: str) -> nodes.Template:
    """The checked syntax tree of a template; raises TemplateError."""
    with _read():
        tree = _environment(language).parse(source)
    for node in tree.find_all(nodes.Node):
        _check_node(node)
    return tree


@contextmanager
def _read() -> Iterator[None]:
    try:
        yield
    except jinja2.TemplateSyntaxError as error:
        raise TemplateError(f"the placeholder cannot be read: {error.message}", error.lineno) from error


def _check_signs(source: str) -> None:
    if HOLE.search(source) or "&#" in source:
        raise TemplateError("a sign that cannot be shown stands here; write the character itself")


def _check_node(node: nodes.Node) -> None:
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        raise TemplateError(f"'| {node.name}' is not known; known: {', '.join(sorted(FILTERS))}", node.lineno)
    if not isinstance(node, ALLOWED):
        raise TemplateError(f"'{type(node).__name__.lower()}' cannot be used in a text", node.lineno)


class _Environment(SandboxedEnvironment):
    """`a.b` looks into mappings only; nothing of Python can be reached."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, _Lookup | Mapping | list | tuple):
            try:
                return obj[argument]
            except (LookupError, TypeError):
                return self.undefined(obj=obj, name=argument)
        if isinstance(obj, LoopContext) and argument in ("index", "first", "last", "length"):
            return getattr(obj, argument)
        return self.undefined(obj=obj, name=argument)


@lru_cache
def _environment(language: str) -> _Environment:
    environment = _Environment(
        undefined=jinja2.StrictUndefined, finalize=_hole, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    thousands, decimals = MARKS.get(language, MARKS["vi"])

    def number(value: Any) -> str:
        return _number(value, thousands, decimals)

    environment.filters["number"] = number
    environment.filters["money"] = lambda value: f"{number(value)} ₫"
    environment.filters["date"] = lambda value: _date(value, "%d/%m/%Y")
    environment.filters["datetime"] = lambda value: _date(value, "%H:%M %d/%m/%Y")
    environment.globals.clear()
    return environment


@pass_context
def _hole(context: Context, value: object) -> str:
    """Keeps a value aside and stands a hole in its place."""
    found: list[str] = context.parent[VALUES]
    if len(found) >= HOLES:
        raise ValueError(f"more than {HOLES} values in one text")
    if not isinstance(value, str):
        value = _shown(value, context.environment.filters["number"])
    elif not value.isprintable():
        value = CONTROLS.sub("", value.replace("\r\n", "\n"))
    found.append(value)
    return chr(FIRST_HOLE + len(found) - 1)


def _shown(value: object, number: Callable[[object], str]) -> str:
    if isinstance(value, Undefined):
        return str(value)  # raises, and says which
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float | date):
        raise TypeError(f"a text cannot show {value!r}")
    if isinstance(value, date):
        return _date(value, "%H:%M %d/%m/%Y" if isinstance(value, datetime) else "%d/%m/%Y")
    return str(value) if isinstance(value, int) else number(value)


def _number(value: object, thousands: str, decimals: str) -> str:
    if not isinstance(value, int | float):
        return str(value or "")  # words, such as those of a fact not filled in, stay words
    shown = f"{value:,}" if isinstance(value, int) else f"{value:,.10f}".rstrip("0").rstrip(".")
    return shown.translate({ord(","): thousands, ord("."): decimals})


def _date(value: object, pattern: str) -> str:
    """A day or instant (also as ISO text) as it is given: callers give instants in the programme's time zone."""
    if isinstance(value, date):
        return value.strftime(pattern)
    words = str(value or "")
    try:
        return datetime.fromisoformat(words).strftime(pattern)
    except ValueError:
        return words
