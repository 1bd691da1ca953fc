"""What a text must keep to: every language, short enough for every channel, and only values that will be there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jinja2 import nodes
from jinja2.meta import find_undeclared_variables

from bot.channel import units
from bot.content.limits import BUBBLE, LABEL
from bot.content.material import Material
from bot.content.problems import Problem
from bot.content.templates import UPDATING, TemplateError, compile_text, syntax
from bot.content.topics import Piece, shown
from bot.flows.programme import Programme

TAG = re.compile(r"</?[a-z][a-z0-9]*(\s[^>]*)?/?>|<!--", re.IGNORECASE)
PICTURE = re.compile(r"!\[[^\]\n]*\]\(")
PLACEHOLDER = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)
STRAY = re.compile(r"\*\*|\[[^\]\n]*\]\([^)\n]*\)")


def check_texts(material: Material, programme: Programme) -> Iterator[Problem]:
    """The problems of all texts."""
    if UPDATING not in material.texts:
        yield material.programme.problem(f"the text {UPDATING}, read where a fact is not filled in, is missing")
    facts = set(material.programme.model.facts)
    for text_id, pieces in material.texts.items():
        yield from _languages(text_id, pieces, material.languages)
        known = _Known(text_id, facts, _earlier(material, text_id))
        for language, piece in pieces.items():
            yield from (Problem(piece.file, piece.line, message) for message in _long(text_id, piece))
            yield from (Problem(piece.file, piece.line, message) for message in _stray(piece, language))
            yield from _names(piece, language, known)


def _languages(text_id: str, pieces: dict[str, Piece], languages: list[str]) -> Iterator[Problem]:
    if text_id.startswith(("forms.", "topics.", "programme.")):
        return  # found where their labels and titles are
    piece = next(iter(pieces.values()))
    for language in languages:
        if language not in pieces:
            yield Problem(piece.file, piece.line, f"the text {text_id} is missing in the language '{language}'")
    for piece in pieces.values():
        if not piece.source.strip():
            yield Problem(piece.file, piece.line, f"the text {text_id} is empty")


def _long(text_id: str, piece: Piece) -> Iterator[str]:
    label = text_id.startswith("label.")
    length, most = units(shown(piece.source, 10 if label else 40)), LABEL if label else BUBBLE
    if length > most:
        where = "a button" if most == LABEL else "one message on every channel"
        yield f"about {length} characters are too many for {where}; at most {most}"


def _stray(piece: Piece, language: str) -> Iterator[str]:
    try:
        text = compile_text(PLACEHOLDER.sub("https://x.vn", piece.source), language)({})
    except TemplateError:
        return
    if PICTURE.search(piece.source):
        yield "a picture is shown as it is written; use a link: [words](https://…)"
    if found := TAG.search(text.plain):
        yield f"HTML such as {found.group()} is shown as it is written; use **bold**, *italic* and [words](https://…)"
    code = [(span.start, span.start + span.length) for span in text.spans if span.style == "code"]
    for found in STRAY.finditer(text.plain):
        if not any(start <= found.start() < stop for start, stop in code):
            yield f"'{found.group()}' is shown as it is written: marks need a partner, links https:, tel: or mailto:"
            return


class _Known:
    """The values that a text may use; `answers` None: any name may come from the caller."""

    def __init__(self, text_id: str, facts: set[str], answers: set[str] | None) -> None:
        self.text_id, self.facts, self.answers = text_id, facts, answers
        self.closed = text_id.startswith(("forms.", "topics.", "programme.", "consents."))

    def wrong(self, group: str, name: str) -> str:
        if group == "facts" and name not in self.facts:
            return f"there is no fact '{name}' in programme.yaml"
        if group == "answers" and self.answers is not None and name not in self.answers:
            return f"'answers.{name}': no question called '{name}' is asked before this text"
        return ""


def _earlier(material: Material, text_id: str) -> set[str] | None:
    """The questions asked before a text of a form; None for other texts."""
    kind, _, rest = text_id.partition(".")
    form, _, place = rest.partition(".")
    if kind != "forms" or form not in material.forms:
        return None
    ids = [question.id for question in material.forms[form].model.questions]
    question = place.partition(".")[0]
    if question in ids:
        return set(ids[: ids.index(question) + (place.endswith(".invalid"))])
    return set(ids) if question == "thanks" else set()


def _names(piece: Piece, language: str, known: _Known) -> Iterator[Problem]:
    if "{" not in piece.source:
        return
    try:
        tree = syntax(piece.source, language)
    except TemplateError:
        return  # a problem of loading already
    for node in tree.find_all((nodes.Getattr, nodes.Getitem)):
        if wrong := known.wrong(*_looked_up(node)):
            yield Problem(piece.file, piece.first + node.lineno - 1, wrong)
    allowed = {"facts", "answers"} if known.answers is not None else {"facts"}
    for name in sorted(find_undeclared_variables(tree) - allowed) if known.closed else ():
        yield Problem(piece.file, piece.line, f"'{name}' is not known here; known: {', '.join(sorted(allowed))}")


def _looked_up(node: nodes.Node) -> tuple[str, str]:
    """(facts, phone) of `facts.phone`; blanks of what is built otherwise."""
    match node:
        case nodes.Getattr(node=nodes.Name(name=group), attr=name):
            return group, name
        case nodes.Getitem(node=nodes.Name(name=group), arg=nodes.Const(value=name)):
            return group, str(name)
    return "", ""
