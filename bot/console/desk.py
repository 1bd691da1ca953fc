"""What every page of the console stands on: what app hands over, and one request of a signed-in official."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from starlette.requests import Request

from bot.console import languages
from bot.flows.programme import Programme
from bot.office.submissions import Programmes
from storage import Storage
from storage.officials import Official


@dataclass(frozen=True, slots=True)
class Console:
    """`release` gives the content of an earlier release by its hash; `public_url` is "" where none was set."""

    storage: Storage
    programme: Callable[[], Programme]
    release: Programmes
    secret: bytes
    now: Callable[[], datetime]
    data_dir: Path
    database_url: str
    public_url: str = ""
    exporting: asyncio.Lock = field(default_factory=asyncio.Lock)  # one at a time: the machine is small

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https://")

    def say(self, language: str, text_id: str, /, **values: object) -> str:
        """A text of the console in plain words."""
        return self.programme().render(f"console.{text_id}", language, values).plain


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of an official who may make it; `form` holds the fields of a POST, whose CSRF token was right."""

    console: Console
    request: Request
    official: Official
    csrf: str
    form: Mapping[str, str] = field(default_factory=dict)

    @property
    def language(self) -> str:
        return languages.spoken(self.console.programme(), self.request)

    @property
    def url(self) -> str:
        """Where people reach us, without a slash at its end."""
        return self.console.public_url or str(self.request.base_url).rstrip("/")

    def number(self, name: str) -> int | None:
        """A positive number of the path or the query; None for anything else."""
        given = str(self.request.path_params.get(name) or self.request.query_params.get(name) or "")
        return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None
