"""Backup and restore: whole or not at all, of one moment, and nothing a strange archive can do."""

import asyncio
import sqlite3
import stat
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage import Storage, migrate
from storage.backup import DATABASE, BackupError, backup, restore

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder as a running bot has it."""
    folder = tmp_path / "data"
    (folder / "files" / "ab").mkdir(parents=True)
    (folder / "files" / "ab" / "abcd").write_bytes(b"%PDF-1.7")
    (folder / "files" / "ab" / "abcd").chmod(0o644)
    (folder / "secret.key").write_bytes(b"k" * 32)
    (folder / "secret.key").chmod(0o600)
    migrate(f"sqlite:///{folder}/nhipcau.sqlite")
    return folder


def url(folder: Path) -> str:
    return f"sqlite:///{folder}/nhipcau.sqlite"


def values(folder: Path) -> dict[str, str]:
    with closing(sqlite3.connect(folder / "nhipcau.sqlite")) as connection:
        return dict(connection.execute("SELECT key, value FROM meta"))


async def test_there_and_back_while_the_bot_runs(data: Path, tmp_path: Path):
    storage = await Storage.open(url(data))
    async with storage.write() as store:
        await store.meta.put("programme", "an-giang")
    async with storage.write() as store:
        await store.meta.put("half", "not committed")
        await asyncio.to_thread(backup, url(data), data, tmp_path / "b.zip")
    await storage.close()
    target = tmp_path / "elsewhere"
    restore(tmp_path / "b.zip", url(target), target)
    assert values(target) == {"programme": "an-giang"}
    assert (target / "files" / "ab" / "abcd").read_bytes() == b"%PDF-1.7"
    assert (target / "secret.key").read_bytes() == b"k" * 32
    assert stat.S_IMODE((target / "secret.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((target / "files" / "ab" / "abcd").stat().st_mode) == 0o600
    assert stat.S_IMODE(target.stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "b.zip").stat().st_mode) == 0o600
    assert sorted(path.name for path in target.iterdir()) == ["files", "nhipcau.sqlite", "secret.key"]
    again = await Storage.open(url(target))
    await again.check(NOW)
    await again.close()


def test_a_backup_within_the_data_folder_does_not_hold_itself(data: Path):
    backup(url(data), data, data / "b.zip")
    backup(url(data), data, data / "b.zip")
    with zipfile.ZipFile(data / "b.zip") as archive:
        assert sorted(archive.namelist()) == ["data/files/ab/abcd", "data/secret.key", DATABASE]
    assert [path.name for path in data.glob(".*")] == [], "nothing unfinished stays"


def test_nothing_is_left_where_there_is_nothing_to_back_up(tmp_path: Path):
    with pytest.raises(BackupError):
        backup(url(tmp_path), tmp_path, tmp_path / "b.zip")
    assert list(tmp_path.iterdir()) == []


def test_a_full_folder_is_refused_and_with_force_kept_aside(data: Path, tmp_path: Path):
    backup(url(data), data, tmp_path / "b.zip")
    (data / "secret.key").write_bytes(b"newer")
    with pytest.raises(BackupError, match="not empty"):
        restore(tmp_path / "b.zip", url(data), data)
    assert (data / "secret.key").read_bytes() == b"newer"
    restore(tmp_path / "b.zip", url(data), data, force=True)
    restore(tmp_path / "b.zip", url(data), data, force=True)
    assert (data / "secret.key").read_bytes() == b"k" * 32
    aside = sorted(path.read_bytes() for path in data.glob("before-restore-*/secret.key"))
    assert aside == [b"k" * 32, b"newer"]
    assert {path.name for path in data.iterdir() if "restore" not in path.name} == {
        "files", "nhipcau.sqlite", "secret.key",
    }  # fmt: skip


def archive_with(path: Path, database: bytes, **entries: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(DATABASE, database)
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "name", ["../evil", "data/../../evil", "/etc/evil", "data\\..\\evil", "evil", "C:/evil", "data/c:evil"]
)
def test_names_that_lead_elsewhere_are_refused(data: Path, tmp_path: Path, name: str):
    strange = archive_with(tmp_path / "b.zip", (data / "nhipcau.sqlite").read_bytes(), **{name: b"evil"})
    target = tmp_path / "deep" / "target"
    with pytest.raises(BackupError, match="not a backup"):
        restore(strange, url(target), target)
    assert list(target.iterdir()) == []
    assert not list(tmp_path.rglob("evil"))


def test_a_symbolic_link_is_refused(data: Path, tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr(DATABASE, (data / "nhipcau.sqlite").read_bytes())
        link = zipfile.ZipInfo("data/link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc")
    with pytest.raises(BackupError, match="not a backup"):
        restore(tmp_path / "b.zip", url(tmp_path / "target"), tmp_path / "target")


@pytest.mark.parametrize("damage", ["truncated", "flipped", "text", "database"])
def test_a_damaged_backup_touches_nothing(data: Path, tmp_path: Path, damage: str):
    backup(url(data), data, tmp_path / "b.zip")
    content = bytearray((tmp_path / "b.zip").read_bytes())
    if damage == "truncated":
        del content[len(content) // 2 :]
    elif damage == "flipped":
        content[len(content) // 3] ^= 0xFF
    elif damage == "text":
        content[:] = b"no archive"
    else:
        archive_with(tmp_path / "b.zip", b"no database" * 500)
        content[:] = (tmp_path / "b.zip").read_bytes()
    (tmp_path / "b.zip").write_bytes(content)
    before = values(data)
    with pytest.raises(BackupError):
        restore(tmp_path / "b.zip", url(data), data, force=True)
    assert values(data) == before
    assert (data / "secret.key").is_file()
    assert [path.name for path in data.iterdir() if "restore" in path.name] == []


def test_postgresql_is_told_to_use_its_own_tool(tmp_path: Path):
    with pytest.raises(BackupError, match="pg_dump"):
        backup("postgresql://localhost/nhipcau", tmp_path, tmp_path / "b.zip")
