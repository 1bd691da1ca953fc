"""Updates as they come, by poll or webhook: read, heard together, and only then is anything answered or marked."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.channel import Address, Incoming
from bot.conversation import Flooded, Heard
from bot.handlers.telegram.commands import set_for
from bot.handlers.telegram.marking import marked
from bot.handlers.telegram.telegram import Telegram
from bot.handlers.telegram.updates import CHANNEL, Malformed, Reached, Seen, Tap

log = logging.getLogger(__name__)
ASIDES = 500  # answers to taps and marks that may wait; over that they are left out
Parse = Callable[[Mapping[str, Any], datetime, str], Seen]


@dataclass(slots=True)
class Hearing:
    """`parse` is reading.parse, which loads aiogram."""

    telegram: Telegram
    parse: Parse
    _asides: set[asyncio.Task[None]] = field(default_factory=set)

    async def hear(self, raws: Sequence[Any]) -> int:
        """Everything in these updates is on disk when this returns; StorageError: they must come again. How many were
        not taken because far too much of their sender waits already."""
        seen = [self._read(raw) for raw in raws]
        incoming = [(one, one.what) for one in seen if isinstance(one, Seen) and isinstance(one.what, Incoming)]
        heard = await asyncio.gather(*(self.telegram.hear(what) for _, what in incoming), return_exceptions=True)
        await self._note_blocks([one.what for one in seen if isinstance(one, Seen) and isinstance(one.what, Reached)])
        await self._set_aside([one for one in seen if isinstance(one, Aside)])
        self._after([(one, result) for (one, _), result in zip(incoming, heard, strict=True)])
        for one in seen:
            if isinstance(one, Seen) and one.tap and not isinstance(one.what, Incoming):
                self._later(one.tap, None)
        return _raised(heard)

    async def close(self) -> None:
        for task in self._asides:
            task.cancel()
        await asyncio.gather(*self._asides, return_exceptions=True)

    # -- reading

    def _read(self, raw: Any) -> Seen | Aside:
        try:
            if not isinstance(raw, dict):
                raise Malformed("no object")
            seen = self.parse(raw, self.telegram.now(), self.telegram.account)
        except Malformed as error:
            return Aside(raw, str(error))
        if seen.what is None:
            log.debug("an update of no concern: %s", kind(raw))
        return seen

    async def _set_aside(self, asides: Sequence[Aside]) -> None:
        """Kept for inspection, once each; an update that cannot be read would else come again for ever."""
        if not asides:
            return
        place, now = Address(CHANNEL, self.telegram.account, ""), self.telegram.now()
        async with self.telegram.storage.write() as store:
            for aside in asides:
                log.warning("an update that cannot be read was set aside: %s (%s)", kind(aside.raw), aside.error)
                key = (place, aside.receipt)
                if not aside.receipt or await store.receipts.take([key], now):
                    await store.receipts.set_aside(key, aside.raw, aside.error, now)

    async def _note_blocks(self, reached: Sequence[Reached]) -> None:
        """In a transaction of its own, since nothing is said and no session moves; each counts once."""
        if not reached:
            return
        async with self.telegram.storage.write() as store:
            fresh = await store.receipts.take([(one.address, one.receipt) for one in reached], self.telegram.now())
            persons = await store.people.find([one.address for one in reached])
            for one in reached:
                if (one.address, one.receipt) not in fresh or one.address not in persons:
                    continue
                place = persons[one.address].address_id
                await (store.people.unreachable({place: one.reason}) if one.reason else store.people.reachable(place))

    # -- after the commit

    def _after(self, results: Sequence[tuple[Seen, Heard | BaseException]]) -> None:
        files = False
        for seen, heard in results:
            if isinstance(heard, BaseException):
                continue
            files = files or any(effect.name == "receive_file" for effect in heard.effects)
            if seen.tap:
                self._later(seen.tap, heard)
            if any(effect.name == "bind_official" for effect in heard.effects) and isinstance(seen.what, Incoming):
                self._start(set_for(self.telegram, seen.what.address))
        if files:
            self.telegram.file_came()

    def _later(self, tap: Tap, heard: Heard | None) -> None:
        if len(self._asides) < ASIDES:
            self._start(self._answer(tap, heard))

    def _start(self, aside: Any) -> None:
        task = asyncio.create_task(aside)
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)

    async def _answer(self, tap: Tap, heard: Heard | None) -> None:
        """The button stops turning, and shows that it was used; both best effort."""
        telegram = self.telegram
        await telegram.try_("answerCallbackQuery", {"callback_query_id": tap.id})
        programme = telegram.programme()
        mark = programme.render("label.picked", programme.languages[0], {}).plain
        rows = marked(tap, heard, mark) if heard else None
        if rows and (telegram.pace is None or await telegram.pace.spare()):
            where = {"chat_id": tap.chat, "message_id": tap.message}
            await telegram.try_("editMessageReplyMarkup", where | {"reply_markup": {"inline_keyboard": rows}})


@dataclass(frozen=True, slots=True)
class Aside:
    """An update that cannot be read."""

    raw: Any
    error: str

    @property
    def receipt(self) -> str:
        number = self.raw.get("update_id") if isinstance(self.raw, dict) else None
        return f"malformed:{number}" if isinstance(number, int) else ""


def kind(raw: Any) -> str:
    """What sort of update it is, by its keys alone."""
    names = [str(name)[:40] for name in raw if name != "update_id"] if isinstance(raw, dict) else []
    return ", ".join(names[:3]) or type(raw).__name__


def _raised(heard: Sequence[Heard | BaseException]) -> int:
    """Raises what kept any of them from being stored; how many were flooded."""
    for result in heard:
        if isinstance(result, BaseException) and not isinstance(result, Flooded):
            raise result
    return sum(isinstance(result, Flooded) for result in heard)
