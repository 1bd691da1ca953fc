"""What officials hear of unasked: that something new waits for them. Of each kind once in ten minutes at most, whatever
comes meanwhile; what it is, their lists show."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Literal

from bot.office import inbox
from bot.office.news import for_office, news
from storage import Store

AGAIN = timedelta(minutes=10)
Kind = Literal["cases", "papers", "members"]


async def waits(store: Store, kind: Kind, now: datetime, but: Collection[int] = ()) -> None:
    """Tells the chats of all who may answer: at once, or when ten minutes have passed since they were told last. A notice
    that is still on its way tells of this too."""
    key = f"duty.{kind}"
    last = await store.meta.get(key)
    told = datetime.fromisoformat(last) if last else now - AGAIN
    chats = await inbox.on_duty(store, but) if told <= now else []
    if not chats:
        return
    at = max(now, told + AGAIN)
    await store.meta.put(key, at.isoformat())
    await store.events.add([for_office(news(chat, f"duty.{kind}", at)) for chat in chats], now)
