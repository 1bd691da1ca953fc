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

TOKEN = re.compile(r'<meta name="nhip-cau" content="([^"]+)"')
QUESTION = re.compile(r"(\d+)\.(\w+)\.(.+)")
PAUSE = (0.3, 1.0)  # seconds before the same is tried again
PATIENCE = aiohttp.ClientTimeout(total=20)
Bubble = dict[str, Any]
Key = tuple[int, str]  # run and question


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
        answered: Key | None = None
        news = await self._say("said", text="khảo sát")
        while True:
            assert news, "every line gets an answer"
            choice = next((one["choices"] for one in reversed(news) if one["choices"]), [])
            values = [each["value"] for each in choice]
            found = next((match for value in values if (match := QUESTION.fullmatch(value))), None)
            if answered:
                self.acknowledged.add(answered)
            answered = None
            if any(value.endswith(".!summary.!submit") for value in values):
                news = await self._say("tapped", value=next(v for v in values if v.endswith(".!submit")))
            elif found:
                answered = (int(found[1]), found[2])
                news = await self._answer(answered, values)
            elif consent := next((value for value in values if value.startswith("ok.")), None):
                news = await self._say("tapped", value=consent)
            else:
                self.finished += 1
                return

    async def _answer(self, key: Key, values: list[str]) -> list[Bubble]:
        assert key not in self.said, f"{key} was asked twice"
        run, question = key
        options = [value.split(".", 2)[2] for value in values if not value.split(".", 2)[2].startswith("!")]
        if question in TYPED:
            words, self.said[key] = TYPED[question](f"{self.name}-{run}", self.chance)
            return await self._say("said", text=words)
        assert options, f"no way to answer {question}"
        pick = self.chance.choice([option for option in options if option != "other"])
        if question in SEVERAL:
            self.said[key] = [pick]
            return await self._say("tapped", value=f"{run}.{question}.={pick}")
        self.said[key] = stored(pick)
        return await self._say("tapped", value=f"{run}.{question}.{pick}")

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


def stored(pick: str) -> Any:
    """What a tapped value must become: yes and no, a rating, else the option's id."""
    return {"yes": True, "no": False}.get(pick, int(pick) if pick.isdecimal() else pick)


SEVERAL = {"needs", "systems", "problems", "tracing_now", "tracing_wish", "training_topics"}


def _number(low: int, high: int) -> Callable[[str, random.Random], tuple[str, Any]]:
    def answer(tag: str, chance: random.Random) -> tuple[str, Any]:
        number = chance.randint(low, high)
        return str(number), number

    return answer


def _words(words: str) -> Callable[[str, random.Random], tuple[str, Any]]:
    return lambda tag, chance: (f"{words} {tag}", f"{words} {tag}")


def _phone(tag: str, chance: random.Random) -> tuple[str, Any]:
    digits = f"91234{chance.randint(0, 9999):04}"
    return f"0{digits}", f"+84{digits}"


# Question → what is typed, and how it must be stored.
TYPED: dict[str, Callable[[str, random.Random], tuple[str, Any]]] = {
    "employees": _number(20, 900),
    "training_people": _number(1, 20),
    "difficulty": _words("Chưa có người rành hồ sơ"),
    "unit_name": _words("Cơ sở Ví Dụ"),
    "tax_code": lambda tag, chance: ("0123456787", "0123456787"),
    "commune": lambda tag, chance: ("phường Long Xuyên", {"name": "Phường Long Xuyên"}),
    "contact_name": _words("Người Ví Dụ"),
    "phone": _phone,
}
