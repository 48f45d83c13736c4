"""The statements of PostgreSQL, over one connection."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import msgspec
from asyncpg.transaction import Transaction

from sms_gateway.domain.record import EMPTY
from sms_gateway.postgres.connecting import DOWN, PostgresConnection, word_of
from sms_gateway.postgres.statements import Statement, load_numbered
from sms_gateway.store.statements import Row, Steps, Values

SQL: Mapping[str, Statement] = {
    **load_numbered(__package__),
    **load_numbered(__package__, "api.sql"),
    **load_numbered(__package__, "webhooks.sql"),
    **load_numbered(__package__, "reading.sql"),
    **load_numbered(__package__, "walks.sql"),
    **load_numbered(__package__, "words.sql"),
    **load_numbered(__package__, "retention.sql"),
    **load_numbered(__package__, "rules.sql"),
    **load_numbered(__package__, "text_cases.sql"),
    **load_numbered(__package__, "wordings.sql"),
    **load_numbered(__package__, "rights.sql"),
    **load_numbered(__package__, "following.sql"),
    **load_numbered(__package__, "surveys.sql"),
    **load_numbered(__package__, "server.sql"),
    **load_numbered(__package__, "alarms.sql"),
    **load_numbered(__package__, "audit.sql"),
    **load_numbered(__package__, "notices.sql"),
    **load_numbered(__package__, "windows.sql"),
    **load_numbered(__package__, "citizens.sql"),
    **load_numbered(__package__, "access.sql"),
    **load_numbered(__package__, "calendar.sql"),
    **load_numbered(__package__, "complaints.sql"),
    **load_numbered(__package__, "figures.sql"),
}

_encode = msgspec.json.Encoder().encode

# PostgreSQL 18, appendix A: cardinality, data, integrity, syntax and access, check option, and what
# is larger than an index takes. Whatever else it complains of is the server's own trouble.
_FAULTS_OF_A_ROW = ("21", "22", "23", "42", "44", "54")
_MAY_PASS = ("40001", "40P01")


class PostgresStatements(Steps):
    """Implements `statements.Statements`.

    Args:
        connection: nobody else's meanwhile.
    """

    def __init__(self, connection: PostgresConnection) -> None:
        super().__init__()
        self._connection = connection

    async def rows(self, name: str, values: Values = EMPTY) -> Sequence[Row]:
        """See `Statements.rows`."""
        statement = SQL[name]
        found: Any = await self._connection.fetch(
            statement.text, *[values[value] for value in statement.names]
        )
        rows: Sequence[Row] = found
        return rows

    async def row(self, name: str, values: Values = EMPTY) -> Row | None:
        """See `Statements.row`."""
        found = await self.rows(name, values)
        return found[0] if found else None

    async def json(self, name: str, values: Values = EMPTY) -> Any:  # noqa: ANN401  # as the statement makes it
        """See `Statements.json`."""
        ((text,),) = await self.rows(name, values)
        return json.loads(text)

    async def change(self, name: str, values: Values = EMPTY) -> int:
        """See `Statements.change`."""
        statement = SQL[name]
        said = await self._connection.execute(
            statement.text, *[values[value] for value in statement.names]
        )
        # "UPDATE 5", "INSERT 0 5" (PostgreSQL 18, clause 54.7, CommandComplete).
        return int(said.rpartition(" ")[2])

    async def many(self, name: str, rows: Sequence[Sequence[object]]) -> None:
        """See `Statements.many`; all rows are one value."""
        if rows:
            await self._connection.execute(SQL[name].text, _encode(rows).decode())

    async def returned(self, name: str, rows: Sequence[Sequence[object]]) -> Sequence[Row]:
        """See `Statements.returned`."""
        if not rows:
            return []
        found: Any = await self._connection.fetch(SQL[name].text, _encode(rows).decode())
        returned: Sequence[Row] = found
        return returned


Finish = Callable[[Transaction, PostgresStatements], Awaitable[None]]
"""Commits a transaction, last statements before it included; raises where nothing was written."""


class PostgresDatabase(PostgresStatements):
    """Implements `statements.Database`.

    Args:
        connection: nobody else's meanwhile.
        finish: see there.
    """

    def __init__(self, connection: PostgresConnection, finish: Finish) -> None:
        super().__init__(connection)
        self._finish = finish

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """See `Database.transaction`."""
        self.taken()
        transaction = self._connection.transaction()
        await transaction.start()
        try:
            yield
            for step in self.taken():
                await step(self)
        except BaseException as error:
            await self._undo(transaction, error)
            raise
        await self._finish(transaction, self)

    @asynccontextmanager
    async def apart(self) -> AsyncIterator[None]:
        """See `Database.apart`."""
        transaction = self._connection.transaction()
        await transaction.start()
        try:
            yield
        except BaseException as error:
            await self._undo(transaction, error)
            raise
        await transaction.commit()

    async def _undo(self, transaction: Transaction, error: BaseException) -> None:
        dead = isinstance(error, Exception) and is_down(error) and not self.may_pass(error)
        if dead or not isinstance(error, Exception):
            # The line may be dead, and nobody would answer a ROLLBACK; the server rolls back what
            # loses its connection.
            self._connection.terminate()
        else:
            await transaction.rollback()

    async def scrub(self) -> bool:
        """The server's autovacuum does that by itself."""
        return True

    def is_down(self, error: Exception) -> bool:
        """See `Database.is_down`."""
        return is_down(error)

    def may_pass(self, error: Exception) -> bool:
        """After a deadlock, of which the server ends one side."""
        return isinstance(error, asyncpg.PostgresError) and error.sqlstate in _MAY_PASS

    def word_of(self, error: Exception) -> str:
        """The server's code."""
        return word_of(error)


def is_down(error: BaseException) -> bool:
    """Whether this is the fault of the server, or of the way to it, and of no row."""
    if isinstance(error, asyncpg.PostgresError):
        return not (error.sqlstate or "").startswith(_FAULTS_OF_A_ROW)
    # A ValueError is asyncpg's word for a value that does not fit its column.
    return isinstance(error, DOWN) and not isinstance(error, ValueError)
