"""Who comes: each with a name, what they do and a telephone number. One line may say all three, or the name alone; several
lines, or parts divided by ";", are several persons, each whole."""

from __future__ import annotations

import re
import unicodedata

from bot.flows.answers import codes
from bot.flows.answers.outcomes import Asking, Outcome, Read
from bot.flows.answers.writing import clean, nobody
from bot.flows.values import Json

MOST = 20  # lines read at once
WORDS, LONGEST = range(2, 8), 100  # words of a person's name; characters of a name, and of a position
SEVERAL = re.compile(r"[;\n]")
BETWEEN = re.compile(r"\s*[,;|\t]\s*|\s+[-–]\s+")
CALLED = re.compile(r"(?i)\b(?:sđt|sdt|đt|điện thoại|dien thoai|di động|tel|phone)\b[\s.:]*$")


def people(asking: Asking, line: str) -> Outcome:
    """[{name, position, phone}]; of one alone, what was not said is not there."""
    lines = _lines(clean(line))
    read = [_person(each) for each in lines[:MOST]]
    found: list[Json] = [each for each in read if each and not nobody(asking, str(each["name"]))]
    whole = len(lines) == 1 or all(each and "phone" in each for each in read)
    if not lines or len(found) < len(lines) or not whole:
        return asking.unread()
    return Read(found)


def _lines(said: str) -> list[str]:
    """One for each person. A ";" divides persons where each part names somebody and says more, else what is said of one."""
    parts = [part for part in map(str.strip, SEVERAL.split(said)) if part]
    if all(len(_person(part) or ()) > 1 for part in parts[:MOST]):
        return parts
    return [each for each in map(str.strip, said.splitlines()) if each]


def _person(line: str) -> dict[str, Json] | None:
    rest, phones = _without_phone(unicodedata.normalize("NFKC", line))
    name, *others = [part for part in (each.strip(" .:-–") for each in BETWEEN.split(rest)) if part] or [""]
    position = ", ".join(others)
    if len(phones) > 1 or not is_name(name) or len(position) > LONGEST or any(map(str.isdecimal, position)):
        return None
    given: dict[str, Json] = {"name": " ".join(name.split())}
    if phones:
        return given | {"position": position, "phone": phones[0]}
    return given | {"position": position} if position else given


def _without_phone(line: str) -> tuple[str, list[str]]:
    """The line without its telephone numbers, and these."""
    phones: list[str] = []
    rest, at = "", 0
    for run in codes.RUN.finditer(line) if len(line) <= codes.LONGEST else ():
        if number := codes.number(run[0]):
            phones.append(number)
            rest, at = CALLED.sub("", rest + line[at : run.start()]) + ",", run.end()
    return rest + line[at:], phones


def is_name(name: str) -> bool:
    """A person's name has two words at least, and only letters."""
    parts = name.split()
    letters = all(sign.isalpha() or sign in " .'’-" or unicodedata.combining(sign) for sign in name)
    return len(parts) in WORDS and len(name) <= LONGEST and letters
