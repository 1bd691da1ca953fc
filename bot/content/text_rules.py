"""What a text must keep to: said by somebody, in every language, short enough for every channel, and with nothing in it
that breaks or shows raw. What the code says is in `contract`."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jinja2 import nodes
from jinja2.meta import find_undeclared_variables

from bot.channel import units
from bot.content import contract
from bot.content.limits import BUBBLE, LABEL
from bot.content.marks import raw_marks
from bot.content.material import Material
from bot.content.problems import Problem
from bot.content.schema import FormModel
from bot.content.templates import TemplateError, syntax
from bot.content.topics import Piece, shown
from bot.content.trial import try_out, values_of
from bot.flows.programme import Programme

OWN = ("forms", "topics", "programme")  # texts that belong to a form, a topic, a programme: found where those are
LOOKED_INTO = ("facts", "answers", "loop")


def check_texts(material: Material, programme: Programme, needs: Mapping[str, str]) -> Iterator[Problem]:
    """The problems of all texts. `needs`: the texts that the code says, and their values."""
    yield from _missing(material, needs)
    for text_id, pieces in material.texts.items():
        known = _known(material, text_id, needs)
        for language, piece in pieces.items():
            if not piece.source.strip() and not text_id.startswith(OWN):
                yield Problem(piece.file, piece.line, f"the text {text_id} is empty")
            yield from (Problem(piece.file, piece.line, message) for message in _long(text_id, piece))
            yield from raw_marks(piece, language)
            if known is None:
                yield from _unsaid(material, text_id, piece, needs)
            else:
                yield from list(_names(piece, language, known)) or _trial(programme, text_id, language, piece, known)


# -- whether it is there, and for whom -------------------------------------------------------------------------------


def _missing(material: Material, needs: Mapping[str, str]) -> Iterator[Problem]:
    """Texts that somebody says and that are not there; of a language whose file cannot be read nothing is known."""
    consents = [f"consents.{purpose.id}" for purpose in material.programme.model.purposes]
    readable = [one for one in material.languages if not material.broken("texts", f".{one}.")]
    for text_id in [*contract.wanted(material.languages, needs), *consents]:
        there = material.texts.get(text_id, {})
        for language in (one for one in readable if one not in there):
            if there or not text_id.startswith("consents."):  # else found where the purpose is
                yield _absent(material, text_id, language, needs)


def _absent(material: Material, text_id: str, language: str, needs: Mapping[str, str]) -> Problem:
    """At the text that may be meant, else after its neighbours, else where it stands in another language."""
    message = f"the text {text_id} is missing in the language '{language}'"
    same = {name: by[language] for name, by in material.texts.items() if language in by}
    unsaid = [name for name in same if _known(material, name, needs) is None]
    for near in difflib.get_close_matches(text_id, unsaid, 1, 0.8):
        return Problem(same[near].file, same[near].line, f"{message}; is '{near}' meant for it? Names stay as they are")
    group = text_id.rpartition(".")[0]
    around = [piece for name, piece in same.items() if name.startswith(f"{group}.") and "/texts/" in piece.file]
    around = around or list(material.texts.get(text_id, {}).values())
    if not around:
        return material.programme.problem(message)
    return Problem(around[-1].file, around[-1].line, f"{message}; it belongs here")


def _unsaid(material: Material, text_id: str, piece: Piece, needs: Mapping[str, str]) -> Iterator[Problem]:
    """A programme's own text that nobody says; those of common/ are held to the sources by the tests of the house."""
    if not piece.file.startswith(f"{material.bundle.programme}/"):
        return
    near = difflib.get_close_matches(text_id, needs, 1, 0.8)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    yield Problem(piece.file, piece.line, f"no one says the text {text_id}{hint}")


# -- what it holds ---------------------------------------------------------------------------------------------------


def _long(text_id: str, piece: Piece) -> Iterator[str]:
    label = text_id.startswith("label.")
    length, most = units(shown(piece.source, 10 if label else 40)), LABEL if label else BUBBLE
    if length > most:
        where = "a button" if most == LABEL else "one message on every channel"
        yield f"about {length} characters are too many for {where}; at most {most}"


@dataclass(frozen=True, slots=True)
class _Known:
    """The values that a text may use. `answers`: those given before it, None where it belongs to no form."""

    values: frozenset[str]
    facts: frozenset[str]
    answers: frozenset[str] | None = None
    form: FormModel | None = None

    @property
    def names(self) -> frozenset[str]:
        return self.values | ({"facts"} if self.answers is None else {"facts", "answers"})

    def wrong(self, node: nodes.Node) -> str:
        group, name = _looked_up(node)
        if group == "facts" and name not in self.facts:
            return f"there is no fact '{name}' in programme.yaml"
        if group == "answers" and self.answers is not None and name not in self.answers:
            return f"'answers.{name}': no question called '{name}' is asked before this text"
        if isinstance(node, nodes.Getattr) and group not in LOOKED_INTO:
            return f"'.{node.attr}' cannot be used here: only facts.…, answers.… and loop.… have parts"
        return ""


def _known(material: Material, text_id: str, needs: Mapping[str, str]) -> _Known | None:
    """None if nobody says the text."""
    facts = frozenset(material.programme.model.facts)
    kind, _, rest = text_id.partition(".")
    form, _, place = rest.partition(".")
    if kind == "forms" and form in material.forms:
        model = material.forms[form].model
        return _Known(frozenset(), facts, frozenset(_earlier(model, place)), model)
    if kind in OWN or (kind == "consents" and rest in {one.id for one in material.programme.model.purposes}):
        return _Known(frozenset(), facts)
    values = contract.given(text_id, needs)
    return None if values is None else _Known(values, facts)


def _earlier(form: FormModel, place: str) -> set[str]:
    """The questions asked before a text of a form."""
    ids = [question.id for question in form.questions]
    question = place.partition(".")[0]
    if question in ids:
        return set(ids[: ids.index(question) + place.endswith(".invalid")])
    return set(ids) if question == "thanks" else set()


def _names(piece: Piece, language: str, known: _Known) -> Iterator[Problem]:
    if "{" not in piece.source:
        return
    try:
        tree = syntax(piece.source, language)
    except TemplateError:
        return  # a problem of loading already
    for node in tree.find_all((nodes.Getattr, nodes.Getitem)):
        if wrong := known.wrong(node):
            yield Problem(piece.file, piece.first + node.lineno - 1, wrong)
    unknown = find_undeclared_variables(tree) - known.names
    lines = {node.name: node.lineno for node in reversed(list(tree.find_all(nodes.Name))) if node.name in unknown}
    for name, line in lines.items():
        message = f"'{name}' is not known here; known: {', '.join(sorted(known.names))}"
        yield Problem(piece.file, piece.first + line - 1, message)


def _looked_up(node: nodes.Node) -> tuple[str, str]:
    """(facts, phone) of `facts.phone`; blanks of what is built otherwise."""
    match node:
        case nodes.Getattr(node=nodes.Name(name=group), attr=name):
            return group, name
        case nodes.Getitem(node=nodes.Name(name=group), arg=nodes.Const(value=name)):
            return group, str(name)
    return "", ""


def _trial(programme: Programme, text_id: str, language: str, piece: Piece, known: _Known) -> Iterator[Problem]:
    template = programme.texts.get(text_id, {}).get(language)
    if template and (wrong := try_out(template, values_of(text_id, known.values, known.facts, known.form))):
        line, message = wrong
        yield Problem(piece.file, piece.first + line - 1, message)
