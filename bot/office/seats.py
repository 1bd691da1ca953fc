"""The seats of a class: given in order to whoever registers, the surplus waits, and whoever cancels makes room for the
next. A class is held while its seats are counted, so that never more are given than there are."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from bot.flows.programme import Programme
from bot.flows.understanding import fold
from bot.flows.values import Json
from bot.office.news import news
from bot.office.officials import ALPHABET
from bot.office.working_days import local
from storage import Store
from storage.classes import Attendee, Class, Place
from storage.events import Due

CODE = 7  # signs: 31 ** 7 codes
Reason = Literal["class_gone", "class_closed", "class_group"]


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was done."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Short:
    """There are not as many seats as persons; nothing was done."""

    free: int
    wanted: int


@dataclass(frozen=True, slots=True)
class Registered:
    """Who got a seat, who waits (each with their place in the line), and whose name was there already."""

    seated: list[Attendee]
    waiting: list[tuple[Attendee, int]]
    twice: list[str]


def for_group(one: Class, group: str) -> bool:
    """Whether it is for them; nobody's group is known before they said it."""
    return not one.groups or not group or group in one.groups


async def register(
    store: Store, id: int, wanted: Sequence[Attendee], now: datetime, *, waits: bool
) -> Registered | Short | Refused:
    """Gives seats in order. If there are too few, nothing is done unless the surplus `waits`."""
    one = await store.classes.hold(id)
    if refusal := _closed(one, wanted, now):
        return Refused(refusal)
    assert one
    there = await store.classes.attendees(id)
    new, twice = _new(wanted, there)
    free = max(0, one.seats - sum(each.state == "seated" for each in there))
    line = sum(each.state == "waiting" for each in there)
    free = 0 if line else free  # nobody overtakes who waits
    if len(new) > free and not waits:
        return Short(free, len(new))
    rows = [_placed(each, now, seated=at < free) for at, each in enumerate(new)]
    ids = await store.classes.seat(rows)
    rows = [replace(row, id=number) for row, number in zip(rows, ids, strict=True)]
    return Registered(rows[:free], [(row, line + at) for at, row in enumerate(rows[free:], 1)], twice)


def _closed(one: Class | None, wanted: Sequence[Attendee], now: datetime) -> Reason | None:
    if one is None or one.state != "open":
        return "class_gone"
    if now > one.closes_at or now >= one.starts_at:
        return "class_closed"
    return None if all(for_group(one, each.group) for each in wanted) else "class_group"


def _placed(one: Attendee, now: datetime, *, seated: bool) -> Attendee:
    place: Place = "seated" if seated else "waiting"
    return replace(one, state=place, at=now, seated_at=now if seated else None, code=new_code())


def new_code() -> str:
    """What an attendee shows at the door: nothing in it is read as something else, and nobody guesses it."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE))


def _new(wanted: Iterable[Attendee], there: Iterable[Attendee]) -> tuple[list[Attendee], list[str]]:
    """Those who are not there yet, and the names of those who are."""
    known = {_same(each) for each in there}
    new: list[Attendee] = []
    twice: list[str] = []
    for each in wanted:
        if _same(each) in known:
            twice.append(each.name)
        else:
            new.append(each)
        known.add(_same(each))
    return new, twice


def _same(one: Attendee) -> tuple[str, str]:
    return fold(one.name), one.phone


async def cancel(
    store: Store, programme: Programme, attendee_id: int, person_id: int, now: datetime
) -> tuple[Attendee, Class] | None:
    """Gives a seat or a place in the line back, until the start; the next moves up. None if it is not theirs to cancel."""
    found = await store.classes.attendee(attendee_id)
    if found is None or found.person_id != person_id:
        return None
    one = await store.classes.hold(found.class_id)
    found = await store.classes.attendee(attendee_id)  # as it is now that we hold the class
    if one is None or found is None or found.state == "cancelled" or one.starts_at <= now or one.state != "open":
        return None
    await store.classes.move(found.id, "cancelled", found.seated_at)
    await move_up(store, programme, one, now)
    return found, one


async def move_up(store: Store, programme: Programme, one: Class, now: datetime) -> int:
    """Fills the free seats from the line and tells each; how many."""
    there = await store.classes.attendees(one.id)
    free = max(0, one.seats - sum(each.state == "seated" for each in there))
    lucky = [each for each in there if each.state == "waiting"][:free]
    for each in lucky:
        await store.classes.move(each.id, "seated", now)
    about = described(one, programme)
    rows = [_told(each, now, about) for each in lucky if each.person_id]
    await store.events.add(rows, now)
    return len(lucky)


def _told(one: Attendee, now: datetime, about: dict[str, Json]) -> Due:
    assert one.person_id
    return news(one.person_id, "training.moved_up", now, routes=["my_classes"], name=one.name, code=one.code, **about)


def described(one: Class, programme: Programme) -> dict[str, Json]:
    """A class as the values of a text."""
    return {
        "title": one.title,
        "starts": local(one.starts_at, programme),
        "until": local(one.ends_at, programme)[11:16],
        "place": one.place,
        "link": one.link,
    }
