"""How somebody answers the needs survey, from nothing but the buttons they see: each button names its question."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any
from zlib import crc32

from stdnum.vn import mst

QUESTION = re.compile(r"(\d+)\.(\w+)\.(.+)")
BEGIN, RECEIVED = "khảo sát", "Đã nhận Khảo sát"
SEVERAL = {"needs", "systems", "problems", "tracing_now", "tracing_wish", "training_topics"}
Key = tuple[int, str]  # run and question
Typed = Callable[[str, random.Random], tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class Line:
    """What is said or tapped next; of an answer, which it is and how it must be stored."""

    kind: str
    data: dict[str, str]
    key: Key | None = None
    stored: Any = None


def asked(values: Sequence[str]) -> Key | None:
    """The question that these buttons belong to."""
    found = next((match for value in values if (match := QUESTION.fullmatch(value))), None)
    return (int(found[1]), found[2]) if found else None


def next_line(values: Sequence[str], tag: str, chance: random.Random, typed: Mapping[str, Typed]) -> Line | None:
    """The line that goes on from these buttons: an answer, the sending, a consent; None when nothing is asked."""
    if submit := next((value for value in values if value.endswith(".!summary.!submit")), None):
        return Line("tapped", {"value": submit})
    if key := asked(values):
        return _answer(key, values, f"{tag}-{key[0]}", chance, typed)
    if agree := next((value for value in values if value.startswith("ok.")), None):
        return Line("tapped", {"value": agree})
    return None


def _answer(key: Key, values: Sequence[str], tag: str, chance: random.Random, typed: Mapping[str, Typed]) -> Line:
    run, question = key
    if question in typed:
        words, stored = typed[question](tag, chance)
        return Line("said", {"text": words}, key, stored)
    options = [option for value in values if not (option := value.split(".", 2)[2]).startswith("!")]
    assert options, f"no way to answer {question}"
    pick = chance.choice([option for option in options if option != "other"])
    if question in SEVERAL:
        return Line("tapped", {"value": f"{run}.{question}.={pick}"}, key, [pick])
    return Line("tapped", {"value": f"{run}.{question}.{pick}"}, key, stored_choice(pick))


def stored_choice(pick: str) -> Any:
    """What a tapped value must become: yes and no, a rating, else the option's id."""
    return {"yes": True, "no": False}.get(pick, int(pick) if pick.isdecimal() else pick)


def alike(stored: object, said: object) -> bool:
    """Whether it was stored as said; of a commune we know but its name."""
    if isinstance(stored, dict) and isinstance(said, dict):
        return all(stored.get(name) == value for name, value in said.items())
    return stored == said


def _number(low: int, high: int) -> Typed:
    def answer(tag: str, chance: random.Random) -> tuple[str, Any]:
        number = chance.randint(low, high)
        return str(number), number

    return answer


def words(start: str) -> Typed:
    return lambda tag, chance: (f"{start} {tag}", f"{start} {tag}")


def _phone(tag: str, chance: random.Random) -> tuple[str, Any]:
    digits = f"91234{chance.randint(0, 9999):04}"
    return f"0{digits}", f"+84{digits}"


def _tax_code(tag: str, chance: random.Random) -> tuple[str, Any]:
    """Everybody's own: of a second person of an organisation its members would be asked."""
    for number in count(1_000_000 + crc32(tag.encode()) % 800_000_000):
        check = mst.calc_check_digit(f"{number:09}")
        if len(check) == 1:
            return f"{number:09}{check}", f"{number:09}{check}"
    raise AssertionError("numbers end")


# Question → what is typed, and how it must be stored.
TYPED: dict[str, Typed] = {
    "employees": _number(20, 900),
    "training_people": _number(1, 20),
    "difficulty": words("Chưa có người rành hồ sơ"),
    "unit_name": words("Cơ sở Ví Dụ"),
    "tax_code": _tax_code,
    "commune": lambda tag, chance: ("phường Long Xuyên", {"name": "Phường Long Xuyên"}),
    "contact_name": words("Người Ví Dụ"),
    "phone": _phone,
}
