"""`nhipcau demo`: a fresh database filled through the doors that people use, so that nothing in it could not have happened."""

from bot.app.demo.filling import fill

__all__ = ["fill"]
