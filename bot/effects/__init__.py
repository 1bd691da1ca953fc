"""What a turn may ask of the store: one short function each, inside hear's transaction. An effect may answer with an
event, which the same person's session hears at once. Plain writes are gathered and written with the batch."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.effects import forms, officials
from bot.effects.work import Data, Work
from bot.flows.values import Event
from storage.people import Person

__all__ = ["EFFECTS", "Work"]

EFFECTS: dict[str, Callable[[Work, Person, Data], Awaitable[Event | None]]] = {
    "keep_answers": forms.keep_answers,
    "drop_submission": forms.drop_submission,
    "load_draft": forms.load_draft,
    "submit_form": forms.submit_form,
    "record_consent": forms.record_consent,
    "offer_upload": forms.offer_upload,
    "receive_file": forms.receive_file,
    "bind_official": officials.bind_official,
    "count_audience": officials.count_audience,
    "announce": officials.announce,
    "speak": forms.speak,
}
