"""Commands with a slash, by their folded name. Those of officials do not exist for anybody else."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from bot.flows.engine import class_desk, desk, leaving, moving, officials, organisations, requests, talks, topics
from bot.flows.engine.scene import Scene
from bot.flows.understanding import fold

LONGEST = 40  # characters of a name


def slashed(scene: Scene, line: str) -> bool:
    """Does what the command says; False for a line that is none, or none for this person."""
    name, _, rest = line.strip().partition(" ")
    command = SLASHES.get(fold(name[:LONGEST])) if name.startswith("/") else None
    return command is not None and command(scene, rest)


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
