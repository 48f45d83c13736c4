"""The statements of SQLite, for the thread or process that a connection belongs to.

Nothing here suspends: an operation that is given one runs to its end at once.
"""

import functools
import json
import re
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import msgspec

from sms_gateway.domain.record import EMPTY
from sms_gateway.sql.statements import load_statements
from sms_gateway.store.statements import Row, Steps, Values

T = TypeVar("T")

SQL: Mapping[str, str] = {
    **load_statements(__package__),
    **load_statements(__package__, "api.sql"),
    **load_statements(__package__, "webhooks.sql"),
    **load_statements(__package__, "reading.sql"),
    **load_statements(__package__, "walks.sql"),
    **load_statements(__package__, "words.sql"),
    **load_statements(__package__, "alarms.sql"),
    **load_statements(__package__, "audit.sql"),
    **load_statements(__package__, "calendar.sql"),
    **load_statements(__package__, "complaints.sql"),
    **load_statements(__package__, "figures.sql"),
    **load_statements(__package__, "retention.sql"),
    **load_statements(__package__, "rules.sql"),
    **load_statements(__package__, "text_cases.sql"),
    **load_statements(__package__, "wordings.sql"),
    **load_statements(__package__, "rights.sql"),
    **load_statements(__package__, "following.sql"),
    **load_statements(__package__, "surveys.sql"),
    **load_statements(__package__, "notices.sql"),
    **load_statements(__package__, "windows.sql"),
    **load_statements(__package__, "access.sql"),
    **load_statements(__package__, "citizens.sql"),
}

_EACH_ROW = re.compile(r"/\* each row \*/ (\([?,\s]*\))")
# Few sizes, so that each statement is compiled once, and few statements, because the interpreter's
# lock may change hands at each; 64 rows of 33 columns are below SQLite's limit, 32,766 variables.
_CHUNKS = (64, 32, 16, 8, 4, 2, 1)
_encode = msgspec.json.Encoder().encode


class SqliteStatements(Steps):
    """Implements `statements.Statements`.

    Args:
        connection: in the thread that runs this.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__()
        self.connection = connection

    async def rows(self, name: str, values: Values = EMPTY) -> Sequence[Row]:
        """See `Statements.rows`."""
        return self.connection.execute(SQL[name], _bound(values)).fetchall()

    async def row(self, name: str, values: Values = EMPTY) -> Row | None:
        """See `Statements.row`."""
        found: Row | None = self.connection.execute(SQL[name], _bound(values)).fetchone()
        return found

    async def json(self, name: str, values: Values = EMPTY) -> Any:  # noqa: ANN401  # as the statement makes it
        """See `Statements.json`."""
        return json.loads(self.connection.execute(SQL[name], _bound(values)).fetchone()[0])

    async def change(self, name: str, values: Values = EMPTY) -> int:
        """See `Statements.change`."""
        return self.connection.execute(SQL[name], _bound(values)).rowcount

    async def many(self, name: str, rows: Sequence[Sequence[object]]) -> None:
        """See `Statements.many`; a statement of `VALUES /* each row */`, in few steps."""
        for statement, values in _steps(name, rows):
            self.connection.execute(statement, values)

    async def returned(self, name: str, rows: Sequence[Sequence[object]]) -> Sequence[Row]:
        """See `Statements.returned`."""
        found: list[Row] = []
        for statement, values in _steps(name, rows):
            found += self.connection.execute(statement, values).fetchall()
        return found


class SqliteDatabase(SqliteStatements):
    """Implements `statements.Database`.

    Args:
        connection: the writer, in autocommit mode.
        check: called before each commit; raises sqlite3.OperationalError where it would be lost.
    """

    def __init__(self, connection: sqlite3.Connection, check: Callable[[], None]) -> None:
        super().__init__(connection)
        self._check = check

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """See `Database.transaction`."""
        self.taken()
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            for step in self.taken():
                await step(self)
            self._check()
            self.connection.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise

    @asynccontextmanager
    async def apart(self) -> AsyncIterator[None]:
        """See `Database.apart`."""
        self.connection.execute("SAVEPOINT tried")
        try:
            yield
        except sqlite3.OperationalError:
            raise
        except Exception:
            self.connection.execute("ROLLBACK TO tried")
            self.connection.execute("RELEASE tried")
            raise
        self.connection.execute("RELEASE tried")

    async def scrub(self) -> bool:
        """Write the log ahead into the database and cut it to nothing.

        Whoever checkpoints is the one that does it: where Litestream does, this only says False.
        Nobody is waited for, as all who write would wait as well.
        """
        ((pages,),) = self.connection.execute("PRAGMA wal_autocheckpoint").fetchall()
        if not pages:
            return False
        ((before,),) = self.connection.execute("PRAGMA busy_timeout").fetchall()
        self.connection.execute("PRAGMA busy_timeout = 0")
        try:
            done = self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {before:d}")
        return bool(done[0] == 0)

    def is_down(self, error: Exception) -> bool:
        """Disk full, read-only, I/O error, locked, file deleted: not the fault of any row."""
        return isinstance(error, sqlite3.OperationalError)

    def may_pass(self, error: Exception) -> bool:  # noqa: ARG002  # one writer never meets another
        """Never: see `Database.may_pass`."""
        return False

    def word_of(self, error: Exception) -> str:
        """SQLite's own name of what is wrong."""
        return word_of(error)


def word_of(error: Exception) -> str:
    """SQLite's own name of what is wrong; its message may hold content."""
    return getattr(error, "sqlite_errorname", type(error).__name__)


def _bound(values: Values) -> dict[str, Any]:
    return {
        name: _encode(value).decode() if isinstance(value, list) else value
        for name, value in values.items()
    }


def _steps(name: str, rows: Sequence[Sequence[object]]) -> Iterator[tuple[str, Sequence[object]]]:
    start = 0
    for size in _CHUNKS:
        while len(rows) - start >= size:
            chunk = rows[start : start + size]
            yield _repeated(name, size), [value for row in chunk for value in row]
            start += size


@functools.cache
def _repeated(name: str, times: int) -> str:
    # Repeats the placeholders; no value ever becomes part of a statement.
    return _EACH_ROW.sub(lambda match: ", ".join([match[1]] * times), SQL[name])
