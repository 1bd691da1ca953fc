"""A button is a convenience (DESIGN, law 8): wherever a golden conversation shows one, typing its label (as it stands, without
accents, in capitals) or its number leads where the tap leads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.flows.engine import advance
from bot.flows.programme import Programme
from bot.flows.session import Session, from_json
from bot.flows.understanding import fold
from bot.flows.values import Choice, Event, Message, Turn
from tests.replay import Replay


@dataclass
class Typing(Replay):
    """Plays a talk; after each turn every choice just shown is tapped and typed in copies of the session that nobody keeps.
    What leads on alike (the same effects) is answered alike by the store. The same words at the same place are tried once."""

    tried: set[tuple[object, ...]] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    async def _written(self, messages: list[Message]) -> list[str]:
        lines = await super()._written(messages)
        await self._try(messages)
        return lines

    async def unasked(self) -> list[str]:
        before = self.last.get(self.address, 0)
        lines = await super().unasked()
        async with self.storage.read() as store:
            person = (await store.people.find([self.address])).get(self.address)
            letters = await store.letters.after(person.address_id, before, 100) if person else []
        await self._try([letter.message for letter in letters])
        return lines

    async def _try(self, messages: Sequence[Message]) -> None:
        async with self.storage.read() as store:
            person = (await store.people.find([self.address])).get(self.address)
            states = await store.sessions.load([person.id]) if person else {}
            if not person or person.id not in states:
                return
            session = from_json(states[person.id])
            pinned = [session.draft.release] if session.draft else []
            programme = await self.releases.programme(store, [*pinned, *(one.release for one in session.paused)])
        here = Here(session, programme, self)
        for message, choice, typed in _ways(messages):
            if here.new(choice.value, typed):
                self.faults += here.fault(message, choice, typed)


@dataclass
class Here:
    """One moment of a talk."""

    session: Session
    programme: Programme
    talk: Typing

    def new(self, value: str, typed: str) -> bool:
        """Whether this is not yet tried at such a place."""
        session, tried = self.session, self.talk.tried
        waiting, draft = session.waiting, session.draft
        place = (session.language, waiting and waiting.kind, draft and (draft.form, draft.asked, bool(draft.answers)))
        key = (*place, session.role, self.talk.person, value.rpartition(".")[2], typed)
        known = key in tried
        tried.add(key)
        return not known

    def fault(self, message: Message, choice: Choice, typed: str) -> Iterator[str]:
        if message.many and not choice.control and self.session.draft and self.session.draft.picked:
            return  # a tap is one tick more or less; a line is the whole answer
        said = self._turn(self.session, "said", text=typed)
        tapped = self._turn(self.session, "tapped", value=choice.value)
        if tapped.session.draft and _ticks(tapped, self.session):  # a line is the whole answer
            tapped = self._turn(tapped.session, "tapped", value=f"{choice.value.rpartition('.')[0]}.!done")
        waiting = said.session.waiting
        asked = (
            typed.isdecimal() and waiting is not None and waiting.kind == "candidates"
        )  # the 2nd choice, or 2 years?
        if not asked and (said.route, _state(said, message.many)) != (tapped.route, _state(tapped, message.many)):
            yield f"{typed!r} for [{choice.label}] ({choice.value}): {said.route}, not {tapped.route}; {self.session}"

    def _turn(self, session: Session, event: str, **data: str) -> Turn:
        return advance(session, Event(event, self.talk.now[0], data), self.programme)


def _ticks(tapped: Turn, before: Session) -> bool:
    """Whether the tap only ticked something."""
    now, then = tapped.session.draft, before.draft
    return bool(now and then and now.asked == then.asked and set(now.picked) > set(then.picked))


def _state(turn: Turn, many: bool) -> object:
    """Where many can be ticked, without the ticks and the turn of an answer that took two taps."""
    draft, waiting = turn.session.draft, turn.session.waiting
    if not many:
        return turn.session, turn.effects
    return draft and (draft.asked, draft.answers), waiting and waiting.kind, turn.effects


def _ways(messages: Sequence[Message]) -> Iterator[tuple[Message, Choice, str]]:
    """What could be typed for each choice of these messages."""
    numbered = [message for message in messages if any(not choice.control for choice in message.choices)]
    for message in messages:
        for choice in message.choices:
            label = choice.label
            if label.startswith("✓"):  # a tap takes the tick away, which no line does
                continue
            for typed in dict.fromkeys((label, fold(label), label.upper())):
                yield message, choice, typed
        if numbered and message is numbered[-1]:
            yield from _numbers(message)


def _numbers(message: Message) -> Iterator[tuple[Message, Choice, str]]:
    """The numbers that stand before them where choices are typed; a scale is typed as it reads."""
    choices = [choice for choice in message.choices if not choice.control]
    if not all(choice.label.isdecimal() for choice in choices):
        yield from ((message, choice, str(number)) for number, choice in enumerate(choices, 1))
