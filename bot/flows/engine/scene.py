"""One turn while it is being made: what the person's session becomes, what is said and what the store shall do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.flows.answers import display
from bot.flows.programme import Form, Programme, words
from bot.flows.session import Draft, Paused, Session, Waiting
from bot.flows.values import Choice, Effect, Event, Json, Message, Text, Turn

PASSING = ("offers", "move", "delete_data", "watch")  # these give way to whatever else is said, and are not put again
NOTICES = 8  # messages that nobody asked for whose choices can still be typed


class Shown(Mapping[str, str]):
    """Answers as words, made only when a text asks for one (piping)."""

    def __init__(self, form: Form, answers: Mapping[str, Json], programme: Programme, language: str) -> None:
        self.form, self.answers, self.programme, self.language = form, answers, programme, language

    def __getitem__(self, name: str) -> str:
        shown = display(self.form.question(name), self.answers[name], self.programme, self.language)
        other = self.answers.get(f"{name}.other")
        return f"{shown}: {other}" if other else shown

    def __iter__(self) -> Iterator[str]:
        return iter(question.id for question in self.form.questions)

    def __len__(self) -> int:
        return len(self.form.questions)


class Scene:
    """Lives for one turn only; everything it holds is frozen but these fields themselves."""

    def __init__(self, session: Session, event: Event, programme: Programme) -> None:
        self.session = session.next_turn()
        self.event = event
        self.programme = programme
        self.messages: list[Message] = []
        self.effects: list[Effect] = []
        self.route = ""
        self.asks = False  # whether something was asked of the person in this turn, be it once more
        self.unasked: list[Message] = []

    @property
    def now(self) -> datetime:
        return self.event.at

    @property
    def language(self) -> str:
        return self.session.language

    @property
    def amid(self) -> bool:
        """Whether something of ours waits for an answer: a form, a talk with an official, or a place other than a mere
        offer."""
        session, waiting = self.session, self.session.waiting
        open_ = session.draft is not None or session.talk is not None
        return open_ or (waiting is not None and waiting.kind not in PASSING)

    def turn(self) -> Turn:
        messages = [_unnumbered(message) for message in self.messages] if self.amid else self._offering()
        self._remember_beside()
        return Turn(self.session, tuple(messages), tuple(self.effects), self.route)

    def _offering(self) -> list[Message]:
        """Where nothing else waits, digits mean the routes offered last; those of earlier bubbles are typed in words."""
        last = next((n for n in reversed(range(len(self.messages))) if _routes(self.messages[n])), None)
        if last is not None:
            self.wait("offers", routes=_routes(self.messages[last]))
        return [message if n == last else _unnumbered(message) for n, message in enumerate(self.messages)]

    def _remember_beside(self) -> None:
        """Buttons of routes that are no offer, or are not called what their route is called, can be typed until the next line."""
        shown = [choice for message in self.messages if message not in self.unasked for choice in message.choices]
        beside = {
            choice.label: choice.value for choice in shown if choice.value[:3] == "go." and self._is_beside(choice)
        }
        kept = {} if self.event.name in ("said", "tapped", "started") else self.session.beside
        if beside or kept != self.session.beside:
            self.session = replace(self.session, beside={**kept, **beside})

    def _is_beside(self, choice: Choice) -> bool:
        return self.amid or choice.label != self.called(choice.value[3:])

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
        """The next line answers this. Asking the very same again keeps the buttons that stand there already."""
        self.asks, before = True, self.session.waiting
        if before is None or (before.kind, before.data) != (kind, data):
            self.session = replace(self.session, waiting=Waiting(kind, self.session.turns, data), failures=0)

    def settle(self) -> None:
        """Nothing waits any more but the draft's own question, if there is a draft."""
        if self.session.waiting:
            self.session = replace(self.session, waiting=None, failures=0)

    def write(self, draft: Draft | None) -> None:
        self.session = self.session.with_draft(draft)

    def count_failure(self) -> int:
        self.session = replace(self.session, failures=self.session.failures + 1)
        return self.session.failures

    def forget_failures(self) -> None:
        if self.session.failures:
            self.session = replace(self.session, failures=0)

    @property
    def draft(self) -> Draft:
        assert self.session.draft is not None
        return self.session.draft

    @property
    def form(self) -> Form:
        """The form in progress, as pinned."""
        draft = self.draft
        return self.programme.at(draft.release).forms[draft.form]

    @property
    def pinned(self) -> Programme:
        return self.programme.at(self.draft.release)

    def shown(self) -> Shown:
        return Shown(self.form, self.draft.answers, self.pinned, self.language)

    def form_text(self, text_id: str) -> Text:
        """A text of the pinned form, with the answers given so far (not those left open) and the facts of today."""
        given = {name: value for name, value in self.draft.answers.items() if value is not None}
        values = {"answers": Shown(self.form, given, self.pinned, self.language), "facts": self.programme.facts}
        return self.pinned.render(f"forms.{self.draft.form}.{text_id}", self.language, values)

    def title(self, one: Draft | Paused) -> str:
        """What a form in progress is called, in the release it began with."""
        return words(self.programme.at(one.release).forms[one.form].title, self.language)

    def notice(self, text_id: str, /, routes: Sequence[str] = (), **values: object) -> None:
        """A message that the person did not ask for. It takes no waiting place: its routes ("case:12") are buttons, or
        typed as its letter and number."""
        number = self.session.noticed + 1
        if routes:
            kept = dict(list(self.session.notices.items())[1 - NOTICES :]) | {str(number): [*routes]}
            self.session = replace(self.session, noticed=number, notices=kept)
        choices = []
        for letter, route in zip("ABCDEFGH", routes, strict=False):
            name = route.partition(":")[0]
            choices.append(Choice(f"go.{route}", f"{letter}{number}. {self.called(name)}", control=True))
        self.unasked.append(Message(self.text(text_id, **values), tuple(choices)))
        self.show(self.unasked[-1])

    # -- choices -------------------------------------------------------------------------------------------------

    def go(self, route: str, label: str = "", page: int = 0) -> Choice:
        """A button that goes to a route of the programme."""
        value = f"go.{route}:{page}" if page else f"go.{route}"
        return Choice(value, label or self.called(route))

    def called(self, route: str) -> str:
        return words(self.programme.routes.get(route, {}), self.language) or route

    def ok(self, what: str, label: str, /, **values: object) -> Choice:
        """A button that answers what waits, with one of our labels."""
        return self.pick(what, self.label(label, **values))

    def pick(self, what: str, label: str) -> Choice:
        """A button that answers what waits: it carries the turn that asked first."""
        waiting = self.session.waiting
        return Choice(f"ok.{waiting.turn if waiting else self.session.turns}.{what}", label)


def _routes(message: Message) -> list[Json]:
    """The routes that a digit can mean."""
    return [choice.value[3:] for choice in message.choices if choice.value.startswith("go.") and not choice.control]


def _unnumbered(message: Message) -> Message:
    """The message with its routes to be tapped or said in words, so that a digit can never mean them."""
    if not _routes(message):
        return message
    choices = (replace(choice, control=choice.control or choice.value[:3] == "go.") for choice in message.choices)
    return replace(message, choices=tuple(choices))
