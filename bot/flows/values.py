"""What enters the core and what leaves it: frozen values that know of no channel, no store and no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypeAlias, Union

if TYPE_CHECKING:
    from bot.flows.session import Session

Json: TypeAlias = Union[bool, int, float, str, list["Json"], dict[str, "Json"], None]  # noqa: UP007  it names itself
Style = Literal["bold", "italic", "code"]


@dataclass(frozen=True, slots=True)
class Span:
    """A style over part of a text; start and length count Unicode code points."""

    start: int
    length: int
    style: Style


@dataclass(frozen=True, slots=True)
class Link:
    """A link over part of a text; `href` is http(s), tel or mailto and nothing else."""

    start: int
    length: int
    href: str


@dataclass(frozen=True, slots=True)
class Text:
    """Plain text with its styles beside it, so that each channel escapes for its own wire."""

    plain: str
    spans: tuple[Span, ...] = ()
    links: tuple[Link, ...] = ()


def join(parts: Iterable[Text], between: str = "\n") -> Text:
    """The texts one after the other with their styles moved along; empty ones leave no gap."""
    plain, spans, links = "", [], []
    for part in parts:
        if not part.plain:
            continue
        plain += between if plain else ""
        spans += [replace(span, start=span.start + len(plain)) for span in part.spans]
        links += [replace(link, start=link.start + len(plain)) for link in part.links]
        plain += part.plain
    return Text(plain, tuple(spans), tuple(links))


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: `value` is what a tap sends back and names the question it belongs to.

    `<run>.<question>.<option>` answers a question of a form (`3.sector.rice`; `3.certificates.=iso_9001,haccp`
    sets several at once; `3.sector.!skip` `!back` `!pause` `!done` are its controls), `ok.<turn>.<what>` answers
    what was asked in that turn (`ok.41.yes`), `go.<route>` goes somewhere (`go.topic.barcode`, `go.topic.barcode:2`
    for its second page). At most 64 bytes. A `control` (back, skip …) is never numbered where choices are typed, so
    that no digit can mean it.
    """

    value: str
    label: str
    control: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One bubble.

    `many`: several of the choices may be picked before sending (their values end in an option; a channel that can
    collect them sends one tap `<run>.<question>.=a,b`). `wants` names a control a channel may offer beside typing, and
    `hand` is what a button says that hands that over.
    """

    text: Text
    choices: tuple[Choice, ...] = ()
    many: bool = False
    wants: Literal["", "file", "location", "phone"] = ""
    hand: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, at an aware UTC instant.

    From people: said {text} · tapped {value} · started {payload} · located {lat, lon} · shared {phone} ·
    file_sent {name, source} · file_ready {file, name, mime, size, digest} · file_refused {name, reason} · unreadable {kind}.
    The rest are answers of effects and due events, each named where it is made (bot/effects).
    """

    name: str
    at: datetime
    data: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Effect:
    """Something the store shall do inside the turn's transaction; see EFFECTS in bot/effects."""

    name: str
    data: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Turn:
    """The whole answer to one event. `route` is what the line was understood as (DESIGN 6), not what comes next."""

    session: Session
    messages: tuple[Message, ...] = ()
    effects: tuple[Effect, ...] = ()
    route: str = ""
