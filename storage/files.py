"""What is known about files; their bytes lie in DATA_DIR/files by hash, on disk before their row says *ready*."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, Text, bindparam, cast, delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.flows.values import Json
from storage.portable import chunks
from storage.tables import documents, files, sessions, submissions, talk_lines

State = Literal["receiving", "ready", "refused"]


@dataclass(frozen=True, slots=True)
class File:
    """`id` is a public token; `sha256` is "" until the bytes are there; `at` is when it was announced; `source` is
    where its channel fetches the bytes."""

    id: str
    person_id: int
    name: str
    at: datetime
    mime: str = ""
    size: int = 0
    sha256: str = ""
    state: State = "receiving"
    reason: str = ""
    source: Mapping[str, Json] = field(default_factory=dict)


c = files.c
ONE = select(files).where(c.id == bindparam("token"))
RECEIVING = select(files).where(c.state == "receiving").order_by(c.at)
READY = (
    update(files)
    .where(c.id == bindparam("token"), c.state == "receiving")
    .values(state="ready", sha256=bindparam("digest"), mime=bindparam("type"), size=bindparam("bytes"))
)
REFUSE = (
    update(files)
    .where(c.id == bindparam("token"), c.state == "receiving")
    .values(state="refused", reason=bindparam("why"))
)
ANSWERED = exists(1).where(submissions.c.person_id == c.person_id, cast(submissions.c.answers, Text).contains(c.id))
BEGUN = exists(1).where(sessions.c.person_id == c.person_id, cast(sessions.c.state, Text).contains(c.id))
TOLD = exists(1).where(talk_lines.c.file_id == c.id)
HANDED = exists(1).where(documents.c.file_id == c.id)
UNREFERENCED = select(files).where(
    c.at < bindparam("before"), c.state != "receiving", ~ANSWERED, ~BEGUN, ~TOLD, ~HANDED
)
FORGET = delete(files).where(c.id.in_(bindparam("tokens", expanding=True)))
KNOWN = select(c.sha256).where(c.sha256.in_(bindparam("digests", expanding=True))).distinct()


@dataclass(frozen=True, slots=True)
class Files:
    connection: AsyncConnection

    async def receive(self, file: File) -> None:
        """A file is on its way: committed before the channel's update is confirmed."""
        names = ("id", "person_id", "name", "at", "mime", "size", "sha256", "state", "reason")
        values = {name: getattr(file, name) for name in names} | {"source": dict(file.source)}
        await self.connection.execute(insert(files), values)

    async def ready(self, id: str, sha256: str, mime: str, size: int) -> bool:
        """Its bytes are on disk; False if it was not expected any more."""
        values = {"token": id, "digest": sha256, "type": mime, "bytes": size}
        return (await self.connection.execute(READY, values)).rowcount > 0

    async def refuse(self, id: str, reason: str) -> bool:
        return (await self.connection.execute(REFUSE, {"token": id, "why": reason})).rowcount > 0

    async def get(self, id: str) -> File | None:
        row = (await self.connection.execute(ONE, {"token": id})).one_or_none()
        return None if row is None else _file(row)

    async def receiving(self) -> list[File]:
        """Those not there yet: after a restart they are fetched again."""
        return [_file(row) for row in await self.connection.execute(RECEIVING)]

    async def unreferenced(self, before: datetime) -> list[File]:
        """Announced before that instant, and in no answer, no case, no session of their person, and told to no official."""
        return [_file(row) for row in await self.connection.execute(UNREFERENCED, {"before": before})]

    async def forget(self, ids: Sequence[str]) -> None:
        for some in chunks(ids):
            await self.connection.execute(FORGET, {"tokens": some})

    async def known(self, hashes: Collection[str]) -> set[str]:
        """Which of these contents any row still names: the others' bytes may go."""
        found: set[str] = set()
        for some in chunks(list(hashes)):
            found |= set(await self.connection.scalars(KNOWN, {"digests": some}))
        return found


def _file(row: Row[tuple[Any, ...]]) -> File:
    return File(
        row.id, row.person_id, row.name, row.at, row.mime, row.size, row.sha256, row.state, row.reason, row.source
    )  # fmt: skip
