"""The only wiring: settings → content, storage, conversation, channels, outbox, clock and web application."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import uvicorn
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.channel import Address, Incoming
from bot.console import Console
from bot.console import routes as console_routes
from bot.content import Problem, changed, fingerprint, lint, read_bundle, report
from bot.content.problems import ContentProblems
from bot.conversation import Conversation, Posted
from bot.due import Clock
from bot.flows.drawing import draw as drawn
from bot.handlers import terminal
from bot.handlers.web import Web
from bot.handlers.web import routes as web_routes
from bot.office import exports, officials
from bot.outbox import Outbox
from bot.releases import Releases
from bot.settings import Settings
from storage import Storage, StorageError
from storage import backup as backups
from storage import migrate as migrate_database

log = logging.getLogger(__name__)
WATCH = 2.0  # seconds between two looks at the content files


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


async def build(settings: Settings, clock: Callable[[], datetime] = now) -> House:
    """Opens the store, loads the content and connects the rooms; nothing runs yet."""
    bundle = read_bundle(settings.content_dir, settings.programme)
    releases = Releases(bundle)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    await asyncio.to_thread(migrate_database, settings.database)
    storage = await Storage.open(settings.database)
    await storage.claim_programme(settings.programme)
    await releases.publish(storage, bundle, clock())
    conversation = Conversation(storage, releases, clock, settings.url, settings.flood)
    outbox = Outbox(storage, {}, clock)
    due = Clock(storage, releases, settings.data_dir, clock, conversation.wake)
    web = _web(settings, storage, releases, conversation, clock)
    console = _console(settings, storage, releases, clock)
    conversation.posted, conversation.held = _posted(web, outbox), due.call
    return House(settings, storage, releases, conversation, outbox, due, web, console)


def _web(
    settings: Settings, storage: Storage, releases: Releases, conversation: Conversation, clock: Callable[[], datetime]
) -> Web:
    async def hear(incoming: Incoming) -> None:
        await conversation.hear(incoming)

    return Web(
        hear=hear,
        storage=storage,
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
    """Who is told of new letters: the web chat's open pages, and the outbox."""

    def tell(addresses: Collection[Address] | None) -> None:
        if addresses is None:
            web.streams.wake_all()
        for address in addresses or ():
            if address.channel == web.name:
                web.posted(address)
        outbox.wake()

    return tell


# -- run --------------------------------------------------------------------------------------------------------------


async def serve(settings: Settings, say: Callable[[Settings], None]) -> None:
    """Runs until told to stop. `say` is called once everything is open."""
    house = await build(settings)
    config = uvicorn.Config(
        application(house, say),
        host=settings.host,
        port=settings.port,
        access_log=False,  # its lines would hold tokens that stand in paths
        log_level=settings.log_level.lower(),
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=5,
    )
    try:
        await Server(config, house).serve()
    finally:
        await house.storage.close()


class Server(uvicorn.Server):
    """Ends the open streams of the chat pages first, for which it would otherwise wait in vain."""

    def __init__(self, config: uvicorn.Config, house: House) -> None:
        super().__init__(config)
        self._house = house

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._house.web.close()
        super().handle_exit(sig, frame)


def application(house: House, say: Callable[[Settings], None] = lambda settings: None) -> FastAPI:
    """The web application, whose life is that of the loops."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        async with running(house):
            say(house.settings)
            yield

    app = FastAPI(title="Nhịp Cầu", docs_url=None, redoc_url=None, openapi_url=None, lifespan=life)
    app.router.routes.extend([*console_routes(house.console), *web_routes(house.web)])
    _add_probes(app, house)
    return app


@asynccontextmanager
async def running(house: House) -> AsyncIterator[None]:
    """The loops of the house, from recovery to their end."""
    await house.outbox.recover()
    loops = [house.conversation.run(), house.outbox.run(), house.clock.run(), watch(house)]
    tasks = [asyncio.create_task(loop) for loop in loops]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def watch(house: House) -> None:
    """Takes up changed content at once; broken content is reported and the old release goes on."""
    folder, programme = house.settings.content_dir, house.settings.programme
    last = fingerprint(folder, programme)
    while True:
        await asyncio.sleep(WATCH)
        seen = await asyncio.to_thread(changed, folder, programme, last)
        if seen is None:
            continue
        last = seen
        try:
            await house.releases.publish(house.storage, read_bundle(folder, programme), now())
            log.info("content changed: release %s", house.releases.current.release[:12])
        except ContentProblems as error:
            log.error("changed content is broken, the old release goes on:\n%s", report(error.problems))  # noqa: TRY400
        except (StorageError, OSError) as error:
            log.warning("changed content waits: %s", type(error).__name__)
            last = ()


def _add_probes(app: FastAPI, house: House) -> None:
    @app.get("/healthz")
    async def healthz() -> Response:
        return PlainTextResponse("ok")

    @app.get("/readyz")
    async def readyz(request: Request) -> Response:
        """Whether an answer could be kept right now."""
        try:
            await house.storage.check(now())
        except StorageError as error:
            return JSONResponse({"ready": False, "storage": type(error).__name__}, 503)
        return JSONResponse({"ready": True, "release": house.releases.current.release[:12]})

    @app.get("/metrics")
    async def metrics() -> Response:
        async with house.storage.read() as store:
            waiting = await store.letters.waiting()
        lines = [f'nhipcau_letters_waiting{{channel="{c}",kind="{k}"}} {n}' for (c, k), n in sorted(waiting.items())]
        return PlainTextResponse("\n".join(["# TYPE nhipcau_letters_waiting gauge", *lines, ""]))


# -- the other commands -----------------------------------------------------------------------------------------------


async def talk(settings: Settings, *, keep: bool, language: str, as_json: bool) -> None:
    """A conversation in the terminal, on a throw-away store unless `keep`."""
    with contextlib.ExitStack() as stack:
        if not keep:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            settings = settings.model_copy(update={"data_dir": folder, "database_url": type(settings.database_url)("")})
        time = terminal.Clockwork()
        house = await build(settings.model_copy(update={"flood": 0}), time.now)
        try:
            here = terminal.Terminal(
                house.storage, house.conversation, time, house.clock.tick, settings.data_dir, language
            )
            await here.talk(terminal.stdin_lines(), as_json)
        finally:
            await house.storage.close()


def check(settings: Settings) -> list[Problem]:
    """Every problem of the programme's content."""
    try:
        return lint.check(read_bundle(settings.content_dir, settings.programme))
    except ContentProblems as error:
        return list(error.problems)


def draw(settings: Settings, form: str) -> str:
    programme = Releases(read_bundle(settings.content_dir, settings.programme)).current
    if form not in programme.forms:
        raise Unusable(f"there is no form {form!r}; there are: {', '.join(programme.forms)}")
    return drawn(programme.forms[form], programme.languages[0])


def migrate(settings: Settings) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    migrate_database(settings.database)


async def invite(settings: Settings, role: str, name: str) -> str:
    """The sign-in link for a new official."""
    house = await build(settings)
    try:
        async with house.storage.write() as store:
            token = await officials.invite(store, role, name, now())  # type: ignore[arg-type]
    finally:
        await house.storage.close()
    return f"{settings.url}/console/sign-in/{token}"


async def export(settings: Settings, form: str, format_: str, out: Path, *, codes: bool) -> int:
    """Writes all submissions of a form; how many."""
    house = await build(settings)
    try:
        if form not in house.releases.current.forms:
            raise Unusable(f"there is no form {form!r}; there are: {', '.join(house.releases.current.forms)}")
        return await exports.export_csv(house.storage, house.releases.of(house.storage), form, out, codes=codes)
    finally:
        await house.storage.close()


def backup(settings: Settings, file: Path) -> None:
    backups.backup(settings.database, settings.data_dir, file)


def restore(settings: Settings, file: Path, *, force: bool) -> None:
    backups.restore(file, settings.database, settings.data_dir, force=force)


__all__ = ["Unusable", "application", "build", "running", "serve", "sys"]
