"""Papers to print: a link to the letter of an application, for members of its organisation only."""

from __future__ import annotations

from bot.effects.work import Data, Work, number
from bot.flows.values import Event
from bot.office import downloads
from storage.people import Person


async def offer_document(work: Work, person: Person, data: Data) -> Event:
    """{case} (none: the newest) → document_offered {url, numbers, days} or document_missing {}."""
    case, applications = number(data.get("case")), work.store.applications
    found = await applications.of_case(case, person.id) if case else await applications.newest(person.id)
    if found is None:
        return Event("document_missing", work.now)
    path = await downloads.offer(work.store, person.id, "application", {"case": found.cases[0].id}, work.now)
    numbers = ", ".join(case.number for case in found.cases)
    return Event(
        "document_offered", work.now, {"url": work.url + path, "numbers": numbers, "days": downloads.KEPT.days}
    )
