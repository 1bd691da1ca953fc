"""The outbox: every message that waits to go or is gone, in the order it was made, with what is known of its way.

Order: of one address never two letters are on their way at once, and none overtakes an earlier one. Only a letter that
must wait for its hour (`not_before`) lets those of other kinds pass, never its own. Between addresses replies go first,
then notices, then announcements; an address is as urgent as the most urgent letter waiting there, so that its earlier
announcement does not hold a reply up for as long as the whole broadcast takes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import Row, Select, bindparam, case, exists, func, literal, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channel import CAPABILITIES, Address, Busy, Gone, Kind, Outcome, Refused, Sent, Unsure
from bot.flows.values import Message
from storage import mentions
from storage.messages import message_from_json, written
from storage.portable import EPOCH, add, chunks, locks, many, word
from storage.tables import addresses, letters

State = Literal["waiting", "sending", "sent", "failed", "unreachable", "unsure"]
KINDS: tuple[Kind, ...] = get_args(Kind)  # the most urgent first
LONGEST = 300.0  # seconds between two tries
TRIES: dict[Kind, int] = {
    "reply": 15,
    "notice": 2,
    "announcement": 1,
}  # how often at most while nobody knows if it arrived
PULLED = frozenset(name for name, can in CAPABILITIES.items() if can.pulls)


@dataclass(frozen=True, slots=True)
class Posting:
    """A letter to be posted; `channel` is its address's."""

    address_id: int
    channel: str
    kind: Kind
    message: Message
    not_before: datetime | None = None
    mentions: tuple[int, ...] = ()  # whose words or name stand in it, if somebody else's


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter with where it goes; `heard_at` is when that address was last heard, `attempts` counts this one too."""

    id: int
    person_id: int
    address_id: int
    address: Address
    heard_at: datetime
    kind: Kind
    message: Message
    state: State
    attempts: int
    made_at: datetime
    seen_at: datetime | None = None
    broadcast_id: int | None = None


WAITING, SENDING = word("waiting"), word("sending")
CLAIMING = 20_260_001  # the number of a lock of PostgreSQL that whoever claims letters holds until its commit
ALONE = select(func.pg_advisory_xact_lock(CLAIMING))
c = letters.c
w, earlier, going = letters.alias("w"), letters.alias("earlier"), letters.alias("going")
FIRST_OF_KIND = ~exists(1).where(
    earlier.c.address_id == w.c.address_id,
    earlier.c.state == WAITING,
    earlier.c.kind == w.c.kind,
    earlier.c.id < w.c.id,
)
NONE_GOING = ~exists(1).where(going.c.address_id == w.c.address_id, going.c.state == SENDING)
READY = (w.c.state == WAITING, w.c.not_before <= bindparam("now"), FIRST_OF_KIND, NONE_GOING)


def _urgent(rank: int, kind: Kind) -> Select[tuple[int, datetime, int, int]]:
    """Where a letter of that kind may go now, the longest waiting first."""
    of_kind = (w.c.kind == kind, w.c.channel.in_(bindparam("channels", expanding=True)))
    columns = (literal(rank).label("rank"), w.c.not_before, w.c.id, w.c.address_id)
    ordered = select(*columns).where(*READY, *of_kind).order_by(w.c.not_before, w.c.id)
    return select(ordered.limit(bindparam("limit")).subquery())


URGENT = union_all(*(_urgent(rank, kind) for rank, kind in enumerate(KINDS)))
HEADS = (
    select(w, addresses.c.person_id, addresses.c.account, addresses.c.native, addresses.c.heard_at)
    .join(addresses, addresses.c.id == w.c.address_id)
    .where(*READY, w.c.address_id.in_(bindparam("places", expanding=True)))
    .order_by(w.c.id.desc())
)
CLAIM = (
    update(letters).where(c.id.in_(bindparam("ids", expanding=True))).values(state="sending", attempts=c.attempts + 1)
)
IN_LINE = union_all(
    *(
        select(c.address_id).where(c.state == state, c.address_id.in_(bindparam("places", expanding=True)))
        for state in (WAITING, SENDING)
    )
)
PUT_BACK = (
    update(letters)
    .where(c.id.in_(bindparam("ids", expanding=True)), c.state == SENDING)
    .values(state="waiting", attempts=c.attempts - 1)
)
SETTLE = (
    update(letters)
    .where(c.id == bindparam("letter"), c.state == SENDING)
    .values(
        state=bindparam("now_state"),
        reason=bindparam("why"),
        native_id=bindparam("their_id"),
        sent_at=bindparam("went_at"),
        not_before=func.coalesce(bindparam("again_at", type_=c.not_before.type), c.not_before),
        attempts=c.attempts - bindparam("uncounted"),
    )
)
NOBODY_THERE = (
    update(letters)
    .where(c.address_id == bindparam("place"), c.state == WAITING)
    .values(state="unreachable", reason=bindparam("why"))
)
GONE = update(addresses).where(addresses.c.id == bindparam("place")).values(unreachable=bindparam("why"))
RECOVER = (
    update(letters)
    .where(c.state == SENDING, c.id.not_in(bindparam("known", expanding=True)))
    .values(
        reason="restart",
        state=case(
            (c.kind == "reply", "waiting"),  # as often as it takes: somebody waits for it
            *((c.kind == kind, case((c.attempts < tries, "waiting"), else_="unsure")) for kind, tries in TRIES.items()),
        ),
    )
)
SHOWN = (
    select(letters, addresses.c.person_id, addresses.c.account, addresses.c.native, addresses.c.heard_at)
    .join(addresses)
    .where(c.address_id == bindparam("place"), c.state == "sent")
    .limit(bindparam("limit"))
)
AFTER = SHOWN.where(c.id > bindparam("after")).order_by(c.id)
LATEST = SHOWN.order_by(c.id.desc())
SEEN = (
    update(letters)
    .where(c.address_id == bindparam("place"), c.id <= bindparam("upto"), c.state == "sent", c.seen_at.is_(None))
    .values(seen_at=bindparam("at"))
)
QUEUE = select(c.channel, c.kind, func.count()).where(c.state == WAITING).group_by(c.channel, c.kind)
NEXT_HOURS = union_all(
    *(
        select(func.min(c.not_before).label("hour")).where(
            c.state == WAITING, c.kind == word(kind), c.not_before > bindparam("after")
        )
        for kind in KINDS
    )
).subquery()
NEXT = select(func.min(NEXT_HOURS.c.hour))
WAITS = select(c.id).where(c.state == WAITING).limit(1)


@dataclass(frozen=True, slots=True)
class Letters:
    connection: AsyncConnection

    async def post(self, postings: Sequence[Posting], at: datetime, going: Collection[int] = ()) -> list[int]:
        """Posts letters; their ids in the same order. On a channel whose client fetches, posted is sent. `going`: to these
        addresses, each `free`, they are on their way from here on."""
        rows = [_row(posting, at, going) for posting in postings]
        ids = await add(self.connection, letters, rows) if rows else []
        await mentions.keep(self.connection, [posting.mentions for posting in postings], ids)
        return ids

    async def free(self, address_ids: Collection[int]) -> set[int]:
        """Those of the addresses where no letter waits or is on its way."""
        taken: set[int] = set()
        for some in chunks(list(address_ids)):
            taken |= set(await self.connection.scalars(IN_LINE, {"places": some}))
        return set(address_ids) - taken

    async def claim(self, now: datetime, channels: Collection[str], limit: int = 100) -> list[Letter]:
        """The letters to send now, at most one of each address, the most urgent first; they are *sending* from here on.
        One claims at a time: whether a letter may go depends on its neighbours' rows, so that locking its own would not
        keep a second process from taking the next letter of the same address."""
        if locks(self.connection):
            await self.connection.execute(ALONE)
        values = {"now": now, "channels": list(channels), "limit": limit}
        urgent = sorted((await self.connection.execute(URGENT, values)).all())
        places: list[int] = list(dict.fromkeys(row.address_id for row in urgent))[:limit]
        heads = await self._heads(places, now)
        for some in chunks([letter.id for letter in heads.values()]):
            await self.connection.execute(CLAIM, {"ids": some})
        return [heads[place] for place in places if place in heads]

    async def settle(self, outcomes: Sequence[tuple[Letter, Outcome]], at: datetime) -> None:
        """Notes what came of claimed letters, and marks addresses where nobody is any more, with all that waits there."""
        if not outcomes:
            return
        await many(self.connection, SETTLE, [{"letter": one.id} | _settled(one, what, at) for one, what in outcomes])
        gone = sorted((one.address_id, what.reason) for one, what in outcomes if isinstance(what, Gone))
        if gone:
            places = [{"place": place, "why": reason} for place, reason in gone]
            await self.connection.execute(NOBODY_THERE, places)
            await self.connection.execute(GONE, places)

    async def put_back(self, ids: Sequence[int]) -> None:
        """These claimed letters were not tried after all."""
        for some in chunks(ids):
            await self.connection.execute(PUT_BACK, {"ids": some})

    async def recover(self, known: Collection[int] = ()) -> int:
        """What is *sending* without anybody (`known`: who has some) is unsure, as at a start after a crash: replies wait
        again, notices once more. How many it was."""
        return (await self.connection.execute(RECOVER, {"known": list(known)})).rowcount

    async def after(self, address_id: int, after_id: int, limit: int = 100) -> list[Letter]:
        """What was sent there after that letter, the oldest first: the web chat's history."""
        values = {"place": address_id, "after": after_id, "limit": limit}
        return [_letter(row, row.state, row.attempts) for row in await self.connection.execute(AFTER, values)]

    async def latest(self, address_id: int, limit: int = 50) -> list[Letter]:
        """The last ones sent there, the oldest of them first."""
        rows = (await self.connection.execute(LATEST, {"place": address_id, "limit": limit})).all()
        return [_letter(row, row.state, row.attempts) for row in reversed(rows)]

    async def seen(self, address_id: int, upto: int, at: datetime) -> None:
        """The person's client fetched everything up to that letter."""
        await self.connection.execute(SEEN, {"place": address_id, "upto": upto, "at": at})

    async def waiting(self) -> dict[tuple[str, str], int]:
        """(channel, kind) → how many wait."""
        return {(channel, kind): number for channel, kind, number in await self.connection.execute(QUEUE)}

    async def next_at(self, after: datetime = EPOCH) -> datetime | None:
        """The earliest hour after that instant at which a waiting letter may go; without one it may be past."""
        instant: datetime | None = await self.connection.scalar(NEXT, {"after": after})
        return instant

    async def wait(self) -> bool:
        """Whether any letter waits, be it for its hour."""
        return await self.connection.scalar(WAITS) is not None

    async def _heads(self, places: Sequence[int], now: datetime) -> dict[int, Letter]:
        """The earliest letter that may go now, per address."""
        heads: dict[int, Letter] = {}
        for some in chunks(places):
            rows = await self.connection.execute(HEADS, {"places": some, "now": now})
            heads |= {row.address_id: _letter(row, "sending", row.attempts + 1) for row in rows}  # the last one wins
        return heads


def after_unsure(kind: Kind, attempts: int) -> State:
    """Whether a letter of which nobody knows if it arrived is tried again."""
    return "waiting" if attempts < TRIES[kind] else "unsure"


def _settled(letter: Letter, outcome: Outcome, at: datetime) -> dict[str, Any]:
    match outcome:
        case Sent(id=id):
            return _state("sent") | {"their_id": id, "went_at": at}
        case Gone(reason=reason):
            return _state("unreachable", reason)
        case Refused(reason=reason):
            return _state("failed", reason)
        case Busy(seconds=seconds):
            return _state("waiting", "busy") | {"again_at": at + timedelta(seconds=seconds), "uncounted": 1}
        case Unsure(reason=reason):
            pause = timedelta(seconds=min(LONGEST, 2.0**letter.attempts))
            return _state(after_unsure(letter.kind, letter.attempts), reason) | {"again_at": at + pause}


def _state(state: State, reason: str = "") -> dict[str, Any]:
    return {"now_state": state, "why": reason, "their_id": "", "went_at": None, "again_at": None, "uncounted": 0}


def _row(posting: Posting, at: datetime, going: Collection[int]) -> dict[str, Any]:
    pulled, goes = posting.channel in PULLED, posting.address_id in going
    return {
        "address_id": posting.address_id,
        "channel": posting.channel,
        "kind": posting.kind,
        "body": written(posting.message),
        "state": "sent" if pulled else "sending" if goes else "waiting",
        "attempts": int(goes),
        "not_before": posting.not_before or at,
        "made_at": at,
        "sent_at": at if pulled else None,
    }


def _letter(row: Row[tuple[Any, ...]], state: State, attempts: int) -> Letter:
    address = Address(row.channel, row.account, row.native)
    return Letter(
        row.id, row.person_id, row.address_id, address, row.heard_at, row.kind, message_from_json(row.body), state,
        attempts, row.made_at, row.seen_at, row.broadcast_id,
    )  # fmt: skip
