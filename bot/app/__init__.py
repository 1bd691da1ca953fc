"""The only wiring: settings → content, storage, conversation, channels, outbox, clock and web application."""

from bot.app.commands import backup, check, demo, draw, export, invite, migrate, restore, talk
from bot.app.house import House, Unusable, build
from bot.app.serving import application, fast_loop, running, serve

__all__ = [
    "House", "Unusable", "application", "backup", "build", "check", "demo", "draw", "export", "fast_loop", "invite", "migrate",
    "restore", "running", "serve", "talk",
]  # fmt: skip
