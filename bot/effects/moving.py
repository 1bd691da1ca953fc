"""Going on in another chat: two persons become one, with all that either told."""

from __future__ import annotations

from bot.effects.work import Data, Work
from bot.flows.joining import join
from bot.flows.session import Session, from_json
from bot.flows.values import Event, Message
from bot.office import moving
from storage.people import Person


async def make_move_code(work: Work, person: Person, data: Data) -> Event:
    """{} → move_code {code, minutes}; code "" for an official's chat."""
    code = await moving.code(work.store, person.id, work.now)
    return Event("move_code", work.now, {"code": code, "minutes": moving.STANDS.seconds // 60})


async def take_over(work: Work, person: Person, data: Data) -> Event:
    """{code} → taken_over {} in the session that goes on, or not_taken_over {reason}. This address, and all that its person
    had, belongs to whose code it is; the chat where the code was made hears of it."""
    heir = await moving.heir(work.store, person.id, str(data["code"]), work.now)
    if isinstance(heir, str):
        return Event("not_taken_over", work.now, {"reason": heir})
    there = (await work.store.people.addresses(heir))[:1]
    mine, other = await _session(work, heir), work.sessions[person.id]
    await work.flush()
    await work.store.belongings.hand_over(person.id, heir, mine.runs, work.now)
    joined = join(mine, other, await work.store.consents.current(heir))
    await work.store.belongings.renumber(heir, joined.runs)
    await _go_on(work, person.id, heir, joined.session)
    for place in there:
        text = work.programme.render("move.left", mine.language, {"channel": person.address.channel})
        work.also.append((place, Message(text)))
    return Event("taken_over", work.now)


async def _session(work: Work, person_id: int) -> Session:
    """As it is in this batch, else as it is stored; nobody else hears that person from here on."""
    if person_id in work.sessions:
        return work.sessions[person_id]
    states = await work.store.sessions.load([person_id])
    return from_json(states[person_id]) if person_id in states else Session(language=work.programme.languages[0])


async def _go_on(work: Work, person_id: int, heir: int, session: Session) -> None:
    del work.sessions[person_id]
    work.sessions[heir], work.moved[person_id] = session, heir
    pinned = {one.release for one in (session.draft, *session.paused) if one}
    if work.pin and pinned:
        work.programme = await work.pin({*pinned, *work.programme.older})
