"""What touches a store is tried on SQLite and on PostgreSQL, unless it is about one of them: then it stands here."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FOLDERS = ("storage", "office", "conversations")
FILES = (
    "test_conversation*.py",
    "test_due*.py",
    "test_outbox*.py",
    "test_release_change.py",
    "test_crash.py",
    "test_crash_postgresql.py",
)
SQLITE = re.compile(r"sqlite_url|sqlite:|sqlite3|PRAGMA|(Desk|HearingHouse|WebHouse|opened)\(tmp_path\)")
POSTGRESQL = re.compile(r"postgresql_url|postgresql:|\"postgresql\"|mark\.postgresql|asyncpg|\[PostgreSQL\]")
# file or file::function → why there and not on the other
ALONE = {
    "office/test_export_csv.py::test_a_child_that_cannot_says_why_without_anybody_s_data": "a file that is not there",
    "storage/test_schema.py::test_nor_in_the_kinds_of_its_tables": "only SQLite's tables are of kinds",
    "storage/test_schema.py::test_a_migration_that_cannot_write_leaves_the_database_as_it_was": "processes that migrate "
    "at once wait for each other on PostgreSQL, which another test tries",
    "storage/test_store_at_once.py": "on SQLite one process writes at a time; here many do",
    "storage/test_store_backup.py": "PostgreSQL has its own tool for backups",
    "storage/test_store_transactions.py::test_a_database_in_memory_is_refused": "only SQLite has one",
    "storage/test_store_transactions.py::test_acknowledged_means_on_disk": "how SQLite is told; PostgreSQL's is in "
    "test_store_at_once.py",
    "storage/test_store_transactions.py::test_the_address_of_a_postgresql_is_written_as_its_tools_write_it": "no file "
    "has such an address",
    "storage/test_store_transactions.py::test_what_is_no_database_is_refused_when_opened": "a file that is none; a "
    "server that is none is in test_store_at_once.py",
    "storage/test_store_transactions.py::test_what_is_no_database_of_ours_is_refused_without_its_password": "names of "
    "engines that are none of ours",
    "test_conversation_at_once.py": "several processes hear on one PostgreSQL",
    "test_crash.py": "SQLite's file, read by sqlite3; test_crash_postgresql.py is the other",
    "test_crash_postgresql.py": "the server is killed too; test_crash.py is the other",
}
PATHS = sorted(
    {path for name in FOLDERS for path in (HERE / name).glob("*.py")} | {p for n in FILES for p in HERE.glob(n)}
)


def engines(source: str) -> set[str]:
    return {name for name, words in (("sqlite", SQLITE), ("postgresql", POSTGRESQL)) if words.search(source)}


def alone(path: Path) -> Iterator[str]:
    """The functions that name one of the two, each with its decorators."""
    lines = path.read_text("utf-8").splitlines()
    for node in ast.parse("\n".join(lines)).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            if len(engines("\n".join(lines[first - 1 : node.end_lineno]))) == 1:
                yield node.name


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.relative_to(HERE).as_posix())
def test_it_is_tried_on_both(path: Path):
    file = path.relative_to(HERE).as_posix()
    found = set(alone(path))
    listed = {name.partition("::")[2] for name in ALONE if name.partition("::")[0] == file}
    assert bool(found) if listed == {""} else found == listed, sorted(found ^ listed)


def test_the_list_names_files_that_are_there():
    assert {HERE / name.partition("::")[0] for name in ALONE} <= set(PATHS)


def test_the_look_tells_one_engine_from_both():
    assert engines("def f(sqlite_url): ...") == {"sqlite"}
    assert engines("await WebHouse(tmp_path).open()") == {"sqlite"}
    assert engines("await WebHouse(tmp_path, database_url).open()") == engines("def f(database_url): ...") == set()
    assert engines('DATABASES = ["sqlite://", "postgresql://"]') == {"sqlite", "postgresql"}
