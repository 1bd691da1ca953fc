"""Training classes, as bound officials run them in chat. The role counts as it is in this transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import date, datetime, timedelta
from functools import wraps

from bot.effects.work import Data, Work, mapping, number, submission_of
from bot.flows import answers
from bot.flows.answers import Read
from bot.flows.programme import Question
from bot.flows.values import Event, Json
from bot.office import classes
from bot.office.hours import hours
from bot.office.seats import described
from bot.office.working_days import END
from storage.classes import Attendee, Class, Count
from storage.officials import Official
from storage.people import Person

Effect = Callable[[Work, Person, Data], Awaitable[Event]]
Asked = Callable[[Work, Official, Data], Awaitable[Event]]
SHOWN = timedelta(days=30)  # a class stays listed for so long after it began
DAY = Question("day", "date")


def _refused(work: Work, reason: str) -> Event:
    return Event("desk_refused", work.now, {"reason": reason})


def by_official(asked: Asked) -> Effect:
    """For officials who may run classes; for all others the command does not exist."""

    @wraps(asked)
    async def effect(work: Work, person: Person, data: Data) -> Event:
        official = (await work.store.officials.bound([person.id])).get(person.id)
        if official is None or official.role not in classes.MAY:
            return _refused(work, "role")
        return await asked(work, official, data)

    return effect


@by_official
async def desk_classes(work: Work, official: Official, data: Data) -> Event:
    """→ desk_classes_listed {rows}"""
    there = await work.store.classes.since(work.now - SHOWN)
    counts = await work.store.classes.counts([one.id for one in there])
    rows: list[Json] = [_row(work, one, counts[one.id]) for one in there]
    return Event("desk_classes_listed", work.now, {"rows": rows})


def _row(work: Work, one: Class, count: Count) -> dict[str, Json]:
    how_many: dict[str, Json] = {"seated": count.seated, "waiting": count.waiting, "attended": count.attended}
    return {"class": one.id, "seats": one.seats, "state": one.state} | how_many | described(one, work.programme)


@by_official
async def desk_class(work: Work, official: Official, data: Data) -> Event:
    """{class, cancel} → desk_class_shown {class, …, rows, cancel} or desk_refused {reason}"""
    one = await work.store.classes.get(number(data["class"]) or 0)
    if one is None or (data.get("cancel") and (one.state != "open" or one.starts_at <= work.now)):
        return _refused(work, "class")
    there = await work.store.classes.attendees(one.id)
    rows: list[Json] = [_attendee(row) for row in there]
    count = (await work.store.classes.counts([one.id]))[one.id]
    about = _row(work, one, count) | {"rows": rows, "cancel": bool(data.get("cancel")), "mentions": _whose(there)}
    return Event("desk_class_shown", work.now, about)


def _whose(rows: Iterable[Attendee]) -> list[Json]:
    """Who registered them: the names are theirs to have erased."""
    return [*sorted({row.person_id for row in rows if row.person_id})]


def _attendee(row: Attendee) -> dict[str, Json]:
    phone = f"0{row.phone[3:]}" if row.phone.startswith("+84") else row.phone
    own: dict[str, Json] = {"name": row.name, "position": row.position, "phone": phone, "code": row.code}
    return own | {"waits": row.state == "waiting", "attended": row.attended_at is not None}


@by_official
async def change_seats(work: Work, official: Official, data: Data) -> Event:
    """{class, seats} → desk_done {what, title, count}: how many moved up"""
    wanted = str(data["seats"])
    seats = int(wanted) if wanted.isdecimal() and len(wanted) < 5 else 0
    moved = await classes.change_seats(work.store, work.programme, _id(data), seats, work.now)
    return await _done(work, official, data, "seats", moved)


@by_official
async def move_class(work: Work, official: Official, data: Data) -> Event:
    """{class, when: "16/12/2026 8:00-11:30"} → desk_done {what, title, count}: how many are told"""
    day, _, rest = str(data["when"]).partition(" ")
    times = _times(work, day, rest)
    if times is None or times[0] <= work.now:
        return _refused(work, "time")
    told = await classes.move_class(work.store, work.programme, _id(data), *times, work.now)
    return await _done(work, official, data, "moved", told)


@by_official
async def cancel_class(work: Work, official: Official, data: Data) -> Event:
    """{class, why} → desk_done {what, title, count}: how many are told"""
    why = str(data.get("why", ""))
    told = await classes.cancel_class(work.store, work.programme, _id(data), work.now, why)
    return await _done(work, official, data, "cancelled", told)


def _id(data: Data) -> int:
    return number(data["class"]) or 0


async def _done(work: Work, official: Official, data: Data, what: str, count: int | None) -> Event:
    one = await work.store.classes.get(_id(data))
    if one is None or count is None:
        return _refused(work, "class")
    await work.store.officials.note(official.id, f"class_{what}", f"class {one.id}", work.now)
    return Event("desk_done", work.now, {"what": what, "title": one.title, "count": count})


def _times(work: Work, day: str, typed: str) -> tuple[datetime, datetime] | None:
    """From when to when, on a day as people type it."""
    today = work.now.astimezone(work.programme.zone).date()
    said = Event("said", work.now, {"text": day})
    read = answers.read(DAY, said, work.programme, work.programme.languages[0], today)
    times = hours(typed)
    if not isinstance(read, Read) or times is None:
        return None
    on = date.fromisoformat(str(read.value))
    first, last = (datetime.combine(on, each, work.programme.zone) for each in times)
    return first, last


@by_official
async def mark_attendance(work: Work, official: Official, data: Data) -> Event:
    """{code} → attendance_marked {name, title, again}, or {} for nobody's code"""
    found = await classes.attended(work.store, str(data["code"]), work.now)
    if found is None:
        return Event("attendance_marked", work.now)
    who, one, new = found
    if new:
        await work.store.officials.note(official.id, "attended", f"attendee {who.id}", work.now)
    about: dict[str, Json] = {"name": who.name, "title": one.title, "again": not new}
    return Event("attendance_marked", work.now, {**about, "mentions": _whose([who])})


async def open_class(work: Work, person: Person, data: Data) -> Event:
    """The form of a new class → class_opened {class, title, count} or form_refused {reason}"""
    official = (await work.store.officials.bound([person.id])).get(person.id)
    given = mapping(data["answers"])
    one = _class(work, given) if official and official.role in classes.MAY else "role"
    if isinstance(one, str) or official is None:
        return Event("form_refused", work.now, {"reason": f"class_{one}"})
    made, told = await classes.open_class(work.store, work.programme, one(official.id))
    sent = submission_of(work, person, data)
    work.kept.pop((person.id, sent.run), None)
    await work.store.submissions.send(sent, work.now)
    return Event("class_opened", work.now, {"class": made, "title": given["title"], "count": told})


def _class(work: Work, given: dict[str, Json]) -> Callable[[int], Class] | str:
    """The class that the answers describe, or what is wrong with them."""
    times = hours(str(given.get("hours") or ""))
    if times is None:
        return "times"
    day, last = (date.fromisoformat(str(given[name])) for name in ("day", "closes"))
    first, end = (datetime.combine(day, each, work.programme.zone) for each in times)
    if first <= work.now:
        return "past"
    if last > day or last < work.now.astimezone(work.programme.zone).date():
        return "closes"
    closes = min(first, datetime.combine(last, END, work.programme.zone))
    groups = given.get("groups")
    chosen = tuple(str(group) for group in groups) if isinstance(groups, list) and "everyone" not in groups else ()
    seats = int(str(given["seats"]).partition(".")[0])
    place, link, note, topic = (str(given.get(name) or "") for name in ("place", "link", "note", "topic"))
    kind, title = str(given["kind"]), str(given["title"])
    return lambda by: Class(
        kind, title, first, end, closes, seats, work.now, topic, chosen, place, link, note, official_id=by
    )
