"""Lines of business by the code of the standard classification, or by the words people use for what they do. One division
only if nothing else can be meant; else those that may be."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.flows.programme import Industry
from bot.flows.remembering import remembered
from bot.flows.understanding.choosing import Choosing
from bot.flows.understanding.naming import Kinds, Names, exactly, holding, names_of, part_of, slipped
from bot.flows.understanding.spelling import Words

LISTED = re.compile(r"[,;]")
LONGEST = 200  # characters of a line that names a line of business
CODE = re.compile(
    r"\s*(?:(?:mã|ma|ngành|nganh|vsic|code|số|so)\b[\s:.]*)*([A-Z])?[\s.-]*(\d{1,5})?\s*[.,]?\s*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Found:
    """Divisions that the line may mean; `sure`: it is the one."""

    divisions: tuple[Industry, ...] = ()
    sure: bool = False


def find(line: str, industries: tuple[Industry, ...], choosing: Choosing) -> Found:
    """The divisions that a line names."""
    if len(line) > LONGEST or not line.strip():
        return Found()
    if (code := CODE.fullmatch(line)) and (code[1] or code[2]):
        return _by_code((code[1] or "").upper(), code[2] or "", industries)
    found = _by_words(choosing.spell(line), industries, choosing)
    return replace(found, sure=found.sure and "?" not in line)


def _by_code(section: str, digits: str, industries: tuple[Industry, ...]) -> Found:
    """By a division's code, by one of its groups and classes ("1020"), or by a section's letter. A letter that does not
    fit (other editions had other letters) is confirmed, and so is a lone digit."""
    if not digits:
        return Found(tuple(one for one in industries if one.parent == section))
    wanted = digits.zfill(2)[:2]
    found = tuple(one for one in industries if one.parent and wanted in (one.code, *one.aliases))
    sure = len(found) == 1 and len(digits) > 1 and section in ("", found[0].parent)
    return Found(found, sure)


def _by_words(typed: Words, industries: tuple[Industry, ...], choosing: Choosing) -> Found:
    """By a whole name; else by names inside the line, or names that it is a part of; else by a likeness."""
    names, kinds = names_of(_called(industries), choosing.spell), choosing.kinds
    words = choosing.bared(typed)
    if whole := exactly(typed, names) or exactly(words, names):
        return _found(whole, industries, sure=True)
    doubtful = choosing.doubt.inside(typed)
    for named in (holding(words, names, kinds), part_of(words, names, kinds)):
        if named.indices:
            return _found(named.indices, industries, named.sure and not doubtful)
    return _found(slipped(words, names, kinds).indices or _sharing(words, names, kinds), industries, sure=False)


def _sharing(words: Words, names: Names, kinds: Kinds) -> tuple[int, ...]:
    """Those whose names share the most words that stand together in the line, two at least."""
    for size in range(len(words) - 1, 1, -1):
        spans = (words[start : start + size] for start in range(len(words) - size + 1))
        shared = {index for span in spans if not kinds.general(span) for index in part_of(span, names, kinds).indices}
        if shared:
            return tuple(sorted(shared))
    return ()


@remembered(4)
def _called(industries: tuple[Industry, ...]) -> tuple[tuple[str, ...], ...]:
    """All that each line of business is called, in every language. A title is a name as a whole and no list of names
    ("Sản xuất, …"); codes of other editions are none."""
    return tuple(
        (
            *(LISTED.sub(" ", title) for title in (*one.title.values(), *one.short.values())),
            *(alias for alias in one.aliases if not alias.isdecimal()),
        )
        for one in industries
    )


def _found(indices: tuple[int, ...], industries: tuple[Industry, ...], sure: bool) -> Found:
    """A section stands for its divisions, but only where nothing nearer was named."""
    named = [industries[index] for index in indices]
    divisions = [one for one in named if one.parent]
    if not divisions:
        sections = {one.code for one in named}
        divisions = [one for one in industries if one.parent in sections]
    return Found(tuple(divisions), sure and len(divisions) == 1)
