"""The house connected to the fake Bot API server: every room is the real one; content is loaded once for all tests."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import telegram
import uvicorn
from sqlalchemy import bindparam, select, text
from starlette.applications import Starlette

from bot.channel import Address
from bot.content import Bundle
from bot.conversation import Conversation
from bot.due import Clock
from bot.flows.session import Session, from_json
from bot.handlers.telegram import Connection, connect, routes
from bot.outbox import Outbox, Way, paced
from bot.receiving import Receiving
from bot.releases import Releases
from storage import Storage
from storage.people import Person
from storage.submissions import Submission
from storage.tables import addresses, events, files, letters
from tests.simulators.telegram.people import User
from tests.simulators.telegram.server import TelegramServer
from tests.simulators.web_house import loaded, migrated

SECRET = "a-made-up-secret"
LETTERS = select(letters.c.address_id).where(letters.c.state.in_(("waiting", "sending")))
FILES = select(files.c.person_id).where(files.c.state == "receiving")
EVENTS = select(events.c.person_id).where(events.c.not_before <= bindparam("now", type_=events.c.not_before.type))
PLACE = addresses.c
OWED = select(PLACE.native).where(PLACE.id.in_(LETTERS) | PLACE.person_id.in_(FILES) | PLACE.person_id.in_(EVENTS))
PAPERS = """
format: 1
title: Phiếu thử tệp
keywords: [phiếu thử tệp]
minutes: 1
consent: request
intro: Ba câu ngắn.
thanks: Cảm ơn anh/chị.
questions:
  - {id: paper, type: file, optional: true, text: Anh/chị gửi giấy phép giúp tôi., short: Giấy phép}
  - {id: place, type: location, optional: true, text: Cơ sở ở đâu?, short: Vị trí}
  - {id: phone, type: phone, text: Số điện thoại của anh/chị?, short: Số điện thoại}
"""


@cache
def with_papers() -> tuple[Bundle, Releases]:
    """The real content, and a form that asks for what Telegram can hand over."""
    bundle, _ = loaded()
    bundle = Bundle(bundle.programme, {**bundle.files, "an-giang/forms/papers.yaml": PAPERS})
    return bundle, Releases(bundle)


@dataclass
class TelegramHouse:
    """`hook`: Telegram brings the updates; else they are asked for. `rate`: messages a second, 0 is unlimited.
    `at`: the time stands there, and only `ahead` moves it. `source`: the content. `busy`: seconds to wait for
    the database."""

    data_dir: Path
    server: TelegramServer
    hook: bool = False
    rate: float = 0
    flood: int = 0
    token: str = ""
    ahead: timedelta = timedelta()
    at: datetime | None = None
    source: Callable[[], tuple[Bundle, Releases]] = with_papers
    busy: float = 0.2
    url: str = ""
    connection: Connection = field(init=False)
    _tasks: list[asyncio.Task[Any]] = field(default_factory=list)
    _look: asyncio.Task[frozenset[str]] | None = None
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def open(self) -> TelegramHouse:
        database = self.data_dir / "test.db"
        if not database.exists():
            database.write_bytes(await asyncio.to_thread(migrated))
        self.storage = await Storage.open(f"sqlite:///{database}", busy_seconds=self.busy)
        bundle, releases = self.source()
        self.releases: Releases = copy(releases)
        await self.releases.publish(self.storage, bundle, self.now())
        self._connect(socket.create_server(("127.0.0.1", 0)) if self.hook else None)
        await self.outbox.recover()
        self._start(self.conversation.run(), self.outbox.run(), self.clock.run())
        self._start(self.receiving.run(), self.connection.run())
        return self

    def _connect(self, listener: socket.socket | None) -> None:
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}" if listener else ""
        self.conversation = Conversation(self.storage, self.releases, self.now, self.url or "http://here", self.flood)
        self.receiving = Receiving(self.storage, self.data_dir, self.now, self.conversation.wake)
        ways: dict[str, Way] = {}
        self.outbox = Outbox(self.storage, ways, self.now)
        self.clock = Clock(self.storage, self.releases, self.data_dir, self.now, self.conversation.wake)
        self.connection = connect(
            self.token or self.server.token, self.server.url, "", self.url, storage=self.storage,
            hear=self.conversation.hear, programme=lambda: self.releases.current, now=self.now,
            file_came=self.receiving.call, secret=SECRET,
        )  # fmt: skip
        channel = self.connection.telegram
        ways["telegram"] = paced(channel, self.rate)
        channel.pace = ways["telegram"].pace
        self.receiving.fetch["telegram"] = channel.fetch
        self.conversation.held, self.conversation.post = self.clock.call, self.outbox.post
        self.conversation.posted = lambda _: self.outbox.wake()
        if listener:
            self._start(self._serve(listener))

    def _start(self, *loops: Coroutine[Any, Any, None]) -> None:
        self._tasks += [asyncio.create_task(loop) for loop in loops]

    async def _serve(self, listener: socket.socket) -> None:
        app = Starlette(routes=routes(self.connection))
        config = uvicorn.Config(app, ws="none", lifespan="off", log_level="error", timeout_graceful_shutdown=1)
        with listener:
            await uvicorn.Server(config)._serve(sockets=[listener])

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        await self.connection.telegram.close()
        await self.storage.close()

    def now(self) -> datetime:
        return (self.at or datetime.now(UTC)) + self.ahead

    # -- what people do

    async def say(self, person: User, line: str) -> telegram.Message:
        """Says it and gives the last bubble of the whole answer."""
        return await self._answered(person, lambda: person.send(line))

    async def touch(self, person: User, label: str) -> telegram.Message:
        return await self._answered(person, lambda: person.tap(label))

    async def _answered(self, person: User, act: Callable[[], object]) -> telegram.Message:
        before = len(person.texts)
        act()
        await person.until(lambda: len(person.texts) > before, 20)
        return await self.settled(person)

    async def settled(self, person: User) -> telegram.Message:
        """The last bubble, once all that was heard is answered."""
        async with asyncio.timeout(20):
            while self.server.updates.pending or await self.count("letters", "state IN ('waiting', 'sending')"):
                await asyncio.sleep(0.02)
        return person.last

    # -- what is there

    @property
    def state(self) -> str:
        return self.connection.telegram.state

    def comes(self, person: int) -> bool:
        """Something of theirs is on its way to us, perhaps the second time."""
        waiting = any(one.lane == person for one in self.server.updates.pending.values())
        return waiting or self.server.webhook.brings(person)

    async def owed(self) -> frozenset[str]:
        """Whose file, letter or due event is not done with. Who asks while one look is under way shares the next."""
        self._look = self._look or asyncio.create_task(self._owed())
        return await asyncio.shield(self._look)

    async def _owed(self) -> frozenset[str]:
        async with self._looking:
            await asyncio.sleep(0.003)
            self._look = None
            async with self.storage.read() as store:
                return frozenset(await store.connection.scalars(OWED, {"now": self.now()}))

    async def until_state(self, state: str, within: float = 20.0) -> None:
        async with asyncio.timeout(within):
            while self.state != state:
                await asyncio.sleep(0.01)

    def address(self, person: int) -> Address:
        return Address("telegram", self.connection.telegram.account, str(person))

    async def person(self, number: int) -> Person | None:
        async with self.storage.read() as store:
            return (await store.people.find([self.address(number)])).get(self.address(number))

    async def session(self, number: int) -> Session:
        person = await self.person(number)
        assert person
        async with self.storage.read() as store:
            return from_json((await store.sessions.load([person.id]))[person.id])

    async def submissions(self, number: int) -> list[Submission]:
        person = await self.person(number)
        assert person
        async with self.storage.read() as store:
            return await store.submissions.of_person(person.id)

    async def count(self, table: str, where: str = "1 = 1") -> int:
        async with self.storage.read() as store:
            return int(await store.connection.scalar(text(f"SELECT count(*) FROM {table} WHERE {where}")) or 0)


@asynccontextmanager
async def opened(path: Path, server: TelegramServer, **more: Any) -> AsyncIterator[TelegramHouse]:
    house = await TelegramHouse(path, server, **more).open()
    try:
        yield house
    finally:
        await house.close()
