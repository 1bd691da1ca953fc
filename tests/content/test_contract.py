"""The contract between code and content is exact: every text that the sources say stands in it with the values they
give, nothing else stands in it, and no common text is said by nobody.

A text's id is read where it is written: in the call that says it, in a variable of the same function, in a page. SAYS
lists the functions that say texts; PASSES_ON those that are handed an id and say it for their caller."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

from bot.content import read_bundle
from bot.content.contract import ALLOWED, NEEDS, SAMPLES, given
from bot.content.material import gather
from bot.flows.answers import READERS, TAPPED
from bot.flows.engine import asking

ROOT = Path(__file__).parents[2]
# (room, function called) → which arguments are ids, and what stands before them
SAYS: dict[tuple[str, str], tuple[tuple[int, ...], str]] = {
    ("bot", "render"): ((0,), ""),
    ("bot/flows/engine", "say"): ((0,), ""),
    ("bot/flows/engine", "text"): ((0,), ""),
    ("bot/flows/engine", "notice"): ((0,), ""),
    ("bot", "news"): ((1,), ""),
    ("bot/flows/engine", "offer"): ((1,), ""),
    ("bot/flows/engine", "menu"): ((1,), ""),
    ("bot/flows/engine", "onward"): ((1,), ""),
    ("bot/flows/engine", "_say_over"): ((1,), ""),
    ("bot/flows/engine", "label"): ((0,), "label."),
    ("bot/flows/engine", "ok"): ((1,), "label."),
    ("bot/flows/engine", "control"): ((2, 3), "label."),
    ("bot/flows/answers", "unread"): ((0,), "answers."),
    ("bot/conversation", "say"): ((1,), ""),
    ("bot/console", "say"): ((1,), "console."),
    ("bot/office/exports", "_words"): ((1,), "console."),
    ("bot/handlers/web", "text"): ((0,), "web."),
    ("bot/handlers/web", "refusal"): ((3,), "web.errors."),
    ("bot/handlers/web", "Trouble"): ((1,), "web.errors."),
    ("bot/handlers/web", "_page"): ((4,), "web.errors."),
}
PASSES_ON = {
    "bot/flows/engine/scene.py:text", "bot/flows/engine/scene.py:label", "bot/flows/engine/scene.py:say",
    "bot/flows/engine/scene.py:notice", "bot/office/news.py:news",
    "bot/flows/engine/scene.py:ok", "bot/flows/engine/scene.py:form_text",  # forms.…: checked against the form itself
    "bot/flows/engine/correcting.py:_take", "bot/flows/engine/correcting.py:ask_sure",  # as the two of answering
    "bot/flows/engine/answering.py:unread", "bot/flows/engine/answering.py:doubt",  # see `_of_answers`
    "bot/flows/engine/asking.py:control", "bot/flows/engine/asking.py:_choices",
    "bot/flows/engine/asking.py:label", "bot/flows/engine/questions.py:control", "bot/flows/engine/questions.py:_control_labels",  # asking.LABELS, see ELSEWHERE
    "bot/flows/engine/topics.py:offer", "bot/flows/engine/topics.py:menu",
    "bot/flows/engine/topics.py:onward", "bot/flows/engine/human.py:_say_over", "bot/flows/engine/__init__.py:_notified", "bot/conversation/batch.py:say",
    "bot/console/desk.py:say", "bot/console/view.py:_html", "bot/office/exports/columns.py:_words",
    "bot/office/submissions.py:label",  # forms.…
    "bot/flows/engine/summary.py:_explained",  # what a form's computed value says: checked against the form itself
    "bot/handlers/web/web.py:text", "bot/handlers/web/web.py:words", "bot/handlers/web/web.py:answer",
    "bot/handlers/web/web.py:refusal", "bot/handlers/web/page.py:page", "bot/handlers/web/links.py:_page",
    "bot/handlers/web/links.py:hand_in", "bot/handlers/web/uploads.py:_keep",  # the reasons of RefusedFile, see `by_name`
    "bot/handlers/telegram/commands.py:listed",  # whatever commands the content lists
}  # fmt: skip
ELSEWHERE = {  # ids that stand apart from what says them: (id, values)
    ("telegram.edited", ""): "an event's text, in reading.py",
    ("file_refused.not_fetched", "name"): "a file that the channel would not hand over, in receiving.py",
    ("official.refused_role", ""): "a reason of bot/office/broadcasts.py",
    ("official.refused_twice", ""): "a reason of bot/office/broadcasts.py",
    ("web.words.me", ""): "words[author] in view.js",
    ("web.words.bot", ""): "words[author] in view.js",
    **{(f"label.{name}", ""): "asking.LABELS" for name in asking.LABELS},
    ("common.updating", ""): "bot/content itself, for facts that are not filled in",
    ("start.greeting", ""): "menu's text at the first meeting",
}
OTHERS = ("consents.offer", "questions.control")  # functions of the same names that say no text of theirs
BY_OTHERS = {
    "consents.*",
    "topics.*",
    "topics.*.*",
    "forms.*.*.hint",
}  # held to the purposes, topics and forms of the programme itself
NOT_YET: set[str] = set()


@dataclass(frozen=True)
class Use:
    """A text that a source says; `*` in the id where a part is decided as it runs; `names` None: passed on."""

    id: str
    names: frozenset[str] | None
    where: str


def literals(node: ast.AST | None, local: dict[str, list[ast.AST]], seen: frozenset[str] = frozenset()) -> list[str]:
    """What an expression can be, as ids; [] if that is decided elsewhere."""
    match node:
        case ast.Constant(value=str(value)):
            return [value] if value else []
        case ast.JoinedStr(values=parts):
            return ["".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in parts)]
        case ast.IfExp(body=first, orelse=second) | ast.BoolOp(values=[first, second]):
            return literals(first, local, seen) + literals(second, local, seen)
        case ast.BinOp(left=left, right=right):
            return literals(left, local, seen) + literals(right, local, seen)
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return [one for item in items for one in literals(item, local, seen)]
        case ast.Name(id=name) if name not in seen:
            return [one for each in local.get(name, []) for one in literals(each, local, seen | {name})]
    return []


def locals_of(function: ast.AST) -> dict[str, list[ast.AST]]:
    """The variables of a function: what is assigned to them, gone through for them, or their default."""
    found: dict[str, list[ast.AST]] = {}
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found.setdefault(name, []).append(value)
            case ast.comprehension(target=ast.Name(id=name), iter=value):
                found.setdefault(name, []).append(value)
            case ast.arguments(args=args, defaults=defaults) if defaults:
                for arg, default in zip(args[-len(defaults) :], defaults, strict=True):
                    found.setdefault(arg.arg, []).append(default)
    return found


def given_names(call: ast.Call) -> frozenset[str] | None:
    """The values that a call gives; those of render stand in its third argument."""
    if called(call) == "render":
        values = call.args[2] if len(call.args) > 2 else ast.Dict([], [])
        return frozenset(literals_of_keys(values)) if isinstance(values, ast.Dict) else None
    names = frozenset(str(keyword.arg) for keyword in call.keywords if keyword.arg not in ("choices", "language"))
    return None if "None" in names else names


def literals_of_keys(node: ast.Dict) -> list[str]:
    return [key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]


def called(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def python_uses(file: str, source: str) -> Iterator[Use]:
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    for node in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        around = [one for one in functions if one.lineno <= node.lineno <= (one.end_lineno or 0)]
        function = max(around, key=lambda one: one.lineno, default=None)
        yield from call_uses(file, function, node)
    for function in functions:  # a default that is an id
        for argument, default in zip(
            function.args.args[len(function.args.args) - len(function.args.defaults) :],
            function.args.defaults,
            strict=True,
        ):
            if argument.arg == "text_id":
                yield from (Use(one, frozenset(), f"{file}:{function.name}") for one in literals(default, {}))


def call_uses(file: str, function: ast.FunctionDef | ast.AsyncFunctionDef | None, call: ast.Call) -> Iterator[Use]:
    own = function.name if function else ""
    where = f"{file}:{call.lineno} in {own}"
    yield from by_name(file, call, where)
    for (room, name), (places, start) in SAYS.items():
        if called(call) != name or not file.startswith(f"{room}/") or another(call, own, places):
            continue
        ids = [one for place in places if place < len(call.args) for one in argument_ids(call, place, function)]
        ids = ids or types_of(own) if name == "unread" else ids
        passed = f"{file}:{own}" in PASSES_ON
        assert ids or passed or own == "read", f"{where}: which text does {name}() say? Else it belongs into PASSES_ON"
        yield from (Use(f"{start}{one}", given_names(call), where) for one in ids if not (passed and "*" in one))


def by_name(file: str, call: ast.Call, where: str) -> Iterator[Use]:
    """Texts that belong to the name of a page, or to the reason why a file is refused."""
    if file.startswith("bot/console") and (text := message_of(call)):
        yield Use(f"console.{text}.title", frozenset(), where)
        yield Use(f"console.{text}.text", (given_names(call) or frozenset()) - {"text", "values"}, where)
    for reason in literals(call.args[0], {}) if called(call) == "RefusedFile" else ():
        yield Use(f"web.errors.{reason}", frozenset(), where)
        yield Use(f"file_refused.{reason}", frozenset({"name"}), where)


def another(call: ast.Call, own: str, places: tuple[int, ...]) -> bool:
    """Whether it is another function of that name, or one that says its default."""
    name, first = called(call), call.args[0] if call.args else None
    if name == "label" and isinstance(first, ast.Name):
        return first.id in ("scene", "s", "form")  # what a question is called
    if name in ("menu", "onward", "_page"):
        return len(call.args) <= places[0]
    if name == "text":
        return not isinstance(call.func, ast.Attribute)
    whole = ast.unparse(call.func)
    return whole in OTHERS or (own, name) == ("decide", "offer") or ".get_template(" in whole


def argument_ids(call: ast.Call, place: int, function: ast.AST | None) -> list[str]:
    return literals(call.args[place], locals_of(function) if function else {})


def message_of(call: ast.Call) -> str:
    """The text of a console page that only says something."""
    if called(call) == "message" and len(call.args) > 1:
        return next(iter(literals(call.args[1], {})), "")
    if called(call) == "open_page":
        return next(
            (one for keyword in call.keywords if keyword.arg == "text" for one in literals(keyword.value, {})), ""
        )
    return ""


def types_of(reader: str) -> list[str]:
    """The types of question at which a reader of bot/flows/answers says what an answer looks like."""
    shared = {
        "not_among": ["choice", "choices"],
        "_not_found": ["commune"],
        "_one_of": ["phone", "tax_code", "barcode"],
    }
    known = [kind for readers in (READERS, TAPPED) for kind, read in readers.items() if read.__name__ == reader]
    return (
        shared.get(reader)
        or known
        or ([reader] if reader in READERS else ["text", "long_text"] if reader == "_written" else [])
    )


def of_answers(file: str, source: str) -> Iterator[Use]:
    """Warnings: a reader names them, `answering.doubt` says them with the value."""
    tree = ast.parse(source)
    said = {
        id(arg)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and called(call) == "render"
        for arg in call.args
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and re.fullmatch(r"answers\.\w+", str(node.value)) and id(node) not in said:
            yield Use(str(node.value), frozenset({"value"}), f"{file}:{node.lineno}")


def page_uses(file: str, source: str) -> Iterator[Use]:
    """Texts of a page of the console, t("…"); message.html is given its text by whoever shows it."""
    if file.endswith("message.html"):
        source = source.replace("t(text ~ ", "given(")
    for call in jinja2.Environment().parse(source).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "t":
            names = frozenset(keyword.key for keyword in call.kwargs)
            yield from (Use(f"console.{one}", names, file) for one in page_ids(call.args[0]))


def page_ids(node: nodes.Node | None) -> list[str]:
    match node:
        case nodes.Const(value=value):
            return [value]
        case nodes.Concat(nodes=parts):
            return ["".join(str(part.value) if isinstance(part, nodes.Const) else "*" for part in parts)]
        case nodes.CondExpr(expr1=first, expr2=second):
            return page_ids(first) + page_ids(second)
    raise AssertionError(f"which text does {node} name?")


def uses() -> list[Use]:
    found = [Use(text_id, frozenset(names.split()), where) for (text_id, names), where in ELSEWHERE.items()]
    for path in sorted((ROOT / "bot").rglob("*.py")):
        file, source = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        if not file.startswith("bot/content/"):
            found += python_uses(file, source)
            found += of_answers(file, source) if file.startswith("bot/flows/answers/") else []
    for path in sorted((ROOT / "bot/console/templates").glob("*.html")):
        found += page_uses(path.name, path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "bot/handlers/web").iterdir()):
        kinds = {".html": (r"\bt\.(\w+)", "page"), ".js": (r"\bwords\.(\w+)", "words")}
        pattern, group = kinds.get(path.suffix, ("", ""))
        named = set(re.findall(pattern, path.read_text(encoding="utf-8"))) if pattern else set()
        found += [Use(f"web.{group}.{name}", frozenset(), path.name) for name in named]
    return found


@pytest.fixture(scope="module")
def said() -> list[Use]:
    return uses()


def known(text_id: str) -> bool:
    """Whether the contract has a text of that id, or of that pattern."""
    return text_id in ALLOWED or any(fnmatchcase(one, text_id) for one in NEEDS) or given(text_id) is not None


def test_whatever_the_sources_say_stands_in_the_contract(said):
    unknown = sorted({(use.id, use.where) for use in said if not known(use.id)})
    assert [(one, where) for one, where in unknown if one not in NOT_YET | BY_OTHERS] == []


def test_whatever_stands_in_the_contract_is_said(said):
    nobody = [text_id for text_id in NEEDS if not any(fnmatchcase(text_id, use.id) for use in said)]
    assert nobody == [], "struck out of the sources: strike them out of bot/content/contract.py too"


def test_every_text_is_given_the_values_that_the_contract_names(said):
    wrong = []
    for text_id, names in NEEDS.items():
        exact = [use for use in said if use.id == text_id]
        for_sure = [use.names for use in exact or said if fnmatchcase(text_id, use.id) and use.names is not None]
        if for_sure and frozenset.intersection(*for_sure) != frozenset(names.split()):
            wrong.append((text_id, names, sorted(frozenset.intersection(*for_sure))))
    assert wrong == []


def test_what_is_not_yet_said_is_really_not(said):
    assert {use.id for use in said} & NOT_YET == NOT_YET


def test_every_sample_is_of_a_value(said):
    values = {f"{text_id}.{name}" for text_id, names in NEEDS.items() for name in names.split()}
    names = {value.rpartition(".")[2] for value in values}
    assert [name for name in SAMPLES if name not in values | names] == []


@pytest.mark.parametrize(
    "programme", sorted(found.parent.name for found in (ROOT / "content").glob("*/programme.yaml"))
)
def test_no_common_text_is_said_by_nobody(programme):
    material = gather(read_bundle(ROOT / "content", programme))
    purposes = {f"consents.{purpose.id}" for purpose in material.programme.model.purposes}
    texts = {one for one in material.texts if not one.startswith(("forms.", "topics.", "programme."))}
    assert {one for one in texts - purposes if given(one) is None} == set()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def f(scene):\n    scene.say('flow.a', title=1)", [("flow.a", {"title"})]),
        ("def f(scene, b):\n    scene.say('flow.a' if b else 'flow.b')", [("flow.a", set()), ("flow.b", set())]),
        ("def f(scene):\n    one = f'later.{x}'\n    scene.say(one)", [("later.*", set())]),
        ("def f(scene):\n    scene.ok('yes', 'keep')", [("label.keep", set())]),
        ("def f(scene):\n    [scene.label(one) for one in ('a', 'b')]", [("label.a", set()), ("label.b", set())]),
        ("def f(work):\n    work.render('x.y', 'vi', {'text': 1})", [("x.y", {"text"})]),
    ],
)
def test_ids_are_read_where_they_are_written(source, found):
    assert [(use.id, set(use.names or ())) for use in python_uses("bot/flows/engine/made_up.py", source)] == found


def test_an_id_that_cannot_be_read_is_asked_for():
    with pytest.raises(AssertionError, match="which text does say"):
        list(python_uses("bot/flows/engine/made_up.py", "def f(scene, what):\n    scene.say(what)"))
