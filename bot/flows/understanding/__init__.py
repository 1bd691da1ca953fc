"""Vietnamese words → meaning, pure and quick: what a line says, without guessing where it could mean two things."""

from bot.flows.understanding.folding import fold

__all__ = ["fold"]
