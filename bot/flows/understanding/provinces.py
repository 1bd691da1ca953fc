"""Whether a line names a place in another province: by its present or pre-2025 name, or by a place everybody knows. A name
that one of the programme's own communes has too means that one, unless what stands beside it says otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.flows.programme import Commune, Province
from bot.flows.remembering import remembered
from bot.flows.understanding.folding import bare, fold, marked
from bot.flows.understanding.places import BELOW, LONGEST, PROVINCE_KINDS, Index, Words, index_of, key_of, kind_of

KIND_NAMES = {"tinh": "Tỉnh", "thanh_pho": "Thành phố"}
COUNTRY = ("viet", "nam")
STREETS = BELOW | frozenset(marked("đường duong quốc lộ quoc lo chợ cho"))


@dataclass(frozen=True, slots=True)
class Known:
    """A name of another province. `plain`: of one word that may be a part of any name ("Vinh"), unless set apart."""

    province: Province
    spelt: Words
    plain: bool


def official(province: Province) -> str:
    """The name with its kind: "Thành phố Cần Thơ"."""
    return f"{KIND_NAMES[province.kind]} {province.name}"


def elsewhere(text: str, communes: tuple[Commune, ...], provinces: tuple[Province, ...]) -> Province | None:
    """The other province that the line names."""
    if len(text) > LONGEST or not provinces or not communes:
        return None
    own, others = index_of(communes), _others(communes, provinces)
    segments = [words for part in re.split(r"[,;/\n|()]", text) if (words := _without_country(marked(part)))]
    if not segments:
        return None
    *before, last = segments
    found = _whole(last, others, own, before) if before else None
    return found or _ends(last, others, own)


def _whole(last: Words, others: Mapping[str, Known], own: Index, before: list[Words]) -> Province | None:
    """The part after the last comma is a province; as long as what stands before it is none of ours with that name."""
    kind, name = _province_kind(last)
    known = _called(name, others)
    if known is None:
        return None
    if kind or key_of(name) not in own.names:
        return known.province
    beside = before[-1]
    ours = key_of(kind_of(beside)[1]) in own.names or beside[0] in STREETS or beside[0].isdecimal()
    return None if ours else known.province


def _ends(words: Words, others: Mapping[str, Known], own: Index) -> Province | None:
    """The line, or its last part, ends with a province's name."""
    if key_of(words) in own.names or key_of(kind_of(words)[1]) in own.names:
        return None
    for size in range(len(words), 0, -1):
        known = _called(words[-size:], others)
        if known and _set_apart(words[:-size], known, key_of(words[-size:]) in own.names):
            return known.province
    return None


def _set_apart(before: Words, known: Known, shared: bool) -> bool:
    """Whether what stands before the name leaves it a province's. `shared`: a commune of ours is called so too."""
    if not before:
        return not shared
    if bare(before[-1]) in PROVINCE_KINDS:
        return True
    kind, rest = kind_of(before)
    if before[-1] in STREETS or shared or known.plain:
        return False
    return bool(rest) or kind == "district"


def _called(words: Words, others: Mapping[str, Known]) -> Known | None:
    """The province of that name; accents that were typed must be the name's."""
    known = others.get(key_of(words)) if words else None
    spelt = known and (all(word.isascii() for word in words) or known.spelt == words)
    return known if spelt else None


def _province_kind(words: Words) -> tuple[bool, Words]:
    rest = words
    while len(rest) > 1 and bare(rest[0]) in PROVINCE_KINDS:
        rest = rest[1:]
    return rest != words, rest


def _without_country(words: Words) -> Words:
    return words[:-2] if tuple(bare(word) for word in words[-2:]) == COUNTRY else words


@remembered(8)
def home(communes: tuple[Commune, ...], provinces: tuple[Province, ...]) -> str:
    """The province of these communes as it stands in an address ("tỉnh An Giang"); "" where the table does not tell."""
    own = index_of(communes).provinces if communes else frozenset()
    found = [each for each in provinces if " ".join(fold(each.name).split()) in own]
    return official(found[0])[:1].lower() + official(found[0])[1:] if len(found) == 1 else ""


def _others(communes: tuple[Commune, ...], provinces: tuple[Province, ...]) -> dict[str, Known]:
    own = index_of(communes).provinces
    names: dict[str, Known] = {}
    for province in provinces:
        if not own & {" ".join(fold(name).split()) for name in (province.name, *province.former)}:
            names |= {key_of(known.spelt): known for known in _names(province)}
    return names


def _names(province: Province) -> Iterator[Known]:
    kinds: tuple[tuple[tuple[str, ...], Literal["name", "alias"]], ...] = (
        ((province.name, *province.former, *province.places), "name"),
        (province.aliases, "alias"),
    )
    for names, kind in kinds:
        for name in names:
            spelt = marked(name)
            yield Known(province, spelt, len(spelt) == 1 and kind == "name")
