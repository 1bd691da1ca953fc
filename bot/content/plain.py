"""YAML as nearly all content is written, read some ten times as fast as by a reader of all of YAML: keys and lists by
indents, [lists] and {mappings}, words with or without quotes, blocks after | and |-. Whatever else stands in a text makes
it `Unusual`: then ruamel.yaml reads the whole of it, and names what is wrong. What both read, they read alike; this is
tried on all content and on content with random signs put in (tests/content/test_plain.py)."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate

from ruamel.yaml.resolver import Resolver

Path = tuple[str | int, ...]
TAG = "tag:yaml.org,2002:"
IMPLICIT = Resolver.yaml_implicit_resolvers  # of YAML 1.2: first sign → (tag, pattern) of what is no words
DEEPEST = 12
END = "\0"
ODD = re.compile(
    "[^\n\x20-\x7e\xa1-\ud7ff\ue000-\ufefe\uff00-\ufffc\U00010000-\U0010fffd]|[\u2000-\u200f\u2028-\u202f\u3000]"
)
KEY = re.compile(r"(\w[\w .+/()-]{0,99}?) *:(?: +(?=[^ ])|$)")
FLOW_KEY = re.compile(r"(?:(\w{1,99})|\"([^\"\\\n]{1,99})\"): +")
REST = re.compile(" *(?: #.*)?\n")
GAP = re.compile("[ \n]*")
QUOTED = re.compile(r"\"((?:[^\"\\\n]|\\[n\"\\])*)\"|'((?:[^'\n]|'')*)'")
BEGIN = r"[^\s\-?:,\[\]{}#&*!|>'\"%@`\0]"
PLAIN = re.compile(rf"{BEGIN}.*")
WITHIN = r"[^,\[\]{}:#\n\0]*"
FLOW_PLAIN = re.compile(rf"{BEGIN}{WITHIN}(?:\n +{BEGIN}{WITHIN})*")
FOLD = re.compile(" *\n +")
ESCAPED = re.compile(r"\\(.)")


class Unusual(Exception):
    """Something that is not plainly written, or wrong."""


def read(text: str, first: int) -> tuple[object, dict[Path, int]]:
    """The values, and path → line of its key or item, if the text's first line is line `first`; raises Unusual."""
    if ODD.search(text):
        raise Unusual
    if not text.endswith("\n"):
        if "|" in text:  # a block that ends without a line break
            raise Unusual
        text += "\n"
    plain = _Plain(text + END, text.split("\n"), first)
    data = plain.block(plain.indent(), ())
    if plain.indent() >= 0:
        raise Unusual
    return data, plain.lines


def meant(tag: str, words: str) -> object:
    """What words mean that stand without quotes; dates and odd numbers (007, .inf) stay as they are written."""
    try:
        match tag.removeprefix(TAG):
            case "null":
                return None
            case "bool":
                return words.lower() == "true"
            case "int":
                return int(words.replace("_", ""), 0) if words.lstrip("+-0") else 0
            case "float":
                return float(words.replace("_", ""))
    except ValueError:
        pass
    return words


@dataclass(slots=True)
class _Plain:
    """`at`: the row that is read next."""

    text: str
    rows: list[str]
    first: int
    at: int = 0
    lines: dict[Path, int] = field(init=False)
    starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.lines = {(): self.first}
        self.starts = list(accumulate((len(row) + 1 for row in self.rows), initial=0))

    def indent(self) -> int:
        """Of the next row with anything but a remark; -1 at the end."""
        while self.at < len(self.rows):
            said = self.rows[self.at].lstrip(" ")
            if said and said[0] != "#":
                return len(self.rows[self.at]) - len(said)
            self.at += 1
        return -1

    # -- by indents

    def block(self, indent: int, path: Path) -> object:
        if indent < 0 or len(path) > DEEPEST:
            raise Unusual
        listed = self.rows[self.at].startswith("- ", indent)
        found = self.items(indent, path) if listed else self.keys(indent, path)
        if self.indent() > indent:
            raise Unusual
        return found

    def keys(self, indent: int, path: Path) -> dict[str, object]:
        found: dict[str, object] = {}
        while self.indent() == indent:
            key = KEY.match(self.rows[self.at], indent)
            if key is None or key[1] in found:
                raise Unusual
            place = (*path, key[1])
            self.lines[place] = self.first + self.at
            found[key[1]] = self.value(indent, place, key.end())
        return found

    def items(self, indent: int, path: Path) -> list[object]:
        found: list[object] = []
        while self.indent() == indent:
            row, start = self.rows[self.at], indent + 2
            if not row.startswith("- ", indent) or row.startswith((" ", "#", "- "), start):
                raise Unusual
            place = (*path, len(found))
            self.lines[place] = self.first + self.at
            if KEY.match(row, start):
                self.rows[self.at] = row[:indent] + "  " + row[start:]
                found.append(self.block(start, place))
            else:
                found.append(self.value(indent, place, start))
        return found

    def value(self, indent: int, path: Path, start: int) -> object:
        """What stands in the row from `start` on, and in the rows below that belong to it."""
        words = self.rows[self.at][start:].rstrip(" ")
        if words[:1] in ("[", "{"):
            return self.flow(indent, path, start)
        self.at += 1
        if words in ("|", "|-"):
            return self.literal(indent) + ("\n" if words == "|" else "")
        if words and words[0] != "#":
            return _words(words)
        deeper = self.indent()
        return self.block(deeper, path) if deeper > indent else None

    def literal(self, indent: int) -> str:
        """The rows that stand deeper, as they are."""
        row = self.rows[self.at]
        deep = len(row) - len(row.lstrip(" "))
        if deep <= indent or deep == len(row):
            raise Unusual
        begun = self.at
        while self.at < len(self.rows) - 1 and (not (row := self.rows[self.at]) or row.startswith(" " * deep)):
            self.at += 1
        found = [row[deep:] for row in self.rows[begun : self.at]]
        if any(row and not row.strip(" ") for row in (*found, self.rows[self.at])):
            raise Unusual
        return "\n".join(found).rstrip("\n")

    # -- between brackets

    def flow(self, indent: int, path: Path, start: int) -> object:
        begun = self.at
        found, end = self.part(self.starts[begun] + start, path)
        self.at = bisect_right(self.starts, end - 1)
        for row in self.rows[begun + 1 : self.at]:
            if not row.startswith(" " * (indent + 1)):
                raise Unusual
        if not REST.match(self.text, end):
            raise Unusual
        return found

    def part(self, at: int, path: Path) -> tuple[object, int]:
        """The value that begins at this place of the text, and where it ends."""
        match self.text[at]:
            case "[":
                return self.listed(at + 1, path)
            case "{":
                return self.mapped(at + 1, path)
            case '"' | "'":
                return _quoted(self.text, at)
        if (found := FLOW_PLAIN.match(self.text, at)) is None:
            raise Unusual
        return _plain(FOLD.sub(" ", found[0].rstrip(" "))), found.end()

    def listed(self, at: int, path: Path) -> tuple[list[object], int]:
        found: list[object] = []
        at = _gap(self.text, at)
        while self.text[at] != "]":
            place = (*path, len(found))
            self.lines[place] = self.first + bisect_right(self.starts, at) - 1
            value, at = self.part(at, place)
            found.append(value)
            at = self.next(at, "]")
        return found, at + 1

    def mapped(self, at: int, path: Path) -> tuple[dict[str, object], int]:
        found: dict[str, object] = {}
        at = _gap(self.text, at)
        while self.text[at] != "}":
            key = FLOW_KEY.match(self.text, at)
            name = (key[1] or key[2]) if key else ""
            if key is None or name in found or len(path) > DEEPEST:
                raise Unusual
            place = (*path, name)
            self.lines[place] = self.first + bisect_right(self.starts, at) - 1
            found[name], at = self.part(key.end(), place)
            at = self.next(at, "}")
        return found, at + 1

    def next(self, at: int, end: str) -> int:
        """Behind a comma and the gap after it; at the end."""
        at = _gap(self.text, at)
        if self.text[at] == ",":
            return _gap(self.text, at + 1)
        if self.text[at] != end:
            raise Unusual
        return at


def _gap(text: str, at: int) -> int:
    found = GAP.match(text, at)
    return found.end() if found else at


def _words(words: str) -> object:
    """A value that has the rest of a row for itself."""
    if words[0] in "\"'":
        found, end = _quoted(words, 0)
        if end < len(words):
            raise Unusual
        return found
    if not PLAIN.match(words) or ": " in words or " #" in words or words[-1] == ":":
        raise Unusual
    return _plain(words)


def _quoted(text: str, at: int) -> tuple[str, int]:
    found = QUOTED.match(text, at)
    if found is None:
        raise Unusual
    double, single = found.groups()
    if single is not None:
        return single.replace("''", "'"), found.end()
    return ESCAPED.sub(lambda sign: "\n" if sign[1] == "n" else sign[1], double), found.end()


def _plain(words: str) -> object:
    for tag, pattern in IMPLICIT.get(words[0], ()):
        if pattern.match(words):
            return meant(str(tag), words)
    return words
