"""Broken content: at start a list of problems and exit status 1; while running the old release goes on."""

import asyncio
import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot import app
from bot.app.serving import watch
from bot.settings import Settings

CONTENT = Path(__file__).resolve().parents[1] / "content"


@pytest.fixture
def content(tmp_path):
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def broken(content):
    survey = content / "an-giang" / "forms" / "needs_survey.yaml"
    survey.write_text(survey.read_text("utf-8").replace("type: number", "type: nummer", 1), "utf-8")
    return survey


def command(content, tmp_path, *arguments):
    environment = {**os.environ, "NHIPCAU_CONTENT_DIR": str(content), "NHIPCAU_DATA_DIR": str(tmp_path / "data")}
    full = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(full, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("arguments", [("run",), ("check",), ("talk",)])
def test_at_start_every_problem_is_listed(content, tmp_path, arguments):
    line = broken(content).read_text("utf-8").split("type: nummer")[0].count("\n") + 1
    done = command(content, tmp_path, *arguments)
    assert done.returncode == 1
    told = done.stdout + done.stderr
    assert f"an-giang/forms/needs_survey.yaml:{line}: " in told
    assert "nummer" in told
    assert "Traceback" not in told


def test_an_unknown_programme_is_named(tmp_path):
    environment = {**os.environ, "NHIPCAU_PROGRAMME": "ca-mau", "NHIPCAU_DATA_DIR": str(tmp_path)}
    full = [sys.executable, "-m", "bot", "check"]
    done = subprocess.run(full, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "ca-mau" in done.stdout + done.stderr


async def test_while_running_the_old_release_goes_on(content, tmp_path, caplog):
    caplog.set_level(logging.INFO)
    house = await app.build(Settings(content_dir=content, data_dir=tmp_path / "data"))
    watching = asyncio.create_task(watch(house, every=0.05))
    try:
        first = house.releases.current.release
        survey = content / "an-giang" / "forms" / "needs_survey.yaml"
        good = survey.read_text("utf-8")
        broken(content)
        await until(lambda: "nummer" in caplog.text)
        assert house.releases.current.release == first
        survey.write_text(good.replace("minutes: 5", "minutes: 6"), "utf-8")
        await until(lambda: house.releases.current.release != first)
        assert house.releases.current.forms["needs_survey"].minutes == 6
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await house.storage.close()


async def until(holds):
    for _ in range(400):
        if holds():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not happen within 20 seconds")
