"""Turns a second of the core alone: `advance` with rendering, typed answers, one process, no store; by the seconds of CPU it takes."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path

from bot.content import load, read_bundle
from bot.flows.engine import advance
from bot.flows.programme import Programme
from bot.flows.session import Session
from bot.flows.values import Event
from tests.bench.script import TYPED

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SECONDS = 5.0


def walk(programme: Programme) -> int:
    session = Session()
    for line in TYPED:
        session = advance(session, Event("said", NOW, {"text": line}), programme).session
    assert session.draft is None, "the script must come to its end"
    return len(TYPED)


def main() -> None:
    programme = load(read_bundle(ROOT / "content", "an-giang"))
    for _ in range(50):
        walk(programme)
    begun, turns = time.process_time(), 0
    while (spent := time.process_time() - begun) < SECONDS:
        turns += walk(programme)
    print(json.dumps({"value": turns / spent}))


if __name__ == "__main__":
    main()
