"""Broken content: at the start a list of problems and no server; while running the old release goes on, the operator is
told, and what is mended is taken up."""

import asyncio
import logging
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.app.house import House, build
from bot.app.serving import watch
from bot.settings import Settings
from tests.simulators.process import ROOT, environment, free_port

FORM = "an-giang/forms/needs_survey.yaml"
PROBLEM = re.compile(r"^(common|an-giang)/\S+:\d+: \S.*$")


def _first(old: str, new: str) -> Callable[[Path], None]:
    """A change of the survey's file, at the first place."""

    def change(content: Path) -> None:
        text = (content / FORM).read_text("utf-8")
        assert old in text
        (content / FORM).write_text(text.replace(old, new, 1), "utf-8")

    return change


def _latin(content: Path) -> None:
    path = content / FORM
    path.write_bytes(path.read_text("utf-8").encode("utf-16"))


BREAKS: dict[str, Callable[[Path], None]] = {
    "not YAML": _first("questions:", "questions: [\n"),
    "an unknown key": _first("    type: choice\n", "    type: choice\n    tpye: choice\n"),
    "an unknown type": _first("type: number", "type: numbr"),
    "a condition that is no program": _first("when: \"'no_need' in needs\"", 'when: "__import__(1)"'),
    "a broken placeholder": _first("{{ answers.", "{{ % answers."),
    "not UTF-8": _latin,
    "no programme": lambda content: (content / "an-giang/programme.yaml").unlink(),
}


@pytest.fixture
def content(tmp_path) -> Path:
    return Path(shutil.copytree(ROOT / "content", tmp_path / "content"))


def command(content: Path, data_dir: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    env = environment(data_dir, CONTENT_DIR=str(content), PORT=str(free_port()), **settings)
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=data_dir.parent, env=env, capture_output=True, text=True, input="", timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("broken", BREAKS)
def test_broken_content_at_start_is_a_list_of_problems(content, tmp_path, broken):
    BREAKS[broken](content)
    done = command(content, tmp_path / "data", "run")
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert lines
    assert all(PROBLEM.match(line) for line in lines), lines
    assert str(tmp_path) not in done.stderr


@pytest.mark.parametrize("arguments", [("check",), ("talk", "--json"), ("talk",)])
def test_every_command_names_the_very_line(content, tmp_path, arguments):
    BREAKS["an unknown type"](content)
    line = (content / FORM).read_text("utf-8").split("type: numbr")[0].count("\n") + 1
    done = command(content, tmp_path / "data", *arguments)
    told = done.stdout + done.stderr
    assert done.returncode == 1
    assert re.search(rf"^{re.escape(FORM)}:{line}: .*numbr", told, re.MULTILINE), told
    assert "Traceback" not in told
    assert arguments[0] == "check" or not done.stdout


def test_an_unknown_programme_is_named(content, tmp_path):
    done = command(content, tmp_path / "data", "check", PROGRAMME="ca-mau")
    assert done.returncode == 1
    assert "ca-mau" in done.stdout + done.stderr


# -- while running


@pytest.fixture
async def house(content, tmp_path, monkeypatch) -> AsyncIterator[House]:
    for name in [name for name in os.environ if name.startswith("NHIPCAU_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    built = await build(Settings(content_dir=content, data_dir=tmp_path / "data"))
    watching = asyncio.create_task(watch(built, every=0.02))
    await asyncio.sleep(0.1)
    yield built
    assert not watching.done(), "it watches on, whatever it saw"
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    await built.storage.close()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.02)


def problems(caplog) -> list[str]:
    return [
        line
        for record in caplog.records
        if record.levelno >= logging.ERROR
        for line in record.getMessage().splitlines()
    ]


async def test_broken_content_while_running_changes_nothing_and_the_operator_is_told(house, content, caplog):
    caplog.set_level(logging.INFO)
    before = house.releases.current
    whole = (content / FORM).read_text("utf-8")
    for broken in ("not YAML", "an unknown type", "not UTF-8"):
        caplog.clear()
        BREAKS[broken](content)
        await until(lambda: bool(problems(caplog)))
        first, *rest = problems(caplog)
        assert "the old release goes on" in first
        assert rest
        assert all(PROBLEM.match(line) and FORM in line for line in rest), rest
        assert house.releases.current is before
        (content / FORM).write_text(whole, "utf-8")

    _first("minutes: 5", "minutes: 6")(content)
    await until(lambda: house.releases.current.release != before.release)
    assert house.releases.current.forms["needs_survey"].minutes == 6
    async with house.storage.read() as store:
        assert await store.releases.newest() == house.releases.current.release


async def test_a_changed_fact_applies_at_once_and_is_no_new_release(house, content):
    before = house.releases.current
    path = content / "an-giang/programme.yaml"
    text = path.read_text("utf-8")
    found = re.search(r"phone:.*?value: \"\"", text, re.DOTALL)
    assert found
    path.write_text(text.replace(found[0], found[0][:-2] + '"0296 000 000"', 1), "utf-8")
    await until(lambda: house.releases.current is not before)
    assert house.releases.current.release == before.release
    assert house.releases.current.facts["phone"] == "0296 000 000"


async def test_a_full_disk_while_content_changes_is_tried_again(house, content, monkeypatch):
    from storage import Full
    from storage.releases import Releases as Kept

    before, real, tries = house.releases.current, Kept.keep, []

    async def full_twice(self, release) -> None:
        tries.append(1)
        if len(tries) <= 2:
            raise Full
        await real(self, release)

    monkeypatch.setattr(Kept, "keep", full_twice)
    _first("minutes: 5", "minutes: 6")(content)
    await until(lambda: house.releases.current.release != before.release)
    assert len(tries) == 3
