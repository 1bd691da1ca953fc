"""The conversation over a real store, with real content, one batch at a time and a clock that we turn."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.channel import Address, Incoming
from bot.content import Bundle, read_bundle
from bot.conversation import Conversation, Heard
from bot.flows.session import Session, from_json
from bot.flows.values import Event
from bot.releases import Releases
from storage import Storage
from storage.submissions import Submission

CONTENT = Path(__file__).parents[2] / "content"
BEGIN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
receipts = count(1)


@cache
def content() -> Releases:
    """Loaded once for all tests; take a copy."""
    return Releases(read_bundle(CONTENT, "an-giang"))


def _fresh_copy() -> Releases:
    releases = copy.copy(content())
    releases.current, releases._asked, releases._unusable = releases._loaded[1], set(), set()
    return releases


@dataclass
class HearingHouse:
    url: str  # of a migrated database
    pace: int = 0
    busy_seconds: float = 0.05
    now: datetime = BEGIN
    posted: list[set[Address]] = field(default_factory=list)

    async def open(self, bundle: Bundle | None = None) -> HearingHouse:
        """Opens the database anew, as after a restart, with the repository's content or that bundle."""
        self.storage = await Storage.open(self.url, busy_seconds=self.busy_seconds)
        self.releases = Releases(bundle) if bundle else _fresh_copy()
        await self.publish(self.releases._loaded[0])
        self.conversation = Conversation(self.storage, self.releases, lambda: self.now, "http://localhost", self.pace)
        self.conversation.posted = lambda addresses: self.posted.append(set(addresses or ()))
        return self

    async def publish(self, bundle: Bundle) -> None:
        await self.releases.publish(self.storage, bundle, self.now)

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)

    # -- what people do

    def event(self, person: str, name: str, receipt: str = "", **data: Any) -> Incoming:
        return Incoming(address(person), receipt or f"r{next(receipts)}", Event(name, self.now, data))

    def line(self, person: str, words: str, receipt: str = "") -> Incoming:
        return self.event(person, "said", receipt, text=words)

    async def batch(self, *incoming: Incoming) -> list[Heard | Exception]:
        return await self.conversation.hear_batch(incoming)

    async def say(self, person: str, *lines: str) -> list[Heard]:
        """One batch each; errors are raised."""
        heard = []
        for words in lines:
            (one,) = await self.batch(self.line(person, words))
            if isinstance(one, Exception):
                raise one
            heard.append(one)
        return heard

    # -- what is there

    async def texts(self, person: str) -> list[str]:
        """All letters to them, in order."""
        async with self.storage.read() as store:
            found = (await store.people.find([address(person)])).get(address(person))
            letters = await store.letters.after(found.address_id, 0, 100_000) if found else []
        return [letter.message.text.plain for letter in letters]

    async def session(self, person: str) -> Session | None:
        async with self.storage.read() as store:
            found = (await store.people.find([address(person)])).get(address(person))
            states = await store.sessions.load([found.id]) if found else {}
        return from_json(states[found.id]) if found and found.id in states else None

    async def submissions(self, person: str) -> list[Submission]:
        async with self.storage.read() as store:
            found = (await store.people.find([address(person)])).get(address(person))
            return await store.submissions.of_person(found.id) if found else []

    async def answers(self, person: str) -> dict[str, Any]:
        (only,) = await self.submissions(person)
        return dict(only.answers)

    async def count(self, table: str) -> int:
        async with self.storage.read() as store:
            return int(await store.connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


def address(person: str) -> Address:
    return Address("web", "web", person)


@asynccontextmanager
async def opened(url: str, pace: int = 0, busy_seconds: float = 0.05) -> AsyncIterator[HearingHouse]:
    house = await HearingHouse(url, pace, busy_seconds).open()
    try:
        yield house
    finally:
        await house.storage.close()
