"""News for somebody else's session: a notice that they hear with the next batch (or at its hour), wherever they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.flows.values import Json
from storage.events import Due


def news(person_id: int, text_id: str, at: datetime, /, routes: Iterable[str] = (), **values: Json) -> Due:
    """The event to be added with `store.events.add`. `routes`: what can be done about it ("case:12"); `values`: those of
    the text, as JSON, instants as ISO text in the programme's zone."""
    return Due(person_id, "notified", at, {"text": text_id, "routes": [*routes], "values": values})


def for_office(one: Due) -> Due:
    """News for whoever may answer then: it waits for nobody whose role was taken away before they heard it."""
    return replace(one, data={**one.data, "office": True})


def of(person_id: int, one: Due) -> Due:
    """News in which that person's words or name stand, so that they are found when they have their data deleted."""
    return replace(one, data={**one.data, "mentions": [person_id]})
