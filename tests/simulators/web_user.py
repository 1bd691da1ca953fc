"""Somebody who takes the needs survey in the web chat, as the page's own script would send it: one line after the
other, each sent again with the same id until the server has it; they remember what they said and what they saw."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.simulators.survey import BEGIN, TYPED, Key, Line, next_line

TOKEN = re.compile(r'<meta name="nhip-cau" content="([^"]+)"')
PAUSE = (0.3, 1.0)  # seconds before the same is tried again
PATIENCE = aiohttp.ClientTimeout(total=20)
Bubble = dict[str, Any]


@dataclass
class WebUser:
    """`said`: what was answered, as it must be stored; `acknowledged`: those after which the bot went on."""

    name: int
    url: str
    chance: random.Random
    bubbles: list[Bubble] = field(default_factory=list)
    said: dict[Key, Any] = field(default_factory=dict)
    acknowledged: set[Key] = field(default_factory=set)
    lines: int = 0
    tries: int = 0
    finished: int = 0
    token: str = ""

    async def chat(self, enough: Callable[[], bool]) -> None:
        """One survey after the other until it is enough, and the last one to its end."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), timeout=PATIENCE) as self.session:
            await self._open()
            while not (enough() and self.finished):
                await self._survey()
            (cookie,) = self.session.cookie_jar
            self.device = cookie.value.split(".")[0]

    async def _survey(self) -> None:
        line: Line | None = Line("said", {"text": BEGIN})
        while line:
            if line.key:
                assert line.key not in self.said, f"{line.key} was asked twice"
                self.said[line.key] = line.stored
            news = await self._say(line.kind, **line.data)
            assert news, "every line gets an answer"
            self.acknowledged.update([line.key] if line.key else [])
            choices: list[Bubble] = next((one["choices"] for one in reversed(news) if one["choices"]), [])
            line = next_line([one["value"] for one in choices], str(self.name), self.chance, TYPED)
        self.finished += 1

    # -- the wire

    async def _say(self, kind: str, **data: str) -> list[Bubble]:
        """Sends the line until it is confirmed; the bubbles that are new then."""
        self.lines += 1
        body = {"id": f"{self.name}-{self.lines}", "kind": kind, **data}
        while True:
            self.tries += 1
            try:
                async with self.session.post(
                    f"{self.url}/chat/say", json=body, headers={"X-Nhip-Cau": self.token}
                ) as response:
                    if response.status == 204:
                        return await self._fetch()
                    assert response.status in (503, 507), (response.status, await response.text())
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(self.chance.uniform(*PAUSE))

    async def _fetch(self) -> list[Bubble]:
        after = self.bubbles[-1]["id"] if self.bubbles else 0
        news: list[Bubble] = (await self._get(f"/chat/messages?after={after}"))["messages"]
        self.bubbles += news
        return news

    async def _open(self) -> None:
        page = await self._get("/")
        found = TOKEN.search(page)
        assert found
        self.token = found[1]

    async def _get(self, path: str) -> Any:
        while True:
            try:
                async with self.session.get(self.url + path) as response:
                    if response.status == 200:
                        return await (response.json() if "json" in response.content_type else response.text())
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(self.chance.uniform(*PAUSE))
