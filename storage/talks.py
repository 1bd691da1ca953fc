"""Conversations between persons and officials: one open at a time for each person, answered by one official at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import portable
from storage.tables import talk_lines, talks

State = Literal["open", "closed"]


@dataclass(frozen=True, slots=True)
class Talk:
    """`official_id`: who answers, None while it waits for somebody; `ends_at`: when it ends unless somebody writes;
    `told_at`: when all officials were last told that it waits."""

    id: int
    person_id: int
    official_id: int | None
    state: State
    opened_at: datetime
    ends_at: datetime
    told_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TalkLine:
    """`official_id`: who said it, None for the person; `file_id`: the file that it tells of."""

    talk_id: int
    text: str
    at: datetime
    official_id: int | None = None
    file_id: str | None = None
    id: int = 0


t, n = talks.c, talk_lines.c
OPEN = t.state == portable.word("open")
COLUMNS = select(t.id, t.person_id, t.official_id, t.state, t.opened_at, t.ends_at, t.told_at, t.closed_at)
ONE = COLUMNS.where(t.id == bindparam("talk"))
OF_PERSON = COLUMNS.where(t.person_id == bindparam("person"), OPEN)
ALL_OPEN = COLUMNS.where(OPEN)
THIS = update(talks).where(t.id == bindparam("talk"), OPEN)
TAKE = THIS.where(t.official_id.is_not_distinct_from(bindparam("before"))).values(official_id=bindparam("after"))
HAND_BACK = THIS.where(t.official_id == bindparam("holder")).values(official_id=None, told_at=None)
TELL = THIS.values(told_at=bindparam("now"))
LAST = THIS.values(ends_at=bindparam("until"))
CLOSE = THIS.values(state="closed", closed_at=bindparam("now"))
TELLS = select(n.id).where(n.talk_id == bindparam("talk"), n.file_id == bindparam("file")).limit(1)
LINES = select(talk_lines).where(n.talk_id == bindparam("talk")).order_by(n.id.desc()).limit(bindparam("limit"))


@dataclass(frozen=True, slots=True)
class Talks:
    connection: AsyncConnection

    async def get(self, id: int) -> Talk | None:
        row = (await self.connection.execute(ONE, {"talk": id})).one_or_none()
        return None if row is None else Talk(*row)

    async def of_person(self, person_id: int) -> Talk | None:
        """The one that is open."""
        row = (await self.connection.execute(OF_PERSON, {"person": person_id})).one_or_none()
        return None if row is None else Talk(*row)

    async def open(self, person_id: int, at: datetime, ends_at: datetime) -> Talk:
        """A new one; the person must have none that is open."""
        values = {"person_id": person_id, "state": "open", "opened_at": at, "ends_at": ends_at}
        made = int((await self.connection.execute(insert(talks).values(values).returning(t.id))).scalar_one())
        return Talk(made, person_id, None, "open", at, ends_at)

    async def write(self, line: TalkLine, ends_at: datetime) -> None:
        """Keeps a line; the talk lasts until then now."""
        names = ("talk_id", "official_id", "file_id", "text", "at")
        await self.connection.execute(insert(talk_lines), {name: getattr(line, name) for name in names})
        await self.connection.execute(LAST, {"talk": line.talk_id, "until": ends_at})

    async def lines(self, id: int, limit: int = 20) -> list[TalkLine]:
        """The last ones, in the order they were said."""
        rows = (await self.connection.execute(LINES, {"talk": id, "limit": limit})).all()
        return [_line(row) for row in reversed(rows)]

    async def tells(self, id: int, file_id: str) -> bool:
        """Whether that file was told in it."""
        return await self.connection.scalar(TELLS, {"talk": id, "file": file_id}) is not None

    async def open_ones(self) -> list[Talk]:
        """All that are open, those nobody has first, the oldest first."""
        found = [Talk(*row) for row in await self.connection.execute(ALL_OPEN)]
        return sorted(found, key=lambda talk: (talk.official_id is not None, talk.id))

    async def take(self, id: int, official_id: int, before: int | None) -> bool:
        """That official answers it now; False if it is closed, or not any more in the hands it was seen in."""
        values = {"talk": id, "after": official_id, "before": before}
        return await self._changed(TAKE, **values)

    async def hand_back(self, id: int, official_id: int) -> bool:
        """Nobody answers it now; False if that official did not."""
        return await self._changed(HAND_BACK, talk=id, holder=official_id)

    async def told(self, id: int, at: datetime) -> None:
        """All officials are told now that somebody waits."""
        await self.connection.execute(TELL, {"talk": id, "now": at})

    async def close(self, id: int, at: datetime) -> bool:
        """False if it was closed already."""
        return await self._changed(CLOSE, talk=id, now=at)

    async def _changed(self, statement: Any, **values: Any) -> bool:
        return bool((await self.connection.execute(statement, values)).rowcount)


def _line(row: Row[tuple[Any, ...]]) -> TalkLine:
    return TalkLine(row.talk_id, row.text, row.at, row.official_id, row.file_id, row.id)
