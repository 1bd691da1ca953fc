"""An application on a real store: an organisation with a member, what they sent, and the cases that it opened."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert

from bot.channel import Address
from bot.flows.values import Json
from storage import Store
from storage.organisations import Member, Organisation
from storage.submissions import Submission
from storage.tables import cases

ANSWERS: dict[str, Json] = {
    "supports": ["barcode", "traceability"],
    "group": "cooperative",
    "unit_name": "Hợp tác xã Ví Dụ",
    "representative": "Trần Văn Ví Dụ",
    "representative_position": "Giám đốc",
    "goal": "Bán được vào siêu thị",
}


async def person_at(store: Store, address: Address, now: datetime) -> int:
    return next(iter((await store.people.resolve([address], now)).values())).id


async def organisation(store: Store, name: str, member: int, now: datetime) -> int:
    made = await store.organisations.add(Organisation(name, now, "", name.casefold(), "cooperative", "30001"))
    await store.organisations.put(Member(made, member, "member", now, now))
    return made


async def applied(
    store: Store, person: int, owner: int, numbers: dict[str, str], release: str, now: datetime, run: int = 1
) -> list[int]:
    """The cases that one application opened. `numbers`: number → support."""
    sent = Submission(
        person, run, "support_application", release, ANSWERS, "web", now, now, "sent", now, organisation_id=owner
    )
    submission = await store.submissions.send(sent, now)
    opened = []
    for number, support in numbers.items():
        row = {"number": number, "organisation_id": owner, "submission_id": submission, "person_id": person}
        more = {"support": support, "state": "received", "stage": "received", "staged_at": now, "opened_at": now}
        made = await store.connection.execute(insert(cases).values(row | more | {"call": ""}).returning(cases.c.id))
        opened.append(int(made.scalar_one()))
    return opened
