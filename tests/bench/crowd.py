"""20,000 users of the load generator who walk the survey, so that every figure is a mix of whole walks: so many are in the
middle of one (`--open`), and when somebody ends, the next one of the rotation begins; the first comes again after the last.

What answers each step is found out first, by walking it in this process: how many bubbles, and the words of the last.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

import uvloop

from bot.channel import CAPABILITIES, Address, Incoming, fit
from bot.flows.values import Choice, Event, Message
from tests.bench.script import AGREED, TAPPED, TYPED
from tests.replay import BEGIN, Replay, opened
from tests.simulators.telegram_load import FIRST_USER, Load, Step, Walker, serve

WORDS = 24  # characters of the last bubble that must come back over the wire
PLACE = Address("telegram", "7000000001", str(FIRST_USER))


class Crowd(Load):
    """Who is in the middle of a walk is asked before anybody new. `begins`: the steps where walks begin."""

    begins: frozenset[int] = frozenset({0})

    def _forward(self, walker: Walker) -> None:
        super()._forward(walker)
        if walker.step not in self.begins:
            self.ready.appendleft(self.ready.pop())


class Rehearsal:
    """Walks the script alone, in this process."""

    def __init__(self, talk: Replay) -> None:
        self.talk = talk
        self.choices: Sequence[Choice] = ()
        self.count = 0

    async def walk(self, lines: Sequence[str]) -> list[Step]:
        return [await self.step(line) for line in lines]

    async def step(self, line: str) -> Step:
        tap = self._button(line[1:-1]) if line.startswith("[") else None
        data = {"value": tap.value} if tap else {"payload": ""} if line == "/start" else {"text": line}
        event = Event("tapped" if tap else "started" if line == "/start" else "said", BEGIN, data)
        bubbles = await self._hear(event)
        self.choices = next((bubble.choices for bubble in reversed(bubbles) if bubble.choices), self.choices)
        words = bubbles[-1].text.plain[:WORDS]
        if tap:
            return Step(tap=tap.label, bubbles=len(bubbles), holds=words)
        return Step(text=line, bubbles=len(bubbles), holds=words)

    async def _hear(self, event: Event) -> list[Message]:
        self.count += 1
        (heard,) = await self.talk.conversation.hear_batch([Incoming(PLACE, str(self.count), event)])
        if isinstance(heard, Exception):
            raise heard
        return [part for message in heard.messages for part in fit(message, CAPABILITIES["telegram"])]

    def _button(self, wanted: str) -> Choice:
        """The number of the run is left out."""
        bare = {".".join(part for part in one.value.split(".") if not part.isdigit()): one for one in self.choices}
        return bare[wanted]


async def rehearsed(lines: Sequence[str]) -> tuple[list[Step], int]:
    """The first walk and the one that everybody repeats, which begins at the number returned."""
    consent = next(number for number, line in enumerate(lines) if line in AGREED)
    repeated = [*lines[:consent], *lines[consent + 1 :]]
    with tempfile.TemporaryDirectory() as folder:
        talk = await opened(Path(folder))
        try:
            rehearsal = Rehearsal(talk)
            first, second, third = [await rehearsal.walk(each) for each in (lines, repeated, repeated)]
        finally:
            await talk.storage.close()
    assert second == third, "the second walk must be one that can be repeated"
    return [*first, *second], len(first)


async def main(arguments: argparse.Namespace) -> None:
    if arguments.walk == "echo":
        steps, again = [Step(text, bubbles=1, holds=text) for text in TYPED], 0
    else:
        steps, again = await rehearsed(TYPED if arguments.walk == "typed" else TAPPED)
    crowd = Crowd(arguments.users, steps, again, arguments.open)
    crowd.begins = frozenset({0, again})
    server, url = await serve(crowd)
    print(url, flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("walk", choices=("typed", "tapped", "echo"))
    parser.add_argument("--users", type=int, default=20_000)
    parser.add_argument("--open", type=int, default=200)
    uvloop.run(main(parser.parse_args()))
