"""What people ask about their own data (Law 91/2025/QH15, Decree 356/2025/NĐ-CP): numbers, deadlines, the officials'
queue. What the bot does itself at once is closed at once, with what was done."""

from __future__ import annotations

from datetime import datetime

from bot.flows.programme import Programme
from bot.flows.values import Json
from bot.office.news import for_office, news
from bot.office.working_days import deadline, local
from storage import Store
from storage.officials import Official
from storage.requests import Kind, Request, State

MAY_ANSWER = ("admin", "official")
STOPPING = (
    "withdraw",
    "stop",
)  # Decree 356/2025: what is done with the data ends within 15 days; the rest is answered in 2


def due(kind: Kind, at: datetime, programme: Programme) -> datetime:
    """By when such a request is to be answered: the end of that day."""
    if kind in STOPPING:
        return deadline(at, 15, "calendar", programme.zone)
    return deadline(at, 2, "working", programme.zone)


async def note(
    store: Store,
    programme: Programme,
    person_id: int | None,
    kind: Kind,
    now: datetime,
    state: State = "done",
    **data: Json,
) -> Request:
    """The request with its number (AG-YC-2026-00007, counted per year, without gaps). One for an official is told to all
    of them who may answer."""
    year = now.astimezone(programme.zone).year
    number = f"{programme.case_prefix}-YC-{year}-{await store.counters.next(f'request.{year}'):05}"
    done_at = now if state == "done" else None
    one = Request(number, person_id, kind, now, due(kind, now, programme), state, done_at, data=data)
    added = await store.requests.add(one)
    if state != "done":
        await _tell_officials(store, programme, added, one, now)
    return one


async def _tell_officials(store: Store, programme: Programme, id: int, one: Request, now: datetime) -> None:
    until = local(one.due_at, programme)
    rows = [
        news(person, "requests.new", now, [f"request:{id}"], number=one.number, kind=one.kind, until=until)
        for person in await chats(store)
    ]
    await store.events.add([for_office(row) for row in rows], now)


async def chats(store: Store) -> list[int]:
    """The persons whose chat is an official's who may answer requests."""
    bound = await store.officials.chats()
    return [person for person, one in sorted(bound.items()) if one.disabled_at is None and one.role in MAY_ANSWER]


async def may_answer(store: Store, person_id: int) -> Official | None:
    """The official whose chat that is, if they may answer requests now."""
    official = (await store.officials.bound([person_id])).get(person_id)
    return official if official and official.role in MAY_ANSWER else None


async def answer(store: Store, one: Request, by: Official, words: str, now: datetime) -> bool:
    """Closes a request with an answer, which its person is sent; False if it was answered before. One that waits for an
    open case goes on waiting for it, and the rest is deleted then."""
    if one.state == "waiting":
        answered = await store.requests.reply(one, by.id, answer=words)
    else:
        answered = await store.requests.close(one, now, by.id, answer=words)
    if not answered:
        return False
    await store.officials.note(by.id, "answered_request", one.number, now)
    if one.person_id is not None and words:
        told = news(one.person_id, "requests.answered", now, number=one.number, answer=words)
        await store.events.add([told], now)
    return True


async def remind(store: Store, programme: Programme, now: datetime) -> None:
    """What is due today or was due before is said to every official's chat that may answer, once a day."""
    end = deadline(now, 0, "calendar", programme.zone)
    waiting = [one for one in await store.requests.open() if one.due_at <= end]
    late = sum(one.due_at < now for one in waiting)
    if waiting:
        rows = [
            news(person, "requests.due", now, ["requests"], count=len(waiting), late=late)
            for person in await chats(store)
        ]
        await store.events.add([for_office(row) for row in rows], now)
