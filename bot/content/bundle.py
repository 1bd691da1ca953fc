"""A release as it is stored: all content files of common and one programme, named by their hash."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bot.content.problems import ContentProblems, Problem
from bot.content.source import read_yaml

COMMON = "common"
KINDS = {".yaml", ".md", ".csv"}
Fingerprint = tuple[tuple[str, int, int], ...]  # path, time of last change in ns, size


@dataclass(frozen=True)
class Bundle:
    """The files that make one programme: path relative to the content folder → text."""

    programme: str
    files: Mapping[str, str]

    @cached_property
    def release(self) -> str:
        """The SHA-256 of everything but the values of facts, which are not part of a release."""
        main = f"{self.programme}/programme.yaml"
        texts = {**self.files, main: _without_facts(main, self.files.get(main, ""))}
        return hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()

    def to_bytes(self) -> bytes:
        """The bundle as it is kept in the database."""
        stored = {"programme": self.programme, "files": dict(self.files)}
        return zlib.compress(json.dumps(stored, sort_keys=True, ensure_ascii=False).encode(), 9)


def from_bytes(stored: bytes) -> Bundle:
    """The inverse of `Bundle.to_bytes`."""
    read = json.loads(zlib.decompress(stored))
    return Bundle(read["programme"], read["files"])


def read_bundle(content_dir: Path, programme_id: str) -> Bundle:
    """The files as they stand on disk; raises ContentProblems if there is no such programme or a file is not UTF-8."""
    if not (content_dir / programme_id / "programme.yaml").is_file():
        known = ", ".join(sorted(found.parent.name for found in content_dir.glob("*/programme.yaml"))) or "none"
        message = f"there is no programme '{programme_id}' in {content_dir.name}/ (found: {known})"
        raise ContentProblems([Problem(f"{programme_id}/programme.yaml", 1, message)])
    files: dict[str, str] = {}
    problems: list[Problem] = []
    for path in _paths(content_dir, programme_id):
        file = path.relative_to(content_dir).as_posix()
        try:
            files[file] = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            problems.append(Problem(file, line, "this file is not UTF-8; save it again with encoding UTF-8"))
    if problems:
        raise ContentProblems(problems)
    return Bundle(programme_id, files)


def fingerprint(content_dir: Path, programme_id: str) -> Fingerprint:
    """What is on disk at a glance: paths, times and sizes, no reading."""
    return tuple(_glance(_paths(content_dir, programme_id)))


def changed(content_dir: Path, programme_id: str, last: Fingerprint) -> Fingerprint | None:
    """The new fingerprint if files came, went or changed since `last`, else None."""
    now = fingerprint(content_dir, programme_id)
    return now if now != last else None


def _paths(content_dir: Path, programme_id: str) -> list[Path]:
    found = (path for folder in (COMMON, programme_id) for path in (content_dir / folder).rglob("*"))
    return sorted(path for path in found if path.suffix in KINDS and not _aside(path.relative_to(content_dir)))


def _aside(path: Path) -> bool:
    return path.name == "README.md" or any(part.startswith((".", "~")) for part in path.parts)


def _glance(paths: list[Path]) -> Iterator[tuple[str, int, int]]:
    for path in paths:
        try:
            stat = path.stat()
        except FileNotFoundError:  # gone between listing and looking: the next glance sees it
            continue
        yield str(path), stat.st_mtime_ns, stat.st_size


def _without_facts(file: str, text: str) -> str:
    try:
        data = read_yaml(file, text).data
    except ContentProblems:
        return text
    if isinstance(data, dict) and isinstance(facts := data.get("facts"), dict):
        data = {**data, "facts": {key: _unvalued(fact) for key, fact in facts.items()}}
    return json.dumps(data, sort_keys=True, ensure_ascii=False)


def _unvalued(fact: object) -> object:
    return {key: value for key, value in fact.items() if key != "value"} if isinstance(fact, dict) else None
