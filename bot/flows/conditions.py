"""Comparisons that content may write (`'barcode' in needs and employees >= 10`): parsed and type-checked when the
content is loaded, evaluated over answers in three values: true, false, and None while an answer is not known yet."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.flows.values import Json

KINDS = {
    "yes_no": "bool",
    "choice": "str",
    "choices": "list",
    "industry": "str",
    "number": "number",
    "money": "number",
    "rating": "number",
}
COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}

UNKNOWN: Any = object()  # an answer that is missing, as opposed to None, one that was skipped


class ConditionError(ValueError):
    """The text is not a comparison that content may write; the message says why, for its author."""


Truth = bool | None
Test = Callable[[Mapping[str, Json]], Truth]


@dataclass(frozen=True, slots=True)
class Condition:
    """A checked comparison. `names` are the answers it looks at."""

    source: str
    names: frozenset[str]
    tree: ast.expr
    test: Test = field(compare=False, repr=False)

    def holds(self, answers: Mapping[str, Json]) -> Truth:
        """True, False, or None while it depends on an answer that is missing; a skipped answer fits nothing."""
        return self.test(answers)


def parse(source: str, kinds: Mapping[str, str], options: Mapping[str, frozenset[str]] | None = None) -> Condition:
    """Reads and type-checks a comparison.

    `kinds`: name → bool, str, list, number, date or text; `options`: name → the values it can have, so that a misspelt
    option is found. Raises ConditionError.
    """
    try:
        tree = ast.parse(source.strip(), mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise ConditionError(f"not a comparison: {source!r}") from error
    _check_truth(tree, kinds, options or {})
    names = frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    return Condition(source, names, tree, _test(tree))


def seen(value: Json) -> Json:
    """What a condition sees of an answer: of a line of business its section, of a place outside the province nothing, all
    else as it stands."""
    if not isinstance(value, dict):
        return value
    return value["section"] if "section" in value else "" if value.get("code") == "" else value


# -- a checked tree → one function, since conditions are evaluated many times a turn -------------------------------------


def _test(node: ast.expr) -> Test:
    match node:
        case ast.BoolOp(op=op, values=values):
            return _joined(isinstance(op, ast.And), [_test(value) for value in values])
        case ast.UnaryOp(operand=operand):
            return _negated(_test(operand))
        case ast.Name(id=name):
            return lambda answers: bool(answers[name]) if name in answers else None
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _compared(left, op, right)
    raise AssertionError(f"unchecked condition {ast.dump(node)}")


def _joined(every: bool, parts: list[Test]) -> Test:
    """And (`every`) or or: one decisive part decides, whatever is not known yet."""
    decisive = not every

    def test(answers: Mapping[str, Json]) -> Truth:
        truth: Truth = every
        for part in parts:
            one = part(answers)
            if one is decisive:
                return decisive
            truth = None if one is None else truth
        return truth

    return test


def _negated(part: Test) -> Test:
    def test(answers: Mapping[str, Json]) -> Truth:
        truth = part(answers)
        return None if truth is None else not truth

    return test


def _compared(left: ast.expr, op: ast.cmpop, right: ast.expr) -> Test:
    compare = _inside(isinstance(op, ast.In)) if isinstance(op, ast.In | ast.NotIn) else _ordered(type(op))
    one, two = _value(left), _value(right)

    def test(answers: Mapping[str, Json]) -> Truth:
        first, second = one(answers), two(answers)
        return None if first is UNKNOWN or second is UNKNOWN else compare(first, second)

    return test


def _inside(wanted: bool) -> Callable[[Any, Any], bool]:
    return lambda item, items: (items is not None and item in items) is wanted


def _ordered(op: type[ast.cmpop]) -> Callable[[Any, Any], bool]:
    """A skipped answer is equal to nothing, not greater or smaller than anything."""
    compare, skipped = COMPARE[op], op is ast.NotEq
    return lambda one, two: skipped if one is None or two is None else compare(one, two)


def _value(node: ast.expr) -> Callable[[Mapping[str, Json]], Any]:
    if isinstance(node, ast.Name):
        name = node.id
        return lambda answers: seen(answers.get(name, UNKNOWN))
    constant = ast.literal_eval(node)
    return lambda answers: constant


# -- checking ----------------------------------------------------------------------------------------------------------


def _check_truth(node: ast.expr, kinds: Mapping[str, str], options: Mapping[str, frozenset[str]]) -> None:
    match node:
        case ast.BoolOp(values=values):
            for value in values:
                _check_truth(value, kinds, options)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            _check_truth(operand, kinds, options)
        case ast.Name():
            if _kind(node, kinds) != "bool":
                raise ConditionError(f"{node.id} is not a yes/no answer; compare it with something")
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            _check_compare(left, op, right, kinds)
            _check_options(left, right, options)
        case _:
            raise ConditionError(f"only comparisons, and, or, not: {ast.unparse(node)}")


def _check_compare(left: ast.expr, op: ast.cmpop, right: ast.expr, kinds: Mapping[str, str]) -> None:
    one, two = _kind(left, kinds), _kind(right, kinds)
    if isinstance(op, ast.In | ast.NotIn):
        if one != "str" or two != "list":
            raise ConditionError(f"'in' asks whether an option is among several: {ast.unparse(left)} in …")
    elif type(op) not in COMPARE:
        raise ConditionError(f"this comparison is not known: {type(op).__name__}")
    elif one != two or "list" in (one, two):
        raise ConditionError(f"{ast.unparse(left)} ({one}) cannot be compared with {ast.unparse(right)} ({two})")
    elif one in ("bool", "str") and not isinstance(op, ast.Eq | ast.NotEq):
        raise ConditionError(f"{ast.unparse(left)} can only be equal or not equal")


def _check_options(left: ast.expr, right: ast.expr, options: Mapping[str, frozenset[str]]) -> None:
    for name, other in ((left, right), (right, left)):
        if isinstance(name, ast.Name) and name.id in options:
            wanted = ast.literal_eval(other) if not isinstance(other, ast.Name) else ()
            for value in wanted if isinstance(wanted, list | tuple) else (wanted,):
                if isinstance(value, str) and value not in options[name.id]:
                    raise ConditionError(f"{name.id} has no option {value!r}")


def _kind(node: ast.expr, kinds: Mapping[str, str]) -> str:
    match node:
        case ast.Name(id=name):
            if name not in kinds:
                raise ConditionError(f"no earlier answer is called {name}")
            return kinds[name]
        case ast.Constant(value=bool()):
            return "bool"
        case ast.Constant(value=int() | float()):
            return "number"
        case ast.Constant(value=str()):
            return "str"
        case ast.List(elts=items) | ast.Tuple(elts=items):
            if all(isinstance(item, ast.Constant) and isinstance(item.value, str) for item in items):
                return "list"
    raise ConditionError(f"neither an answer nor a value: {ast.unparse(node)}")
