"""The database of SQLite that is copied; nobody may write it meanwhile."""

import functools
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sms_gateway.copying.names import listed, quoted
from sms_gateway.copying.plan import CopyRefusedError, Database, Table
from sms_gateway.copying.rows import Row, Sum, kept, sum_of
from sms_gateway.sql.statements import load_statements
from sms_gateway.sqlite.connection import SqliteConnection, open_reader
from sms_gateway.sqlite.migrate import check_schema, schema_version

MOST_ROWS = 10_000
"""Most rows of one transaction over there."""

MOST_OCTETS = 8 << 20
"""About the largest one, in octets: requests may be long."""

_PIECE = 500
_SQL = load_statements(__package__, "source.sql")

# What some other program wrote may be no UTF-8: U+FFFD stands for it, as no text of ours can.
_any_text = functools.partial(str, encoding="utf-8", errors="replace")


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows to be written together.

    Attributes:
        rows: as they are to be kept.
        sum: what they add up to.
        last: the key of the last one, as it is here.
    """

    rows: Sequence[Row]
    sum: Sum
    last: Row


class Source:
    """One database.

    Args:
        reader: a connection to it.
        columns: of each table, in the order in which its rows have them.
    """

    def __init__(self, reader: SqliteConnection, columns: Mapping[str, Sequence[str]]) -> None:
        self._reader = reader
        self.columns = columns

    async def mark(self, table: Table) -> str:
        """As what this database is known: it changes with each process that has written it."""
        added = Sum()
        async for batch in self.batches(table, None):
            added += batch.sum
        return added.checksum

    async def count(self, table: Table) -> int:
        """How many rows a table has."""
        sql = _SQL["count"].format(table=quoted(table.name))
        return await self._reader.work(lambda db: int(db.execute(sql).fetchone()[0]))

    async def batches(self, table: Table, after: Row | None) -> AsyncIterator[Batch]:
        """The rows of a table in the order of its key, behind a key or from the first one on."""
        names = {
            "table": quoted(table.name),
            "columns": listed(self.columns[table.name]),
            "key": listed(table.key),
            "values": ", ".join("?" * len(table.key)),
        }
        sql = _SQL["first_rows" if after is None else "rows_after"].format(**names)
        cursor = await self._reader.work(lambda db: db.execute(sql, after or ()))
        places = [self.columns[table.name].index(column) for column in table.key]
        while batch := await self._reader.work(lambda _db: _next_batch(cursor, places)):
            yield batch


async def kind_of(path: Path, known: Sequence[Database]) -> Database:
    """Which of these databases a file is.

    Raises:
        CopyRefusedError: it is none of them.
        sqlite3.Error: it cannot be read.
    """
    reader = await open_reader(path)
    try:
        for database in known:
            look = functools.partial(_columns, table=database.changed_with)
            if await reader.work(look):
                return database
    finally:
        await reader.close()
    files = " or ".join(database.file for database in known)
    message = f"FROM is no database of a gateway: name {files} of a data folder"
    raise CopyRefusedError(message)


@asynccontextmanager
async def open_source(path: Path, database: Database) -> AsyncIterator[Source]:
    """Open a database that this process has locked.

    Raises:
        CopyRefusedError: it is none of these, or of another version.
        SchemaError: it needs other code.
        sqlite3.Error: it cannot be read.
    """
    reader = await open_reader(path)
    try:
        yield Source(reader, await reader.work(lambda db: _looked(db, database)))
    finally:
        await reader.close()


def _looked(db: sqlite3.Connection, database: Database) -> Mapping[str, Sequence[str]]:
    db.text_factory = _any_text
    columns = {table.name: _columns(db, table) for table in database.tables}
    check_schema(db, database.here)
    if schema_version(db) != len(database.here):
        message = (
            "FROM has the tables of another version: start its gateway once with this version, or "
            "install the newer one"
        )
        raise CopyRefusedError(message)
    return columns


def _columns(db: sqlite3.Connection, table: Table) -> Sequence[str]:
    return [str(name) for (name,) in db.execute(_SQL["columns"], {"table": table.name})]


def _next_batch(cursor: sqlite3.Cursor, places: Sequence[int]) -> Batch | None:
    rows: list[Row] = []
    last: Row | None = None
    octets = 0
    while len(rows) < MOST_ROWS and octets < MOST_OCTETS:
        piece: list[Row] = cursor.fetchmany(_PIECE)
        if not piece:
            break
        last = piece[-1]
        ready, size = kept(piece)
        rows += ready
        octets += size
    if last is None:
        return None
    return Batch(rows, sum_of(rows), tuple(last[place] for place in places))
