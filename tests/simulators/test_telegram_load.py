"""The load generator counts what it says it counts: turns, wrong answers, bubbles too many, buttons that are not there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from tests.simulators.telegram_load import FIRST_USER, Load, Step, serve

BUTTONS = {"inline_keyboard": [[{"text": "Có", "callback_data": "q1:yes"}]]}
Replies = Callable[[dict[str, Any]], list[dict[str, Any]]]


async def walk(load: Load, replies: Replies, turns: int, *, rehearse: bool = False) -> dict[str, float]:
    """A bot that polls until so many turns are done."""
    server, url = await serve(load)
    offset, base = 0, f"{url}/bot7000000001:x/"
    async with aiohttp.ClientSession() as session, asyncio.timeout(10):

        async def call(method: str, **data: Any) -> Any:
            async with session.post(base + method, json=data) as answer:
                return await answer.json()

        rehearsal = asyncio.create_task(load.rehearse() if rehearse else asyncio.sleep(0))
        while load.turns < turns or not rehearsal.done():
            for update in (await call("getUpdates", offset=offset, timeout=0.05))["result"]:
                offset = update["update_id"] + 1
                for reply in replies(update):
                    await call("sendMessage", **reply)
            await asyncio.sleep(0)
        await rehearsal
        async with session.get(url + "/load") as answer:
            figures: dict[str, float] = await answer.json()
    server.close()
    return figures


def chat(update: dict[str, Any]) -> int:
    return int((update.get("message") or update["callback_query"]["message"])["chat"]["id"])


def ask(update: dict[str, Any]) -> list[dict[str, Any]]:
    """To a text two bubbles, the second with a button; to a tap one."""
    if "callback_query" in update:
        return [{"chat_id": chat(update), "text": f"Đã chọn {update['callback_query']['data']}"}]
    return [
        {"chat_id": chat(update), "text": "Chào"},
        {"chat_id": chat(update), "text": "Có cần không?", "reply_markup": BUTTONS},
    ]


SCRIPT = (Step("/start", bubbles=2), Step("xin chào", bubbles=2, holds="Có cần"), Step(tap="Có", holds="q1:yes"))


async def test_users_walk_the_script_in_rotation():
    load = Load(users=7, script=SCRIPT, again=1)
    figures = await walk(load, ask, turns=70)
    assert figures["turns"] >= 70
    assert [figures[name] for name in ("wrong", "extra", "lost", "refused")] == [0, 0, 0, 0]
    assert {walker.step for walker in load.walkers} <= {1, 2}


async def test_what_goes_wrong_is_counted():
    def badly(update: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"chat_id": chat(update), "text": text} for text in ("Chào", "Xong", "", "Thừa")]

    figures = await walk(Load(users=3, script=SCRIPT), badly, turns=6)
    assert figures["wrong"] == 3  # the words of the second step never came
    assert figures["refused"] == 6  # empty texts
    assert figures["extra"] == 6
    figures = await walk(
        Load(users=1, script=[Step("/start"), Step(tap="Có")]), lambda update: badly(update)[:1], turns=3
    )
    assert figures["lost"] >= 2  # no such button


async def test_bubbles_are_learnt_by_a_first_user():
    script = [Step("/start", bubbles=0), Step("xin chào", bubbles=0), Step(tap="Có", bubbles=0)]
    load = Load(users=5, script=script, again=1, silence=0.15)
    figures = await walk(load, ask, turns=20, rehearse=True)
    assert [step.bubbles for step in load.script] == [2, 2, 1]
    assert figures["wrong"] == figures["extra"] == 0


async def test_updates_are_repeated_until_confirmed_and_strangers_refused():
    load = Load(users=250, script=SCRIPT)
    server, url = await serve(load)
    async with aiohttp.ClientSession() as session:
        batches = []
        for offset in (0, 0, 700_000_101):
            async with session.post(f"{url}/bot1:x/getUpdates", data={"offset": str(offset)}) as answer:
                batches.append((await answer.json())["result"])
        async with session.post(f"{url}/bot1:x/sendMessage", json={"chat_id": FIRST_USER + 250, "text": "a"}) as answer:
            assert (answer.status, json.loads(await answer.read())["description"]) == (
                400,
                "Bad Request: chat not found",
            )
    server.close()
    assert batches[0] == batches[1]
    assert [len(batch) for batch in batches] == [100, 100, 100]
    assert {update["message"]["from"]["id"] for update in batches[0] + batches[2]} == set(
        range(FIRST_USER, FIRST_USER + 200)
    )


@pytest.mark.parametrize("inflight", [1, 10])
async def test_no_more_wait_at_once_than_asked(inflight):
    load = Load(users=50, script=SCRIPT, inflight=inflight)
    server, url = await serve(load)
    async with aiohttp.ClientSession() as session, session.post(f"{url}/bot1:x/getUpdates", json={}) as answer:
        assert len((await answer.json())["result"]) == inflight
    server.close()
