"""What is wrong with content: where it stands, and what its author should know, in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake. `file` is relative to the content folder; lines count from 1."""

    file: str
    line: int
    message: str


class ContentProblems(ValueError):
    """The content cannot be loaded; `problems` says why, in the order of files and lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__(report(self.problems))


def report(problems: Iterable[Problem]) -> str:
    """One `file:line: message` a line, in the order of files and lines."""
    return "\n".join(f"{problem.file}:{problem.line}: {problem.message}" for problem in sorted(set(problems)))
