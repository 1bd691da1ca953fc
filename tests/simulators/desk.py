"""The office and its console on a real store with real content; only the clock is ours."""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import httpx
from starlette.applications import Starlette

from bot.channel import Address
from bot.console import Console, routes
from bot.content import Bundle, from_bytes, load, read_bundle
from bot.flows.programme import Programme
from bot.flows.values import Json, Message, Text
from bot.office import officials
from storage import Storage, migrate
from storage.consents import Consent
from storage.officials import Official, Role
from storage.releases import Release
from storage.submissions import State, Submission
from tests.simulators.serving import serving

CONTENT = Path(__file__).parents[2] / "content"
FORM = "needs_survey"
ANSWERS: dict[str, Json] = {
    "sector": "rice",
    "employees": 25,
    "needs": ["barcode", "training"],
    "barcode_now": "none",
    "barcode_items": None,
    "training_topics": ["awareness", "other"],
    "training_topics.other": "Bán hàng trên mạng",
    "group": "household",
    "unit_name": "Cơ sở khô cá Ví Dụ",
    "tax_code": "089000001234",
    "commune": {"code": "30307", "name": "Phường Long Xuyên"},
    "contact_name": "Nguyễn Thị Ví Dụ",
    "phone": "+84912345678",
    "size": "not_applicable",
}


@cache
def migrated() -> Path:
    """An empty database at the current schema, to be copied."""
    path = Path(tempfile.mkdtemp(prefix="nhipcau-test-")) / "empty.sqlite"
    migrate(f"sqlite:///{path}")
    return path


@cache
def bundle() -> Bundle:
    return read_bundle(CONTENT, "an-giang")


@cache
def loaded(stored: bytes) -> Programme:
    """Reading the content takes a second, and every test begins with the same."""
    return load(from_bytes(stored))


@dataclass
class Desk:
    data_dir: Path
    url: str = ""  # of a migrated database, else one in that folder
    at: datetime = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # a Monday, nine in the morning in Vietnam
    public_url: str = ""
    runs: int = 0
    app: Starlette = field(default_factory=Starlette)

    async def open(self) -> Desk:
        if not self.url:
            copy = shutil.copy(await asyncio.to_thread(migrated), self.data_dir / "test.sqlite")
            self.url = f"sqlite:///{copy}"
        self.storage = await Storage.open(self.url, busy_seconds=0.05)
        await self.publish({})
        self.serve(self.public_url)
        return self

    def serve(self, public_url: str) -> None:
        """The console as it stands at that address."""
        self.public_url = public_url
        console = Console(
            storage=self.storage,
            programme=lambda: self.current,
            release=self.release,
            secret=b"a made-up secret of a test",
            now=lambda: self.at,
            data_dir=self.data_dir,
            database_url=self.url,
            public_url=public_url,
        )
        self.app.router.routes[:] = routes(console)

    async def close(self) -> None:
        await self.storage.close()

    def pass_(self, **time: float) -> None:
        self.at += timedelta(**time)

    async def publish(self, changes: dict[str, tuple[str, str]]) -> None:
        """A release: file → (what stands there, what shall stand there)."""
        files = dict(bundle().files)
        for file, (old, new) in changes.items():
            assert old in files[file]
            files[file] = files[file].replace(old, new)
        stored = Bundle("an-giang", files).to_bytes()
        self.current = loaded(stored)
        async with self.storage.write() as store:
            await store.releases.keep(Release(self.current.release, 1, stored, self.at))

    async def release(self, hash_: str) -> Programme:
        async with self.storage.read() as store:
            found = await store.releases.load(hash_)
        if found is None:
            raise LookupError(hash_)
        return loaded(found.bundle)

    async def person(self, id: str, channel: str = "web", *, agreed: bool | None = None) -> int:
        """Someone who wrote just now, and what they said to announcements."""
        address = Address(channel, "", id)
        async with self.storage.write() as store:
            person = (await store.people.resolve([address], self.at))[address].id
            if agreed is not None:
                await store.consents.record([Consent(person, "announcements", agreed, "Lời hỏi", channel, self.at)])
        return person

    async def answered(
        self, answers: dict[str, Json], state: State = "sent", person: int | None = None, form: str = FORM
    ) -> int:
        """A submission under the current release; its number."""
        person = person or await self.person(f"p{self.runs}")
        self.runs += 1
        row = Submission(person, self.runs, form, self.current.release, answers, "web", self.at, self.at, state)
        async with self.storage.write() as store:
            if state == "sent":
                return await store.submissions.send(row, self.at)
            await store.submissions.keep([row])
            stored = await store.submissions.load(person, self.runs)
        assert stored
        return stored.id

    async def official(self, role: Role, name: str = "Cán bộ Ví Dụ", person: int | None = None) -> Official:
        """Somebody with that role, bound to that person's chat."""
        async with self.storage.write() as store:
            added = await store.officials.add(name, role, self.at)
            if person:
                await store.officials.bind(person, added, self.at)
            official = await store.officials.get(added)
        assert official
        return official

    async def announced(self, words: str, key: str = "k", official: int | None = None) -> None:
        async with self.storage.write() as store:
            await store.broadcasts.announce(key, official, "announcements", Message(Text(words)), self.at)

    async def invited(self, role: Role, name: str = "Cán bộ Ví Dụ") -> str:
        async with self.storage.write() as store:
            return await officials.invite(store, role, name, self.at)

    def client(self) -> httpx.AsyncClient:
        base = self.public_url or "http://console.test"
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=base)

    @contextlib.asynccontextmanager
    async def visitor(self, role: Role, name: str = "Cán bộ Ví Dụ") -> AsyncIterator[httpx.AsyncClient]:
        """A client who is signed in with that role."""
        async with self.client() as client:
            entered = await client.post("/console/sign-in", data={"token": await self.invited(role, name)})
            assert entered.status_code == 303
            yield client


async def csrf(client: httpx.AsyncClient) -> str:
    """The token that the forms of this session carry."""
    found = re.search(r'name="csrf" value="(\w+)"', (await client.get("/console")).text)
    assert found
    return found[1]


@contextlib.contextmanager
def served(desk: Desk, fill: Callable[[Desk], Awaitable[None]]) -> Iterator[str]:
    """The console, filled, on a free port of the loopback, in a thread with its own loop; gives its address."""

    async def begin() -> Starlette:
        await desk.open()
        await fill(desk)
        return desk.app

    with serving(begin, desk.close) as url:
        yield url
