"""A Bot API server that answers as fast as it can and plays thousands of users who walk a script in rotation.

    python -m tests.simulators.telegram_load --script script.json --users 20000      prints its base URL, then serves
    GET <url>/load            the figures since the last reset, as JSON
    POST <url>/load/reset     measure anew, with everybody where they are

A turn is an update of a user and all bubbles that answer it; a user's next step follows the last bubble, when the user's
turn in the rotation comes. It checks only that the chat exists and the text fits; `wrong` counts answers without the
words that a step must find. No models here: tests/simulators/telegram is the strict one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl

import httptools
import uvloop

from tests.simulators.telegram.wire import parts

FIRST_USER = 1_000_000_001
TOKEN = "7000000001:AAF-a_made_up_token_of_the_simulator"
JSON_HEAD = b"HTTP/1.1 %d OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
BOT = b'{"id":7000000001,"is_bot":true,"first_name":"Nh\xe1\xbb\x8bp C\xe1\xba\xa7u","username":"nhipcau_gialap_bot"}'
NO_CHAT = b'{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}'
BAD_TEXT = b'{"ok":false,"error_code":400,"description":"Bad Request: message text is empty or too long"}'
UNKNOWN = b'{"ok":false,"error_code":404,"description":"Not Found"}'
YES = b'{"ok":true,"result":true}'


@dataclass(frozen=True)
class Step:
    """A typed text, or a tap on the newest button with this label or data (`tap`). `bubbles`: how many answer it; 0: found
    out by a first user who walks the script alone. `holds`: words that must stand in one of them."""

    text: str = ""
    tap: str = ""
    bubbles: int = 1
    holds: str = ""


@dataclass(slots=True)
class Walker:
    """One user. `due`: bubbles still to come; `found`: the words of the step were seen; `shown`: the newest buttons."""

    id: int
    step: int = 0
    due: int = 0
    found: bool = True
    asked_at: float = 0.0
    shown: dict[str, Any] | None = None


class Load:
    """`again`: the step that follows the last one. `inflight`: so many users wait for an answer at once; 0: no limit.
    `silence`: seconds without a bubble after which a step of the first walk counts as answered."""

    def __init__(
        self, users: int, script: Sequence[Step], again: int = 0, inflight: int = 0, silence: float = 1.2
    ) -> None:
        self.script, self.again, self.inflight, self.silence = list(script), again, inflight or users, silence
        self.walkers = [Walker(FIRST_USER + number) for number in range(users)]
        self.ready: deque[Walker] = deque(self.walkers)
        self.asked: dict[int, Walker] = {}
        self.unconfirmed: dict[int, bytes] = {}
        self.next_update, self.next_message = 700_000_001, 1
        self._poll: Poll | None = None
        self._bodies = [self._body(step) for step in self.script]
        self.reset()

    # ---- figures

    def reset(self) -> None:
        self.since = time.perf_counter()
        self.turns = self.requests = self.extra = self.wrong = self.lost = self.refused = 0
        self.taken: list[float] = []

    def report(self) -> dict[str, float]:
        """Turns and what went with them since the last reset; times in milliseconds, `longest` of those still waiting."""
        seconds, now, taken = time.perf_counter() - self.since, time.perf_counter(), sorted(self.taken) or [0.0]
        waiting = max((now - walker.asked_at for walker in self.asked.values()), default=0.0)
        return {
            "turns": self.turns, "seconds": seconds, "turns_per_second": self.turns / seconds,
            "requests": self.requests, "extra": self.extra, "wrong": self.wrong, "lost": self.lost,
            "refused": self.refused, "waiting": len(self.asked), "longest_ms": waiting * 1000,
            "median_ms": taken[len(taken) // 2] * 1000, "p95_ms": taken[len(taken) * 95 // 100] * 1000,
        }  # fmt: skip

    # ---- users

    @staticmethod
    def _body(step: Step) -> bytes:
        """What follows `"chat":{…}` in a typed message."""
        body: dict[str, Any] = {"text": step.text}
        if step.text.startswith("/"):
            body["entities"] = [{"type": "bot_command", "offset": 0, "length": len(step.text.split(" ")[0])}]
        return b"," + json.dumps(body, ensure_ascii=False)[1:].encode() + b"}"

    def _ask(self, walker: Walker) -> tuple[int, bytes] | None:
        """The user's next update; None if there is no such button."""
        step, number = self.script[walker.step], self.next_update
        if step.tap:
            update = self._tap(walker, step.tap, number)
        else:
            update = self._typed(walker, number) + self._bodies[walker.step]
        if update is None:
            return None
        self.next_update += 1
        walker.due, walker.found, walker.asked_at = step.bubbles, not step.holds, time.perf_counter()
        self.asked[walker.id] = walker
        return number, update

    def _typed(self, walker: Walker, number: int) -> bytes:
        self.next_message += 1
        who = b'"id":%d,"first_name":"Ng\xc6\xb0\xe1\xbb\x9di Th\xe1\xbb\xad"' % walker.id
        return (
            b'{"update_id":%d,"message":{"message_id":%d,"date":%d,"from":{%s,"is_bot":false,"language_code":"vi"},'
            b'"chat":{%s,"type":"private"}' % (number, self.next_message, time.time(), who, who)
        )

    @staticmethod
    def _tap(walker: Walker, wanted: str, number: int) -> bytes | None:
        message = walker.shown or {}
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        for button in (button for row in rows for button in row):
            if wanted in (button["text"], button.get("callback_data")):
                query = {
                    "id": str(4_000_000_000_000_000 + number), "chat_instance": "77", "data": button["callback_data"],
                    "from": {"id": walker.id, "is_bot": False, "first_name": "Người Thử", "language_code": "vi"},
                    "message": message,
                }  # fmt: skip
                return json.dumps({"update_id": number, "callback_query": query}, ensure_ascii=False).encode()
        return None

    def _answered(self, walker: Walker) -> None:
        del self.asked[walker.id]
        self.turns += 1
        self.wrong += not walker.found
        self.taken.append(time.perf_counter() - walker.asked_at)
        self._forward(walker)

    def _forward(self, walker: Walker) -> None:
        walker.step = walker.step + 1 if walker.step + 1 < len(self.script) else self.again
        self.ready.append(walker)
        self._wake()

    async def rehearse(self) -> None:
        """The first user walks the script alone, and its repetition too, to learn how many bubbles answer each step."""
        others, first = list(self.ready)[1:], self.ready[0]
        self.ready = deque([first])
        self.script = [replace(step, bubbles=step.bubbles or 1_000_000) for step in self.script]
        counts: dict[int, int] = {}
        for place in (*range(len(self.script)), *range(self.again, len(self.script))):
            if self.script[place].bubbles < 1_000_000:
                await self._past(first, place)
                continue
            came = await self._counted(first)
            if counts.setdefault(place, came) != came:
                raise RuntimeError(
                    f"step {place}, {self.script[place].text or self.script[place].tap!r}, is answered by {counts[place]} bubbles, then by {came}"
                )
        self.script = [replace(step, bubbles=counts.get(place, step.bubbles)) for place, step in enumerate(self.script)]
        self.ready.extend(others)
        self._wake()
        self.reset()

    async def _past(self, walker: Walker, place: int) -> None:
        while walker.step == place and (walker.id in self.asked or walker in self.ready):
            await asyncio.sleep(0.02)

    async def _counted(self, walker: Walker) -> int:
        came, last = 0, time.perf_counter()
        while not came or time.perf_counter() - last < self.silence:
            await asyncio.sleep(0.02)
            now = 1_000_000 - walker.due if walker.id in self.asked else 0
            came, last = (now, time.perf_counter()) if now != came else (came, last)
        self._answered(walker)
        return came

    # ---- the Bot API

    def answer(self, line: Line, path: bytes, kind: bytes, body: bytes) -> bytes | None:
        """The whole response; None if it comes later."""
        self.requests += 1
        method = path.partition(b"?")[0].rpartition(b"/")[2].lower()
        if method == b"sendmessage":
            return self._shown(_fields(kind, body))
        if method == b"getupdates":
            return self._updates(line, _fields(kind, body))
        if method == b"getme":
            return _whole(b'{"ok":true,"result":%s}' % BOT)
        if path.startswith(b"/load"):
            self.requests -= 1
            return self._control(method)
        if method.startswith(b"edit"):
            return _whole(b'{"ok":true,"result":{"message_id":1,"date":1,"chat":{"id":1,"type":"private"},"text":"."}}')
        if method == b"getwebhookinfo":
            return _whole(b'{"ok":true,"result":{"url":"","has_custom_certificate":false,"pending_update_count":0}}')
        known = (b"set", b"delete", b"answer", b"sendchataction")
        return _whole(YES) if method.startswith(known) else _whole(UNKNOWN, 404)

    def _control(self, method: bytes) -> bytes:
        if method == b"reset":
            self.reset()
        return _whole(json.dumps(self.report()).encode())

    def _shown(self, data: dict[str, Any]) -> bytes:
        text, chat = data.get("text"), int(data.get("chat_id", 0))
        if not isinstance(text, str) or not text or len(text) > 4096:
            self.refused += 1
            return _whole(BAD_TEXT, 400)
        if not 0 <= chat - FIRST_USER < len(self.walkers):
            self.refused += 1
            return _whole(NO_CHAT, 400)
        self.next_message += 1
        shown = {
            "message_id": self.next_message, "date": int(time.time()), "chat": {"id": chat, "type": "private"}, "text": text,
        }  # fmt: skip
        walker = self.walkers[chat - FIRST_USER]
        if markup := data.get("reply_markup"):
            kept = json.loads(markup) if isinstance(markup, str) else markup
            walker.shown = shown | {"reply_markup": kept} if "inline_keyboard" in kept else walker.shown
        self._bubble(walker, text)
        return _whole(b'{"ok":true,"result":%s}' % json.dumps(shown, ensure_ascii=False).encode())

    def _bubble(self, walker: Walker, text: str) -> None:
        if walker.id not in self.asked:
            self.extra += 1
            return
        walker.due -= 1
        walker.found = walker.found or self.script[walker.step].holds in text
        if walker.due == 0:
            self._answered(walker)

    def _updates(self, line: Line, data: dict[str, Any]) -> bytes | None:
        offset, limit = int(data.get("offset", 0)), int(data.get("limit", 100))
        for number in [number for number in self.unconfirmed if number < offset]:
            del self.unconfirmed[number]
        if batch := self._batch(limit):
            return batch
        seconds = float(data.get("timeout", 0))
        if not seconds:
            return _whole(b'{"ok":true,"result":[]}')
        self._poll = Poll(self, line, limit, seconds)
        return None

    def _batch(self, limit: int) -> bytes | None:
        """What was not confirmed first, then the users whose turn it is."""
        while self.ready and len(self.unconfirmed) < limit and len(self.asked) < self.inflight:
            walker = self.ready.popleft()
            if asked := self._ask(walker):
                self.unconfirmed[asked[0]] = asked[1]
            else:
                self.lost += 1
                walker.step = self.again
                self.ready.append(walker)
                break
        if not self.unconfirmed:
            return None
        return _whole(b'{"ok":true,"result":[' + b",".join(list(self.unconfirmed.values())[:limit]) + b"]}")

    def _wake(self) -> None:
        if self._poll:
            self._poll.soon()

    def ended(self, poll: Poll) -> None:
        self._poll = None if self._poll is poll else self._poll


class Poll:
    """A getUpdates that waits. Users who get ready in the same moment go together."""

    def __init__(self, load: Load, line: Line, limit: int, seconds: float) -> None:
        self.load, self.line, self.limit = load, line, limit
        self._loop = asyncio.get_running_loop()
        self._end = self._loop.call_later(seconds, self._write, b'{"ok":true,"result":[]}')
        self._called = False

    def soon(self) -> None:
        if not self._called:
            self._called = True
            self._loop.call_soon(self._look)

    def _look(self) -> None:
        self._called = False
        if self.line.gone:
            self._finish()
        elif batch := self.load._batch(self.limit):
            self._finish()
            self.line.transport.write(batch)

    def _write(self, body: bytes) -> None:
        self._finish()
        if not self.line.gone:
            self.line.transport.write(_whole(body))

    def _finish(self) -> None:
        self._end.cancel()
        self.load.ended(self)


def _whole(body: bytes, status: int = 200) -> bytes:
    return JSON_HEAD % (status, len(body)) + body


def _fields(kind: bytes, body: bytes) -> dict[str, Any]:
    if kind.startswith(b"application/json"):
        data: dict[str, Any] = json.loads(body)
        return data
    if kind.startswith(b"multipart/"):
        return {name: content.decode() for name, _, content in parts(kind.decode(), body)}
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


class Line(asyncio.Protocol):
    """One connection: a request in, a response out."""

    transport: asyncio.Transport

    def __init__(self, load: Load) -> None:
        self.load, self.gone = load, False
        self.path = self.kind = b""
        self.body: list[bytes] = []
        self._parser = httptools.HttpRequestParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's own does not inherit from it

    def connection_lost(self, _why: Exception | None) -> None:
        self.gone = True

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        self.path = self.kind = b""
        self.body = []

    def on_url(self, url: bytes) -> None:
        self.path += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"content-type":
            self.kind = value

    def on_body(self, body: bytes) -> None:
        self.body.append(body)

    def on_message_complete(self) -> None:
        if (answer := self.load.answer(self, self.path, self.kind, b"".join(self.body))) is not None:
            self.transport.write(answer)


async def serve(load: Load, port: int = 0) -> tuple[asyncio.Server, str]:
    """The server and its base URL."""
    server = await asyncio.get_running_loop().create_server(lambda: Line(load), "127.0.0.1", port)
    return server, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def read_script(path: Path) -> list[Step]:
    """A JSON list of texts, or of objects with the fields of Step."""
    items = json.loads(path.read_text(encoding="utf-8"))
    return [Step(item) if isinstance(item, str) else Step(**item) for item in items]


async def _run(arguments: argparse.Namespace) -> None:
    script = read_script(arguments.script)
    load = Load(arguments.users, script, arguments.again, arguments.inflight)
    server, url = await serve(load, arguments.port)
    print(url, flush=True)
    if any(step.bubbles == 0 for step in script):
        await load.rehearse()
        print(json.dumps([step.bubbles for step in load.script]), flush=True)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--script", type=Path, required=True)
    parser.add_argument("--users", type=int, default=20_000)
    parser.add_argument("--again", type=int, default=0)
    parser.add_argument("--inflight", type=int, default=0)
    parser.add_argument("--port", type=int, default=0)
    try:
        uvloop.run(_run(parser.parse_args()))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
