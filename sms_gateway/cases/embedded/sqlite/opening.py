"""The tables in a SQLite file: one connection that writes, one that reads."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TypeVar

from sms_gateway.cases.embedded.sqlite.reader import Reader, ReaderClosedError
from sms_gateway.cases.embedded.sqlite.statements import SqliteStatements, prepare
from sms_gateway.cases.embedded.sqlite.trouble import TROUBLE, trouble_of
from sms_gateway.cases.embedded.tables import Act, Standing, Writer
from sms_gateway.cases.embedded.trouble import trouble
from sms_gateway.ports import Clock
from sms_gateway.sql.migrations import load_migrations
from sms_gateway.sqlite.connection import SqliteConnection, open_reader, open_writer
from sms_gateway.sqlite.driving import driven
from sms_gateway.sqlite.migrate import check_schema, migrate, schema_version

T = TypeVar("T")

_MIGRATIONS = tuple(load_migrations("sms_gateway.cases.embedded.sqlite.migrations"))


class SqliteWriter:
    """Implements `tables.Writer`: the one connection that writes."""

    def __init__(self, connection: SqliteConnection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._one_at_a_time = asyncio.Lock()

    @asynccontextmanager
    async def turn(self, told: Callable[[], None]) -> AsyncIterator[None]:  # noqa: ARG002  # others are of this process, and short
        """See `tables.Writer`; this process owns the file, so that no other one imports."""
        async with self._one_at_a_time:
            yield

    async def work(self, act: Act[T]) -> T:
        """See `tables.Writer`."""
        try:
            return await self._connection.work(lambda db: driven(act(SqliteStatements(db))))
        except sqlite3.Error as error:
            raise trouble_of(self._path, error) from error


class SqliteTables:
    """Implements `tables.Tables`."""

    step = 50
    """A step takes 2 to 5 ms, and what waits for it waits no longer."""
    shared = False

    def __init__(self, path: Path, reader: Reader, writer: SqliteWriter | None) -> None:
        self.where = path.name
        self._path = path
        self._reader = reader
        self._writer = writer

    async def look(self, act: Act[T]) -> T:
        """See `tables.Tables`."""
        try:
            return await self._reader.work(lambda db: driven(act(SqliteStatements(db))))
        except ReaderClosedError as error:
            raise trouble(self.where, "closed") from error
        except TROUBLE as error:
            raise trouble_of(self._path, error) from error

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Writer]:
        """See `tables.Tables`."""
        if self._writer is None:
            raise trouble(self.where, "closed")
        yield self._writer

    def shortly(self) -> AbstractAsyncContextManager[Writer]:
        """See `tables.Tables`."""
        return self.writing()


@asynccontextmanager
async def open_tables(
    path: Path, clock: Clock, *, writable: bool, time_limit: float
) -> AsyncIterator[SqliteTables]:
    """See `tables.Dialect`."""
    async with contextlib.AsyncExitStack() as stack:
        writer: SqliteWriter | None = None
        if writable:
            at_ms = round(clock.now().timestamp() * 1000)
            connection, _ = await stack.enter_async_context(_up_to_date(path, at_ms))
            writer = SqliteWriter(connection, path)
        reader = Reader(path, _MIGRATIONS, time_limit)
        stack.push_async_callback(reader.close)
        yield SqliteTables(path, reader, writer)


async def migrate_cases(path: Path, at_ms: int) -> int:
    """See `dialects.migrate_cases`."""
    async with _up_to_date(path, at_ms) as (_, made):
        return made


async def standing_of(path: Path) -> Standing:
    """See `dialects.standing_of`."""

    def version(db: sqlite3.Connection) -> int:
        check_schema(db, _MIGRATIONS)
        return schema_version(db)

    try:
        reader = await open_reader(path)
        try:
            return Standing(await reader.work(version), len(_MIGRATIONS))
        finally:
            await reader.close()
    except TROUBLE as error:
        raise trouble_of(path, error) from error


@asynccontextmanager
async def _up_to_date(path: Path, at_ms: int) -> AsyncIterator[tuple[SqliteConnection, int]]:
    """A writer to a file whose schema is up to date now, and how many steps that took."""

    def try_it() -> None:
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA schema_version").fetchall()

    def bring_up_to_date(connection: sqlite3.Connection) -> int:
        made = migrate(connection, _MIGRATIONS, at_ms)
        prepare(connection)
        return made

    async with contextlib.AsyncExitStack() as stack:
        try:
            # Tried first without a thread of its own, which a failure would leave behind.
            await asyncio.to_thread(try_it)
            writer = await open_writer(path)
            stack.push_async_callback(writer.close)
            made = await writer.work(bring_up_to_date)
        except TROUBLE as error:
            raise trouble_of(path, error) from error
        yield writer, made
