"""The reading side of `cases.db`: opened when first needed, opened again after trouble."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sms_gateway.sql.migrations import Migration, SchemaError
from sms_gateway.sqlite.connection import SqliteConnection, open_reader
from sms_gateway.sqlite.migrate import check_schema, schema_version

T = TypeVar("T")


class ReaderClosedError(Exception):
    """The directory was closed."""


class Reader:
    """One reading connection, within a time limit; a file that comes back is read again."""

    def __init__(self, path: Path, migrations: tuple[Migration, ...], time_limit: float) -> None:
        self._path = path
        self._migrations = migrations
        self._time_limit = time_limit
        self._connection: SqliteConnection | None = None
        self._opening: asyncio.Task[SqliteConnection] | None = None
        self._closed = False

    async def work(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """Run `function` in the connection's thread.

        Raises:
            sqlite3.Error: the file is missing, locked, damaged.
            SchemaError: the file is of another version.
            TimeoutError: it took longer than the limit.
            ReaderClosedError: `close` was called.
        """
        connection: SqliteConnection | None = None
        try:
            async with asyncio.timeout(self._time_limit):
                connection = self._connection or await self._opened()
                return await connection.work(function)
        except (TimeoutError, asyncio.CancelledError):
            # Also the caller's own limit, which arrives as a cancellation.
            if connection is not None and connection is self._connection:
                # The thread is still at it; calls behind it must not wait for it.
                await connection.interrupt()
            raise
        except sqlite3.Error as error:
            if _is_lasting(error):
                await self._drop(connection)
            raise

    async def close(self) -> None:
        """Close for good."""
        self._closed = True
        if self._opening is not None:
            await asyncio.wait({self._opening})
        await self._drop(self._connection)

    async def _opened(self) -> SqliteConnection:
        if self._closed:
            raise ReaderClosedError
        if self._opening is None:
            # A task of its own: lookups that give up meanwhile leave one opening, not many.
            self._opening = asyncio.ensure_future(self._open())
            self._opening.add_done_callback(self._opening_ended)
        return await asyncio.shield(self._opening)

    async def _open(self) -> SqliteConnection:
        # Tried first without a thread of its own, which a failure would leave behind.
        await asyncio.to_thread(self._try)
        opened = await open_reader(self._path)
        await opened.work(self._be_patient)
        self._connection = opened
        return opened

    def _opening_ended(self, opening: asyncio.Task[SqliteConnection]) -> None:
        self._opening = None
        if not opening.cancelled():
            # Told to whoever still waits; if all gave up, nobody needs to be told.
            opening.exception()

    def _try(self) -> None:
        uri = f"{self._path.absolute().as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as connection:
            self._be_patient(connection)
            connection.execute("PRAGMA query_only = ON")
            # Before the version, which takes a lock or damage for an empty file.
            connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
            check_schema(connection, self._migrations)
            if schema_version(connection) < len(self._migrations):
                message = "it is empty or was made by an older version: start the gateway once"
                raise SchemaError(message)

    def _be_patient(self, connection: sqlite3.Connection) -> None:
        # A little less than the limit, so that a lock is reported as one.
        connection.execute(f"PRAGMA busy_timeout = {int(self._time_limit * 800)}")

    async def _drop(self, connection: SqliteConnection | None) -> None:
        if connection is None or connection is not self._connection:
            return
        self._connection = None
        with contextlib.suppress(sqlite3.Error):
            await connection.close()


def _is_lasting(error: sqlite3.Error) -> bool:
    """Whether the same connection would go on failing."""
    code = getattr(error, "sqlite_errorcode", None)
    passing = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_INTERRUPT)
    return not (isinstance(code, int) and code & 0xFF in passing)
