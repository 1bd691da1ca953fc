"""Choices: by tap, by number, by their words; amounts that fall into a band; "khác: …". Between two it never guesses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from bot.flows.answers.amounts import amount, said_nothing, sum_of_money, sums
from bot.flows.answers.lone import is_no, not_among, said_alone
from bot.flows.answers.outcomes import Asking, Outcome, Read, Several, bounds
from bot.flows.answers.writing import TEXT, clean, wrong_length
from bot.flows.programme import Option, Question
from bot.flows.remembering import remembered
from bot.flows.understanding import Chosen
from bot.flows.understanding.folding import fold, marked
from bot.flows.understanding.naming import same
from bot.flows.understanding.numbers import MILLION, Quantity
from bot.flows.values import Json

LONGEST = 1_000  # characters; no longer line names choices
OTHER = "khac"  # how people begin what is not among the options
BARE_OTHER = re.compile(r"(?:^|[,;\n])\s*(?:khác|khac)\s+(?P<words>\w.*)$", re.IGNORECASE | re.DOTALL)
SPAN = re.compile(r"\s*(\d{1,2})\s*[-–]\s*(\d{1,2})\s*")
ZERO_FIRST = re.compile(r"\s*0[\d .]*\d\s*")  # a telephone or a code, no amount
NUMBERED = re.compile(r"\s*\d+\s*[.)]\s*")  # as lists are written
POLITE = frozenset(fold("số chọn dạ vâng ạ nha nhé nhen nghen em tôi là thôi").split())
LIKE_A_CODE = re.compile(r"\s*\d{6,}[1-9]\d{0,2}\s*")  # nobody counts so exactly without marking the thousands
SAID_OTHER = re.compile(
    r"(?:^|[,;\n]|\bvà\b|\bva\b)\s*(?P<name>[^:,;\n–]{1,80}?)\s*(?::|\s[-–]\s)\s*(?P<words>\S.*)$", re.DOTALL
)


def yes_no(asking: Asking, line: str) -> Outcome:
    """Yes or no in words; 1 and 2 are the two choices as they stand."""
    said = asking.programme.lexicon.yes_no(line) if len(line) <= LONGEST else None
    numbered = {"1": True, "2": False, "0": False}.get(fold(line[:LONGEST]))
    said = numbered if numbered is not None else True if said is None and _begun(asking, line) else said
    return asking.unread() if said is None else Read(said)


def yes_no_tapped(asking: Asking, value: str) -> Outcome:
    said = {"yes": True, "no": False}.get(value)
    return asking.unread() if said is None else Read(said)


def choice(asking: Asking, line: str) -> Outcome:
    """One option. Words that fit none are no answer, also where there is an option "other": they may be a slip."""
    if len(line) > LONGEST:
        return not_among(asking)
    rest, other = _without_other(asking, line)
    if other and not rest:
        return wrong_length(asking, other, TEXT) or Read(asking.question.other, other=other)
    exact = _exact(asking, line)
    if exact is None and (alone := said_alone(asking, line)):
        return alone
    if exact is None and (banded := _in_bands(asking, line)):
        return _or_ordinal(asking, line, banded)
    chosen = _chosen(asking, line, exact, several=False)
    ids: list[Json] = [asking.question.options[index].id for index in chosen.indices or chosen.candidates]
    if len(chosen.indices) == 1:
        return Read(ids[0])
    if not ids and (head := _begun(asking, line)):
        return said_alone(asking, head) or not_among(asking)
    return asking.several(ids[:8]) if ids else not_among(asking)


def _begun(asking: Asking, line: str) -> str:
    """The yes before a comma, "" if there is none."""
    return asking.programme.lexicon.replies.begun(line) if len(line) <= LONGEST else ""


def choice_tapped(asking: Asking, value: str) -> Outcome:
    return Read(value) if asking.question.option(value) else not_among(asking)


def choices(asking: Asking, line: str) -> Outcome:
    """Several options: "1, 3", "gạo và trái cây", "tất cả", also with "khác: …" at the end."""
    if len(line) > LONGEST:
        return not_among(asking)
    exact = _exact(asking, line)
    if exact is None and (answered := _span(asking, line) or said_alone(asking, line)):
        return answered
    line, other = _without_other(asking, line)
    chosen = _chosen(asking, line, _exact(asking, line), several=True)
    question = asking.question
    ids = [question.options[index].id for index in chosen.indices] or _both(question, chosen.together)
    if not ids and line and not (other or chosen.together) and _says_none(asking, line):
        if not any(is_no(asking, option) for option in question.options if option.id == question.none):
            return asking.several([[question.none]])
        ids = [question.none]
    elif chosen.candidates:
        return _which(asking, chosen)
    if not ids and (line or not other):
        return not_among(asking)
    if len(ids) == len(question.options):
        ids = _real(question)
    return _picked(asking, [*ids, *([question.other] if other else [])], other)


def _which(asking: Asking, chosen: Chosen) -> Outcome:
    """One of the candidates, each with what was named beside it; nothing that was said is lost by the asking."""
    options = asking.question.options
    picked = [
        _picked(asking, {options[index].id for index in (*chosen.beside, candidate)})
        for candidate in chosen.candidates[:8]
    ]
    values = [one.value for one in picked if isinstance(one, Read)]
    return asking.several(values) if values else picked[0]


def _real(question: Question) -> list[str]:
    """All options but those that stand for none and for another."""
    return [option.id for option in question.options if option.id not in {question.none, question.other}]


def _both(question: Question, together: int) -> list[str]:
    """All of so many, where there are just so many."""
    return _real(question) if together and len(_real(question)) == together else []


def _span(asking: Asking, line: str) -> Outcome | None:
    """ "1-3" may be the first to the third, or the first and the third."""
    found, options = SPAN.fullmatch(line), asking.question.options
    first, last = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= first < last <= len(options):
        return None
    read = [
        _picked(asking, {options[n - 1].id for n in numbers}) for numbers in (range(first, last + 1), (first, last))
    ]
    values = [result.value for result in read if isinstance(result, Read)]
    if not values:
        return read[0]
    return Read(values[0]) if last == first + 1 else asking.several(values)


def choices_tapped(asking: Asking, value: str) -> Outcome:
    """`=a,b`: all that were ticked; a bare option is one."""
    ids = [picked for picked in value.removeprefix("=").split(",") if picked]
    if not all(asking.question.option(picked) for picked in ids):
        return not_among(asking)
    return _picked(asking, ids)


def _picked(asking: Asking, ids: Iterable[str], other: str = "") -> Outcome:
    """What was picked, in the options' order, if it goes together and is neither too little nor too much."""
    question, chosen = asking.question, set(ids)
    picked: list[Json] = [option.id for option in question.options if option.id in chosen]
    low, high = bounds(question, 1, len(question.options))
    if question.none in chosen and len(picked) > 1:
        return asking.unread("choices_none", label=asking.show(question.none))
    if len(picked) < low and question.none not in chosen:
        return asking.unread("picked_few", minimum=int(low))
    if len(picked) > high:
        return asking.unread("picked_many", maximum=int(high))
    return (wrong_length(asking, other, TEXT) if other else None) or Read(picked, other=other)


def _chosen(asking: Asking, line: str, exact: int | None, several: bool) -> Chosen:
    """What is called exactly so, before all else; with a question mark ("gạo?") it is asked back."""
    if exact is None:
        return _named(asking, line, several)
    return Chosen(candidates=(exact,)) if "?" in line else Chosen((exact,))


def _named(asking: Asking, line: str, several: bool) -> Chosen:
    """What the lexicon finds by words; a bare yes names no option that merely has that word in it."""
    if asking.programme.lexicon.yes_no(line) is True and line.replace(" ", "").isalpha() and len(line.split()) <= 2:
        return Chosen()
    return asking.programme.lexicon.choose(line, _labels(asking.question), several)


@remembered(1024)
def _labels(question: Question) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(_names(option)) for option in question.options)


def _names(option: Option) -> Iterable[str]:
    return (*option.label.values(), *option.aliases)


def _exact(asking: Asking, line: str) -> int | None:
    """The one option that is called exactly so: before all else, since a label may hold commas and numbers. Accents
    that were typed must be those of the name: "khó" is not khô."""
    called = _called(asking.question).get(fold(line[:LONGEST]), ())
    places = {place for place, name in called if line.isascii() or _fits(line, name)}
    return places.pop() if len(places) == 1 else None


@remembered(1024)
def _called(question: Question) -> dict[str, tuple[tuple[int, str], ...]]:
    """What the options are called, folded → which of them, and the name as it stands."""
    found: dict[str, tuple[tuple[int, str], ...]] = {}
    for place, name in ((place, name) for place, option in enumerate(question.options) for name in _names(option)):
        found[fold(name)] = (*found.get(fold(name), ()), (place, name))
    return {said: called for said, called in found.items() if said}


def _fits(line: str, name: str) -> bool:
    return same(marked(line), marked(name))


def _says_none(asking: Asking, line: str) -> bool:
    return bool(asking.question.none) and (said_nothing(line) or asking.programme.lexicon.yes_no(line) is False)


def _without_other(asking: Asking, line: str) -> tuple[str, str]:
    """ "gạo, khác: bánh tráng" → "gạo" and "bánh tráng"; the second is "" where nothing of the kind is said."""
    option = asking.question.option(asking.question.other) if asking.question.other else None
    if option is None or _exact(asking, line) is not None:
        return line, ""
    number = str(asking.question.options.index(option) + 1)
    if (found := SAID_OTHER.search(line)) and fold(found["name"]) in {OTHER, number, *map(fold, _names(option))}:
        return line[: found.start()].strip(), clean(found["words"])
    found = BARE_OTHER.search(line)
    return (line[: found.start()].strip(), clean(found["words"])) if found else (line, "")


def _in_bands(asking: Asking, line: str) -> Outcome | None:
    """An amount that falls into a band; None where there are no bands or no amount."""
    bands = _bands(asking)
    if not bands:
        return None
    about_money = (
        max(abs(edge) for option in bands for edge in (option.low, option.high) if edge is not None) >= MILLION
    )
    said = None if ZERO_FIRST.fullmatch(line) else sum_of_money(line) if about_money else amount(asking.question, line)
    if said is None or said.foreign or (said.scaled and not about_money and max(said.values) >= MILLION):
        return None
    fallen = _fallen(asking, bands, said, sums(said) if about_money else said.values)
    return asking.several([fallen.value]) if isinstance(fallen, Read) and LIKE_A_CODE.fullmatch(line) else fallen


def _bands(asking: Asking) -> list[Option]:
    return [option for option in asking.question.options if option.low is not None or option.high is not None]


def _or_ordinal(asking: Asking, line: str, banded: Outcome) -> Outcome:
    """At bands a bare "3" may be the third of them, or three: where these differ, it is asked which. "3." is the third."""
    said, options = [word for word in fold(line).split() if word not in POLITE], asking.question.options
    number = said[0] if len(said) == 1 else ""
    if not (number.isdecimal() and len(number) < 4 and 1 <= int(number) <= len(options)):
        return banded
    third = options[int(number) - 1].id
    amounts = {banded.value} if isinstance(banded, Read) else set()
    if isinstance(banded, Several):
        amounts = {value for value, _ in banded.candidates}
    if NUMBERED.fullmatch(line) or amounts <= {third}:
        return Read(third)
    return asking.several([option.id for option in options if option.id == third or option.id in amounts])


def _fallen(asking: Asking, bands: Sequence[Option], said: Quantity, values: Sequence[Decimal]) -> Outcome | None:
    """The band, if all that the amount can mean falls into it; "hơn 10 tỷ" is confirmed unless the last band is meant."""
    ids: list[Json] = []
    ids += dict.fromkeys(band.id for value in values for band in bands if _holds(band, value, said.relation == "over"))
    if not ids:
        return None
    edge = {"over": bands[-1].id, "under": bands[0].id}.get(said.relation, ids[0])
    return Read(ids[0]) if len(ids) == 1 and ids[0] == edge else asking.several(ids[:8])


def _holds(band: Option, value: Decimal, over: bool) -> bool:
    low = Decimal(str(band.low)) if band.low is not None else None
    high = Decimal(str(band.high)) if band.high is not None else None
    if over:
        return (low is None or value >= low) and (high is None or value < high)
    return (low is None or value > low or value == low == 0) and (high is None or value <= high)
