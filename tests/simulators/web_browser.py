"""A browser as the server sees it: its cookies, the header that the page reads from itself, and nothing more."""

from __future__ import annotations

import re
from itertools import count
from typing import Any, Self

import httpx

from tests.simulators.web_house import WebHouse

TOKEN = re.compile(r'<meta name="nhip-cau" content="([^"]+)"')
numbers = count(1)


class Browser:
    def __init__(self, house: WebHouse, base: str = "http://chat.test") -> None:
        self.house, self.token = house, ""
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app=house.app), base_url=base)

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.client.aclose()

    async def open(self, **headers: str) -> httpx.Response:
        response = await self.client.get("/", headers=headers)
        found = TOKEN.search(response.text)
        assert found, "the page holds no token"
        self.token = found[1]
        return response

    async def post(self, path: str, **more: Any) -> httpx.Response:
        return await self.client.post(path, headers={b"X-Nhip-Cau": self.token.encode()}, **more)

    async def say(self, kind: str, id: str = "", **data: object) -> httpx.Response:
        return await self.post("/chat/say", json={"id": id or f"line-{next(numbers)}", "kind": kind, **data})

    async def fetch(self, after: int = 0) -> dict[str, Any]:
        response = await self.client.get("/chat/messages", params={"after": after})
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def texts(self, after: int = 0) -> list[str]:
        return [message["text"] for message in (await self.fetch(after))["messages"]]

    async def upload(self, content: bytes, name: str = "plan.pdf", id: str = "") -> httpx.Response:
        line = id or f"file-{next(numbers)}"
        return await self.post("/chat/upload", data={"id": line}, files={"file": (name, content, "text/plain")})
