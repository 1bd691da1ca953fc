"""A case by its number as people type it, whole or its end alone, from anywhere."""

from __future__ import annotations

import re

from bot.flows.engine import cases, handoff, wishes
from bot.flows.engine.scene import Scene
from bot.flows.understanding import fold
from bot.flows.values import Json

NUMBER = re.compile(r"(?<![\w-])([A-Z]{1,8})[- ]?(\d{4})[- ](\d{1,6})(?![\w-])", re.IGNORECASE)
SHORT = r"\b(?:ho so|hs|case|application)(?: so| number)?(?: %s)? (\d{1,6})$"  # %s: what numbers begin with
SHORT_AMID = r"\bho so so (\d{1,6})\b"
OPENERS = (
    "ho so",
    "ho so so",
    "so ho so",
    "ma ho so",
    "case",
    "case number",
    "application",
    "xem ho so",
    "tra cuu ho so",
)


def wanted(scene: Scene, line: str) -> dict[str, Json]:
    """Which case the line names: by its number, or by the end of it ("hồ sơ 1", "hồ sơ AG 42")."""
    if found := NUMBER.search(line):
        return {"number": written(found)}
    short = re.search(shape(scene), fold(line)) or re.search(SHORT_AMID, fold(line))
    return {"short": int(short[1])} if short else {}


def shape(scene: Scene) -> str:
    """How the end of a case's number is said."""
    return SHORT % fold(scene.programme.case_prefix)


def numbered(scene: Scene, line: str) -> bool:
    """A line that is a case's number, alone, after "hồ sơ" or after words that take it back; at a question a number alone
    is an answer, unless it begins as ours do. Amid a talk it is the official's."""
    found = NUMBER.search(line[:120])
    if handoff.told(scene):
        return False
    if found is None:
        return _shortly(scene, line)
    before, after = fold(line[: found.start()]), fold(line[found.end() :])
    lexicon = scene.programme.lexicon
    if lexicon.withdraws(line[: found.start()]) and lexicon.courtesy(line[found.end() :]):
        wishes.let_go(scene)
        cases.status(scene, then="withdraw")
        return True
    waiting = scene.session.waiting
    if waiting and waiting.kind == "withdraw_case" and not after:
        scene.settle()
        cases.status(scene, then="withdraw")  # that one, then, and not the one asked about
        return True
    listing = waiting is not None and waiting.kind == "desk_list"  # an official means one of any organisation's
    ours = _is_ours(scene, found) and not handoff.is_here(scene) and not listing
    bare = [""] if not scene.amid or ours else []
    if after or before not in (*OPENERS, *bare):
        return False
    wishes.let_go(scene)
    cases.status(scene)
    return True


def _shortly(scene: Scene, line: str) -> bool:
    """ "Hồ sơ 1" and nothing else; at the summary too, where a bare number is an answer's."""
    named = re.fullmatch(shape(scene), fold(line[:60])) is not None
    if named:
        cases.status(scene)
    return named


def _is_ours(scene: Scene, found: re.Match[str]) -> bool:
    return found[1].upper() == scene.programme.case_prefix


def written(found: re.Match[str]) -> str:
    return f"{found[1].upper()}-{found[2]}-{found[3]:0>5}"
