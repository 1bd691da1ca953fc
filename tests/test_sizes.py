"""The sizes that keep the house pleasant, for Python in bot/ and storage/.

A function's size is its lines from `def` to the last line of its body, comments and blank lines included; decorators
and the docstring do not count. Functions inside functions count for themselves and for the outer one.
A file's size is all its lines.

Where a longer one is truly clearer, write it down here with the reason; what has become short again must be struck out.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
FUNCTION_MEDIAN, FUNCTION_MOST, FILE_MOST = 7, 40, 300

# Pure tables of data, which nobody reads from top to bottom: "bot/…/table.py"
TABLES: frozenset[str] = frozenset()
# "bot/room.py:Class.function" or "bot/room.py" → why it is clearer long
LONG_FUNCTIONS: dict[str, str] = {}
LONG_FILES: dict[str, str] = {}


def judged_files() -> dict[str, str]:
    paths = (path.relative_to(ROOT) for room in ("bot", "storage") for path in (ROOT / room).rglob("*.py"))
    names = (path.as_posix() for path in paths if "migrations" not in path.parts)
    return {name: (ROOT / name).read_text(encoding="utf-8") for name in sorted(names) if name not in TABLES}


def functions(node: ast.AST, inside: str = "") -> Iterator[tuple[str, int]]:
    """Each function's dotted name and size."""
    for child in ast.iter_child_nodes(node):
        name = inside
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            name = f"{inside}.{child.name}".lstrip(".")
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield name, size(child)
        yield from functions(child, name)


def size(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = function.body[0]
    has_docstring = ast.get_docstring(function) is not None
    docstring = (first.end_lineno or first.lineno) - first.lineno + 1 if has_docstring else 0
    return (function.end_lineno or function.lineno) - function.lineno + 1 - docstring


def function_sizes() -> dict[str, int]:
    """The largest of each name: an overload or a property's setter shares it."""
    sizes: dict[str, int] = {}
    for file, source in judged_files().items():
        for name, lines in functions(ast.parse(source)):
            sizes[f"{file}:{name}"] = max(lines, sizes.get(f"{file}:{name}", 0))
    return sizes


def test_half_of_all_functions_fit_in_a_glance():
    sizes = function_sizes().values()
    assert median(sizes or [0]) <= FUNCTION_MEDIAN


def test_no_function_is_longer_than_a_screen():
    long = {name: lines for name, lines in function_sizes().items() if lines > FUNCTION_MOST}
    assert {name: lines for name, lines in long.items() if name not in LONG_FUNCTIONS} == {}
    assert LONG_FUNCTIONS.keys() - long.keys() == set(), "no longer too long: strike them out of LONG_FUNCTIONS"


def test_no_file_is_longer_than_a_sitting():
    long = {name: lines for name, source in judged_files().items() if (lines := len(source.splitlines())) > FILE_MOST}
    assert {name: lines for name, lines in long.items() if name not in LONG_FILES} == {}
    assert LONG_FILES.keys() - long.keys() == set(), "no longer too long: strike them out of LONG_FILES"


def test_what_is_called_a_table_exists():
    assert {name for name in TABLES if not (ROOT / name).is_file()} == set()


def test_a_function_is_measured_without_decorators_and_docstring():
    source = '@first\n@second\ndef f(\n    a,\n):\n    """Two\n    lines."""\n    # why\n\n    return a\n'
    assert dict(functions(ast.parse(source))) == {"f": 6}
    inner = "class C:\n    async def f(self):\n        def g():\n            pass\n        return g\n"
    assert dict(functions(ast.parse(inner))) == {"C.f": 4, "C.f.g": 2}
