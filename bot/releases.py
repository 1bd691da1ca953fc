"""The release store: which content is current, and the older releases that forms in progress are pinned to."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime

from bot.content import Bundle, ContentProblems, from_bytes, load, pin, report
from bot.flows.programme import Programme
from bot.flows.remembering import forget
from storage import Storage, Store
from storage.releases import Release

FORMAT = 1
log = logging.getLogger(__name__)


class Releases:
    """`current` changes when content or facts do; older releases are loaded when the first session needs them, and
    stay in memory while some do (`_asked`: since the last change). Loading takes most of a second, which is spent beside the conversation."""

    def __init__(self, bundle: Bundle) -> None:
        self._loaded = (bundle, load(bundle))
        self._asked: set[str] = set()
        self._unusable: set[str] = set()
        self.current: Programme = self._loaded[1]

    async def publish(self, storage: Storage, bundle: Bundle, now: datetime) -> None:
        """Makes a bundle the current release. Raises ContentProblems, and then nothing changed."""
        if bundle != self._loaded[0]:
            self._loaded = (bundle, await asyncio.to_thread(load, bundle))
        programme = self._loaded[1]
        async with storage.write() as store:
            await store.releases.keep(Release(programme.release, FORMAT, bundle.to_bytes(), now))
            facts = await store.facts.all()
        older = [one for one in (*self.current.older.values(), self.current) if one.release in self._asked]
        self._asked = set()
        self.current = pin(_with_facts(programme, facts), older)
        forget()  # or what is remembered would hold every release that ever was

    async def programme(self, store: Store, pinned: Collection[str]) -> Programme:
        """The current programme with every release that is asked for."""
        self._asked.update(pinned)
        known = {self.current.release, *self.current.older}
        missing = [await self._load(store, hash_) for hash_ in pinned if hash_ not in known]
        if missing:
            self.current = pin(self.current, [*self.current.older.values(), *missing])
        return self.current

    def of(self, storage: Storage) -> Callable[[str], Awaitable[Programme]]:
        """A function from a release's hash to its programme, for labels of old answers."""

        async def release(hash_: str) -> Programme:
            async with storage.read() as store:
                return (await self.programme(store, {hash_})).at(hash_)

        return release

    async def _load(self, store: Store, hash_: str) -> Programme:
        """Raises LookupError for one that is gone or that this version of the program cannot read; that is found out
        once only, since it takes as long as a loading and everybody waits."""
        if hash_ not in self._unusable:
            release = await store.releases.load(hash_)
            try:
                if release:
                    return await asyncio.to_thread(load, from_bytes(release.bundle))
                log.error("release %s, which forms need, is not in the database", hash_[:12])
            except ContentProblems as error:
                log.error("release %s, which forms need, cannot be read:\n%s", hash_[:12], report(error.problems))  # noqa: TRY400
            self._unusable.add(hash_)
        raise LookupError(f"release {hash_[:12]} cannot be used")


def _with_facts(programme: Programme, facts: Mapping[str, str]) -> Programme:
    """What the province filled in wins over what the files say."""
    return replace(programme, facts={**programme.facts, **facts})
