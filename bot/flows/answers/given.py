"""What is found or handed over: a commune or a line of business of the content's own tables, a file, a place on the map."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from bot.flows.answers.amounts import is_number
from bot.flows.answers.outcomes import Asking, Outcome, Read, Several
from bot.flows.answers.writing import clean
from bot.flows.programme import Commune, Industry, words
from bot.flows.understanding import fold, industries, provinces
from bot.flows.understanding.places import find, official
from bot.flows.values import Json

READABLE = 500  # pixels of the shorter side of a picture of a paper
MOST = 8  # communes, or lines of business, offered at once
LONGEST = 500  # characters of a line (a map's link) in which coordinates are looked for
COORDINATES = re.compile(
    r"(?<![\d.,])(-?\d{1,3}[.,]\d{2,})\s*°?\s*[NnBb]?\s*[,;/\s]\s*(-?\d{1,3}[.,]\d{2,})(?![\d.,]*\d)"
)
Data = Mapping[str, Json]


def commune(asking: Asking, line: str) -> Outcome:
    """Communes by today's, other and former names; one that is not certain is offered too. A place in another province is
    none of them, however its commune is called."""
    programme = asking.programme
    if outside := provinces.elsewhere(line, programme.communes, programme.provinces):
        return asking.unread(
            "commune_elsewhere", said=" ".join(clean(line).split()), province=provinces.official(outside)
        )
    found = find(line, asking.programme.communes)
    if found.sure:
        unit = found.places[0][0]
        return Read(_stored(unit), echo=clean(line).lower() != official(unit).lower())
    if len(found.places) > MOST:
        return asking.unread("commune_many", count=len(found.places), example=_former_example(asking))
    offered = tuple(
        (_stored(unit), f"{official(unit)} ({was})" if was else official(unit)) for unit, was in found.places
    )
    return Several(offered) if offered else _not_found(asking)


def beyond(said: str, province: str) -> Json:
    """A place outside, as it is kept where a condition asks after it: in the person's own words, without a code."""
    return {"code": "", "name": province if fold(said) in fold(province) else f"{said} ({province})"}


def commune_tapped(asking: Asking, value: str) -> Outcome:
    """The commune of that code."""
    unit = next((unit for unit in asking.programme.communes if unit.code == value), None)
    return Read(_stored(unit)) if unit else _not_found(asking)


def _not_found(asking: Asking) -> Outcome:
    return asking.unread(example=official(asking.programme.communes[0]) if asking.programme.communes else "")


def _former_example(asking: Asking) -> str:
    former = next((former for unit in asking.programme.communes for former in unit.former), "")
    return ", ".join(former.split("|")[:2])


def _stored(unit: Commune) -> Json:
    return {"code": unit.code, "name": official(unit)}


def industry(asking: Asking, line: str) -> Outcome:
    """A division of the standard classification, by its code or by words; what is not certain is offered."""
    found = industries.find(line, asking.programme.industries, asking.programme.lexicon.choosing)
    if found.sure:
        return Read(_division(found.divisions[0]), echo=True)
    if len(found.divisions) > MOST:
        return asking.unread("industry_many", count=len(found.divisions))
    return asking.several(map(_division, found.divisions)) if found.divisions else asking.unread()


def industry_tapped(asking: Asking, value: str) -> Outcome:
    """The division of that code."""
    found = (one for one in asking.programme.industries if one.parent and one.code == value)
    return next((Read(_division(one)) for one in found), asking.unread())


def _division(one: Industry) -> Json:
    """`section` is what conditions see of it (`conditions.seen`)."""
    return {"code": one.code, "name": words(one.title, "vi"), "section": one.parent}


def file(asking: Asking, data: Data) -> Outcome:
    """A file that has been received and checked."""
    handle, name = data.get("file"), clean(str(data.get("name") or ""))
    if too_small(data):
        return asking.unread("file_small", name=name)
    kept: dict[str, Json] = {"file": handle, "name": name}
    kept |= {"digest": data["digest"]} if data.get("digest") else {}
    return Read(kept) if handle else asking.unread()


def too_small(data: Data) -> bool:
    """A picture in which no paper can be read."""
    pixels = data.get("pixels")
    return isinstance(pixels, int) and 0 < pixels < READABLE


def file_typed(asking: Asking, line: str) -> Outcome:
    return asking.unread()


def location(asking: Asking, data: Data) -> Outcome:
    """A place shared by the phone."""
    lat, lon = data.get("lat"), data.get("lon")
    if not (is_number(lat) and is_number(lon) and _on_earth(float(lat), float(lon))):  # type: ignore[arg-type]
        return asking.unread()
    return Read({"lat": lat, "lon": lon})


def location_typed(asking: Asking, line: str) -> Outcome:
    """ "10.37, 105.43", also within a map's link; the other way round it is offered the right way."""
    found = COORDINATES.findall(unicodedata.normalize("NFKC", line)) if len(line) <= LONGEST else []
    if len(found) != 1:
        return asking.unread()
    lat, lon = (float(part.replace(",", ".")) for part in found[0])
    if _on_earth(lat, lon):
        return Read({"lat": lat, "lon": lon})
    return asking.several([{"lat": lon, "lon": lat}]) if _on_earth(lon, lat) else asking.unread()


def phone_shared(data: Data) -> str:
    return str(data.get("phone") or "")


def _on_earth(lat: float, lon: float) -> bool:
    return abs(lat) <= 90 and abs(lon) <= 180
