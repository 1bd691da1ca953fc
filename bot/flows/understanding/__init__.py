"""Vietnamese words → meaning, pure and quick: what a line says, without guessing where it could mean two things."""

from bot.flows.understanding.choosing import Chosen
from bot.flows.understanding.folding import fold
from bot.flows.understanding.lexicon import Lexicon
from bot.flows.understanding.meaning import CERTAIN, Guess
from bot.flows.understanding.phrasebook import Meaning
from bot.flows.understanding.weighing import LIKELY

__all__ = ["CERTAIN", "LIKELY", "Chosen", "Guess", "Lexicon", "Meaning", "fold"]
