"""Answers: one small reader per type of question. An answer is never cut, guessed or silently replaced; what cannot be
read says why, with an example."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bot.flows.answers import amounts, codes, given, people, picking, writing
from bot.flows.answers.display import display
from bot.flows.answers.outcomes import Asking, Outcome, Read, Several, Unread
from bot.flows.programme import Programme, Question
from bot.flows.values import Event

__all__ = ["READERS", "Read", "Several", "Unread", "display", "read"]

Reader = Callable[[Asking, str], Outcome]

READERS: dict[str, Reader] = {
    "yes_no": picking.yes_no,
    "choice": picking.choice,
    "choices": picking.choices,
    "text": writing.text,
    "long_text": writing.long_text,
    "number": amounts.number,
    "money": amounts.money,
    "date": amounts.day,
    "phone": codes.phone,
    "email": writing.email,
    "url": writing.url,
    "tax_code": codes.tax_code,
    "commune": given.commune,
    "industry": given.industry,
    "barcode": codes.barcode,
    "rating": amounts.rating,
    "file": given.file_typed,
    "location": given.location_typed,
    "people": people.people,
}
TAPPED: dict[str, Reader] = {  # of the other types a tap carries what one would type
    "yes_no": picking.yes_no_tapped,
    "choice": picking.choice_tapped,
    "choices": picking.choices_tapped,
    "commune": given.commune_tapped,
    "industry": given.industry_tapped,
}


def read(question: Question, event: Event, programme: Programme, language: str, today: date) -> Read | Several | Unread:
    """What the event says as an answer to the question. `today`: the day in the programme's time zone."""
    asking = Asking(question, programme, language, today)
    match event.name, question.type:
        case _, "statement":
            return asking.unread("text")
        case "said", kind:
            return READERS[kind](asking, str(event.data["text"]))
        case "tapped", kind:
            return TAPPED.get(kind, READERS[kind])(asking, str(event.data["value"]))
        case "shared", "phone":
            return codes.phone(asking, given.phone_shared(event.data))
        case "file_ready", "file":
            return given.file(asking, event.data)
        case "located", "location":
            return given.location(asking, event.data)
        case _:
            return asking.unread()
