"""Topic files: front matter, the short form, and the longer one cut into pages at paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.channel import units
from bot.content.limits import PAGE
from bot.content.problems import ContentProblems, Problem
from bot.content.source import Source, read_yaml

MORE = re.compile(r"^<!--\s*more\s*-->\s*$", re.MULTILINE)
FENCE = "---"
HEADING = re.compile(r"#.*|\*\*[^*\n]+\*\*")  # a line that names what follows


@dataclass(frozen=True, slots=True)
class Piece:
    """A text as it is written. `line` is where it is named, `first` the line of its first words."""

    file: str
    line: int
    source: str
    first: int


def split(file: str, text: str) -> tuple[Source, Piece, Piece | None]:
    """Front matter, short form and longer form of a topic; raises ContentProblems."""
    lines = text.split("\n")
    ends = [number for number, line in enumerate(lines) if line.rstrip() == FENCE]
    if len(ends) < 2 or ends[0] != 0:
        message = "a topic begins with a line ---, then title: and keywords:, then a line --- again"
        raise ContentProblems([Problem(file, 1, message)])
    front = read_yaml(file, "\n".join(lines[1 : ends[1]]), first=2)
    body = "\n".join(lines[ends[1] + 1 :])
    start = ends[1] + 2
    more = MORE.search(body)
    if not more:
        return front, _piece(file, body, start), None
    after = start + body.count("\n", 0, more.end())
    return front, _piece(file, body[: more.start()], start), _piece(file, body[more.end() :], after)


def _piece(file: str, source: str, line: int) -> Piece:
    blank = source[: len(source) - len(source.lstrip())].count("\n")
    return Piece(file, line + blank, source.strip(), line + blank)


def paged(longer: Piece, at_least: int = 1) -> list[Piece]:
    """The longer form in pages of at most 1,800 units; in more of them, if there are paragraphs enough."""
    blocks = list(_blocks(longer))
    pages: list[list[Piece]] = []
    for number, block in enumerate(blocks):
        due = len(blocks) - number <= at_least - len(pages)  # one page for each of the rest
        if not pages or due or size([*pages[-1], block]) > PAGE:
            pages.append([])
        pages[-1].append(block)
    return [
        Piece(page[0].file, page[0].line, "\n\n".join(block.source for block in page), page[0].line) for page in pages
    ]


def size(blocks: list[Piece]) -> int:
    """About how long the blocks will be when shown, in UTF-16 units."""
    return units("\n\n".join(shown(block.source) for block in blocks))


def shown(source: str, value: int = 40) -> str:
    """A text about as it will be shown: without marks and link addresses, each value at a likely length."""
    source = re.sub(r"\{%.*?%\}|\{#.*?#\}", "", source, flags=re.DOTALL)
    source = re.sub(r"\{\{.*?\}\}", "0" * value, source, flags=re.DOTALL)
    return re.sub(r"\]\([^)\s]*\)|[*`\[]|^#+ ", "", source, flags=re.MULTILINE)


def _blocks(longer: Piece) -> Iterator[Piece]:
    """Paragraphs; a heading stays with what follows, and so does an {% if %} with all that is inside."""
    held: list[str] = []
    line = start = longer.first
    for part in re.split(r"(\n[ \t]*\n\s*)", longer.source):
        if part.strip():
            start = line if not held else start
            held.append(part)
            if not _goes_on("\n\n".join(held), part):
                yield Piece(longer.file, start, "\n\n".join(held), start)
                held = []
        line += part.count("\n")
    if held:
        yield Piece(longer.file, start, "\n\n".join(held), start)


def _goes_on(so_far: str, last: str) -> bool:
    opened = len(re.findall(r"\{%-?\s*(?:if|for)\b", so_far)) - len(re.findall(r"\{%-?\s*end", so_far))
    return opened > 0 or HEADING.fullmatch(last.strip()) is not None
