"""Turns a second, end to end over HTTP, against the load generator in a process of its own: `typed` and `tapped` by our
bot (durable, flood limit at its default), `aiogram` and `ptb` by echo bots that store nothing.

A turn is one update, answered by all its bubbles; of an echo bot, by one message. Any wrong or missing answer fails.
`cpu_us`: what the bot's process worked for a turn, in microseconds, which a busy machine changes least.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.processes import Failed, Started, after, bot, crowd, end_cleanly, place, report, started

WARM = 2_000
TURNS = 20_000
LEAST, MOST = 10.0, 60.0  # seconds
SILENT = 9.0  # seconds after which an answer does not come any more
ECHOES = {"aiogram": "tests.bench.echo_aiogram", "ptb": "tests.bench.echo_ptb"}


@contextmanager
def answering(who: str, folder: Path, url: str) -> Iterator[Started]:
    if who in ECHOES:
        with started(folder, ECHOES[who], url) as running:
            yield running
    else:
        with bot(folder, url) as (running, _):
            yield running


def measured(url: str, running: Started, turns: int, least: float, most: float) -> dict[str, float]:
    """So many turns and at least so many seconds, but no more than the most: a slow bot need not be waited for."""
    judge(after(url, running, WARM), running)
    report(url, reset=True)
    begun = running.worked()
    figures = after(url, running, turns, least, most)
    judge(figures, running)
    return figures | {"cpu_us": (running.worked() - begun) / figures["turns"] * 1e6}


def judge(figures: dict[str, float], running: Started) -> None:
    """Failed, if anybody was answered wrongly, or not at all: they would only wait, and nothing else would show it."""
    if figures["wrong"] or figures["lost"] or figures["refused"]:
        found = ", ".join(f"{figures[name]:.0f} {name}" for name in ("wrong", "lost", "refused"))
        raise Failed(f"{found}:\n{running.tail()}")
    if not figures["turns"] or figures["longest_ms"] > SILENT * 1000:
        raise Failed(f"somebody has waited {figures['longest_ms'] / 1000:.0f} s for an answer:\n{running.tail()}")


def shown(figures: dict[str, float]) -> dict[str, float]:
    kept = [
        "cpu_us",
        "p95_ms",
        "median_ms",
        "turns",
        "seconds",
        "requests",
        "wrong",
        "lost",
        "refused",
        "extra",
        "waiting",
    ]
    return {"value": figures["turns_per_second"]} | {name: figures[name] for name in kept}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("who", choices=("typed", "tapped", *ECHOES))
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--most", type=float, default=MOST, help="seconds")
    parser.add_argument("--open", default="200", help="how many users are in the middle of a walk at once")
    chosen = parser.parse_args()
    walk = "echo" if chosen.who in ECHOES else chosen.who
    end_cleanly()
    with place() as folder:
        try:
            with crowd(folder, walk, "--open", chosen.open) as url, answering(chosen.who, folder, url) as running:
                figures = measured(url, running, chosen.turns, LEAST, chosen.most)
        except Failed as error:
            print(error, file=sys.stderr)
            return 1
    print(json.dumps(shown(figures)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
