"""What an answer of the Bot API means for a letter. Pure: each ends in what is known and nothing more."""

from __future__ import annotations

from bot.channel import Busy, Gone, Outcome, Refused, Sent, Unsure
from bot.handlers.telegram.wire import Answer

LITTLE = 5.0  # seconds: nothing went out, soon again
LONG = 60.0  # seconds: the token is not good now; letters wait until it is
NOT_THERE = ("chat not found", "user is deactivated", "peer_id_invalid", "user not found")


def outcome(answer: Answer) -> Outcome:
    """5xx: the server may have carried it out before it failed."""
    words = answer.description.lower()
    match answer.code:
        case 200:
            return _sent(answer)
        case 429:
            return Busy(answer.retry_after or LITTLE)
        case 401 | 404:
            return Busy(LONG)
        case 403:
            return Gone(answer.description)
        case 400 if any(reason in words for reason in NOT_THERE):
            return Gone(answer.description)
        case code if code >= 500:
            return Unsure(f"HTTP {code}")
    return Refused(answer.description or f"HTTP {answer.code}")


def _sent(answer: Answer) -> Outcome:
    message = answer.result
    return Sent(str(message["message_id"])) if isinstance(message, dict) and "message_id" in message else Sent()
