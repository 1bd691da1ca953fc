"""Plays golden conversations as people in Telegram do: over HTTP, with buttons, files and places as Telegram sends them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import telegram

from tests.replay import act, applies, code, passed, release
from tests.simulators.telegram.people import User
from tests.simulators.telegram.wire import Call
from tests.simulators.telegram_house import TelegramHouse

PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF"
BLANK = "\u2063"  # Telegram sends no empty message; what looks like one holds such a sign
SENDS = ("sendMessage", "sendDocument", "sendPhoto")
NAMED = 48 * 3600  # seconds in which a tap brings the message it was made on
WITHIN = 60.0  # seconds: others may be talking, and the machine busy


@dataclass
class Player:
    """`say` and `direct` as those of `tests.replay.Replay`, but what they give is what arrived at the simulator.
    `first`: the id of whoever speaks first. `hands`: what the buttons said that hand over a number or a place; talks do
    not show them."""

    house: TelegramHouse
    first: int = 5001
    person: str = "A"
    people: dict[str, User] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    hands: list[str] = field(default_factory=list)

    @property
    def user(self) -> User:
        return self._who(self.person)

    def _who(self, name: str) -> User:
        if name not in self.people:
            self.people[name] = self.house.server.user(self.first + len(self.people), name)
        return self.people[name]

    async def say(self, line: str) -> list[str]:
        match act(line):
            case "said", words:
                self.user.send(words or BLANK)
            case "file", name:
                self.user.send_document(PDF + name.encode(), name)  # another name, other contents
            case "place", lat, lon:
                self.user.send_location(float(lat), float(lon))
            case ("sticker",):
                self.user.sticker()
            case "value", value:
                self._tap(value, self._shown()[0][1])
            case "label", label:
                self._touch(label)
        return await self._arrived()

    async def direct(self, direction: str) -> list[str]:
        word, _, rest = direction.partition(" ")
        if time := passed(direction):
            await self._pass(time.total_seconds())
        elif word == "person":
            self.person = rest
        elif word == "release":
            await self.house.releases.publish(
                self.house.storage, release(rest, self.house.releases.current.id), self.house.now()
            )
        elif word == "official":
            await self.say(f"/canbo {await code(self.house.storage, rest, self.house.now())}")
        elif word == "case":
            await self.say("/start")  # Telegram brings nothing to whoever has not begun
            here = self.house.address(self.user.id)
            await applies(self.house.storage, self.house.releases, here, rest.split(), self.house.now())
            return []
        elif word not in ("unasked", "programme"):
            raise ValueError(f"not with Telegram: @ {direction}")
        return await self._arrived() if word not in ("release", "official", "programme") else []

    async def _pass(self, seconds: float) -> None:
        """Time goes on for us and for Telegram, and what is due by then is done."""
        self.house.ahead += timedelta(seconds=seconds)
        self.house.server.later(seconds)
        await self.house.clock.tick()

    # -- what is seen

    async def _arrived(self) -> list[str]:
        """What is new in this person's chat, once all is quiet."""
        await self.quiet()
        calls, first = self._calls(), self.seen.get(self.person, 0)
        self.seen[self.person] = len(calls)
        return [line for call in calls[first:] for line in ("", *self._lines(call))][1:]

    async def quiet(self) -> None:
        """Until all that these people did is heard, and all that was said to them has arrived."""
        ids = [user.id for user in self.people.values()]
        async with asyncio.timeout(WITHIN):
            while any(map(self.house.comes, ids)) or await self.house.owed() & set(map(str, ids)):
                await asyncio.sleep(0.001)

    def unread(self) -> list[str]:
        """What came after the talk last looked."""
        return [call.text for name in self.people for call in self._calls(name)[self.seen.get(name, 0) :]]

    def _calls(self, name: str = "") -> list[Call]:
        """What the bot sent to this person, exactly as it was sent."""
        return [call for call in sent(self.house) if call.chat_id == self._who(name or self.person).id]

    def _lines(self, call: Call) -> list[str]:
        assert call.method == "sendMessage"
        buttons = list(_buttons(call))
        self.hands += [button["text"] for button in buttons if _hands(button)]
        return [*call.text.split("\n"), *(f"[{button['text']}]" for button in buttons if not _hands(button))]

    # -- taps

    def _touch(self, label: str) -> None:
        """The button with that label in the newest message that came with one. Marks made since do not count: a tap
        may be on its way while the keyboard changes. A key of the reply keyboard, which is there once, says its words."""
        for call, number in self._shown():
            found = next((button for button in _buttons(call) if button["text"] == label), None)
            if found and "callback_data" in found:
                return self._tap(found["callback_data"], number)
            if found and call.data["reply_markup"] == self.user.place.keyboard:
                self.user.send(label)
                return None
        raise AssertionError(f"no button [{label}] has been shown")

    def _shown(self) -> list[tuple[Call, int]]:
        """The messages with their ids, the newest first."""
        return list(zip(self._calls(), self.user.place.shown, strict=True))[::-1]

    def _tap(self, data: str, number: int) -> None:
        place, world = self.user.place, self.house.server.world
        message = next(one for one in self.user.messages if one.message_id == number)
        old = (world.date() - message.date).total_seconds() > NAMED
        self.user.tap_data(data, telegram.InaccessibleMessage(place.chat, number) if old else message)


def sent(house: TelegramHouse) -> list[Call]:
    """Every message that the simulator took."""
    return [call for call in house.server.requests if call.method in SENDS and call.status == 200]


def _buttons(call: Call) -> Iterator[dict[str, Any]]:
    markup = call.data.get("reply_markup") or {}
    return (button for row in markup.get("inline_keyboard") or markup.get("keyboard") or [] for button in row)


def _hands(button: dict[str, Any]) -> bool:
    return bool(button.get("request_contact") or button.get("request_location"))
