"""The rooms, connected; nothing runs yet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.channel import Address, Incoming
from bot.console import Console
from bot.content import read_bundle
from bot.conversation import Conversation, Posted
from bot.due import Clock
from bot.handlers.web import Web
from bot.office.downloads import Sources
from bot.outbox import Outbox, Way, paced
from bot.receiving import Receiving
from bot.releases import Releases
from bot.settings import Settings
from storage import Storage
from storage import migrate as migrate_database

if TYPE_CHECKING:
    from bot.handlers.telegram import Connection


class Unusable(Exception):
    """What was asked cannot be done; the message says why, for the operator."""


def now() -> datetime:
    """The one place where the time of day is read."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class House:
    """Everything that runs in one process."""

    settings: Settings
    storage: Storage
    releases: Releases
    conversation: Conversation
    outbox: Outbox
    clock: Clock
    web: Web
    console: Console
    receiving: Receiving
    telegram: Connection | None = None


def make_data_dir(settings: Settings) -> None:
    """For its owner alone. One that is there stays as the operator made it."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)


async def build(settings: Settings, clock: Callable[[], datetime] = now) -> House:
    """Opens the store, loads the content and connects the rooms; nothing runs yet."""
    bundle = read_bundle(settings.content_dir, settings.programme)
    releases = Releases(bundle)
    make_data_dir(settings)
    await asyncio.to_thread(migrate_database, settings.database)
    storage = await Storage.open(settings.database)
    await storage.claim_programme(settings.programme)
    await releases.publish(storage, bundle, clock())
    conversation = Conversation(storage, releases, clock, settings.url, settings.flood)
    receiving = Receiving(storage, settings.data_dir, clock, conversation.wake)
    ways: dict[str, Way] = {}
    outbox = Outbox(storage, ways, clock)
    due = Clock(storage, releases, settings.data_dir, clock, conversation.wake)
    web = _web(settings, storage, releases, conversation, clock)
    console = _console(settings, storage, releases, clock)
    conversation.posted, conversation.held, conversation.post = _posted(web, outbox), due.call, outbox.post
    house = House(settings, storage, releases, conversation, outbox, due, web, console, receiving)
    return _with_telegram(house, ways) if settings.telegram_token.get_secret_value() else house


def _with_telegram(house: House, ways: dict[str, Way]) -> House:
    from bot.handlers.telegram import connect

    settings = house.settings
    connection = connect(
        settings.telegram_token.get_secret_value(),
        settings.telegram_api,
        settings.telegram_proxy.get_secret_value(),
        settings.public_url,
        storage=house.storage,
        hear=house.conversation.hear,
        programme=lambda: house.releases.current,
        now=house.clock.now,
        file_came=house.receiving.call,
        secret=settings.telegram_secret() if settings.public_url else "",
    )
    telegram = connection.telegram
    ways[telegram.name] = paced(telegram, settings.telegram_rate)
    telegram.pace = ways[telegram.name].pace
    house.receiving.fetch[telegram.name] = telegram.fetch
    return replace(house, telegram=connection)


def _web(
    settings: Settings, storage: Storage, releases: Releases, conversation: Conversation, clock: Callable[[], datetime]
) -> Web:
    async def hear(incoming: Incoming) -> None:
        await conversation.hear(incoming)

    return Web(
        hear=hear,
        may_come=conversation.may_come,
        awaits_file=conversation.awaits_file,
        storage=storage,
        sources=Sources(
            storage, lambda: releases.current, releases.of(storage), settings.content_dir, settings.data_dir
        ),
        programme=lambda: releases.current,
        secret=settings.secret(),
        data_dir=settings.data_dir,
        now=clock,
        public_url=settings.public_url,
        origins=settings.embed_origins,
    )


def _console(settings: Settings, storage: Storage, releases: Releases, clock: Callable[[], datetime]) -> Console:
    return Console(
        storage=storage,
        programme=lambda: releases.current,
        release=releases.of(storage),
        secret=settings.secret(),
        now=clock,
        data_dir=settings.data_dir,
        database_url=settings.database,
        public_url=settings.public_url,
    )


def _posted(web: Web, outbox: Outbox) -> Posted:
    """Who is told of new letters: the web chat's open pages, and of announcements the outbox, which knows of replies."""

    def tell(addresses: Collection[Address] | None) -> None:
        if addresses is None:
            web.streams.wake_all()
            outbox.wake()
        for address in addresses or ():
            if address.channel == web.name:
                web.posted(address)

    return tell
