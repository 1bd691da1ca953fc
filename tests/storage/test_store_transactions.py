"""The unit of work: all or nothing, one writer at a time, readers beside it, and errors that say what they are."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.channel import Address
from storage import Full, Locked, Storage, StorageError, WrongProgramme
from storage.store import READERS, driver_url
from tests.simulators.other_process import held

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)


# SQLite takes no more pages than it has; PostgreSQL says what it says when the disk takes no more, at the first long value.
FULL_DISK = {
    "sqlite": ["PRAGMA max_page_count = 1"],
    "postgresql": [
        """CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$""",
        """CREATE TRIGGER full_disk BEFORE INSERT ON meta FOR EACH ROW WHEN (length(NEW.value) > 1000)
        EXECUTE FUNCTION full_disk()""",
    ],
}
FREE_DISK = {"sqlite": "PRAGMA max_page_count = 100000", "postgresql": "DROP FUNCTION full_disk CASCADE"}


async def value(storage: Storage, key: str) -> str | None:
    async with storage.read() as store:
        return await store.meta.get(key)


async def test_what_is_written_stands_after_the_block(storage: Storage):
    async with storage.write() as store:
        await store.meta.put("key", "một")
        assert await value(storage, "key") is None, "not before it is committed"
    assert await value(storage, "key") == "một"


async def test_any_error_undoes_the_whole_block(storage: Storage):
    async def write() -> None:
        async with storage.write() as store:
            await store.meta.put("key", "một")
            raise LookupError

    with pytest.raises(LookupError):
        await write()
    assert await value(storage, "key") is None


async def test_a_broken_statement_undoes_what_came_before_it(storage: Storage):
    async def write() -> None:
        async with storage.write() as store:
            await store.meta.put("key", "một")
            await store.sessions.keep({404: {"nobody": True}})  # foreign keys are on

    with pytest.raises(IntegrityError):
        await write()
    assert await value(storage, "key") is None


async def test_a_cancelled_writer_leaves_nothing_and_lets_the_next_one_in(storage: Storage):
    inside = asyncio.Event()

    async def write() -> None:
        async with storage.write() as store:
            await store.meta.put("key", "một")
            inside.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(write())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(5), storage.write() as store:
        assert await store.meta.get("key") is None


async def test_two_writers_take_turns(storage: Storage):
    async def count_up() -> None:
        async with storage.write() as store:
            before = int(await store.meta.get("count") or 0)
            await asyncio.sleep(0)
            await store.meta.put("count", str(before + 1))

    await asyncio.gather(*(count_up() for _ in range(20)))
    assert await value(storage, "count") == "20"


async def test_two_processes_writing_take_turns(url: str):
    one, other = await Storage.open(url, busy_seconds=5), await Storage.open(url, busy_seconds=5)
    place = Address("web", "", "a")
    async with one.write() as store:
        person = (await store.people.resolve([place], NOW))[place].id

    async def count_up(storage: Storage) -> None:
        for _ in range(10):
            async with storage.write() as store:
                states = await store.sessions.load([person])
                await asyncio.sleep(0)
                await store.sessions.keep({person: {"count": states.get(person, {"count": 0})["count"] + 1}})

    await asyncio.gather(count_up(one), count_up(other))
    async with one.read() as store:
        assert await store.sessions.load([person]) == {person: {"count": 20}}
    await one.close()
    await other.close()


async def test_a_reader_sees_one_moment_and_does_not_wait(storage: Storage):
    async with storage.write() as store:
        await store.meta.put("key", "cũ")
    async with storage.read() as reading:
        assert await reading.meta.get("key") == "cũ"
        async with storage.write() as writing:
            await writing.meta.put("key", "mới")
        assert await reading.meta.get("key") == "cũ"
    assert await value(storage, "key") == "mới"


async def test_a_reader_cannot_write(storage: Storage):
    with pytest.raises(StorageError):
        async with storage.read() as store:
            await store.meta.put("key", "một")
    assert await value(storage, "key") is None


async def test_a_database_held_by_another_process_is_locked_and_later_free(storage: Storage, url: str):
    async with held(url):
        with pytest.raises(Locked):
            await storage.check(NOW)
        assert await value(storage, "checked") is None, "reading goes on"
    await storage.check(NOW)
    assert await value(storage, "checked") == NOW.isoformat()


async def test_a_full_disk_stores_nothing_and_says_so(storage: Storage, database: str):
    async def write() -> None:
        async with storage.write() as store:
            await store.meta.put("key", "mất")
            await store.meta.put("long", "x" * 1_000_000)

    async with storage.write() as store:
        await store.meta.put("key", "giữ")
        for statement in FULL_DISK[database]:
            await store.connection.execute(text(statement))
    with pytest.raises(Full):
        await write()
    assert await value(storage, "key") == "giữ"
    assert await value(storage, "long") is None
    async with storage.write() as store:
        await store.connection.execute(text(FREE_DISK[database]))
        await store.meta.put("long", "x" * 1_000_000)


async def test_what_is_no_database_is_refused_when_opened(tmp_path: Path):
    (tmp_path / "letter.txt").write_bytes(b"no database " * 1000)
    with pytest.raises(StorageError):
        await Storage.open(f"sqlite:///{tmp_path}/letter.txt")


async def test_a_faulty_statement_is_not_taken_for_a_faulty_database(storage: Storage):
    with pytest.raises(DBAPIError):
        async with storage.write() as store:
            await store.connection.execute(text("SELECT nothing FROM nowhere"))


async def test_a_database_belongs_to_one_programme(storage: Storage):
    await storage.claim_programme("an-giang")
    await storage.claim_programme("an-giang")
    with pytest.raises(WrongProgramme, match="an-giang"):
        await storage.claim_programme("ha-noi")


@pytest.mark.durable
async def test_acknowledged_means_on_disk(sqlite_url: str):
    storage = await Storage.open(sqlite_url)
    async with storage.write() as store:
        assert (await store.connection.execute(text("PRAGMA journal_mode"))).scalar_one() == "wal"
        assert (await store.connection.execute(text("PRAGMA synchronous"))).scalar_one() == 2  # FULL
        assert (await store.connection.execute(text("PRAGMA foreign_keys"))).scalar_one() == 1
    await storage.close()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
async def test_a_database_in_memory_is_refused(url: str):
    with pytest.raises(StorageError, match="memory"):
        await Storage.open(url)


@pytest.mark.parametrize("url", ["mysql://someone:geheim@localhost/nhipcau", "postgres//geheim", "geheim"])
async def test_what_is_no_database_of_ours_is_refused_without_its_password(url: str):
    with pytest.raises(StorageError, match="postgresql://") as told:
        await Storage.open(url)
    assert "geheim" not in str(told.value)


@pytest.mark.parametrize(
    ("url", "query"),
    [("postgresql://h/d?sslmode=require", {"ssl": "require"}), ("postgresql://h/d?host=/run", {"host": "/run"})],
)
def test_the_address_of_a_postgresql_is_written_as_its_tools_write_it(url: str, query: dict[str, str]):
    assert (driver_url(url).drivername, dict(driver_url(url).query)) == ("postgresql+asyncpg", query)


async def test_more_readers_than_connections_wait_and_are_told(storage: Storage):
    async with AsyncExitStack() as held:
        for _ in range(READERS):
            await held.enter_async_context(storage.read())
        with pytest.raises(Locked):
            await value(storage, "key")
    assert await value(storage, "key") is None
