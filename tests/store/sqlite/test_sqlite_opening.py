"""Opening and reading a store's files: one server, many readers, and one clear error each."""

import asyncio
import contextlib
import gc
import sqlite3
import threading
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import pytest

from sms_gateway.domain.ids import RunId
from sms_gateway.log_question import MessageFilter
from sms_gateway.ports import StoreDownError
from sms_gateway.sql.migrations import SchemaError, load_migrations
from sms_gateway.sqlite.connection import SqliteConnection, open_reader, open_writer
from sms_gateway.sqlite.migrate import migrate
from sms_gateway.sqlite.place import MOVED
from sms_gateway.store.sqlite.lock import LockHeldError
from sms_gateway.store.sqlite.opening import (
    MIGRATIONS,
    READERS,
    SqliteAsk,
    open_sqlite,
    open_sqlite_reading,
)
from sms_gateway.store.statements import Statements
from sms_gateway.store.store import RunOf
from tests.contracts.store_desk import Desk, VirtualClock, maker_of
from tests.store.sqlite.conftest import Line

FIRST = load_migrations(MIGRATIONS)[:1]


def run_of(name: str) -> RunOf:
    return RunOf(RunId(name), "node", "0.1.0", VirtualClock().now)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def pragma(connection: SqliteConnection, name: str) -> object:
    value: object = await connection.work(lambda db: db.execute(f"PRAGMA {name}").fetchone()[0])
    return value


async def test_the_writer_syncs_every_commit_and_readers_change_nothing(tmp_path: Path) -> None:
    full, never = 2, 0
    async with AsyncExitStack() as stack:
        writer = await open_writer(tmp_path / "a.db")
        stack.push_async_callback(writer.close)
        assert await pragma(writer, "journal_mode") == "wal"
        assert await pragma(writer, "synchronous") == full
        reader = await open_reader(tmp_path / "a.db")
        stack.push_async_callback(reader.close)
        assert await pragma(reader, "wal_autocheckpoint") == never
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            await reader.work(lambda db: db.execute("CREATE TABLE x (y)").fetchall())


async def test_a_store_of_an_older_version_is_not_read_but_one_line_says_what_to_do(
    tmp_path: Path,
) -> None:
    path = tmp_path / "gateway.db"
    writer = await open_writer(path)
    await writer.work(lambda db: migrate(db, FIRST, 1))
    await writer.close()
    with pytest.raises(SchemaError, match="older version: restart the gateway"):
        async with open_sqlite_reading(path):
            raise AssertionError
    async with open_sqlite(path, run_of("one")):
        pass
    async with open_sqlite_reading(path) as reading:
        assert await reading.messages(MessageFilter()) == []


async def test_what_was_given_up_is_not_begun_and_closing_does_not_wait_for_it(
    line: Line,
) -> None:
    """A look-up that hangs, and those behind it that ran out of time."""
    begun: list[int] = []

    def look_up(number: int, _db: sqlite3.Connection) -> None:
        begun.append(number)

    async with line.held():
        behind = [asyncio.create_task(line.writer.work(partial(look_up, n))) for n in range(10)]
        await asyncio.sleep(0)
        for call in behind[:9]:
            call.cancel()
        await asyncio.wait(behind[:9])
    await behind[9]
    assert begun == [9]


async def test_a_question_does_not_wait_behind_one_that_was_given_up(tmp_path: Path) -> None:
    """What runs in a thread goes on there: the other readers are free."""
    begun, done = threading.Event(), threading.Event()

    async def hangs(_db: Statements) -> None:
        begun.set()
        done.wait()

    async def answered(_db: Statements) -> int:
        return 1

    path = tmp_path / "a.db"
    await (await open_writer(path)).close()
    async with SqliteAsk.begun(path) as ask:
        try:
            given_up = [asyncio.create_task(ask(hangs)) for _ in range(READERS - 1)]
            await asyncio.to_thread(begun.wait)
            for call in given_up:
                call.cancel()
            await asyncio.wait(given_up)
            assert await asyncio.wait_for(ask(answered), 5) == 1
        finally:
            done.set()


async def test_a_connection_whose_thread_cannot_be_started_says_just_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = threading.Thread.start
    refused: list[threading.Thread] = []

    def once(thread: threading.Thread) -> None:
        if refused:
            start(thread)
        else:
            refused.append(thread)
            message = "can't start new thread"
            raise RuntimeError(message)

    monkeypatch.setattr(threading.Thread, "start", once)
    with pytest.raises(RuntimeError, match="can't start new thread"):
        await open_writer(tmp_path / "a.db")


async def test_a_second_server_is_refused_until_the_first_has_left(tmp_path: Path) -> None:
    path = tmp_path / "gateway.db"
    async with open_sqlite(path, run_of("one")):
        with pytest.raises(LockHeldError):
            async with open_sqlite(path, run_of("two")):
                raise AssertionError
    async with open_sqlite(path, run_of("three")):
        pass
    with sqlite3.connect(path) as db:
        found = db.execute("SELECT run, name, version FROM node ORDER BY run").fetchall()
    db.close()
    assert found == [("one", "node", "0.1.0"), ("three", "node", "0.1.0")]


async def test_a_file_that_is_no_database_is_refused_and_left_unlocked(tmp_path: Path) -> None:
    path = tmp_path / "gateway.db"
    path.write_bytes(b"a letter, not a database" * 100)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        async with open_sqlite(path, run_of("one")):
            raise AssertionError
    assert path.read_bytes().startswith(b"a letter")
    path.unlink()
    async with open_sqlite(path, run_of("two")):
        pass


@pytest.mark.parametrize("opening", [open_writer, open_reader])
async def test_a_file_that_cannot_be_used_is_not_left_open(
    tmp_path: Path, opening: Callable[[Path], Awaitable[SqliteConnection]]
) -> None:
    path = tmp_path / "gateway.db"
    path.write_bytes(b"a letter, not a database" * 100)
    gc.disable()
    try:
        with pytest.raises(sqlite3.DatabaseError, match="not a database") as told:
            await opening(path)
        assert path not in await asyncio.to_thread(files_open)
    finally:
        gc.enable()
    assert told.value.__traceback__ is not None  # it keeps the frames, and what they hold


def files_open() -> set[Path]:
    """What this process has open."""
    found = set()
    for link in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            found.add(link.readlink())
    return found


async def test_a_folder_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in ("nowhere", "file"):
        with pytest.raises(OSError, match=folder):
            async with open_sqlite(tmp_path / folder / "gateway.db", run_of("one")):
                raise AssertionError


async def test_a_store_is_read_while_another_process_serves_it(tmp_path: Path) -> None:
    async with Desk(maker_of("sqlite"), tmp_path) as desk:
        mo = await desk.receive()
        async with open_sqlite_reading(tmp_path / "gateway.db") as reading:
            (row,) = await reading.messages(MessageFilter())
            assert row.id == mo.id
            later = await desk.receive()
            assert (await reading.messages(MessageFilter()))[0].id == later.id


async def test_a_store_is_read_while_nobody_serves_it(tmp_path: Path) -> None:
    async with Desk(maker_of("sqlite"), tmp_path) as desk:
        mo = await desk.receive()
    async with open_sqlite_reading(tmp_path / "gateway.db") as reading:
        assert [row.id for row in await reading.messages(MessageFilter())] == [mo.id]


async def test_reading_where_no_store_is_makes_none(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        async with open_sqlite_reading(tmp_path / "gateway.db"):
            raise AssertionError
    assert files(tmp_path) == []


async def test_reading_an_empty_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "gateway.db").touch()
    with pytest.raises(sqlite3.OperationalError, match="the database is empty"):
        async with open_sqlite_reading(tmp_path / "gateway.db"):
            raise AssertionError


async def test_reading_a_schema_that_needs_newer_code_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gateway.db"
    async with open_sqlite(path, run_of("one")):
        pass
    with sqlite3.connect(path) as db:
        db.execute("INSERT INTO schema_meta VALUES (99, 'later', 'x', 99, 1)")
    db.close()
    with pytest.raises(SchemaError, match="install the newer version"):
        async with open_sqlite_reading(path):
            raise AssertionError
    with pytest.raises(SchemaError, match="install the newer version"):
        async with open_sqlite(path, run_of("two")):
            raise AssertionError


async def test_a_reader_that_is_gone_is_a_store_that_is_down(tmp_path: Path) -> None:
    async with Desk(maker_of("sqlite"), tmp_path) as desk:
        reading, store = desk.reading, desk.store
    for question in (reading.counts(), store.figures()):
        with pytest.raises(StoreDownError):
            await question


def older(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        migrate(db, FIRST, 1)


async def test_a_store_that_is_still_of_an_older_version_is_told_to_those_who_read(
    tmp_path: Path,
) -> None:
    """As beside a service that was not restarted after the upgrade."""
    path = tmp_path / "gateway.db"
    await asyncio.to_thread(older, path)
    with pytest.raises(SchemaError, match="older version: restart the gateway"):
        async with open_sqlite_reading(path):
            raise AssertionError
    async with open_sqlite(path, run_of("new")), open_sqlite_reading(path) as reading:
        assert await reading.messages(MessageFilter()) == []


@pytest.mark.parametrize("away", ["moved", "deleted", "replaced"])
async def test_a_store_whose_file_lies_no_longer_where_it_was_opened_takes_nothing(
    tmp_path: Path, away: str
) -> None:
    """Whoever has it open could write on, and all of that would be gone at the end."""
    path, kept = tmp_path / "gateway.db", tmp_path / "kept.db"
    async with open_sqlite(path, run_of("one")) as store:
        await store.probe()
        path.rename(kept)
        if away == "replaced":
            path.write_bytes(kept.read_bytes())
        if away == "deleted":
            kept.unlink()
        with pytest.raises(StoreDownError, match=MOVED):
            await store.probe()
        if away == "moved":
            kept.rename(path)
            await store.probe()
