"""The statements over one connection to SQLite, in its thread."""

import json
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from sms_gateway.cases.embedded.tables import Columns, Value
from sms_gateway.sql.statements import load_statements

_SQL = load_statements("sms_gateway.cases.embedded.sqlite")

# Pages in the log before they are moved into the file: few, so that no step has to move many.
_CHECKPOINT = "PRAGMA wal_autocheckpoint = 1000"

# A step that a power cut takes back is done once more, so it need not wait for the disk, which the
# messages' own commits are waiting for. What was promised must: see `transaction`.
_UNHURRIED = "PRAGMA synchronous = NORMAL"
_LASTING = "PRAGMA synchronous = FULL"


def prepare(connection: sqlite3.Connection) -> None:
    """Make a writer ready for short steps."""
    (pages,) = connection.execute("PRAGMA wal_autocheckpoint").fetchone()
    if pages:  # else checkpoints are left to Litestream, see `sqlite.connecting`
        connection.execute(_CHECKPOINT)
    connection.execute(_UNHURRIED)


class SqliteStatements:
    """Implements `tables.Statements`; none of it ever waits."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def rows(self, name: str, **values: Value) -> Sequence[Columns]:
        """See `tables.Statements`. Raises sqlite3.Error, as all of these."""
        return self._connection.execute(_SQL[name], _bound(values)).fetchall()

    async def row(self, name: str, **values: Value) -> Columns | None:
        """See `tables.Statements`."""
        found: Columns | None = self._connection.execute(_SQL[name], _bound(values)).fetchone()
        return found

    async def change(self, name: str, **values: Value) -> int:
        """See `tables.Statements`."""
        return self._connection.execute(_SQL[name], _bound(values)).rowcount

    async def many(self, name: str, rows: Sequence[Columns]) -> None:
        """See `tables.Statements`."""
        self._connection.executemany(_SQL[name], rows)

    @asynccontextmanager
    async def transaction(self, *, lasting: bool = False) -> AsyncIterator[None]:
        """See `tables.Statements`."""
        if lasting:
            self._connection.execute(_LASTING)
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        finally:
            if lasting:
                self._connection.execute(_UNHURRIED)


def _bound(values: Mapping[str, Value]) -> Mapping[str, str | int | None]:
    """The values as SQLite takes them: many texts as JSON, for json_each."""
    return {
        name: value if isinstance(value, str | int | None) else json.dumps(value)
        for name, value in values.items()
    }
