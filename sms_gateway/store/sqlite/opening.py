"""Opens the store on SQLite: one writing connection behind the group commit, some that read."""

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Self, TypeVar

from sms_gateway.ports import StoreDownError
from sms_gateway.sql.migrations import SchemaError, load_migrations
from sms_gateway.sqlite.connection import (
    ConnectionClosedError,
    SqliteConnection,
    open_reader,
    open_writer,
)
from sms_gateway.sqlite.driving import driven
from sms_gateway.sqlite.migrate import check_schema, migrate, schema_version
from sms_gateway.sqlite.place import Place
from sms_gateway.store.alone import Alone
from sms_gateway.store.asked import StoreReading
from sms_gateway.store.committing import Call, Outcome, commit
from sms_gateway.store.group import CommitGroup, GroupCommit
from sms_gateway.store.rows import ms
from sms_gateway.store.sqlite.driver import (
    SQL,
    SqliteDatabase,
    SqliteStatements,
    word_of,
)
from sms_gateway.store.sqlite.lock import data_lock
from sms_gateway.store.sqlite.process.link import writer_process
from sms_gateway.store.statements import Statements
from sms_gateway.store.store import GROUP_LIMIT, RunOf, SqlStore, never_lost

T = TypeVar("T")

MIGRATIONS = "sms_gateway.store.sqlite.migrations"


READERS = 2
"""Connections by which people read, as a page of texts is two questions; answering has its own."""


class SqliteAsk:
    """Implements `statements.Ask`.

    Args:
        readers: each answers one question at a time; a question goes to the one with fewest,
            counting what was given up and is still under way.
    """

    def __init__(self, readers: Sequence[SqliteConnection]) -> None:
        self._readers = readers

    @classmethod
    @asynccontextmanager
    async def begun(cls, path: Path, count: int = READERS) -> AsyncIterator[Self]:
        """So many connections to a database, which end with the caller.

        Raises:
            sqlite3.Error: there is none, or it cannot be read.
        """
        async with AsyncExitStack() as stack:
            readers = []
            for _ in range(count):
                reader = await open_reader(path)
                stack.push_async_callback(reader.close)
                readers.append(reader)
            yield cls(readers)

    async def look(self, what: Callable[[sqlite3.Connection], None]) -> None:
        """Have one of them looked at. Raises what that raises."""
        await self._readers[0].work(what)

    async def __call__(self, question: Callable[[Statements], Awaitable[T]]) -> T:
        """See `Ask.__call__`."""
        reader = min(self._readers, key=lambda one: one.busy)
        with _store_errors():
            return await reader.work(lambda db: driven(question(SqliteStatements(db))))


def in_thread(
    connection: SqliteConnection, check: Callable[[], None] = lambda: None
) -> CommitGroup:
    """Commit in the thread of a connection; see `SqliteDatabase` for `check`."""

    async def run(group: Sequence[Call]) -> Sequence[Outcome]:
        return await connection.work(lambda db: driven(commit(SqliteDatabase(db, check), group)))

    return run


@asynccontextmanager
async def open_sqlite(
    path: Path, run: RunOf, group_limit: int = GROUP_LIMIT, *, apart: bool = False
) -> AsyncIterator[SqlStore]:
    """Open the store for serving: lock it, migrate it, note the run.

    Args:
        path: of the database.
        run: who opens it.
        group_limit: most rows in one commit.
        apart: write in a process of its own; for a gateway that serves, as a command writes little.

    Raises:
        LockHeldError: another process serves it.
        SchemaError: the database needs other code.
        sqlite3.Error, OSError: it cannot be opened or written.
    """
    async with AsyncExitStack() as stack:
        lock = stack.enter_context(data_lock(path))
        if apart:
            link = await stack.enter_async_context(writer_process(path, run.id, [lock]))
            writer = await open_writer(path)
            try:
                await _prepare(writer, run)
            finally:
                await writer.close()
            write: CommitGroup = link.write
            lost = link.lost
        else:
            writer = await open_writer(path)
            stack.push_async_callback(writer.close)
            await _prepare(writer, run)
            place = await writer.work(lambda _db: Place(path))
            write, lost = in_thread(writer, place.check), never_lost
        # One: what is asked first is answered first, and so are texts.
        ask = await stack.enter_async_context(SqliteAsk.begun(path, 1))
        beside = await stack.enter_async_context(SqliteAsk.begun(path))
        store = SqlStore(GroupCommit(write, group_limit), ask, run, Alone(), lost, beside)
        stack.push_async_callback(store.close)
        yield store


async def _prepare(writer: SqliteConnection, run: RunOf) -> None:
    at = ms(run.now())
    await writer.work(lambda db: migrate(db, load_migrations(MIGRATIONS), at))
    values = {"run": run.id, "name": run.node, "at": at, "version": run.version}
    await writer.work(lambda db: db.execute(SQL["node_insert"], values).rowcount)


@asynccontextmanager
async def open_sqlite_reading(path: Path) -> AsyncIterator[StoreReading]:
    """Read a store that another process may be serving.

    Raises:
        SchemaError: it needs other code, or is still of an older version.
        sqlite3.Error: there is none, or it cannot be read.
    """
    async with SqliteAsk.begun(path) as ask:
        await ask.look(check_up_to_date)
        yield StoreReading(ask)


@contextmanager
def _store_errors() -> Iterator[None]:
    """What SQLite raises becomes StoreDownError; a row that cannot be read does not."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreDownError(word_of(error)) from error
    except ConnectionClosedError as error:
        message = "closed"
        raise StoreDownError(message) from error


def check_up_to_date(db: sqlite3.Connection) -> None:
    """See that what this code asks can be answered.

    Raises:
        SchemaError: the database needs other code, or is of an older version.
        sqlite3.OperationalError: it is empty.
    """
    migrations = load_migrations(MIGRATIONS)
    check_schema(db, migrations)
    version = schema_version(db)
    if version == 0:
        message = "no such table: the database is empty"
        raise sqlite3.OperationalError(message)
    if version < len(migrations):
        message = (
            "the database is of an older version: restart the gateway, or run sms-gateway init "
            "where none is running"
        )
        raise SchemaError(message)
