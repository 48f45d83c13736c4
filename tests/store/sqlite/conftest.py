"""A writing connection of which every statement and every commit can be seen and held."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sms_gateway.sqlite.connection import SqliteConnection, open_writer
from sms_gateway.store.group import GroupCommit
from sms_gateway.store.sqlite.driver import SqliteStatements
from sms_gateway.store.sqlite.opening import in_thread
from sms_gateway.store.statements import Statements


@dataclass
class Line:
    """A table of one column behind a group commit."""

    writer: SqliteConnection
    group: GroupCommit
    statements: list[str] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)

    async def write(self, db: Statements, rows: Sequence[str | None]) -> Sequence[str]:
        """An operation: writes what it gets and hands it back in capitals."""
        self.calls.append(len(rows))
        assert isinstance(db, SqliteStatements)
        db.connection.executemany("INSERT INTO line VALUES (?)", [(row,) for row in rows])
        return [(row or "").upper() for row in rows]

    @property
    def commits(self) -> int:
        return self.statements.count("COMMIT")

    async def kept(self) -> list[str]:
        return await self.writer.work(
            lambda db: [row[0] for row in db.execute("SELECT word FROM line ORDER BY rowid")]
        )

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Keep the connection busy, as a commit of somebody else would."""
        loop, busy, go = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

        def hold(_db: sqlite3.Connection) -> None:
            loop.call_soon_threadsafe(busy.set)
            assert go.wait(20)

        holding = asyncio.create_task(self.writer.work(hold))
        await busy.wait()
        try:
            yield
        finally:
            go.set()
            await holding


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    """An empty line."""
    writer = await open_writer(tmp_path / "line.db")
    line = Line(writer, GroupCommit(in_thread(writer), limit=10))
    try:
        await writer.work(
            lambda db: db.executescript("CREATE TABLE line (word TEXT NOT NULL UNIQUE) STRICT")
        )
        await writer.work(lambda db: db.set_trace_callback(line.statements.append))
        yield line
        await line.group.close()
    finally:
        await writer.close()
