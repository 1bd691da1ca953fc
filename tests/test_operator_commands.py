"""What an operator types: what it writes is for its owner alone, and what cannot be done is one sentence."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli import main


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A data folder that is not there yet, under a careless umask."""
    for name in [name for name in os.environ if name.startswith("NHIPCAU_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NHIPCAU_DATA_DIR", str(tmp_path / "deep" / "data"))
    before = os.umask(0o022)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    return [str(path) for path in (folder, *folder.rglob("*")) if stat.S_IMODE(path.stat().st_mode) & 0o077]


def test_nobody_else_can_read_what_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert main(["invite", "admin"]) == 0
    kept = tmp_path / "deep" / "data"
    assert (kept / "nhipcau.sqlite3").stat().st_size > 0
    (kept / "files").mkdir()
    (kept / "files" / "an-old-one").write_bytes(b"kept before")
    (kept / "files" / "an-old-one").chmod(0o644)
    assert main(["backup", str(tmp_path / "b.zip")]) == 0
    assert main(["export", "needs_survey", "--out", str(tmp_path / "out.csv")]) == 0
    monkeypatch.setenv("NHIPCAU_DATA_DIR", str(tmp_path / "restored"))
    assert main(["restore", str(tmp_path / "b.zip")]) == 0
    assert (tmp_path / "restored" / "files" / "an-old-one").read_bytes() == b"kept before"
    (kept / "files" / "an-old-one").unlink()
    for written in (kept, tmp_path / "b.zip", tmp_path / "out.csv", tmp_path / "restored"):
        assert open_to_others(written) == []


@pytest.mark.parametrize(
    ("command", "named"),
    [
        (["backup", "missing/b.zip"], "missing"),
        (["export", "needs_survey", "--out", "missing/out.csv"], "missing"),
        (["restore", "no-backup.zip"], "no-backup.zip"),
        (["backup", "b.zip"], "nhipcau.sqlite3"),
        (["export", "no_form", "--out", "out.csv"], "no_form"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: list[str],
    named: str,
):
    monkeypatch.chdir(tmp_path)
    assert main(command) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert named in said.err
    assert said.err.startswith("nhipcau: ")


def test_an_error_of_the_disk_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "a-file").write_text("")
    monkeypatch.setenv("NHIPCAU_DATA_DIR", str(tmp_path / "a-file" / "data"))
    assert main(["migrate"]) == 1
    assert capsys.readouterr().err.splitlines() == [f"nhipcau: {tmp_path}/a-file/data: Not a directory"]
