"""Connections whose unit of work is a function, not a statement.

A hop into a connection's thread costs about as much as twenty statements, so a transaction is
handed over whole: `await connection.work(function)` runs `function(sqlite3_connection)` there.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import aiosqlite

from sms_gateway.sqlite.connecting import BUSY_TIMEOUT_S, connect_reader, connect_writer

T = TypeVar("T")


class ConnectionClosedError(Exception):
    """The connection is closed."""


class SqliteConnection(aiosqlite.Connection):
    """An aiosqlite connection that runs whole functions in its thread."""

    # Each is counted by one thread alone: those asked for by the loop's, those ended by its own.
    _begun = 0
    _ended = 0

    @property
    def busy(self) -> int:
        """How many functions its thread has before it, those that nobody waits for any more too."""
        return self._begun - self._ended

    async def work(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """Run `function` in the connection's thread and return what it returns.

        What nobody waits for any more is not begun: look-ups that were given up, one behind the
        other, would keep the thread busy long after whatever held them up, and `close` waiting.

        Raises:
            ConnectionClosedError: it is closed.
            sqlite3.Error: whatever SQLite raised in there; nothing is rolled back here.
        """
        if not self._running or self._connection is None:
            raise ConnectionClosedError
        given_up = False

        def unless_given_up(connection: sqlite3.Connection) -> T | None:
            try:
                return None if given_up else function(connection)
            finally:
                self._ended += 1

        self._begun += 1
        try:
            result: T = await self._execute(unless_given_up, self._conn)  # type: ignore[no-untyped-call]  # aiosqlite leaves it untyped
        except asyncio.CancelledError:
            given_up = True
            raise
        return result

    def ended(self) -> None:
        """Wait, outside the loop, until the thread has ended; it may not even have begun."""
        if self._thread.ident is not None:
            self._thread.join(BUSY_TIMEOUT_S + 1)


async def open_writer(path: Path) -> SqliteConnection:
    """The one connection that writes and checkpoints: WAL, synchronous=FULL, fsync per commit.

    Raises:
        sqlite3.Error: the file cannot be opened or written.
    """
    return await _opened(lambda: connect_writer(path))


async def open_reader(path: Path) -> SqliteConnection:
    """A connection that only reads and never checkpoints.

    Raises:
        sqlite3.Error: there is no such file, or it cannot be read.
    """
    return await _opened(lambda: connect_reader(path))


async def _opened(connect: Callable[[], sqlite3.Connection]) -> SqliteConnection:
    connection = SqliteConnection(connect, iter_chunk_size=64)
    try:
        await asyncio.wait_for(connection, BUSY_TIMEOUT_S + 1)
    except BaseException:
        # Its thread still answers to this loop: let it end before the loop may.
        await asyncio.to_thread(connection.ended)
        raise
    return connection
