"""Training classes: opened, moved, called off; reminded of and asked about. Whatever changes is told to those whom it
concerns. Seats are in seats.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.flows.programme import Programme
from bot.flows.values import Json
from bot.office.news import news
from bot.office.seats import CODE, described, move_up
from storage import Store
from storage.classes import Attendee, Class, Trained
from storage.jobs import Job

MAY = ("admin", "official")
REMIND = {"days": timedelta(days=3), "hours": timedelta(hours=2)}
OVER = timedelta(minutes=30)  # after the end of a class its feedback is asked for
WATCHED = "classes"  # no support's id: who waits for a call waits for something else


# -- by officials


async def open_class(store: Store, programme: Programme, one: Class) -> tuple[int, int]:
    """A new class; its id, and how many who had asked to be told of one are told."""
    if one.starts_at <= one.made_at or one.ends_at <= one.starts_at or one.closes_at > one.starts_at:
        raise ValueError("a class is to come, ends after it starts, and closes before")
    made = replace(one, id=await store.classes.add(one))
    await _plan(store, made)
    if one.official_id:
        await store.officials.note(one.official_id, "opened_class", f"class {made.id}", one.made_at)
    watching = await store.watches.of(WATCHED)
    about = described(one, programme)
    rows = [news(each, "training.opened", one.made_at, routes=[f"class:{made.id}"], **about) for each in watching]
    await store.events.add(rows, one.made_at)
    await store.watches.forget([(each, WATCHED) for each in watching])
    return made.id, len(watching)


async def move_class(
    store: Store, programme: Programme, id: int, starts_at: datetime, ends_at: datetime, now: datetime
) -> int | None:
    """Another time; how many persons are told. None if there is no such class, or the time is over."""
    one = await store.classes.hold(id)
    if one is None or one.state != "open" or one.starts_at <= now or not now < starts_at < ends_at:
        return None
    closes = min(one.closes_at, starts_at)
    moved = replace(one, starts_at=starts_at, ends_at=ends_at, closes_at=closes)
    await store.classes.change(id, starts_at=starts_at, ends_at=ends_at, closes_at=closes)
    await _plan(store, moved)
    persons = await _persons(store, id)
    about = described(moved, programme)
    rows = [news(each, "training.moved", now, routes=["my_classes"], **about) for each in persons]
    await store.events.add(rows, now)
    return len(persons)


async def cancel_class(store: Store, programme: Programme, id: int, now: datetime, why: str = "") -> int | None:
    """It does not take place (`why`: in the official's words); how many persons are told. None if there is no such class, or it has begun."""
    one = await store.classes.hold(id)
    if one is None or one.state != "open" or one.starts_at <= now:
        return None
    await store.classes.change(id, state="cancelled")
    persons = await _persons(store, id)
    about = described(one, programme)
    rows = [
        news(each, "training.called_off", now, routes=["form.training_registration"], why=why, **about)
        for each in persons
    ]
    await store.events.add(rows, now)
    return len(persons)


async def change_seats(store: Store, programme: Programme, id: int, seats: int, now: datetime) -> int | None:
    """More or fewer seats; how many moved up. A seat once given stays, also when there are fewer."""
    one = await store.classes.hold(id)
    if one is None or one.state != "open" or one.starts_at <= now or seats < 1:
        return None
    await store.classes.change(id, seats=seats)
    return await move_up(store, programme, replace(one, seats=seats), now)


async def attended(store: Store, code: str, now: datetime) -> tuple[Attendee, Class, bool] | None:
    """Marks who shows that code as there; True if they were not marked before. None if it is nobody's with a seat."""
    shown = "".join(sign for sign in code.upper() if sign.isalnum())
    found = await store.classes.by_code(shown) if len(shown) == CODE else None
    one = await store.classes.get(found.class_id) if found and found.state == "seated" else None
    if found is None or one is None or one.state != "open":
        return None
    if found.attended_at is None:
        await store.classes.attend(found.id, now)
    return found, one, found.attended_at is None


async def trained(store: Store, since: datetime, until: datetime) -> list[Trained]:
    """For the plan's targets: of the classes that ended in that time, by kind and group (officials are `agency`), how many
    had a seat and how many of them were marked as there."""
    return await store.classes.trained(since, until)


# -- by the clock


async def remind(store: Store, programme: Programme, id: int, what: str, starts_at: datetime, now: datetime) -> int:
    """Before a class, those who registered somebody for it who has a seat; nobody if it was moved or called off, or who
    registered later than this reminder is for. How many are told."""
    one = await store.classes.get(id)
    if one is None or one.state != "open" or one.starts_at != starts_at or now >= one.starts_at:
        return 0
    before = starts_at - REMIND[what]
    if what == "days" and now >= starts_at - REMIND["hours"]:
        return 0
    names: dict[int, list[Json]] = {}
    for each in await store.classes.attendees(id):
        if each.state == "seated" and each.person_id and each.seated_at and each.seated_at <= before:
            names.setdefault(each.person_id, []).append(f"{each.name} ({each.code})")
    about = described(one, programme)
    text = "training.in_days" if what == "days" else "training.in_hours"
    rows = [news(person, text, now, routes=["my_classes"], names=those, **about) for person, those in names.items()]
    await store.events.add(rows, now)
    return len(rows)


async def over(store: Store, programme: Programme, id: int, ends_at: datetime, now: datetime) -> int:
    """After a class, asks those who were there what they thought; all with a seat, if nobody was marked as there."""
    one = await store.classes.get(id)
    if one is None or one.state != "open" or one.ends_at != ends_at:
        return 0
    seated = [each for each in await store.classes.attendees(id) if each.state == "seated"]
    there = [each for each in seated if each.attended_at] or seated
    persons = dict.fromkeys(each.person_id for each in there if each.person_id)
    about = described(one, programme)
    rows = [news(each, "training.over", now, routes=[f"class_feedback:{id}"], **about) for each in persons]
    await store.events.add(rows, now)
    return len(rows)


async def _plan(store: Store, one: Class) -> None:
    """What the clock does about it; the keys hold its time, so that a class moved gets its own."""
    jobs = [
        _job(one, what, one.starts_at - before)
        for what, before in REMIND.items()
        if one.starts_at - before > one.made_at
    ]
    await store.jobs.add([*jobs, _job(one, "over", one.ends_at + OVER)])


def _job(one: Class, what: str, due: datetime) -> Job:
    at = one.ends_at if what == "over" else one.starts_at
    key = f"class:{one.id}:{what}:{at.isoformat()}"
    return Job(key, "class", due, {"class": one.id, "what": what, "at": at.isoformat()})


async def _persons(store: Store, id: int) -> list[int]:
    """Who registered somebody that has a seat or waits."""
    return list(dict.fromkeys(each.person_id for each in await store.classes.attendees(id) if each.person_id))
