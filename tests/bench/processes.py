"""The processes of a measurement: each in a session of its own, its log kept until the end, ended by its own number."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path

from tests.simulators.process import environment, free_port
from tests.simulators.telegram_load import TOKEN

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0  # seconds for a start, or without a single new turn
LOOK = 0.25


class Failed(Exception):
    """With the tail of the log that says why."""


class Started:
    """A running process and its log."""

    def __init__(self, module: str, arguments: tuple[str, ...], env: dict[str, str], folder: Path) -> None:
        self.log = folder / f"{module}.log"
        self.begun = time.perf_counter()
        with self.log.open("wb") as log:
            command = [sys.executable, "-m", module, *arguments]
            self.process = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=log)

    def tail(self) -> str:
        return self.log.read_text(errors="replace")[-3000:]

    def alive(self) -> None:
        if self.process.poll() is not None:
            raise Failed(f"it ended with status {self.process.returncode}:\n{self.tail()}")

    def memory(self) -> float:
        """Resident, in MB (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024

    def worked(self) -> float:
        """Seconds of CPU, of all its threads (Linux)."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


@contextmanager
def started(folder: Path, module: str, *arguments: str, **settings: str) -> Iterator[Started]:
    """`python -m module`; with settings of the house, and without any of this machine."""
    data = folder / "data"
    data.mkdir(exist_ok=True)
    running = Started(module, arguments, environment(data, **settings), folder)
    try:
        yield running
    finally:
        running.end()


@contextmanager
def crowd(folder: Path, walk: str, *arguments: str) -> Iterator[str]:
    """The load generator; its address."""
    with started(folder, "tests.bench.crowd", walk, *arguments) as running:
        end = time.perf_counter() + PATIENCE
        while "http://" not in running.tail():
            running.alive()
            if time.perf_counter() > end:
                raise Failed(f"the load generator does not begin:\n{running.tail()}")
            time.sleep(0.05)
        yield running.tail().strip().splitlines()[-1]


@contextmanager
def bot(folder: Path, api: str = "", **settings: str) -> Iterator[tuple[Started, str]]:
    """Ours, and the address of its pages."""
    port = str(free_port())
    telegram = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API": api, "TELEGRAM_RATE": "0"} if api else {}
    with started(folder, "bot", "run", PORT=port, LOG_LEVEL="WARNING", **telegram, **settings) as running:
        yield running, f"http://127.0.0.1:{port}/"


@contextmanager
def place() -> Iterator[Path]:
    """A throw-away folder on disk: a file system in memory would make a commit cheaper than it is."""
    with tempfile.TemporaryDirectory(prefix="nhipcau-bench-", dir=os.environ.get("BENCH_DIR")) as folder:
        yield Path(folder)


def end_cleanly() -> None:
    """A SIGTERM ends what was started, too."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))


def report(url: str, *, reset: bool = False) -> dict[str, float]:
    request = urllib.request.Request(f"{url}/load/reset" if reset else f"{url}/load", method="POST" if reset else "GET")
    with urllib.request.urlopen(request, timeout=10) as answer:
        figures: dict[str, float] = json.load(answer)
        return figures


def after(url: str, running: Started, turns: int, least: float = 0.0, most: float = inf) -> dict[str, float]:
    """The figures once there are so many turns and at least so many seconds have passed, or the most."""
    last, since = 0.0, time.perf_counter()
    while True:
        figures = report(url)
        if (figures["turns"] >= turns and figures["seconds"] >= least) or figures["seconds"] >= most:
            return figures
        running.alive()
        if figures["turns"] > last:
            last, since = figures["turns"], time.perf_counter()
        if time.perf_counter() - since > PATIENCE:
            raise Failed(f"no turn any more: {figures}\n{running.tail()}")
        time.sleep(LOOK)


def first_page(running: Started, url: str) -> float:
    """Seconds from the start of the process until the page is there."""
    while time.perf_counter() - running.begun < PATIENCE:
        with (
            contextlib.suppress(urllib.error.URLError, ConnectionError),
            urllib.request.urlopen(url, timeout=10) as page,
        ):
            page.read()
            return time.perf_counter() - running.begun
        running.alive()
        time.sleep(0.01)
    raise Failed(f"no page:\n{running.tail()}")
