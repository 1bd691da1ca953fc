"""Seconds from the start of the process on an empty folder to its first page, and resident memory: `plain` without a
token, `telegram` with one and after 10,000 turns. `cpu`: what the process worked until its first page, in seconds."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from tests.bench.processes import Failed, after, bot, crowd, end_cleanly, first_page, place

TURNS = 10_000
SETTLED = 3.0  # seconds after the first page


def plain(folder: Path) -> dict[str, float]:
    with bot(folder) as (running, url):
        page, cpu = first_page(running, url), running.worked()
        time.sleep(SETTLED)
        memory = running.memory()
    with bot(folder) as (running, url):
        again = first_page(running, url)
    return {"first_page": page, "memory": memory, "cpu": cpu, "first_page_of_a_restart": again}


def telegram(folder: Path) -> dict[str, float]:
    with crowd(folder, "typed") as api, bot(folder, api) as (running, url):
        page, cpu = first_page(running, url), running.worked()
        after(api, running, TURNS)
        return {"first_page": page, "memory": running.memory(), "cpu": cpu}


def main(which: str) -> int:
    end_cleanly()
    with place() as folder:
        try:
            figures = plain(folder) if which == "plain" else telegram(folder)
        except Failed as error:
            print(error, file=sys.stderr)
            return 1
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
