"""One file that holds a deployment: the database as of one moment, the files, the secret key. For SQLite; PostgreSQL has
pg_dump. Files are copied after the database: their bytes were on disk before the row that names them.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path, PurePosixPath

from storage.errors import StorageError
from storage.store import driver_url

DATABASE, DATA = "database.sqlite", "data"
PRIVATE = 0o600


class BackupError(StorageError):
    """The backup could not be made, or is not one, or would overwrite something."""


def backup(url: str, data_dir: Path, out: Path) -> None:
    """Writes the archive, while the bot runs; `out` appears whole or not at all."""
    database = _file(url)
    if not database.is_file():
        raise BackupError(f"there is no database at {database}")
    with _appearing(out) as unfinished, zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".backup-") as folder:
            copy = Path(folder) / DATABASE
            _copy_database(database, copy)
            archive.write(copy, DATABASE)
        for path in _data(data_dir, {database, out, unfinished}):
            archive.write(path, f"{DATA}/{path.relative_to(data_dir).as_posix()}")


def restore(file: Path, url: str, data_dir: Path, *, force: bool = False) -> None:
    """Puts a backup in place, with the bot stopped. What is there already is refused, or with `force` kept aside in
    `before-restore-…` within the data folder."""
    database = _file(url)
    there = [path for path in (*_children(data_dir), *_database_files(database)) if path.exists()]
    if there and not force:
        raise BackupError(f"{data_dir} is not empty")
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    database.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data_dir, prefix=".restore-") as folder:
        _unpack(file, Path(folder))
        _put_aside(there, data_dir)
        (Path(folder) / DATABASE).replace(database)
        for path in _children(Path(folder) / DATA):
            path.replace(data_dir / path.name)
    _sync_folder(data_dir)
    _sync_folder(database.parent)


def _file(url: str) -> Path:
    parsed = driver_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database is None:
        raise BackupError("PostgreSQL is backed up with pg_dump, first, and then a copy of the data folder beside it")
    return Path(parsed.database).absolute()


def _database_files(database: Path) -> list[Path]:
    return [database, *(database.with_name(database.name + ending) for ending in ("-wal", "-shm", "-journal"))]


def _children(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _data(data_dir: Path, leave_out: set[Path]) -> Iterator[Path]:
    """The regular files of the data folder, without databases, what is being written, and what a restore put aside."""
    out = {path.absolute() for left in leave_out for path in _database_files(left)}
    for path in sorted(data_dir.rglob("*")):
        hidden = any(part.startswith((".", "before-restore-")) for part in path.relative_to(data_dir).parts)
        if path.is_file() and not path.is_symlink() and not hidden and path.absolute() not in out:
            yield path


def _copy_database(source: Path, target: Path) -> None:
    """SQLite's own online copy: one consistent state, whoever is writing meanwhile."""
    reading = sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)
    with closing(reading), closing(sqlite3.connect(target)) as writing:
        reading.backup(writing, pages=4096, sleep=0.01)
        writing.execute("PRAGMA journal_mode=DELETE")  # a file on its own, without a log beside it


@contextmanager
def _appearing(out: Path) -> Iterator[Path]:
    """A file beside `out`, for its owner alone, that takes its place once it is written and on disk."""
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=".backup-")  # mode 0600
    os.close(handle)
    unfinished = Path(name)
    try:
        yield unfinished
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.replace(out)
        _sync_folder(out.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def _unpack(file: Path, folder: Path) -> None:
    """Unpacks an archive after checking all of it: names, sums, and the database."""
    try:
        with zipfile.ZipFile(file) as archive:
            _check(archive)
            for entry in archive.infolist():
                _unpack_one(archive, entry, folder / entry.filename)
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        raise BackupError(f"{file} cannot be read as a backup: {error}") from error
    _check_database(folder / DATABASE)


def _check(archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    strange = [entry.filename for entry in archive.infolist() if not _is_ours(entry)]
    if strange or len(set(names)) != len(names) or DATABASE not in names:
        raise BackupError(f"not a backup of ours: {strange[:3] or names[:3]}")
    if broken := archive.testzip():
        raise BackupError(f"the backup is damaged at {broken}")


def _is_ours(entry: zipfile.ZipInfo) -> bool:
    """A regular file that stays within the folder it is unpacked to."""
    path = PurePosixPath(entry.filename)
    inside = (
        not path.is_absolute() and ".." not in path.parts and "\\" not in entry.filename and ":" not in entry.filename
    )
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return inside and kind in {0, stat.S_IFREG} and (entry.filename == DATABASE or path.parts[:1] == (DATA,))


def _unpack_one(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    mode = (entry.external_attr >> 16) & 0o700 or PRIVATE  # its owner's rights only, whatever the archive says
    with archive.open(entry) as packed, target.open("xb") as unpacked:
        os.fchmod(unpacked.fileno(), mode)
        shutil.copyfileobj(packed, unpacked)
        unpacked.flush()
        os.fsync(unpacked.fileno())


def _check_database(database: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
            result = connection.execute("PRAGMA integrity_check").fetchone()[0]
            connection.execute("SELECT value FROM meta").fetchall()
    except sqlite3.Error as error:
        raise BackupError(f"the database in the backup cannot be read: {error}") from error
    if result != "ok":
        raise BackupError(f"the database in the backup is damaged: {result}")


def _put_aside(paths: list[Path], data_dir: Path) -> None:
    if not paths:
        return
    aside = Path(tempfile.mkdtemp(dir=data_dir, prefix="before-restore-"))
    for path in paths:
        if path.exists() and not path.name.startswith("before-restore-"):
            path.replace(aside / path.name)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
