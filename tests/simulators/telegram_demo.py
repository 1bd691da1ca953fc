"""`make telegram-demo`: the bot on "Telegram" without Telegram. The fake server, `nhipcau run` on a throw-away folder, and
a page on which one plays a user (another one with ?user=502)."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import json
import os
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import web

from tests.simulators.telegram.people import User
from tests.simulators.telegram.server import TelegramServer

PAGE = Path(__file__).with_suffix(".html")
KEYS = ("text", "entities", "caption", "caption_entities", "reply_markup", "date", "edit_date", "location", "contact")
LOOK = 0.1  # seconds between two looks at the chat
PATIENCE = 20.0  # seconds a page waits for something new


class Stage:
    """What the page asks of the fake server."""

    def __init__(self, server: TelegramServer) -> None:
        self.server = server

    def application(self) -> web.Application:
        app = web.Application(client_max_size=60 * 1024 * 1024)
        app.add_routes([
            web.get("/", self.page),
            web.get("/state", self.state),
            web.post("/act", self.act),
            web.post("/file", self.file),
            web.get("/file/{id}", self.download),
        ])  # fmt: skip
        return app

    def user(self, request: web.Request) -> User:
        number = int(request.query.get("user", "501"))
        return self.server.user(number, f"Người Thử {number}", request.query.get("language", "vi"))

    async def page(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE, headers={"Cache-Control": "no-store"})

    async def state(self, request: web.Request) -> web.Response:
        """The chat as it stands, as soon as it is another than the page has seen."""
        user, seen = self.user(request), request.query.get("seen")
        ends = asyncio.get_running_loop().time() + PATIENCE
        while True:
            body = json.dumps(self.seen_by(user), ensure_ascii=False)
            tag = hashlib.sha256(body.encode()).hexdigest()[:16]
            if tag != seen or asyncio.get_running_loop().time() > ends:
                return web.json_response(text=body, headers={"X-Tag": tag})
            await asyncio.sleep(LOOK)

    def seen_by(self, user: User) -> dict[str, Any]:
        place = user.place
        return {
            "bot": self.server.world.bot.first_name,
            "messages": [self._bubble(user, message) for message in place.history.values()],
            "keyboard": user.keyboard,
            "blocked": place.blocked,
            "notices": place.notices,
            "typing": len(place.actions),
            "commands": self._commands(user),
        }

    @staticmethod
    def _bubble(user: User, message: dict[str, Any]) -> dict[str, Any]:
        shown = {key: message[key] for key in KEYS if key in message}
        file = message.get("document") or (message.get("photo") or [None])[-1]
        if file:
            name = file.get("file_name", "photo.jpg")
            shown["file"] = {
                "id": file["file_id"],
                "name": name,
                "picture": "photo" in message,
                "size": file["file_size"],
            }
        return shown | {"id": message["message_id"], "mine": message.get("from", {}).get("id") == user.id}

    def _commands(self, user: User) -> list[dict[str, str]]:
        """The nearest scope that has some, in the user's language before any other."""
        scopes: list[dict[str, Any]] = [
            {"type": "chat", "chat_id": user.id},
            {"type": "all_private_chats"},
            {"type": "default"},
        ]
        for scope in scopes:
            for language in (user.me.language_code or "", ""):
                kept = self.server.world.commands.get((json.dumps(scope, sort_keys=True), language))
                if kept:
                    return kept
        return []

    async def act(self, request: web.Request) -> web.Response:
        user, data = self.user(request), await request.json()
        match data["act"]:
            case "send":
                user.send(str(data["text"]))
            case "tap":
                user.tap(str(data["what"]), data.get("message"))
            case "location":
                user.send_location(float(data["latitude"]), float(data["longitude"]))
            case "contact":
                user.send_contact(own=bool(data["own"]))
            case "sticker" | "voice" | "block" | "unblock" as what:
                getattr(user, what)()
            case _:
                raise web.HTTPBadRequest
        return web.json_response({})

    async def file(self, request: web.Request) -> web.Response:
        user, content = self.user(request), await request.read()
        if request.query.get("as") == "photo":
            user.send_photo([content, content])
        else:
            user.send_document(content, request.query["name"], request.content_type)
        return web.json_response({})

    async def download(self, request: web.Request) -> web.Response:
        stored = self.server.world.files.get(request.match_info["id"])
        if stored is None:
            raise web.HTTPNotFound
        disposition = f"attachment; filename*=UTF-8''{quote(stored.name)}"
        headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
        return web.Response(body=stored.content, content_type="application/octet-stream", headers=headers)


@asynccontextmanager
async def staged(server: TelegramServer, port: int = 0) -> AsyncIterator[str]:
    """The page's address while it is served."""
    runner = web.AppRunner(Stage(server).application(), handler_cancellation=True, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@asynccontextmanager
async def bot_running(server: TelegramServer, folder: str, programme: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """`nhipcau run` in a folder of its own, where no .env is found; ended with what it started."""
    settings = {
        "PROGRAMME": programme, "DATA_DIR": folder, "PORT": str(free_port()),
        "TELEGRAM_TOKEN": server.token, "TELEGRAM_API": server.url,
    }  # fmt: skip
    others = {name: value for name, value in os.environ.items() if not name.startswith("NHIPCAU_")}
    environment = others | {f"NHIPCAU_{name}": value for name, value in settings.items()}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", env=environment, cwd=folder, start_new_session=True
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), 15)
        if process.returncode is None:
            process.kill()
            await process.wait()


async def play(arguments: argparse.Namespace) -> None:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    async with TelegramServer() as server, staged(server, arguments.port) as page:
        print(f'\n  Play a user of "Telegram" at {page}/\n  (the fake Bot API server is {server.url})\n', flush=True)
        if arguments.alone:
            await asyncio.Event().wait()
        with tempfile.TemporaryDirectory(prefix="nhipcau-telegram-") as folder:
            async with bot_running(server, folder, arguments.programme) as bot:
                if await bot.wait():
                    raise SystemExit(f"nhipcau run ended with status {bot.returncode}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="make telegram-demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8090, help="of the page")
    parser.add_argument("--programme", default="an-giang")
    parser.add_argument("--alone", action="store_true", help="without `nhipcau run`: bring a bot of your own")
    with contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):
        asyncio.run(play(parser.parse_args()))


if __name__ == "__main__":
    main()
