"""The officials' queue of what people ask about their own data; for everybody else it does not exist."""

from __future__ import annotations

from bot.effects.work import Data, Work
from bot.flows.values import Event, Json
from bot.office import requests
from bot.office.working_days import local
from storage.people import Person
from storage.requests import Request


async def list_requests(work: Work, person: Person, data: Data) -> Event:
    """{} → requests_listed {rows}, the first due first; request_gone {} for nobody's official."""
    if await requests.may_answer(work.store, person.id) is None:
        return Event("request_gone", work.now, {"role": ""})
    rows: list[Json] = [_row(work, one) for one in await work.store.requests.open()]
    return Event("requests_listed", work.now, {"rows": rows})


def _row(work: Work, one: Request) -> dict[str, Json]:
    until, late = local(one.due_at, work.programme), one.due_at < work.now
    return {
        "id": one.id,
        "number": one.number,
        "kind": one.kind,
        "until": until,
        "late": late,
        "gone": one.person_id is None,
    }


async def show_request(work: Work, person: Person, data: Data) -> Event:
    """{id} or {number} → request_shown {…}, or request_gone {role}."""
    official = await requests.may_answer(work.store, person.id)
    one = await _one(work, data) if official else None
    if official is None or one is None:
        return Event("request_gone", work.now, {"role": official.role if official else ""})
    shown: dict[str, Json] = {"id": one.id, "number": one.number, "kind": one.kind, "gone": one.person_id is None}
    shown["state"] = "open" if one.to_answer else one.state
    times: dict[str, Json] = {"at": local(one.at, work.programme), "until": local(one.due_at, work.programme)}
    words: dict[str, Json] = {name: one.data.get(name, "") for name in ("words", "purpose", "answer")}
    about: dict[str, Json] = {"mentions": [one.person_id] if one.person_id else []}
    return Event("request_shown", work.now, {**shown, **times, **words, **await _whose(work, one), **about})


async def _one(work: Work, data: Data) -> Request | None:
    if isinstance(data.get("id"), int):
        return await work.store.requests.get(int(str(data["id"])))
    return await work.store.requests.called(str(data["number"]).upper())


async def _whose(work: Work, one: Request) -> dict[str, Json]:
    """What an official needs to find it: where the person chats, for whom, and the numbers of what they sent."""
    if one.person_id is None:
        return {"name": "", "channel": "", "organisations": [], "sent": []}
    places = await work.store.people.addresses(one.person_id)
    held = await work.store.belongings.held(one.person_id, ["organisations", "submissions"])
    sent: list[Json] = [row["id"] for row in held["submissions"] if row["state"] == "sent"]
    place = places[0] if places else None
    where: dict[str, Json] = {"name": place.name if place else "", "channel": place.address.channel if place else ""}
    return {**where, "organisations": [row["name"] for row in held["organisations"]], "sent": sent}


async def answer_request(work: Work, person: Person, data: Data) -> Event:
    """{id, text} → request_answered {number, kind, told}, or request_gone {role}: nobody answers twice, nor without the role."""
    official = await requests.may_answer(work.store, person.id)
    one = await _one(work, data) if official else None
    if official and one and await requests.answer(work.store, one, official, str(data["text"]), work.now):
        return Event(
            "request_answered",
            work.now,
            {"number": one.number, "kind": one.kind, "told": one.person_id is not None},
        )
    return Event("request_gone", work.now, {"role": official.role if official else ""})
