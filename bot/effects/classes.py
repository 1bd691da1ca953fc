"""Training, as the people who attend ask for it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.effects.forms import drop_submission
from bot.effects.organisations import remember, speaks_for
from bot.effects.work import Data, Work, mapping, number, submission_of
from bot.flows.programme import Entry
from bot.flows.values import Event, Json
from bot.office import downloads, seats
from bot.office.classes import WATCHED
from bot.office.seats import Refused, Registered, Short, described
from bot.office.working_days import local
from storage.classes import Attendee, Class, Count
from storage.people import Person


async def list_classes(work: Work, person: Person, data: Data) -> Event:
    """{organisation} → classes_found {rows, watching}: those open to whom the person speaks for, or to any of theirs."""
    groups = await _groups(work, person, number(data.get("organisation")))
    there = [one for one in await work.store.classes.open(work.now) if _for_any(work, one, groups)]
    counts = await work.store.classes.counts([one.id for one in there])
    rows: list[Json] = [_row(work, one, counts[one.id]) for one in there]
    watching = person.id in await work.store.watches.of(WATCHED) if not rows else False
    return Event("classes_found", work.now, {"rows": rows, "watching": watching})


def _row(work: Work, one: Class, count: Count) -> dict[str, Json]:
    return {"class": one.id, "free": _free(one, count), **described(one, work.programme)}


def _free(one: Class, count: Count) -> int:
    """Seats that can still be had; none while somebody waits."""
    return 0 if count.waiting else max(0, one.seats - count.seated)


async def _groups(work: Work, person: Person, own: int | None) -> set[str]:
    """The groups of the person's organisations, of the one they speak for alone if there is one; nothing is known of others."""
    members = [
        one.organisation_id for one in await work.store.organisations.of_person(person.id) if one.state == "member"
    ]
    speaking = [own] if own in members else members
    return {one.kind for one in (await work.store.organisations.get(speaking)).values()}


def _for_any(work: Work, one: Class, groups: set[str]) -> bool:
    whom = _for_whom(one, _kind(work, one.kind))
    return not groups or not whom or not groups.isdisjoint(whom)


def _for_whom(one: Class, kind: Entry | None) -> list[str]:
    """The groups that a class is for: its own, else those of its kind; [] for all."""
    groups = kind.data.get("groups") if kind else None
    return list(one.groups) or ([str(group) for group in groups] if isinstance(groups, list) else [])


async def watch_training(work: Work, person: Person, data: Data) -> None:
    """The person is told when the next class opens."""
    await work.store.watches.add(person.id, [WATCHED], work.now)


async def show_class(work: Work, person: Person, data: Data) -> Event:
    """{class, register} → class_shown {class, …}, or {} if there is none."""
    one = await work.store.classes.get(number(data.get("class")) or 0)
    kind = _kind(work, one.kind) if one else None
    if one is None or kind is None:
        return Event("class_shown", work.now)
    count = (await work.store.classes.counts([one.id]))[one.id]
    me: dict[str, Json] = {"me": await _me(work, person)}
    return Event("class_shown", work.now, _about(work, one, kind, count) | _registering(work, one, kind, data) | me)


async def _me(work: Work, person: Person) -> Json:
    """Who is talking, as they told once; None if they never did."""
    told = await work.store.people.told(person.id)
    name, phone = told.get("contact_name"), told.get("phone")
    if not name or not phone:
        return None
    called, _, does = str(name).partition(",")
    return {"name": called.strip(), "position": str(told.get("position") or does.strip()), "phone": phone}


def _about(work: Work, one: Class, kind: Entry, count: Count) -> dict[str, Json]:
    more: dict[str, Json] = {"note": one.note, "closes": local(one.closes_at, work.programme), "state": one.state}
    return _row(work, one, count) | more | {"groups": list[Json](_for_whom(one, kind))}


def _registering(work: Work, one: Class, kind: Entry, data: Data) -> dict[str, Json]:
    still = one.state == "open" and work.now <= one.closes_at and work.now < one.starts_at
    return {"open": still, "form": str(kind.data["form"]), "register": bool(data.get("register"))}


def _kind(work: Work, id: str) -> Entry | None:
    return next((one for one in work.programme.entries["training"] if one.id == id), None)


# -- registering


async def register_attendees(work: Work, person: Person, data: Data) -> Event:
    """A form about class:<id> with `attendees` → attendees_registered, seats_short {free, wanted} or form_refused {reason}."""
    answers = mapping(data["answers"])
    one = await work.store.classes.get(subject_of(data))
    refusal = _unfit(work, one, answers)
    if refusal or one is None:
        return _refused(work, refusal or "class_gone")
    organisation = await _organisation(work, person, data)
    wanted = [_attendee(work, person, one, answers, row, organisation) for row in _people(answers)]
    done = await seats.register(work.store, one.id, wanted, work.now, waits=bool(data.get("waits")))
    match done:
        case Refused(reason=reason):
            return _refused(work, reason)
        case Short(free=free, wanted=count):
            return Event("seats_short", work.now, {"free": free, "wanted": count})
    known: dict[str, Json] = {}
    if done.seated or done.waiting:
        await _send(work, person, data, organisation)
        known = await remember(work, person, data, organisation)
    else:  # all were there already: nothing new was sent
        await drop_submission(work, person, data)
    return Event("attendees_registered", work.now, await _told(work, person, one, done) | known)


def _refused(work: Work, reason: str) -> Event:
    return Event("form_refused", work.now, {"reason": reason})


def _unfit(work: Work, one: Class | None, answers: Mapping[str, Json]) -> str:
    """Why somebody who answers so cannot attend this kind of class, by the programme's data; "" if they can."""
    kind = _kind(work, one.kind) if one else None
    if kind is None:
        return "class_gone"
    groups, years = kind.data.get("groups"), kind.data.get("years") or 0
    if isinstance(groups, list) and groups and answers.get("group") not in groups:
        return "class_group"
    if kind.data.get("organisation") and not answers.get("unit_name"):
        return "class_organisation"
    has = answers.get("experience_years")
    too_few = isinstance(years, int) and years > (has if isinstance(has, int | float) else 0)
    return "class_experience" if too_few else ""


async def _organisation(work: Work, person: Person, data: Data) -> int | None:
    """Whom they attend for, if they say it in a way that tells it from others."""
    known = number(data.get("organisation")) or mapping(data["answers"]).get("tax_code")
    return await speaks_for(work, person, data) if known else None


def _people(answers: Mapping[str, Json]) -> list[dict[str, Json]]:
    rows = answers.get("attendees")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _attendee(
    work: Work,
    person: Person,
    one: Class,
    answers: Mapping[str, Json],
    row: Mapping[str, Json],
    organisation: int | None,
) -> Attendee:
    name, position, phone = (str(row.get(part) or "") for part in ("name", "position", "phone"))
    group = str(answers.get("group") or "")
    return Attendee(one.id, name, "", work.now, "waiting", position, phone, group, organisation, person.id)


async def _send(work: Work, person: Person, data: Data, organisation: int | None) -> None:
    """The form is kept as it was sent, without what only helped to fill it in."""
    answers = {name: value for name, value in mapping(data["answers"]).items() if not name.startswith("attendees.")}
    sent = submission_of(work, person, {**data, "answers": answers, "organisation": organisation})
    work.kept.pop((person.id, sent.run), None)
    await work.store.submissions.send(sent, work.now)


async def _told(work: Work, person: Person, one: Class, done: Registered) -> dict[str, Json]:
    seated: list[Json] = [
        {"name": row.name, "code": row.code, "url": await _qr(work, person, row.code)} for row in done.seated
    ]
    waiting: list[Json] = [{"name": row.name, "place": place} for row, place in done.waiting]
    told: dict[str, Json] = {"seated": seated, "waiting": waiting, "twice": list[Json](done.twice)}
    return told | described(one, work.programme)


async def _qr(work: Work, person: Person, code: str) -> str:
    """Where the code can be fetched as a picture."""
    path = await downloads.offer(work.store, person.id, "qr", {"code": code}, work.now)
    return f"{work.url}{path}"


def subject_of(data: Data) -> int:
    """The class that a form is about; 0 for none."""
    kind, _, which = str(data.get("subject", "")).partition(":")
    return int(which) if kind == "class" and which.isdecimal() else 0


# -- one's own seats, and what one thought of a class


async def list_attendees(work: Work, person: Person, data: Data) -> Event:
    """→ attendees_found {rows}: whom the person registered for classes that are not over."""
    rows: list[Json] = []
    for row in await work.store.classes.of_person(person.id, work.now):
        one = await work.store.classes.get(row.class_id)
        if one and one.state == "open":
            rows.append(await _mine(work, person, row, one))
    return Event("attendees_found", work.now, {"rows": rows})


async def _mine(work: Work, person: Person, row: Attendee, one: Class) -> dict[str, Json]:
    seated = row.state == "seated"
    line = [each.id for each in await work.store.classes.attendees(one.id) if each.state == "waiting"]
    own: dict[str, Json] = {
        "attendee": row.id,
        "name": row.name,
        "code": row.code if seated else "",
        "url": await _qr(work, person, row.code) if seated else "",
        "waits": 0 if seated else line.index(row.id) + 1,
    }
    return own | described(one, work.programme)


async def cancel_attendee(work: Work, person: Person, data: Data) -> Event:
    """{attendee} → attendee_cancelled {name, title}, or {} for what is not theirs or too late."""
    done = await seats.cancel(work.store, work.programme, number(data["attendee"]) or 0, person.id, work.now)
    if done is None:
        return Event("attendee_cancelled", work.now)
    return Event("attendee_cancelled", work.now, {"name": done[0].name, "title": done[1].title})


async def begin_feedback(work: Work, person: Person, data: Data) -> Event:
    """{class} → feedback_ready {class, done}, or {} for somebody who had no seat, or before the class has begun."""
    one = await work.store.classes.get(number(data.get("class")) or 0)
    if one is None or work.now < one.starts_at or not await _was_there(work, person, one):
        return Event("feedback_ready", work.now)
    return Event("feedback_ready", work.now, {"class": one.id, "done": await _has_said(work, person, one.id)})


async def refuses_feedback(work: Work, person: Person, data: Data) -> Event | None:
    """Why somebody may not say what they think of class:<id>: they were not there, or have said it."""
    one = await work.store.classes.get(subject_of(data))
    if one is None or not await _was_there(work, person, one):
        return _refused(work, "class_gone")
    if await _has_said(work, person, one.id):
        return _refused(work, "feedback_twice")
    return None


async def _was_there(work: Work, person: Person, one: Class) -> bool:
    there = await work.store.classes.attendees(one.id)
    return any(row.person_id == person.id and row.state == "seated" for row in there)


async def _has_said(work: Work, person: Person, id: int) -> bool:
    sent = await work.store.submissions.of_person(person.id)
    return any(one.form == "class_feedback" and one.subject == f"class:{id}" and one.state == "sent" for one in sent)
