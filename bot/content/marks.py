"""Marks that chat cannot show: whatever of Markdown or HTML would reach people as it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.content.problems import Problem
from bot.content.templates import TemplateError, compile_text
from bot.content.topics import Piece

INSTEAD = "is shown as it is written"
RAW: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.MULTILINE | re.IGNORECASE), message)
    for pattern, message in (
        (r"!\[[^\]\n]*\]\(", f"a picture {INSTEAD}; use a link: [words](https://…)"),
        (r"</?[a-z][a-z0-9]*(\s[^>\n]*)?/?>|<!--", f"HTML such as {{0}} {INSTEAD}; use **bold**, *italic* and [words](https://…)"),
        (r"&[a-z]+;", f"{{0}} {INSTEAD}; write the character itself"),
        (r"^[ \t]*\|.*\||^[ \t]*:?-{3,}:?[ \t]*\|", f"a table {INSTEAD}; use lines that begin with '- '"),
        (r"^[ \t]*(```|~~~)", "a block of code cannot be shown; write its lines as they shall be read"),
        (r"^[ \t]*(#{7,}.*|#+[^\s#\d].*)", f"'{{0}}' {INSTEAD}: a heading has one to six # and a blank after them"),
        (r"^[ \t]*>", f"a quotation mark '>' {INSTEAD}; use “…”"),
        (r"^[ \t]*([-*_])([ \t]*\1){2,}[ \t]*$|^[ \t]*=+[ \t]*$", f"a line '{{0}}' {INSTEAD}; leave a blank line instead"),
        (r"~~[^~\n]+~~", f"'{{0}}' {INSTEAD}; nothing can be struck through"),
        (r"^[ \t]*[-*+][ \t]+\[[ x]\](?!\()", f"a box to tick {INSTEAD}; use lines that begin with '- '"),
        (r"^[ \t]*\[[^\]\n]+\]:[ \t]", f"'{{0}}' {INSTEAD}; put the address behind its words: [words](https://…)"),
    )
)  # fmt: skip
CODE = re.compile(r"(?<!`)`[^`\n]+`(?!`)")
PLACEHOLDER = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)
STRAY = re.compile(r"\*\*|\[[^\]\n]*\]\([^)\n]*\)")
PLAIN = re.compile(r"\*\*|\{[{%]|\]\(|`")


def raw_marks(piece: Piece, language: str) -> Iterator[Problem]:
    """One problem for each kind of mark, at the line where it first stands."""
    bare = CODE.sub(_blanked, PLACEHOLDER.sub(_blanked, piece.source))
    found = [(match, message) for pattern, message in RAW if (match := pattern.search(bare))]
    for match, message in found:
        shown = match.group().strip()
        at = match.start() + len(match.group()) - len(match.group().lstrip())
        yield Problem(piece.file, piece.first + bare.count("\n", 0, at), message.format(shown))
    if not any("picture" in message for _, message in found):
        yield from _stray(piece, language)


def decorated(words: str) -> str:
    """The first mark in words that are shown as they stand, "" if there is none."""
    found = PLAIN.search(words)
    return found.group() if found else ""


def _blanked(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", "x", found.group())


def _stray(piece: Piece, language: str) -> Iterator[Problem]:
    """A mark without its partner, or a link that leads nowhere safe."""
    try:
        text = compile_text(PLACEHOLDER.sub("https://x.vn", piece.source), language)({})
    except TemplateError:
        return  # a problem of loading already
    code = [(span.start, span.start + span.length) for span in text.spans if span.style == "code"]
    for found in STRAY.finditer(text.plain):
        if not any(start <= found.start() < stop for start, stop in code):
            message = f"'{found.group()}' {INSTEAD}: marks need a partner, links https:, tel: or mailto:"
            yield Problem(piece.file, _line(piece, found.group()), message)
            return


def _line(piece: Piece, mark: str) -> int:
    """The line that has the mark without a second one, else the first that has it."""
    lines = piece.source.split("\n")
    holds = [number for number, line in enumerate(lines) if mark in line]
    alone = [number for number in holds if lines[number].count(mark) % 2]
    return piece.first + next(iter(alone or holds), 0)
