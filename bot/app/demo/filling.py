"""A year of a programme: organisations come, answer the survey and apply; officials work on what they sent."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from stdnum.vn import mst

from bot.app.demo.office import Office
from bot.app.demo.somebody import Somebody
from bot.app.house import House, Unusable, build
from bot.content.demo import read_demo
from bot.flows.session import Session, from_json
from bot.settings import Settings

ORGANISATIONS, WAVE = 300, 25
SPAN = timedelta(days=300)
TURN = timedelta(seconds=40)
ROUNDS = 120  # more than any form takes
MORE = 8  # more waves: in each nine of ten agree
APPLIES, TRAINS, ASK = 0.7, 0.3, 2  # of a wave: the part that applies, that goes to a class; how many ask an official
GROUPS = {"enterprise": 12, "cooperative": 5, "household": 6, "cooperative_group": 2, "conformity_body": 1}


@dataclass
class Time:
    """The hour it is in the story."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


async def fill(
    settings: Settings, now: datetime, organisations: int = ORGANISATIONS, seed: int = 1
) -> Mapping[str, int]:
    """Fills an empty deployment up to `now`; how many rows there are of what. Unusable if somebody is there already."""
    time = Time(now - SPAN)
    house = await build(settings.model_copy(update={"flood": 0}), time)
    try:
        story = Story(house, time, read_demo(Path(settings.content_dir)), random.Random(seed))  # noqa: S311  made-up data
        await story.begin()
        await story.people(organisations, now)
        return await story.counts()
    finally:
        await house.storage.close()


@dataclass
class Story:
    house: House
    time: Time
    words: Mapping[str, Any]
    chance: random.Random
    office: Office = field(init=False)

    def __post_init__(self) -> None:
        self.office = Office(self.house, self.time, self.words, self.chance)

    async def begin(self) -> None:
        """Officials are there before anybody comes."""
        async with self.house.storage.read() as store:
            if (await store.meta.sizes())["people"]:
                raise Unusable("this database holds people already; the made-up ones go into a fresh one only")
        await self.office.move_in()

    async def people(self, count: int, until: datetime) -> None:
        """They come in waves, the first long ago and the last today; for each who agrees to nothing somebody else comes, until
        there are so many organisations."""
        begin, waves, came = self.time.at, max(1, (count + WAVE - 1) // WAVE), count
        for wave in range(waves):
            self.time.at = begin + (until - begin) * wave / waves
            await self._wave(range(wave * WAVE + 1, min(count, (wave + 1) * WAVE) + 1))
        for _ in range(MORE):
            missing = max(0, count - (await self.counts())["organisations"])
            await self._wave(range(came + 1, came + missing + 1))
            came += missing

    async def _wave(self, numbers: range) -> None:
        if not numbers:
            return
        here = [self._somebody(number) for number in numbers]
        await self.chat(here, "form.needs_survey")
        await self.chat([one for one in here if self.chance.random() < APPLIES], "form.support_application")
        await self._office(here)

    async def _office(self, here: Sequence[Somebody]) -> None:
        """What officials do after a wave, and those who come because of it."""
        number = await self.office.open_class()
        await self.chat([one for one in here if self.chance.random() < TRAINS], f"register:{number}")
        asking = self.chance.sample(list(here), min(ASK, len(here)))
        await self.chat(asking, "human")
        await self.office.answer([one.address for one in asking])
        await self.office.sort_out()
        await self.house.clock.tick()
        await self.house.conversation.hear_batch([])

    async def chat(self, here: Sequence[Somebody], route: str) -> None:
        """All of them go through a form, turn by turn."""
        for one in here:
            one.begins, one.tried = route, 0
        for _ in range(ROUNDS):
            programme = self.house.releases.current
            sessions = await self._sessions(here)
            acts = [one.speak(sessions[one.number], programme, self.time.at) for one in here]
            said = [act for act in acts if act]
            if not said:
                return
            for error in await self.house.conversation.hear_batch(said):
                if isinstance(error, Exception):
                    raise error
            self.time.at += TURN

    async def _sessions(self, here: Sequence[Somebody]) -> dict[int, Session]:
        async with self.house.storage.read() as store:
            found = await store.people.find([one.address for one in here])
            states = await store.sessions.load([person.id for person in found.values()])
        kept = {address: from_json(states[person.id]) for address, person in found.items() if person.id in states}
        return {one.number: kept.get(one.address, Session()) for one in here}

    def _somebody(self, number: int) -> Somebody:
        kind = self.chance.choices(list(GROUPS), list(GROUPS.values()))[0]
        one = Somebody(number, {}, self.words, random.Random(self.chance.random()))  # noqa: S311  as above
        name = str(one.chance.choice(self.words["names"][kind])).replace("(n)", f"{number:03}")
        own = {"group": kind, "unit_name": name, "contact_name": one.pick("people"), "position": one.pick("positions")}
        own |= {"phone": f"0900000{number:03}", "address": one.pick("addresses"), "line": one.pick("lines")}
        one.own = own | ({} if kind == "cooperative_group" else {"tax_code": _tax_code(number)})
        return one

    async def counts(self) -> dict[str, int]:
        async with self.house.storage.read() as store:
            return await store.meta.sizes()


def _tax_code(number: int) -> str:
    """Begins with 99, which no province has; its check digit is right."""
    for step in range(10):
        digits = f"99{number * 10 + step:07}"
        check = str(mst.calc_check_digit(digits))
        if len(check) == 1:  # a tenth of all numbers have none
            return digits + check
    raise AssertionError(number)
