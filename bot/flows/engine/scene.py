"""One turn while it is being made: what the person's session becomes, what is said and what the store shall do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from bot.flows.answers import display
from bot.flows.programme import Form, Programme, words
from bot.flows.session import Draft, Session, Waiting
from bot.flows.values import Choice, Effect, Event, Json, Message, Text, Turn


class Shown(Mapping[str, str]):
    """Answers as words, made only when a text asks for one (piping)."""

    def __init__(self, form: Form, answers: Mapping[str, Json], programme: Programme, language: str) -> None:
        self.form, self.answers, self.programme, self.language = form, answers, programme, language

    def __getitem__(self, name: str) -> str:
        shown = display(self.form.question(name), self.answers.get(name), self.programme, self.language)
        other = self.answers.get(f"{name}.other")
        return f"{shown}: {other}" if other else shown

    def __iter__(self) -> Iterator[str]:
        return iter(question.id for question in self.form.questions)

    def __len__(self) -> int:
        return len(self.form.questions)


class Scene:
    """Lives for one turn only; everything it holds is frozen but these fields themselves."""

    def __init__(self, session: Session, event: Event, programme: Programme) -> None:
        self.session = replace(session, turns=session.turns + 1)
        self.event = event
        self.programme = programme
        self.messages: list[Message] = []
        self.effects: list[Effect] = []
        self.route = ""

    @property
    def now(self) -> datetime:
        return self.event.at

    @property
    def language(self) -> str:
        return self.session.language

    def turn(self) -> Turn:
        return Turn(self.session, tuple(self.messages), tuple(self.effects), self.route)

    def text(self, text_id: str, /, **values: object) -> Text:
        return self.programme.render(text_id, self.language, values)

    def label(self, name: str, /, **values: object) -> str:
        return self.text(f"label.{name}", **values).plain

    def say(self, text_id: str, /, choices: Iterable[Choice] = (), **values: object) -> None:
        self.show(Message(self.text(text_id, **values), tuple(choices)))

    def show(self, message: Message) -> None:
        self.messages.append(message)

    def do(self, name: str, /, **data: Json) -> None:
        self.effects.append(Effect(name, data))

    def understood(self, route: str) -> None:
        """What the person's line was taken as; the first reading stands."""
        self.route = self.route or route

    # -- the session ---------------------------------------------------------------------------------------------

    def wait(self, kind: str, /, **data: Json) -> None:
        self.session = replace(self.session, waiting=Waiting(kind, self.session.turns, data))

    def settle(self) -> None:
        """Nothing waits any more but the draft's own question, if there is a draft."""
        self.session = replace(self.session, waiting=None)

    def write(self, draft: Draft | None) -> None:
        self.session = replace(self.session, draft=draft)

    def count_failure(self) -> int:
        self.session = replace(self.session, failures=self.session.failures + 1)
        return self.session.failures

    def forget_failures(self) -> None:
        self.session = replace(self.session, failures=0)

    @property
    def draft(self) -> Draft:
        assert self.session.draft is not None
        return self.session.draft

    @property
    def form(self) -> Form:
        """The form in progress, as pinned."""
        return self.pinned.forms[self.draft.form]

    @property
    def pinned(self) -> Programme:
        return self.programme.at(self.draft.release)

    def shown(self) -> Shown:
        return Shown(self.form, self.draft.answers, self.pinned, self.language)

    def form_text(self, text_id: str) -> Text:
        """A text of the pinned form, with the answers given so far and the facts of today."""
        values = {"answers": self.shown(), "facts": self.programme.facts}
        return self.pinned.render(f"forms.{self.draft.form}.{text_id}", self.language, values)

    def title(self, form: str) -> str:
        return words(self.programme.forms[form].title, self.language) if form in self.programme.forms else form

    # -- choices -------------------------------------------------------------------------------------------------

    def go(self, route: str, label: str = "", page: int = 0) -> Choice:
        """A button that goes to a route of the programme."""
        value = f"go.{route}:{page}" if page else f"go.{route}"
        return Choice(value, label or self.called(route))

    def called(self, route: str) -> str:
        return words(self.programme.routes.get(route, {}), self.language) or route

    def ok(self, what: str, label: str, /, **values: object) -> Choice:
        """A button that answers what this turn asks."""
        return Choice(f"ok.{self.session.turns}.{what}", self.label(label, **values))
