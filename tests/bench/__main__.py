"""`make bench`: each figure in processes of its own, in turn, three rounds; minimum, median and maximum, and the ratios
that the design promises. A table in the terminal, the same as JSON with --json FILE."""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Figure:
    """One thing measured: `python -m tests.bench.<module> <arguments>` prints a JSON object with `name` in it."""

    name: str
    module: str
    unit: str
    arguments: tuple[str, ...] = ()
    key: str = "value"


@dataclass(frozen=True)
class Goal:
    """What is promised of two figures (or of one, without `below`): their ratio in each round."""

    what: str
    above: str
    below: str = ""
    least: float | None = None
    most: float | None = None


FIGURES = (
    Figure("survey turns, typed, end to end", "turns", "turns/s", ("typed",)),
    Figure("survey turns, tapped, end to end", "turns", "turns/s", ("tapped",)),
    Figure("aiogram echo", "turns", "turns/s", ("aiogram",)),
    Figure("python-telegram-bot echo", "turns", "turns/s", ("ptb",)),
    Figure("core alone", "core", "turns/s"),
    Figure("a turn among 1,000 persons", "persons", "µs", ("1000",)),
    Figure("a turn among 1,000,000 persons", "persons", "µs", ("1000000",)),
    Figure("first page without a token", "start", "s", ("plain",), "first_page"),
    Figure("memory without a token", "start", "MB", ("plain",), "memory"),
    Figure("first page with Telegram", "start", "s", ("telegram",), "first_page"),
    Figure("memory with Telegram after 10,000 turns", "start", "MB", ("telegram",), "memory"),
)
GOALS = (
    Goal("typed ÷ aiogram echo", "survey turns, typed, end to end", "aiogram echo", least=2.0),
    Goal("tapped ÷ aiogram echo", "survey turns, tapped, end to end", "aiogram echo"),
    Goal("typed ÷ python-telegram-bot echo", "survey turns, typed, end to end", "python-telegram-bot echo", least=8.0),
    Goal("core alone", "core alone", least=20_000),
    Goal("1,000,000 ÷ 1,000 persons", "a turn among 1,000,000 persons", "a turn among 1,000 persons", most=1.3),
    Goal("first page without a token", "first page without a token", most=2.0),
    Goal("memory without a token", "memory without a token", most=150),
    Goal("first page with Telegram", "first page with Telegram", most=2.0),
    Goal("memory with Telegram", "memory with Telegram after 10,000 turns", most=320),
)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="figures whose name holds these words")
    parser.add_argument("--json", type=Path, help="where to write the figures as JSON")
    chosen = parser.parse_args(arguments)
    figures = [figure for figure in FIGURES if chosen.only in figure.name]
    if not figures:
        parser.error(f"no figure is called so; there are: {', '.join(figure.name for figure in FIGURES)}")
    measured = measure(figures, chosen.rounds)
    goals = [
        judged(goal, measured) for goal in GOALS if goal.above in measured and (goal.below or goal.above) in measured
    ]
    show(figures, measured, goals)
    if chosen.json:
        chosen.json.write_text(json.dumps({"figures": measured, "goals": goals}, ensure_ascii=False, indent=2))
    return 0


def measure(figures: Sequence[Figure], rounds: int) -> dict[str, list[float]]:
    """Every figure once a round, so that a noisy minute hits all alike; figures of one process are taken together."""
    found: dict[str, list[float]] = {figure.name: [] for figure in figures}
    for number in range(rounds):
        answers: dict[tuple[str, ...], dict[str, float]] = {}
        for figure in figures:
            call = (figure.module, *figure.arguments)
            if call not in answers:
                print(f"round {number + 1}: {' '.join(call)} …", file=sys.stderr, flush=True)
                answers[call] = _run(call)
            found[figure.name].append(answers[call][figure.key])
    return found


def _run(call: tuple[str, ...]) -> dict[str, float]:
    module, *arguments = call
    command = [sys.executable, "-m", f"tests.bench.{module}", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(call)} failed:\n{done.stderr[-3000:]}")
    answer: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def judged(goal: Goal, measured: dict[str, list[float]]) -> dict[str, object]:
    above = measured[goal.above]
    below = measured[goal.below] if goal.below else [1.0] * len(above)
    ratios = [one / other for one, other in zip(above, below, strict=True)]
    middle = statistics.median(ratios)
    wanted = [f"≥ {goal.least:g}"] if goal.least is not None else []
    wanted += [f"≤ {goal.most:g}"] if goal.most is not None else []
    met = (goal.least is None or middle >= goal.least) and (goal.most is None or middle <= goal.most)
    return {
        "what": goal.what, "min": min(ratios), "median": middle, "max": max(ratios),
        "wanted": " ".join(wanted), "met": met,
    }  # fmt: skip


def show(figures: Sequence[Figure], measured: dict[str, list[float]], goals: Sequence[dict[str, object]]) -> None:
    width = max(len(figure.name) for figure in figures)
    print(f"{'':{width}}  {'min':>10}  {'median':>10}  {'max':>10}")
    for figure in figures:
        values = measured[figure.name]
        middle = statistics.median(values)
        print(f"{figure.name:{width}}  {min(values):>10,.1f}  {middle:>10,.1f}  {max(values):>10,.1f}  {figure.unit}")
    print()
    for goal in goals:
        sign = "" if not goal["wanted"] else "reached" if goal["met"] else "NOT reached"
        print(
            f"{goal['what']:{width}}  {goal['min']:>10,.2f}  {goal['median']:>10,.2f}  {goal['max']:>10,.2f}  {goal['wanted']} {sign}"
        )


if __name__ == "__main__":
    raise SystemExit(main())
