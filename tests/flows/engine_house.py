"""The engine alone, with a memory instead of a store: what effects ask is done and answered at once, and the session
goes through JSON at every turn."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from bot.content import Bundle, load, read_bundle
from bot.flows.engine import advance
from bot.flows.programme import Programme
from bot.flows.session import Draft, Session, from_json
from bot.flows.values import Choice, Effect, Event, Json, Message

CONTENT = Path(__file__).parents[2] / "content"
AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
ROUTES = {
    "menu", "status", "human", "optout", "optin", "language", "delete_data", "my_data", "continue", "feedback", "cancel",
    "back", "skip", "pause", "resume", "change", "submit", "consent", "answer", "again", "unknown", "organisation", "member",
}  # fmt: skip


@cache
def an_giang() -> Programme:
    return load(read_bundle(CONTENT, "an-giang"))


@cache
def with_form(name: str, form: str) -> Programme:
    """An Giang's programme with one more form."""
    bundle = read_bundle(CONTENT, "an-giang")
    return load(Bundle(bundle.programme, {**bundle.files, f"an-giang/forms/{name}.yaml": form}))


NUMBER, BY = "AG-YC-2026-00001", "2026-11-25T23:59:59+07:00"
KEPT: dict[str, Json] = {"cases": [], "classes": [], "closed": []}
NOTHING_HELD: dict[str, Json] = {
    name: [] for name in ["addresses", "organisations", "submissions", "cases", "attendees", "consents", "requests"]
}
COUNTS: dict[str, Json] = {"talks": 0, "files": 0, "letters": 1}
# What the store of somebody answers of whom it holds nothing but what they say.
OWN_DATA: dict[str, Callable[[Any], tuple[str, datetime, dict[str, Json]]]] = {
    "show_my_data": lambda data: (
        "my_data_shown", AT, NOTHING_HELD | {"page": data["page"], "profile": {}, "counts": COUNTS},
    ),
    "find_my_profile": lambda data: ("profile_found", AT, {"profile": {}, "sent": 1}),
    "correct_profile": lambda data: ("corrected", AT, {"number": NUMBER, "name": data["name"]}),
    "ask_correction": lambda data: ("wish_noted", AT, {"number": NUMBER, "kind": "correct", "until": BY}),
    "note_wish": lambda data: ("wish_noted", AT, {**KEPT, **data, "number": NUMBER, "open": False, "until": BY}),
    "export_my_data": lambda data: ("data_exported", AT, {"number": NUMBER, "url": "https://nhipcau.example/download/x", "days": 7}),
    "weigh_deletion": lambda data: ("deletion_weighed", AT, KEPT | {"sent": 0}),
    "delete_data": lambda data: ("data_deleted", AT, KEPT | {"number": NUMBER, "until": BY}),
    "make_move_code": lambda data: ("move_code", AT, {"code": "ABCDEFGH", "minutes": 10}),
    "take_over": lambda data: ("not_taken_over", AT, {"reason": "unknown"}),
}  # fmt: skip


@dataclass
class Person:
    """Somebody talking with the engine. `kept`: the answers the store has, by run; `sent`: those handed in; `known` and
    `named`: what the store says when asked what it knows, or which organisation is meant."""

    programme: Programme = field(default_factory=an_giang)
    session: Session = field(default_factory=Session)
    kept: dict[int, dict[str, Json]] = field(default_factory=dict)
    sent: list[dict[str, Any]] = field(default_factory=list)
    audience: int = 2
    known: dict[str, Json] = field(default_factory=dict)
    named: dict[str, Json] = field(default_factory=dict)
    done: list[Effect] = field(default_factory=list)
    messages: tuple[Message, ...] = ()
    route: str = ""

    @property
    def draft(self) -> Draft:
        """The form they are in the middle of."""
        assert self.session.draft
        return self.session.draft

    def say(self, line: str) -> str:
        """One typed line → all that was said back."""
        return self.hear(Event("said", AT, {"text": line}))

    def tap(self, value: str) -> str:
        return self.hear(Event("tapped", AT, {"value": value}))

    def press(self, label: str) -> str:
        """Taps the button shown in this turn with that label."""
        return self.tap(next(choice.value for choice in self.choices() if choice.label == label))

    def hear(self, event: Event) -> str:
        """One turn with the answers of its effects."""
        events, routes = [event], []
        messages: list[Message] = []
        while events:
            turn = advance(self.session, events.pop(0), self.programme)
            stored = json.loads(json.dumps(turn.session.to_json()))
            self.session = from_json(stored)
            assert self.session == turn.session
            messages += turn.messages
            routes.append(turn.route)
            events += [answer for effect in turn.effects if (answer := self._do(effect))]
        self.messages = tuple(messages)
        self.route = next(filter(None, routes), "answer")
        return self.text()

    def text(self) -> str:
        return "\n\n".join(message.text.plain for message in self.messages)

    def choices(self) -> list[Choice]:
        return [choice for message in self.messages for choice in message.choices]

    def copy(self) -> Person:
        """The same person, to try something with."""
        return replace(self, kept=deepcopy(self.kept), sent=list(self.sent), done=list(self.done))

    def _do(self, effect: Effect) -> Event | None:  # noqa: C901  a table of what the store does
        self.done.append(effect)
        data: Any = effect.data
        match effect.name:
            case "keep_answers":
                self.kept[data["run"]] = json.loads(json.dumps(data["answers"]))
            case "drop_submission":
                self.kept.pop(data["run"], None)
            case "load_draft":
                return Event("draft_loaded", AT, {"run": data["run"], "answers": self.kept.get(data["run"], {})})
            case "submit_form":
                self.sent.append(data)
                return Event("form_submitted", AT, {"number": len(self.sent)})
            case "offer_upload":
                return Event("upload_offered", AT, {"url": "https://nhipcau.example/upload/x", "minutes": 30})
            case "bind_official":
                return Event("official_unknown", AT)
            case "count_audience":
                return Event("audience_counted", AT, {"count": self.audience})
            case "step_out":
                return Event("stepped_out", AT, {"ended": False, "greets": data["greets"]})
            case "find_cases":
                return Event("cases_found", AT, {"cases": [], "more": False, "then": "show"})
            case "find_case":
                return Event("case_missing", AT)
            case "announce":
                return Event("announced", AT, {"count": self.audience})
            case name if name in OWN_DATA:
                return Event(*OWN_DATA[name](data))
        return self._known(effect)

    def _known(self, effect: Effect) -> Event | None:
        """What the store knows of people and organisations."""
        data: Any = effect.data
        match effect.name:
            case "find_known":
                known: dict[str, Json] = {"organisations": [], "organisation": 0, "name": "", "answers": {}}
                return Event("known_found", AT, {"run": data["run"], **known, **self.known})
            case "name_organisation":
                return Event("organisation_named", AT, {**data, "answers": {}, "standing": "new", **self.named})
            case "list_own":
                return Event("own_listed", AT, {"organisations": self.known.get("organisations", []), "asked": 0})
            case "weigh_leaving" | "leave_organisation":
                return Event("leaving_weighed", AT, {"organisations": [], "one": None})
            case "find_waiting":
                return Event("waiting_found", AT, {"by": data["by"], "passed": [], "count": 0, "one": None})
        return None
