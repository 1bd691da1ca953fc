"""Numbers and money in words and digits → every value they can mean. Nothing is guessed: "1,250 tỷ" has two readings,
"hơn 20" says so, and the words around a number are handed back for the reader of an answer to judge."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile
from typing import Literal

from bot.flows.understanding.folding import bare, marked

Relation = Literal["exact", "over", "under", "between"]
Kind = Literal["digits", "digit", "scale", "half", "odd", "word"]
Values = tuple[Decimal, ...]

LONGEST, MOST_DIGITS = 200, 18  # characters, digits: nobody writes one number in more
THOUSAND, MILLION, BILLION = 1_000, 1_000_000, 1_000_000_000

DIGITS = {
    "không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "nhăm": 5, "sáu": 6, "bảy": 7,
    "bẩy": 7, "tám": 8, "chín": 9,
}  # fmt: skip
SCALES = {
    "mười": 10, "mươi": 10, "chục": 10, "trăm": 100, "nghìn": THOUSAND, "ngàn": THOUSAND, "k": THOUSAND, "vạn": 10_000,
    "triệu": MILLION, "tr": MILLION, "trđ": MILLION, "tỷ": BILLION, "tỉ": BILLION, "thousand": THOUSAND, "million": MILLION,
    "billion": BILLION,
}  # fmt: skip
SLANG = {"củ": MILLION, "chai": MILLION, "tỏi": BILLION}
CURRENCY = ("đ", "d", "đồng", "dong", "vnđ", "vnd")
FOREIGN = frozenset({"$", "€", "£", "¥", "usd", "do", "dola", "eur", "euro", "yen", "te", "ndt"})
BETWEEN = frozenset({"-", "–", "—", "~", "den", "toi", "hoac", "hay"})
BOUND = re.compile(
    r"\b(?:(?P<under>it hon|thap hon|nho hon|khong qua|khong den|khong toi|chua den|chua toi|toi da|nhieu nhat|duoi|gan)"
    r"|(?P<over>nhieu hon|lon hon|it nhat|toi thieu|tren|hon))\b|(?P<less>[<≤])|(?P<more>[>≥+])"
)
CLOSINGS: dict[str, Relation] = {"tro len": "over", "+": "over", "tro xuong": "under"}

TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|\S")
GROUPS = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?![\d.,])")
A_YEAR = re.compile(r"(?<=\S)\s*(?:/|mỗi|một|hàng|hằng|moi|mot|hang)\s*(?:năm|nam)\b")
QUIET = frozenset(".,;:!()[]\"'“”…*_~≈")


@dataclass(frozen=True, slots=True)
class Quantity:
    """One amount as said. `values`: what it can mean; of "between" the two ends.

    `scaled`: a word such as nghìn or tỷ was said; `currency`: đồng was; `foreign`: another currency was.
    `before`, `after`: the other words, folded.
    """

    values: Values
    relation: Relation = "exact"
    scaled: bool = False
    currency: bool = False
    foreign: bool = False
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the line; `glued`: no blank before it ("1tr5")."""

    kind: Kind
    raw: str
    values: Values = ()
    glued: bool = False

    @property
    def value(self) -> Decimal:
        return self.values[0]


def _keys(names: dict[str, int]) -> dict[str, int]:
    """Marked and unaccented spellings; what is typed with accents must have the right ones ("tầm" is not eight)."""
    table = {marked(name)[0]: value for name, value in names.items()}
    for name, value in list(table.items()):
        table.setdefault(bare(name), value)
    return table


DIGIT_WORDS, SCALE_WORDS, SLANG_WORDS = _keys(DIGITS), _keys(SCALES), _keys(SLANG)
LAST_DIGITS = frozenset(_keys(dict.fromkeys(("mốt", "lăm", "nhăm"), 0)))  # "hai lăm" is 25, "hai ba" is not 23
CURRENCY_WORDS = frozenset(_keys(dict.fromkeys(CURRENCY, 0)))
HALF_WORDS, ODD_WORDS = _keys(dict.fromkeys(("rưỡi", "rưởi", "nửa"), 0)), _keys(dict.fromkeys(("lẻ", "linh"), 0))


def quantity(text: str, money: bool = False) -> Quantity | None:
    """The one amount in a line, or None when there is none, or more than a range. `money` also reads "2 củ", "5đ"."""
    if len(text) > LONGEST:
        return None
    line = A_YEAR.sub("", unicodedata.normalize("NFKC", text).lower())
    tokens = _as_said(list(_tokens(GROUPS.sub(lambda found: found[0].replace(" ", ""), line), money)))
    phrases = _phrases(tokens)
    if len(phrases) == 1:
        return _single(tokens, *phrases[0], money)
    if len(phrases) == 2:
        return _range(tokens, phrases[0], phrases[1], money)
    return None


def numeral(raw: str, scaled: bool = False) -> Values:
    """What digits with dots and commas can mean: `1.200` 1200, `1,5` and `1.5` one and a half, `1,250` before a scale
    word both 1250 and 1.25; nothing for `1.2.3`."""
    whole, *tails = re.split(r"[.,]", raw)
    if len(raw) - len(tails) > MOST_DIGITS:
        return ()
    marks = re.findall(r"[.,]", raw)
    if len(marks) == 1:
        return _one_mark(whole, tails[0], scaled and marks[0] == ",")
    decimals = tails.pop() if len(set(marks)) == 2 else ""
    if marks and (
        marks[:-1] != [marks[0]] * (len(marks) - 1) or len(whole) > 3 or any(len(tail) != 3 for tail in tails)
    ):
        return ()
    return (Decimal(f"{whole}{''.join(tails)}" + (f".{decimals}" if decimals else "")),)


def _one_mark(whole: str, tail: str, both: bool) -> Values:
    decimal, thousands = Decimal(f"{whole}.{tail}"), Decimal(whole + tail)
    if len(tail) != 3 or len(whole) > 3 or int(whole) == 0:
        return (decimal,)
    return (decimal, thousands) if both else (thousands,)


def _tokens(line: str, money: bool) -> Iterator[Token]:
    end = -1
    for found in TOKEN.finditer(line):
        yield _token(found[0], found.start() == end, money)
        end = found.end()


def _token(raw: str, glued: bool, money: bool) -> Token:
    if raw[0].isdecimal():
        return Token("digits", raw, numeral(raw), glued)
    key = next(iter(marked(raw)), raw)
    if key in DIGIT_WORDS:
        return Token("digit", key, (Decimal(DIGIT_WORDS[key]),), glued)
    if key in HALF_WORDS:
        return Token("half", key, (Decimal("0.5"),), glued)
    if key in ODD_WORDS:
        return Token("odd", key, (), glued)
    scale = SCALE_WORDS.get(key) or (SLANG_WORDS.get(key) if money else None)
    return Token("scale", key, (Decimal(scale),), glued) if scale else Token("word", key, (), glued)


def _as_said(tokens: list[Token]) -> list[Token]:
    """The tokens with those number words turned back into plain words that are none here: "năm 2027", "công ty",
    "không quá", "lẻ tẻ"; and "1,250" before a scale with both its readings."""
    said: list[Token] = []
    for place, token in enumerate(tokens):
        last = said[-1].kind if said else "word"
        following = tokens[place + 1].kind if place + 1 < len(tokens) else "word"
        if token.kind == "digits" and following == "scale":
            token = Token("digits", token.raw, numeral(token.raw, scaled=True), token.glued)
        said.append(Token("word", token.raw) if _is_plain(token, last, following) else token)
    return said


def _is_plain(token: Token, last: Kind, following: Kind) -> bool:
    match token.kind:
        case "digit":
            lonely_zero = token.value == 0 and last == following == "word"
            return last == "digits" or following == "digits" or lonely_zero
        case "scale":
            return last == "word" and following == "word" and bare(token.raw) != "muoi"
        case "odd":
            return last == "word" or following == "word"
        case "half":
            return last == "word" and following != "scale"
        case _:
            return False


def _phrases(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Where numbers stand: (first, past the last) of each run of number tokens; digits after digits begin another."""
    runs: list[tuple[int, int]] = []
    for place, token in enumerate(tokens):
        if token.kind == "word":
            continue
        joins = runs and runs[-1][1] == place and not (token.kind == tokens[place - 1].kind == "digits")
        runs[-1:] = [(runs[-1][0], place + 1)] if joins else [*runs[-1:], (place, place + 1)]
    return runs


def _single(tokens: list[Token], first: int, past: int, money: bool) -> Quantity | None:
    values = _value(tokens[first:past])
    before, after = tokens[:first], tokens[past:]
    if tokens[past - 1].kind == "scale" and after and bare(after[0].raw) == "may":
        return None  # "mười mấy"
    if before and before[-1].raw == "-" and tokens[first].glued:
        before, values = before[:-1], tuple(-value for value in values)
    scaled = _top(tokens[first:past]) >= THOUSAND
    return _quantity(values, before, after, scaled, money) if values else None


def _range(tokens: list[Token], one: tuple[int, int], two: tuple[int, int], money: bool) -> Quantity | None:
    between = [bare(token.raw) for token in tokens[one[1] : two[0]] if token.raw not in CURRENCY_WORDS]
    low, high = tokens[slice(*one)], tokens[slice(*two)]
    low_values, high_values = _value(low), _value(high)
    if not between or not BETWEEN.issuperset(between) or len(low_values) != 1 or len(high_values) != 1:
        return None
    top = _top(high)
    shared = Decimal(top) if top >= THOUSAND and _top(low) < THOUSAND else Decimal(1)  # "5-7 tỷ"
    ends = (low_values[0] * shared, high_values[0])
    return _quantity(ends, tokens[: one[0]], tokens[two[1] :], top >= THOUSAND, money, "between")


def _quantity(
    values: Values,
    before: Sequence[Token],
    after: Sequence[Token],
    scaled: bool,
    money: bool,
    relation: Relation = "exact",
) -> Quantity:
    keys = [token.raw for token in (*before, *after)]
    lead, trail = _words(before, money), _words(after, money)
    if relation == "exact":
        relation, lead, trail = _bounded(lead, trail)
    currency = money and not CURRENCY_WORDS.isdisjoint(keys)
    foreign = not FOREIGN.isdisjoint(bare(key) for key in keys)
    return Quantity(values, relation, scaled, currency, foreign, lead, trail)


def _words(tokens: Sequence[Token], money: bool) -> tuple[str, ...]:
    said = (token.raw for token in tokens if token.raw not in QUIET and not (money and token.raw in CURRENCY_WORDS))
    return tuple(bare(raw) for raw in said)


def _bounded(lead: tuple[str, ...], trail: tuple[str, ...]) -> tuple[Relation, tuple[str, ...], tuple[str, ...]]:
    """ "hơn 20", "20 trở lên", "20+": the relation, and the words without those that say it."""
    start, end = " ".join(lead), " ".join(trail)
    for closing, relation in CLOSINGS.items():
        if closing in end:
            return relation, lead, tuple(end.replace(closing, "", 1).split())
    if not (found := BOUND.search(start)):
        return "exact", lead, trail
    without = tuple(BOUND.sub("", start, count=1).split())
    return "under" if found["under"] or found["less"] else "over", without, trail


def _top(phrase: Sequence[Token]) -> int:
    return max((int(token.value) for token in phrase if token.kind == "scale"), default=1)


def _value(phrase: Sequence[Token]) -> Values:
    """All readings of a run of number tokens: what stands before its largest scale times that scale, and the rest."""
    top = _top(phrase)
    if top == 1:
        return _plain(phrase)
    place = len(list(takewhile(lambda token: token.kind != "scale" or token.value != top, phrase)))
    heads = _value(phrase[:place]) if place else (Decimal(1),)
    tails = _tail(phrase[place + 1 :], Decimal(top))
    return tuple(dict.fromkeys(head * top + tail for head in heads for tail in tails))


def _plain(phrase: Sequence[Token]) -> Values:
    match phrase:
        case [Token(kind="odd"), *rest]:
            return _plain(rest)
        case [one]:
            return one.values
        case [Token(kind="digit") as ten, Token(kind="digit", raw=raw) as one] if raw in LAST_DIGITS:
            return (ten.value * 10 + one.value,)
        case _:
            return ()


def _tail(rest: Sequence[Token], top: Decimal) -> Values:
    """What follows a scale: "1 triệu 2" is 1,200,000, "hai trăm lẻ năm" 205, "1 triệu 25" one of two."""
    if not rest:
        return (Decimal(0),)
    if [token.kind for token in rest] == ["half"]:
        return (top / 2,)
    values = _value(rest[1:] if rest[0].kind == "odd" else rest)
    if len(values) != 1 or _top(rest) >= THOUSAND or _is_literal(rest, top):
        return tuple(value for value in values if 0 <= value < top)
    return tuple(dict.fromkeys(value for value in _shortened(rest, values[0], top) if value < top))


def _is_literal(rest: Sequence[Token], top: Decimal) -> bool:
    return top == 10 or rest[0].kind == "odd" or rest[0].values[:1] == (Decimal(0),)


def _shortened(rest: Sequence[Token], value: Decimal, top: Decimal) -> Values:
    if value != int(value):
        return ()
    if value < 10 and len(rest) == 1:
        return (value * top / 10,)
    if top == 100 or value >= THOUSAND:
        return (value,)
    if value >= 100:
        return (value * top / 1000,)
    return (value * top / 100,) if rest[0].glued else (value * top / 1000, value * top / 100)
