"""Where each person is in the conversation, as JSON: one statement loads a batch, one keeps it.

Whoever loads sessions to change them holds these persons until the transaction ends, so that two processes hear a person
in turn. What is held is the row in `people`, which new persons have too; always in the order of ids, so that two batches
that share persons cannot wait for each other. Rows that belong to a person are changed by whoever holds them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import portable
from storage.tables import people, sessions

HOLD = (
    select(people.c.id)
    .where(people.c.id.in_(bindparam("persons", expanding=True)))
    .order_by(people.c.id)
    .with_for_update(key_share=True)
)
LOAD = select(sessions.c.person_id, sessions.c.state).where(
    sessions.c.person_id.in_(bindparam("persons", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Sessions:
    connection: AsyncConnection

    async def load(self, person_ids: Collection[int]) -> dict[int, dict[str, Any]]:
        """The sessions of those who have one. Call it once in a transaction that writes: for everybody it is about."""
        found: dict[int, dict[str, Any]] = {}
        await self._hold(sorted(person_ids))
        for some in portable.chunks(list(person_ids)):
            rows = await self.connection.execute(LOAD, {"persons": some})
            found |= {person: state for person, state in rows}  # noqa: C416  dict() would ask each row for its keys
        return found

    async def keep(self, states: Mapping[int, Mapping[str, Any]]) -> None:
        statement = portable.upsert(self.connection, sessions, ("person_id",), ("state",))
        if states:
            rows = [{"person_id": person, "state": state} for person, state in states.items()]
            await portable.many(self.connection, statement, rows)

    async def _hold(self, person_ids: Sequence[int]) -> None:
        """A statement of its own: what is read after it is what the one before us left."""
        if portable.locks(self.connection):
            for some in portable.chunks(person_ids):
                await self.connection.execute(HOLD, {"persons": some})
