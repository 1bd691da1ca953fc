"""Communes by the names people type: today's, other and pre-2025 ones, with or without accents, kind words, the former
district and the province. Exact before fuzzy; what could be two places gives both."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal

from rapidfuzz import fuzz, process

from bot.flows.programme import Commune
from bot.flows.remembering import remembered
from bot.flows.understanding.folding import bare, fold, marked

Words = tuple[str, ...]
Level = Literal["present", "former", "district"]

LONGEST = 200  # characters of an address line
ALIKE = 84  # of 100; a slip in a name of six letters passes, one in a name of four does not
NEARLY_AS_ALIKE = 4
KIND_NAMES = {"xa": "Xã", "phuong": "Phường", "dac_khu": "Đặc khu"}
KINDS = {
    ("xa",): "xa", ("x",): "xa", ("phuong",): "phuong", ("p",): "phuong", ("f",): "phuong", ("dac", "khu"): "dac khu",
    ("dk",): "dac khu", ("thi", "tran"): "thi tran", ("tt",): "thi tran", ("huyen", "dao"): "district",
    ("huyen",): "district", ("h",): "district", ("quan",): "district", ("q",): "district", ("thi", "xa"): "district",
    ("tx",): "district", ("thanh", "pho"): "district", ("tp",): "district",
}  # fmt: skip
ENGLISH = {
    "ward": "phường", "commune": "xã", "special zone": "đặc khu", "township": "thị trấn", "district": "huyện",
}  # fmt: skip
IN_ENGLISH = re.compile(rf"(?:\bin )?([^,;/\n|()]+?) ({'|'.join(ENGLISH)})\b", re.IGNORECASE)
PROVINCE_KINDS = frozenset({"tinh", "tp", "thanh", "pho", "t"})
BELOW = frozenset(
    marked("ấp khóm thôn tổ đường số khu kp hẻm ngõ ngách xóm làng tòa ap khom thon so khu hem ngach xom")
)  # not "duong"
AROUND = frozenset(
    {"da", "o", "tai", "thuoc", "em", "minh", "toi", "tui", "la", "a", "nha", "nhe", "cu", "nay", "ben", "dia", "chi"}
)


@dataclass(frozen=True, slots=True)
class Found:
    """`places`: each commune with the other name by which it was found, "" for its own. `sure`: exactly one, and no doubt."""

    places: tuple[tuple[Commune, str], ...] = ()
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    """One name of one commune. `key` is unaccented without blanks; `place` tells apart places of one name."""

    key: str
    spelt: Words
    level: Level
    kind: str
    commune: Commune
    was: str = ""
    district: str = ""
    province: str = ""

    @property
    def place(self) -> tuple[Words, str, str]:
        return self.spelt, self.district, self.province


@dataclass(frozen=True, slots=True)
class Asked:
    """A name as typed, and what was said around it."""

    words: Words
    kind: str = ""
    district: str = ""
    province: str = ""

    @property
    def key(self) -> str:
        return key_of(self.words)


def official(commune: Commune) -> str:
    """The official name with its kind: "Phường Long Xuyên"."""
    return f"{KIND_NAMES[commune.kind]} {commune.name}"


def find(text: str, communes: tuple[Commune, ...]) -> Found:
    """The communes that a line names."""
    if len(text) > LONGEST or not fold(text):
        return Found()
    index = index_of(communes)
    text = IN_ENGLISH.sub(lambda said: f"{ENGLISH[said[2].lower()]} {said[1]}", text)  # the kind goes before the name
    asked: list[Asked] = []
    for reading in chain(index.readings(text, _whole), index.readings(text, _trimmed)):
        if found := index.exact(reading):
            return found
        asked.append(reading)
    return index.alike(asked)


class Index:
    """All names of a programme's communes, made once."""

    def __init__(self, communes: tuple[Commune, ...]) -> None:
        names = [name for commune in communes for name in _names(commune)]
        self.names: dict[str, list[Name]] = {}
        for name in names:
            self.names.setdefault(name.key, []).append(name)
        self.keys = list(self.names)
        self.districts = {name.district for name in names if name.district}
        self.provinces = {name.province for name in names if name.province}
        self.of_commune = {
            name.commune.code: {n.district for n in names if n.commune is name.commune} for name in names
        }

    def readings(self, text: str, trim: Callable[[Words], Words]) -> Iterator[Asked]:
        """What the line may name, most likely first: it whole, then its parts with what follows as district."""
        segments = [words for part in re.split(r"[,;/\n|()]", text) if (words := trim(marked(part)))]
        if not segments:
            return
        yield Asked(tuple(word for words in segments for word in words))
        *rest, last = segments
        last, province = self._without_province(last)
        segments = [*rest, last] if last else rest
        for place, words in enumerate(segments):
            district = next(filter(None, map(self._district, segments[place + 1 :])), "")
            yield from (replace(reading, province=province) for reading in self._parts(words, district))

    def _parts(self, words: Words, district: str) -> Iterator[Asked]:
        inner = [place for place in range(1, len(words)) if kind_of(words[place:])[0] not in {"", "district"}]
        for place in reversed(inner):
            yield from self._parts(words[place:], district)
        if words[0] in BELOW or words[0].isdecimal():
            return
        yield Asked(words, "", district)
        kind, name = kind_of(words)
        if kind and name:
            yield Asked(name, kind, district)
        for cut in range(len(name) - 1, 0, -1):
            if beside := self._district(name[cut:]):
                yield Asked(name[:cut], kind, beside)

    def _without_province(self, words: Words) -> tuple[Words, str]:
        for size in range(1, len(words) + 1):
            key = key_of(words[-size:])
            named = next(
                (province for province in self.provinces if key in (_joined(province), _initials(province))), ""
            )
            if named:
                left = words[:-size]
                while left and bare(left[-1]) in PROVINCE_KINDS:
                    left = left[:-1]
                return left, named
        return words, ""

    def _district(self, words: Words) -> str:
        _, name = kind_of(words)
        key = key_of(name)
        return key if key in self.districts else ""

    def exact(self, asked: Asked) -> Found | None:
        """The places of that very name, or None."""
        names = self.names.get(asked.key, [])
        if any(not word.isascii() for word in asked.words):
            names = _preferred(names, lambda name: name.spelt == asked.words)
        if not names:
            return None
        within = [name for name in names if self._lies_in(name, asked)]
        return _decided(within or names, asked)

    def _lies_in(self, name: Name, asked: Asked) -> bool:
        if asked.district and asked.district not in self.of_commune[name.commune.code]:
            return False
        if asked.district and name.level == "former" and name.district != asked.district:
            return False
        return not asked.province or name.level == "present" or name.province == asked.province

    def alike(self, asked: Iterable[Asked]) -> Found:
        """The names nearest to what was typed, always to be confirmed."""
        said = [reading for reading in asked if reading.words[0] not in BELOW and kind_of(reading.words)[1]]
        for reading in sorted(said, key=lambda reading: not reading.kind):
            near = process.extract(reading.key, self.keys, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=8)
            close = [key for key, score, _ in near if score >= near[0][1] - NEARLY_AS_ALIKE]
            places = {
                place[0].code: place for key in reversed(close) for place in _decided(self.names[key], reading).places
            }
            if places:
                return Found(tuple(reversed(places.values())))
        return Found()


@remembered(8)
def index_of(communes: tuple[Commune, ...]) -> Index:
    return Index(communes)


def _names(commune: Commune) -> Iterator[Name]:
    kind = commune.kind.replace("_", " ")
    for own in (commune.name, *commune.aliases):
        spelt = marked(own)
        yield Name(key_of(spelt), spelt, "present", kind, commune, "" if own == commune.name else own)
    for former in commune.former:
        yield from _former(commune, *[part.strip() for part in f"{former}||".split("|")[:3]])


def _former(commune: Commune, unit: str, district: str, province: str) -> Iterator[Name]:
    """The names "thị trấn Núi Sập|huyện Thoại Sơn|An Giang" gives: the unit's and the district's."""
    where, whole = key_of(kind_of(marked(district))[1]), " ".join(fold(province).split())
    for level, name in (("former", unit), ("district", district)):
        kind, spelt = kind_of(marked(name))
        if spelt:
            yield Name(key_of(spelt), spelt, level, kind, commune, name, where, whole)  # type: ignore[arg-type]


def _decided(names: Sequence[Name], asked: Asked) -> Found:
    """Which of the places of one name are meant: today's, unless another place was called so too."""
    of_kind = [name for name in names if asked.kind in ("", name.kind)]
    names = [name for name in of_kind or names if not (asked.district and name.level == "district")] or list(names)
    present = [name for name in names if name.level == "present"]
    if present:
        rivals = [name for name in names if name.level != "present" and not _went_on(name, names, present, asked)]
        chosen = _distinct([*present, *rivals])
    else:
        former = [name for name in names if name.level == "former"]
        chosen = _distinct(former or _by_share(names))
    return Found(chosen, sure=len(chosen) == 1 and bool(of_kind))


def _went_on(name: Name, names: Sequence[Name], present: Sequence[Name], asked: Asked) -> bool:
    """Whether today's unit is what a pre-2025 name means: its core went on under the name, or the kind was said as well.
    Not when the former district was said, since then every part of the former unit may be meant."""
    today = {own.commune.code for own in present}
    core = {other.commune.code for other in names if other.level == name.level and other.place == name.place}
    same = name.spelt == present[0].spelt
    return same and not asked.district and (bool(asked.kind) or not today.isdisjoint(core))


def _by_share(names: Sequence[Name]) -> list[Name]:
    """Units of a former district, those with most of it first."""
    codes = [name.commune.code for name in names]
    return sorted(names, key=lambda name: -codes.count(name.commune.code))


def _distinct(names: Iterable[Name]) -> tuple[tuple[Commune, str], ...]:
    first: dict[str, Name] = {}
    for name in names:
        first.setdefault(name.commune.code, name)
    return tuple((name.commune, name.was) for name in first.values())


def _preferred(names: list[Name], fits: Callable[[Name], bool]) -> list[Name]:
    return [name for name in names if fits(name)] or names


def kind_of(words: Words) -> tuple[str, Words]:
    """The kind word that begins the words, if one does, and the rest."""
    plain = tuple(bare(word) for word in words[:2])
    for size in (2, 1):
        if kind := KINDS.get(plain[:size]) if len(plain) >= size else None:
            return kind, words[size:]
    return "", words


def _whole(words: Words) -> Words:
    return words


def _trimmed(words: Words) -> Words:
    while words and bare(words[0]) in AROUND and len(words) > 1:
        words = words[1:]
    while words and bare(words[-1]) in AROUND and len(words) > 1:
        words = words[:-1]
    return words


def key_of(words: Words) -> str:
    return "".join(bare(word) for word in words)


def _joined(folded: str) -> str:
    return folded.replace(" ", "")


def _initials(folded: str) -> str:
    return "".join(word[0] for word in folded.split())
