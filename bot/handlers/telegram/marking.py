"""A used choice is shown as chosen, below the message where it stood. Pure; what cannot be told for sure stays."""

from __future__ import annotations

from bot.conversation import Heard
from bot.handlers.telegram.updates import Tap
from bot.handlers.telegram.writing import Row, button, keyboard

UNUSED = ("", "again", "unknown")  # the button's time was over, or it waits


def marked(tap: Tap, heard: Heard, mark: str) -> list[Row] | None:
    """The keyboard as it is to stand there now; None: as it is.

    An answer stands alone; of several that may be ticked all stand with their ticks; ways to go somewhere stay open.
    """
    if not tap.shown or not heard.new or heard.route in UNUSED:
        return None
    before = [[button(choice.label, choice.value) for choice in row] for row in tap.shown]
    after = _ticked(tap, heard) or (
        _gone_to(before, tap, mark) if tap.value.startswith("go.") else _alone(before, tap, mark)
    )
    return after if after and after != before else None


def _ticked(tap: Tap, heard: Heard) -> list[Row]:
    """The same choices in the answer to the tap: several may be picked, and it says which are."""
    several = (message.choices for message in heard.messages if message.many)
    return next((keyboard(choices) for choices in several if any(c.value == tap.value for c in choices)), [])


def _gone_to(before: list[Row], tap: Tap, mark: str) -> list[Row]:
    return [
        [
            button(
                _mark(b["text"], mark) if b["callback_data"] == tap.value else _bare(b["text"], mark),
                b["callback_data"],
            )
            for b in row
        ]
        for row in before
    ]


def _alone(before: list[Row], tap: Tap, mark: str) -> list[Row]:
    used = [b for row in before for b in row if b["callback_data"] == tap.value]
    return [[button(_mark(used[0]["text"], mark), tap.value)]] if used else []


def _mark(label: str, mark: str) -> str:
    return f"{mark} {_bare(label, mark)}"


def _bare(label: str, mark: str) -> str:
    return label.removeprefix(f"{mark} ")
