"""Telegram: aiogram's types read what comes, plain JSON over one session carries what goes.

Nothing is confirmed before its commit; the token's whole pace, its quiet after a 429 and its health are in one place.
"""

from __future__ import annotations

from typing import Any

from bot.handlers.telegram.connecting import Connection
from bot.handlers.telegram.telegram import Telegram
from bot.handlers.telegram.webhook import PATH, routes
from bot.handlers.telegram.wire import Wire

__all__ = ["PATH", "Connection", "Telegram", "connect", "routes"]


def connect(token: str, api: str, proxy: str, public_url: str, **rest: Any) -> Connection:
    """The channel of that token, our account there being the number it begins with. `rest`: see Telegram."""
    webhook = f"{public_url}{PATH}" if public_url else ""
    wire = Wire(token, api.rstrip("/"), proxy)
    return Connection(Telegram(wire=wire, account=token.partition(":")[0], webhook=webhook, **rest))
