"""The statements over one connection to PostgreSQL."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import cast

from sms_gateway.cases.embedded.tables import Columns, Value
from sms_gateway.postgres.connecting import PostgresConnection
from sms_gateway.postgres.statements import load_numbered

_SQL = load_numbered("sms_gateway.cases.embedded.postgres")

_COPY = re.compile(r"COPY (?P<table>\w+) \((?P<columns>[\w,\s]+)\) FROM STDIN")

# A step that a power cut takes back is done once more, so it need not wait for the disk, nor for a
# standby. The next commit that waits takes all before it along (PostgreSQL 18, clause 28.4).
_UNHURRIED = "BEGIN; SET LOCAL synchronous_commit = off"


class PostgresStatements:
    """Implements `tables.Statements`."""

    def __init__(self, connection: PostgresConnection) -> None:
        self._connection = connection

    async def rows(self, name: str, **values: Value) -> Sequence[Columns]:
        """See `tables.Statements`. Raises what is in `connecting.DOWN`, as all of these."""
        statement = _SQL[name]
        given = [values[name] for name in statement.names]
        return cast("Sequence[Columns]", await self._connection.fetch(statement.text, *given))

    async def row(self, name: str, **values: Value) -> Columns | None:
        """See `tables.Statements`."""
        statement = _SQL[name]
        given = [values[name] for name in statement.names]
        found = await self._connection.fetchrow(statement.text, *given)
        return cast("Columns | None", found)

    async def change(self, name: str, **values: Value) -> int:
        """See `tables.Statements`."""
        statement = _SQL[name]
        said = await self._connection.execute(
            statement.text, *(values[name] for name in statement.names)
        )
        return int(said.rpartition(" ")[2])  # "UPDATE 3", "INSERT 0 3"

    async def many(self, name: str, rows: Sequence[Columns]) -> None:
        """See `tables.Statements`; one COPY, or one statement that takes rows column by column."""
        if not rows:
            return
        if copy := _COPY.search(_SQL[name].text):
            columns = [column.strip() for column in copy["columns"].split(",")]
            await self._connection.copy_records_to_table(
                copy["table"], records=rows, columns=columns
            )
        else:
            await self._connection.execute(_SQL[name].text, *zip(*rows, strict=True))

    @asynccontextmanager
    async def transaction(self, *, lasting: bool = False) -> AsyncIterator[None]:
        """See `tables.Statements`; where it fails, the connection is given up with it."""
        try:
            await self._connection.execute("BEGIN" if lasting else _UNHURRIED)
            yield
            await self._connection.execute("COMMIT")
        except BaseException:
            # The server rolls back. Asked to, one that hangs would keep us waiting.
            self._connection.terminate()
            raise
