"""The officials of the made-up year: they open classes, answer who asks, and bring each case to one of the stages there are."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.app.house import House
from bot.channel import Address
from bot.flows.stages import of_state, stages
from bot.office import cases, classes, inbox, officials, supplements
from bot.office.cases import By
from storage import Store
from storage.cases import Case
from storage.classes import Class
from storage.officials import Official
from storage.talks import TalkLine

DESK = Address("web", "web", "demo-official")
BEFORE, LASTS, SEATS = timedelta(days=20), timedelta(hours=3), 6
MORNING = timedelta(hours=1, minutes=30)  # after midnight in London
ALL = 100_000
REST = timedelta(days=5)  # before a case is looked at


@dataclass
class Office:
    house: House
    now: Callable[[], datetime]
    words: Mapping[str, Any]
    chance: random.Random
    official: Official = field(init=False)
    chat: int = 0
    opened: int = 0
    seen: set[int] = field(default_factory=set)

    async def move_in(self) -> None:
        """An official with a chat of their own, and somebody of staff."""
        async with self.house.storage.write() as store:
            for role in ("official", "staff"):
                await officials.invite(store, role, f"{self.words['officials'][role]}", self.now())
            self.official = next(one for one in await store.officials.all() if one.role == "official")
            person = (await store.people.resolve([DESK], self.now()))[DESK]
            await store.officials.bind(person.id, self.official.id, self.now())
            self.chat = person.id

    async def open_class(self) -> int:
        """The next class of the year; its id."""
        title = self.words["classes"][self.opened % len(self.words["classes"])]
        day = (self.now() + BEFORE).replace(hour=0, minute=0, second=0, microsecond=0)
        starts = day + MORNING
        one = Class(
            kind="class",
            title=str(title),
            starts_at=starts,
            ends_at=starts + LASTS,
            closes_at=starts - timedelta(days=1),
            seats=SEATS,
            made_at=self.now(),
            place=str(self.words["places"][0]),
            official_id=self.official.id,
        )
        self.opened += 1
        async with self.house.storage.write() as store:
            number, _ = await classes.open_class(store, self.house.releases.current, one)
        return number

    async def answer(self, asking: Sequence[Address]) -> None:
        """The first who asks is answered and the talk closed, the next one waits."""
        zone = self.house.releases.current.zone
        async with self.house.storage.write() as store:
            people = await store.people.find(list(asking))
            for number, address in enumerate(asking):
                talk = await store.talks.of_person(people[address].id) if address in people else None
                if talk is None or number % 2:
                    continue
                await inbox.take(store, self.chat, talk.id, self.now())
                reply = str(self.chance.choice(self.words["replies"]))
                await inbox.answer(store, self.chat, TalkLine(talk.id, reply, self.now()), zone)
                await inbox.end(store, self.chat, talk.id, self.now())

    async def sort_out(self) -> None:
        """Case after case that came some days ago is brought to the next of all stages, so that there are some in each."""
        wanted = list(stages(self.house.releases.current))
        async with self.house.storage.write() as store:
            for case in await store.cases.in_states(["received"], ALL):
                if case.id not in self.seen and case.opened_at < self.now() - REST:
                    await self._bring(store, case, wanted[len(self.seen) % len(wanted)], self.now())
                    self.seen.add(case.id)

    async def _bring(self, store: Store, case: Case, stage: str, now: datetime) -> None:
        programme = self.house.releases.current
        to = stages(programme)[stage]
        if to.state == "received":
            return
        if to.state == "supplement":
            await supplements.ask_supplement(store, programme, case, self.words["papers"], self.official, now)
        elif to.state == "withdrawn" and case.person_id:
            await cases.withdraw(store, programme, case, case.person_id, now)
        elif to.state == "lapsed":
            await cases.move(store, programme, case, of_state(programme, "lapsed").id, By(), now)
        else:
            await self._step_by_step(store, case, stage, now)

    async def _step_by_step(self, store: Store, case: Case, stage: str, now: datetime) -> None:
        """Through the stages before it, in the order of the programme; one that ends it is gone to at once."""
        programme = self.house.releases.current
        order = [name for name, one in stages(programme).items() if one.state in ("reviewing", "approved", "running")]
        before = order[: order.index(stage)] if stage in order else order[:2]
        for step in (*before, stage):
            moved = await cases.decide(store, programme, case, step, self.official, now)
            case = moved if isinstance(moved, Case) else case
