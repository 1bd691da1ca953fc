"""The Markdown that content may use → plain text with styles and links beside it, with holes where values will stand.
A hole is one private-use character: Markdown takes it for a letter, so no value is ever there to be parsed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import quote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.flows.values import Link, Span, Style, Text

FIRST_HOLE = 0xE000
HOLES = 6000  # values in one text
HOLE = re.compile("([\ue000-\uf8ff])")
BULLET = "• "
STYLES: dict[str, Style] = {"strong": "bold", "em": "italic", "heading": "bold"}
OFF = ["code", "fence", "blockquote", "hr", "lheading", "reference", "html_block", "html_inline", "image", "entity"]
SCHEMES = re.compile(r"(https?://|tel:|mailto:)", re.IGNORECASE)
HOST = re.compile(r"[\w-]+(\.[\w-]+)+|localhost")
WHOLE_ADDRESS = ":/?#[]@!$&'()*+,;=%~"  # kept as they are where a value is the whole address


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).disable(OFF)
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    parser.validateLink = lambda url: bool(SCHEMES.match(url) or HOLE.match(url))  # type: ignore[method-assign]
    return parser


PARSER = _parser()


@dataclass(frozen=True, slots=True)
class Mark:
    """A style or link from `start` to `stop`: where it begins without holes, and the number of holes before that."""

    start: tuple[int, int]
    stop: tuple[int, int]
    style: Style | None
    href: str


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A parsed text: `parts` are literal, hole, literal … in turn, a hole as the number of its value."""

    literals: tuple[str, ...]
    holes: tuple[int, ...]
    marks: tuple[Mark, ...]

    def filled(self, values: Sequence[str]) -> Text:
        """The text with its values put in and its styles and links moved along."""
        pieces = [self.literals[0]]
        lengths = [0]
        for hole, literal in zip(self.holes, self.literals[1:], strict=True):
            value = values[hole]
            pieces += (value, literal)
            lengths.append(lengths[-1] + len(value))
        plain = "".join(pieces)
        return self._marked(plain, lengths, values) if self.marks else Text(plain)

    def _marked(self, plain: str, lengths: list[int], values: Sequence[str]) -> Text:
        spans: list[Span] = []
        links: list[Link] = []
        for mark in self.marks:
            start = mark.start[0] + lengths[mark.start[1]]
            length = mark.stop[0] + lengths[mark.stop[1]] - start
            if not length:
                continue
            if mark.style:
                spans.append(Span(start, length, mark.style))
            elif href := address(mark.href, values):
                links.append(Link(start, length, href))
        return Text(plain, tuple(spans), tuple(links))


@lru_cache(4096)
def parse(markdown: str) -> Skeleton:
    """The skeleton of a text in which every value is a hole."""
    writer = _Writer()
    for token in PARSER.parse(markdown):
        writer.block(token)
    plain = "".join(writer.parts)
    pieces = HOLE.split(plain)
    holes = tuple(ord(hole) - FIRST_HOLE for hole in pieces[1::2])
    marks = tuple(_mark(plain, *found) for found in sorted(writer.found, key=lambda found: (found[0], -found[1])))
    return Skeleton(tuple(pieces[::2]), holes, marks)


def address(pattern: str, values: Sequence[str]) -> str:
    """The link with its values quoted; "" if what comes out is no address that a person may be sent to."""
    scheme = SCHEMES.match(pattern)
    kind = scheme.group().lower() if scheme else ""
    pieces = HOLE.split(pattern)
    for at in range(1, len(pieces), 2):
        whole = at == 1 and not pieces[0]
        pieces[at] = _quoted(values[ord(pieces[at]) - FIRST_HOLE], kind, whole)
    return href if _safe(href := "".join(pieces)) else ""


def _quoted(value: str, kind: str, whole: bool) -> str:
    if kind == "tel:":
        return re.sub(r"[^0-9+]", "", value)
    return quote(value.strip(), safe=WHOLE_ADDRESS if whole else "@" if kind == "mailto:" else "")


def _safe(href: str) -> bool:
    scheme = SCHEMES.match(href)
    if not scheme or any(sign.isspace() or not sign.isprintable() for sign in href):
        return False
    rest = href[scheme.end() :]
    match scheme.group().lower():
        case "tel:":
            return re.fullmatch(r"\+?[0-9.()-]{3,20}", rest) is not None
        case "mailto:":
            return re.fullmatch(r"[^@\s]+@[\w.-]+(\?.*)?", rest) is not None
    try:
        return HOST.fullmatch(urlsplit(href).hostname or "") is not None
    except ValueError:
        return False


def _mark(plain: str, start: int, stop: int, style: Style | None, href: str) -> Mark:
    before, inside = len(HOLE.findall(plain, 0, start)), len(HOLE.findall(plain, start, stop))
    return Mark((start - before, before), (stop - before - inside, before + inside), style, href)


@dataclass(slots=True)
class _Writer:
    """Writes the tokens of one text as plain text; `found` collects (start, stop, style, href)."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    found: list[tuple[int, int, Style | None, str]] = field(default_factory=list)
    open: list[tuple[int, str]] = field(default_factory=list)
    depth: int = 0
    marker: str = ""
    last: int = 0  # the source line after the last block: blank lines between blocks are kept as one

    def block(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                self.depth += 1
            case "bullet_list_close" | "ordered_list_close":
                self.depth -= 1
            case "list_item_open":
                sign = f"{token.info}{token.markup} " if token.info else BULLET
                self.marker = "  " * (self.depth - 1) + sign
            case "heading_open" | "heading_close":
                self.heading(token)
            case "inline":
                self.apart(token)
                self.inline(token.children or [])

    def heading(self, token: Token) -> None:
        if token.nesting > 0:
            self.apart(token)
        self.styled(token, "")

    def apart(self, token: Token) -> None:
        """Line breaks before a block, as many as the source has (at most one blank line), and the mark of a list."""
        start, stop = token.map or [self.last, self.last]
        if self.parts and start >= self.last:
            self.write("\n\n" if start > self.last else "\n")
        self.write(self.marker)
        self.marker, self.last = "", max(stop, self.last)

    def inline(self, tokens: list[Token]) -> None:
        for token in tokens:
            match token.type:
                case "text" | "text_special":
                    self.write(token.content)
                case "code_inline":
                    self.found.append((self.length, self.length + len(token.content), "code", ""))
                    self.write(token.content)
                case "softbreak" | "hardbreak":
                    self.write("\n")
                case _:
                    self.styled(token, str(token.attrs.get("href", "")))

    def styled(self, token: Token, href: str) -> None:
        if token.nesting > 0:
            self.open.append((self.length, href))
            return
        start, href = self.open.pop()
        style = STYLES.get(token.type.removesuffix("_close"))
        self.found.append((start, self.length, style, href))

    def write(self, words: str) -> None:
        if words:
            self.parts.append(words)
            self.length += len(words)
