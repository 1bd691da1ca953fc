"""Everything in one process: the web application, whose life is that of the loops."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from types import FrameType

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.app.alone import alone
from bot.app.house import House, build, make_data_dir, now
from bot.console import routes as console_routes
from bot.content import ContentProblems, changed, fingerprint, read_bundle, report
from bot.handlers.web import routes as web_routes
from bot.settings import Settings
from storage import StorageError

log = logging.getLogger(__name__)
WATCH = 2.0  # seconds between two looks at the content files


def fast_loop() -> asyncio.AbstractEventLoop:
    """uvloop where there is one: a fifth less CPU a turn."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


async def serve(settings: Settings, say: Callable[[Settings], None]) -> None:
    """Runs until told to stop. `say` is called once everything is open."""
    make_data_dir(settings)
    async with alone(settings.data_dir):
        await _serve(settings, say)


async def _serve(settings: Settings, say: Callable[[Settings], None]) -> None:
    house = await build(settings)
    tell_of_blanks(house.releases.current.facts)
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


def tell_of_blanks(facts: Mapping[str, str]) -> None:
    """Content without them is no mistake, but people miss them."""
    if blank := [name for name, value in facts.items() if not value.strip()]:
        log.warning("facts of programme.yaml that are empty, so that people read 'being updated': %s", ", ".join(blank))


class Server(uvicorn.Server):
    """Ends the open streams of the chat pages first, for which it would otherwise wait in vain."""

    def __init__(self, config: uvicorn.Config, house: House) -> None:
        super().__init__(config)
        self._house = house

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._house.web.close()
        super().handle_exit(sig, frame)


def application(house: House, say: Callable[[Settings], None] = lambda settings: None) -> Starlette:
    """The web application, whose life is that of the loops."""

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        async with running(house):
            _settle_memory()
            say(house.settings)
            yield

    routes = [*console_routes(house.console), *web_routes(house.web), *_webhooks(house), *_probes(house)]
    return Starlette(routes=routes, lifespan=life)


def _settle_memory() -> None:
    """Content and modules live as long as the process: the collector need not walk through them again and again, for
    which everybody in chat would wait."""
    gc.collect()
    gc.freeze()


def _webhooks(house: House) -> list[BaseRoute]:
    if house.telegram is None:
        return []
    from bot.handlers.telegram import routes

    return routes(house.telegram)


@asynccontextmanager
async def running(house: House) -> AsyncIterator[None]:
    """The loops of the house, from recovery to their end."""
    await house.outbox.recover()
    loops = [house.conversation.run(), house.outbox.run(), house.clock.run(), house.receiving.run(), watch(house)]
    if house.telegram:
        loops.append(house.telegram.run())
    tasks = [asyncio.create_task(loop) for loop in loops]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if house.telegram:
            await house.telegram.telegram.close()  # last: the outbox may still have had something on its way


async def watch(house: House, every: float = WATCH) -> None:
    """Takes up changed content at once; broken content is reported and the old release goes on."""
    folder, programme = house.settings.content_dir, house.settings.programme
    last = fingerprint(folder, programme)
    while True:
        await asyncio.sleep(every)
        seen = await asyncio.to_thread(changed, folder, programme, last)
        if seen is None:
            continue
        last = seen
        try:
            await house.releases.publish(house.storage, read_bundle(folder, programme), now())
            log.info("content changed: release %s", house.releases.current.release[:12])
        except ContentProblems as error:
            log.error("changed content is broken, the old release goes on:\n%s", report(error.problems))  # noqa: TRY400
        except Exception as error:  # noqa: BLE001  the database or the disk, or a fault of ours: looked at again
            log.warning("changed content waits: %s", type(error).__name__)
            last = ()


def _probes(house: House) -> list[BaseRoute]:
    async def healthz(request: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(request: Request) -> Response:
        """Whether an answer could be kept right now, and how channels stand that others provide."""
        try:
            await house.storage.check(now())
        except StorageError as error:
            return JSONResponse({"ready": False, "storage": type(error).__name__}, 503)
        channels = {"telegram": house.telegram.telegram.state} if house.telegram else {}
        return JSONResponse({"ready": True, "release": house.releases.current.release[:12], **channels})

    async def metrics(request: Request) -> Response:
        async with house.storage.read() as store:
            waiting = await store.letters.waiting()
        lines = [f'nhipcau_letters_waiting{{channel="{c}",kind="{k}"}} {n}' for (c, k), n in sorted(waiting.items())]
        return PlainTextResponse("\n".join(["# TYPE nhipcau_letters_waiting gauge", *lines, ""]))

    return [Route(f"/{probe.__name__}", probe) for probe in (healthz, readyz, metrics)]
