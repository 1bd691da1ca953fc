"""What bound officials ask for in chat."""

from __future__ import annotations

from bot.effects.work import Data, Work
from bot.flows.values import Event, Message
from bot.office import broadcasts, officials
from storage.people import Person


async def bind_official(work: Work, person: Person, data: Data) -> Event:
    """{code} → official_bound {name, role} or official_unknown {}."""
    official = await officials.bind(work.store, person.id, str(data["code"]), work.now)
    if official is None:
        return Event("official_unknown", work.now)
    return Event("official_bound", work.now, {"name": official.name, "role": official.role})


async def count_audience(work: Work, person: Person, data: Data) -> Event:
    """{purpose} → audience_counted {count}."""
    await work.flush()
    count = await broadcasts.audience_count(work.store, str(data["purpose"]))
    return Event("audience_counted", work.now, {"count": count})


async def announce(work: Work, person: Person, data: Data) -> Event:
    """{text, key, purpose} → announced {count} or announce_refused {reason}."""
    text, key, purpose = str(data["text"]), f"{person.id}.{data['key']}", str(data["purpose"])
    body = Message(work.programme.render("announcement.body", work.programme.languages[0], {"text": text}))
    await work.flush()
    done = await broadcasts.announce(work.store, person.id, key, purpose, body, work.now)
    if isinstance(done, broadcasts.Refused):
        return Event("announce_refused", work.now, {"reason": done.reason})
    work.announced = True
    return Event("announced", work.now, {"count": done.count})
