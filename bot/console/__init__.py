"""The officials' web pages, over office/: server-rendered, no JavaScript. `routes(console)` is all that app needs."""

from bot.console.desk import Console
from bot.console.routes import routes

__all__ = ["Console", "routes"]
