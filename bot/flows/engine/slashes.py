"""Commands with a slash, by their folded name. Those of officials do not exist for anybody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from bot.flows.engine import class_desk, desk, leaving, moving, officials, organisations, requests, talks, topics
from bot.flows.engine.scene import Scene
from bot.flows.understanding import fold

LONGEST = 40  # characters of a name
JOINED = re.compile(r"(\D{2,40}?)[-_]?(\d\S*)")


def slashed(scene: Scene, line: str) -> bool:
    """Does what the command says; False for a line that is none, or none for this person."""
    if not line.strip().startswith("/"):
        return False
    name, rest = _parts(line.strip()[1:])
    command = SLASHES.get(name)
    return command is not None and command(scene, rest)


def _parts(line: str) -> tuple[str, str]:
    """Name and the rest, as typed on a phone: with accents, in two words ("/hồ sơ 5"), with its number ("/lop3"), or with
    the bot's own name behind it, as Telegram writes it in groups."""
    first, _, rest = line.partition(" ")
    name = fold(first[:LONGEST].partition("@")[0])
    if name in SLASHES:
        return name, rest
    if (found := JOINED.fullmatch(first)) and fold(found[1][:LONGEST]) in SLASHES:
        return fold(found[1]), f"{found[2]} {rest}".strip()
    second, _, last = rest.strip().partition(" ")
    both = fold(f"{first}{second}"[:LONGEST])
    return (both, last) if both in SLASHES else (name, rest)


def _start(scene: Scene, rest: str) -> bool:
    topics.greet(scene)
    return True


def _bind(scene: Scene, rest: str) -> bool:
    if rest.strip():
        officials.bind(scene, rest)
    return bool(rest.strip())


def _continue(scene: Scene, rest: str) -> bool:
    moving.typed(scene, rest)
    return True


def _talk(name: str, scene: Scene, rest: str) -> bool:
    return talks.command(scene, name)


def _unit(scene: Scene, rest: str) -> bool:
    return leaving.look(scene, rest) if rest.strip() else organisations.vet(scene)


SLASHES: dict[str, Callable[[Scene, str], bool]] = {
    "start": _start,
    "tiep": _continue,
    "canbo": _bind,
    "thongbao": officials.announce,
    "yeucau": requests.command,
    "hopthu": partial(_talk, "hopthu"),
    "xong": partial(_talk, "xong"),
    "chuyen": partial(_talk, "chuyen"),
    "donvi": _unit,
    "lop": class_desk.command,
    "diemdanh": class_desk.attendance,
    "hoso": desk.command,
}
