"""Writes a made-up log straight into the tables by COPY, all of it or nothing."""

from collections.abc import Iterable, Mapping, Sequence

import asyncpg

from sms_gateway.domain.secret import Secret
from sms_gateway.postgres.connecting import PostgresConnection, connect
from sms_gateway.postgres.statements import load_numbered
from sms_gateway.store.generated import THERE_ALREADY, LogNotWrittenError, Note, Piece
from sms_gateway.store.postgres.opening import SCHEMA, check

_SQL = load_numbered(__package__, "generated.sql")
_CHOICES, _MADE_CHOICES = "opt_out", "made_opt_out"


async def write_log(
    url: Secret,
    pieces: Iterable[Piece],
    columns: Mapping[str, Sequence[str]],
    note: Note,
    *,
    add: bool,
) -> None:
    """Write a log in one transaction; whoever kills it in between leaves what was there before.

    Args:
        url: of a database that is migrated, and that no gateway serves.
        pieces: the log; ids that were never there, growing within each table.
        columns: name of each table to the columns of its rows, in their order.
        note: who did it.
        add: also where there are messages already.

    Raises:
        LogNotWrittenError: there are, and `add` was not said; or some of the ids are there already.
        SchemaError: it is not migrated, or needs other code.
        what `connect` and asyncpg raise.
    """
    connection = await connect(url.value, SCHEMA, "sms-gateway generate")
    try:
        await check(connection)
        async with connection.transaction():
            if await connection.fetchval(_SQL["any_message"].text) and not add:
                message = (
                    "the database holds messages already: give made-up ones a database of their "
                    "own, or mix them in with --add"
                )
                raise LogNotWrittenError(message)
            await connection.execute(_SQL["choices_make"].text)
            await _insert(connection, pieces, columns)
            await connection.execute(_SQL["choices_take"].text)
            statement = _SQL["note"]
            given = [getattr(note, name) for name in statement.names]
            await connection.execute(statement.text, *given)
    finally:
        await connection.close()


async def _insert(
    connection: PostgresConnection, pieces: Iterable[Piece], columns: Mapping[str, Sequence[str]]
) -> None:
    try:
        for piece in pieces:
            for table, rows in piece.items():
                if rows:
                    name = _MADE_CHOICES if table == _CHOICES else table
                    await connection.copy_records_to_table(
                        name, records=rows, columns=columns[table]
                    )
    except asyncpg.UniqueViolationError as error:
        raise LogNotWrittenError(THERE_ALREADY) from error
