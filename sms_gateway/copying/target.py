"""The schema of PostgreSQL that rows are copied into, and how far they are."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from sms_gateway.copying.names import listed, quoted
from sms_gateway.copying.plan import CopyRefusedError, Database, Table
from sms_gateway.copying.rows import Row, Sum
from sms_gateway.copying.source import Batch
from sms_gateway.postgres.connecting import PostgresConnection, connect, word_of
from sms_gateway.postgres.migrate import applied, migrate
from sms_gateway.postgres.statements import load_numbered
from sms_gateway.sql.migrations import check_applied

LIMIT_S = 120.0
"""How long one batch, or the count of one table, may take, in seconds."""

_PIECE = 2_000
_SQL = load_numbered(__package__, "target.sql")

# What the driver and the server say of a value or a row, and not of the server.
_UNFIT = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
    TypeError,
    ValueError,
    OverflowError,
)

Closing = Callable[[PostgresConnection], Awaitable[None]]
"""Part of the last transaction."""


async def nothing_noted(_connection: PostgresConnection) -> None:
    """A `Closing` for what keeps no audit."""


@dataclass(frozen=True, slots=True)
class Far:
    """How far a table is.

    Attributes:
        source: as what the source was known when the copy was begun.
        sum: of the rows that are here, as the source gave them.
        last: the key of the last one, as it is in the source; None where none is.
    """

    source: str
    sum: Sum
    last: Row | None

    def after(self, batch: Batch) -> "Far":
        """How far it is with these as well."""
        return Far(self.source, self.sum + batch.sum, batch.last)


class Target:
    """One schema.

    Args:
        connection: whose names are those of the schema, and which holds the turn.
        database: what it is to become.
    """

    def __init__(self, connection: PostgresConnection, database: Database) -> None:
        self._connection = connection
        self._database = database

    async def columns(self, table: Table) -> Sequence[str]:
        """The columns of a table, in one order."""
        schema = self._database.schema
        found = await self._rows("columns", schema=schema, table=table.name)
        return [str(name) for (name,) in found]

    async def unfinished(self) -> bool:
        """Whether a copy was begun here and is not finished."""
        return await unfinished(self._connection)

    async def holding(self) -> str | None:
        """The first table that has rows, None where everything is empty."""
        for table in self._database.tables:
            ((holds,),) = await self._rows("holds", {"table": quoted(table.name)})
            if holds:
                return table.name
        return None

    async def begin(self, mark: str, *, again: bool = False) -> None:
        """Begin a copy.

        Args:
            mark: as what the source is known.
            again: empty first what an unfinished copy has left.

        Raises:
            CopyRefusedError: rows are here that no copy wrote.
        """
        async with self._connection.transaction():
            if again:
                for table in self._database.tables:
                    await self._rows("empty", {"table": quoted(table.name)})
                await self._rows("progress_clear")
            elif holding := await self.holding():
                message = (
                    f"TO is in use, there are rows in {holding}: make a new database; if you "
                    "made this copy before, it is complete"
                )
                raise CopyRefusedError(message)
            else:
                await self._rows("progress_make")
            for table in self._database.tables:
                await self._rows("progress_begin", name=table.name, source=mark)

    async def progress(self) -> Mapping[str, Far]:
        """How far each table is.

        Raises:
            CopyRefusedError: rows are here that no copy wrote, or some were taken away.
        """
        far = {
            str(name): Far(source, Sum(rows, int(value)), _key(last))
            for name, source, rows, value, last in await self._rows("progress")
        }
        for table in self._database.tables:
            there = await self.count(table)
            copied = far.setdefault(table.name, Far("", Sum(), None)).sum.rows
            if there != copied:
                message = (
                    f"TO has {there} rows in {table.name}, and {copied} were copied: somebody else "
                    "writes there; copy into a new database"
                )
                raise CopyRefusedError(message)
        return far

    async def count(self, table: Table) -> int:
        """How many rows a table has."""
        ((rows,),) = await self._rows("count", {"table": quoted(table.name)})
        return int(rows)

    async def write(
        self, table: Table, columns: Sequence[str], rows: Sequence[Row], far: Far
    ) -> None:
        """Write rows, and how far that is, in one transaction.

        Raises:
            CopyRefusedError: PostgreSQL takes one of them in no form.
        """
        try:
            async with self._connection.transaction():
                await self._connection.copy_records_to_table(
                    table.name,
                    records=rows,
                    columns=columns,
                    schema_name=self._database.schema,
                    timeout=LIMIT_S,
                )
                await self._rows(
                    "progress_step",
                    name=table.name,
                    rows=far.sum.rows,
                    sum=far.sum.value,
                    last_key=json.dumps(far.last),
                )
        except _UNFIT as error:
            message = (
                f"a row of {table.name} does not fit into PostgreSQL ({word_of(error)}): please "
                "report this; FROM is as it was"
            )
            raise CopyRefusedError(message) from None

    async def rows(self, table: Table, columns: Sequence[str]) -> AsyncIterator[Sequence[Row]]:
        """The rows of a table, some at a time, in any order."""
        sql = _SQL["all_rows"].text.format(table=quoted(table.name), columns=listed(columns))
        async with self._connection.transaction(isolation="repeatable_read", readonly=True):
            cursor = await self._connection.cursor(sql)
            while piece := await cursor.fetch(_PIECE, timeout=LIMIT_S):
                yield [tuple(row) for row in piece]

    async def finish(self, closing: Closing) -> None:
        """Let numbers go on behind the highest one, and gateways in."""
        async with self._connection.transaction():
            counted = await self._rows("counted", schema=self._database.schema)
            for table, column in counted:
                names = {"table": quoted(table), "column": quoted(column)}
                await self._rows("count_on", names, table=table, column=column)
            await closing(self._connection)
            await self._rows("progress_drop")

    async def _rows(
        self, name: str, names: Mapping[str, str] | None = None, /, **values: object
    ) -> Sequence[Any]:
        statement = _SQL[name]
        text = statement.text.format(**names) if names else statement.text
        given = [values[value] for value in statement.names]
        found: Sequence[Any] = await self._connection.fetch(text, *given, timeout=LIMIT_S)
        return found


@asynccontextmanager
async def open_target(url: str, database: Database, at_ms: int) -> AsyncIterator[Target]:
    """Open a schema for this copy alone; where it is not there it is made.

    Args:
        url: `postgresql://...`.
        database: what it is to become.
        at_ms: now, milliseconds since the epoch.

    Raises:
        CopyRefusedError: it does not answer, is of another version, or another copy is under way.
        SchemaError: it needs other code.
        PostgresRefusedError: the server cannot be used.
        asyncpg.PostgresError, asyncpg.InterfaceError: the server lets nobody in.
    """
    try:
        connection = await connect(url, database.schema, "sms-gateway copy")
    except (OSError, TimeoutError):
        message = "TO does not answer: look whether its server runs, and check its host and port"
        raise CopyRefusedError(message) from None
    try:
        await _take_turn(connection, database.schema)
        made = await applied(connection)
        check_applied(made, database.there)
        if made and len(made) != len(database.there):
            message = (
                "TO has the tables of another version: run sms-gateway store migrate there, or "
                "install the newer version"
            )
            raise CopyRefusedError(message)
        await migrate(connection, database.schema, database.there, at_ms)
        yield Target(connection, database)
    finally:
        await connection.close()


async def unfinished(connection: PostgresConnection) -> bool:
    """Whether a copy into the schema of a connection was begun and is not finished."""
    there: bool = await connection.fetchval(_SQL["unfinished"].text)
    return there


def _key(written: str | None) -> Row | None:
    return None if written is None else tuple(json.loads(written))


async def _take_turn(connection: PostgresConnection, schema: str) -> None:
    try:
        await connection.fetch(_SQL["turn"].text, f"copy {schema}")
    except asyncpg.LockNotAvailableError:
        message = "another copy into TO is under way; if it was killed, try again in ten seconds"
        raise CopyRefusedError(message) from None
