"""Where each person is in the conversation, as JSON: one statement loads a batch, one keeps it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import portable
from storage.tables import sessions

LOAD = select(sessions.c.person_id, sessions.c.state).where(
    sessions.c.person_id.in_(bindparam("persons", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Sessions:
    connection: AsyncConnection

    async def load(self, person_ids: Collection[int]) -> dict[int, dict[str, Any]]:
        """The sessions of those who have one."""
        found: dict[int, dict[str, Any]] = {}
        for some in portable.chunks(list(person_ids)):
            rows = await self.connection.execute(LOAD, {"persons": some})
            found |= {row.person_id: row.state for row in rows}
        return found

    async def keep(self, states: Mapping[int, Mapping[str, Any]]) -> None:
        statement = portable.upsert(self.connection, sessions, ("person_id",), ("state",))
        if states:
            rows = [{"person_id": person, "state": state} for person, state in states.items()]
            await self.connection.execute(statement, rows)
