"""A web application on a free port of the loopback, in a thread with its own loop, for a browser to look at."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator

import uvicorn
from starlette.applications import Starlette

PATIENCE = 20  # seconds to start, and to end


@contextlib.contextmanager
def serving(
    begin: Callable[[], Awaitable[Starlette]], end: Callable[[], Awaitable[None]], leave: Callable[[], object] = bool
) -> Iterator[str]:
    """Gives its address. `begin` and `end` run in the thread's loop; `leave` is called before the server is asked to end."""
    listener = socket.create_server(("127.0.0.1", 0))
    server: list[uvicorn.Server] = []
    ready = threading.Event()

    async def live() -> None:
        config = uvicorn.Config(
            await begin(), ws="none", lifespan="off", log_level="error", timeout_graceful_shutdown=2
        )
        server.append(uvicorn.Server(config))
        ready.set()
        await server[0].serve(sockets=[listener])
        await end()

    thread = threading.Thread(target=asyncio.run, args=(live(),))
    thread.start()
    try:
        assert ready.wait(PATIENCE), "the server did not start"
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        if server:
            leave()
            server[0].should_exit = True
        thread.join(PATIENCE)
        listener.close()
