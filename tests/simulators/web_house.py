"""The house as the web chat sees it: real content, store, conversation and routes; only the clock is ours."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import Collection, Coroutine, Iterator
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from starlette.applications import Starlette

from bot.channel import Address, Incoming
from bot.content import Bundle, read_bundle
from bot.conversation import Conversation
from bot.handlers.web import Web, routes
from bot.office.downloads import Sources
from bot.releases import Releases
from storage import Storage, migrate
from tests.simulators.serving import serving

CONTENT = Path(__file__).parents[2] / "content"
SECRET = b"a made-up secret of a test"


@cache
def migrated() -> bytes:
    """An empty database; made once, since migrating takes most of a test's time."""
    with tempfile.TemporaryDirectory() as folder:
        migrate(f"sqlite:///{folder}/empty.db")
        return (Path(folder) / "empty.db").read_bytes()


@cache
def loaded() -> tuple[Bundle, Releases]:
    bundle = read_bundle(CONTENT, "an-giang")
    return bundle, Releases(bundle)


@dataclass
class WebHouse:
    """`trouble`: what hearing raises as long as it is set. `heard`: what was heard, in order. `takes_files`: as if
    a question waited for one, whatever the conversation says."""

    data_dir: Path
    url: str = ""  # of a migrated database, else one in that folder
    at: datetime = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # a Monday, nine in the morning in Vietnam
    origins: tuple[str, ...] = ()
    public_url: str = ""
    trouble: Exception | None = None
    takes_files: bool = False
    flood: int = 0
    content_dir: Path = CONTENT
    heard: list[Incoming] = field(default_factory=list)

    async def open(self) -> WebHouse:
        if not self.url:
            database = self.data_dir / "test.db"
            database.write_bytes(await asyncio.to_thread(migrated))
            self.url = f"sqlite:///{database}"
        self.storage = await Storage.open(self.url)
        bundle, releases = loaded()
        self.releases = copy(releases)
        await self.releases.publish(self.storage, bundle, self.at)
        self.conversation = Conversation(self.storage, self.releases, self.now, "http://localhost", flood=self.flood)
        self.web = Web(
            hear=self.hear,
            may_come=self.conversation.may_come,
            awaits_file=self.awaits_file,
            storage=self.storage,
            sources=Sources(
                self.storage,
                lambda: self.releases.current,
                self.releases.of(self.storage),
                self.content_dir,
                self.data_dir,
            ),
            programme=lambda: self.releases.current,
            secret=SECRET,
            data_dir=self.data_dir,
            now=self.now,
            public_url=self.public_url,
            origins=self.origins,
        )
        self.conversation.posted = self.posted
        self.loop = asyncio.create_task(self.conversation.run())
        self.app = Starlette(routes=routes(self.web))
        return self

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Does that in the loop of a house that is served by a thread."""
        asyncio.run_coroutine_threadsafe(work, self.loop.get_loop()).result(10)

    async def close(self) -> None:
        self.web.close()
        self.loop.cancel()
        await asyncio.gather(self.loop, return_exceptions=True)
        await self.storage.close()

    def now(self) -> datetime:
        return self.at

    def pass_(self, **time: float) -> None:
        self.at += timedelta(**time)

    async def awaits_file(self, address: Address) -> bool:
        return self.takes_files or await self.conversation.awaits_file(address)

    async def hear(self, incoming: Incoming) -> None:
        if self.trouble:
            raise self.trouble
        if (await self.conversation.hear(incoming)).new:
            self.heard.append(incoming)

    def posted(self, addresses: Collection[Address] | None) -> None:
        for address in addresses or ():
            self.web.posted(address)


@contextlib.contextmanager
def served(house: WebHouse) -> Iterator[str]:
    """The house on a free port of the loopback, in a thread with its own loop; gives its address."""

    async def begin() -> Starlette:
        await house.open()
        return house.app

    with serving(begin, house.close, lambda: house.loop.get_loop().call_soon_threadsafe(house.web.close)) as url:
        yield url
