"""One schema as pg_dump copies it, beside running gateways, and counted on both sides."""

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from sms_gateway.backup.manifest import BackupError
from sms_gateway.backup.postgres.programs import Programs, address_of
from sms_gateway.copying.names import quoted
from sms_gateway.domain.secret import Secret
from sms_gateway.postgres.connecting import PostgresConnection, connect
from sms_gateway.postgres.statements import load_numbered

T = TypeVar("T")

SQL = load_numbered(__package__, "schemas.sql")

NAME = "sms-gateway backup"
"""What the server's own lists call our connections."""

_LOCK_WAIT_MS = 20_000
_COPY = re.compile(rb'COPY "?[a-z_]+"?\."?(?P<table>[a-z0-9_]+)"? \(')
_END = b"\\.\n"


async def asked(connection: PostgresConnection, name: str, **values: object) -> Sequence[Any]:
    """The rows that one of our questions finds."""
    statement = SQL[name]
    given = [values[value] for value in statement.names]
    found: Sequence[Any] = await connection.fetch(statement.text, *given)
    return found


async def counted(connection: PostgresConnection, schema: str) -> Mapping[str, int]:
    """Name of each table of a schema to its rows."""
    counts = {}
    for (table,) in await asked(connection, "tables", schema=schema):
        text = SQL["count"].text.format(table=f"{quoted(schema)}.{quoted(table)}")
        counts[str(table)] = int(await connection.fetchval(text))
    return counts


async def size_of(url: Secret, schema: str) -> int:
    """Octets of the tables of a schema; 0 where it is not there.

    Raises:
        what `connect` raises.
    """
    connection = await connect(url.value, schema, NAME)
    try:
        ((size,),) = await asked(connection, "size", schema=schema)
        return int(size)
    finally:
        await connection.close()


async def dump(
    url: Secret,
    schema: str,
    programs: Programs,
    file: Path,
    look: Callable[[PostgresConnection], Awaitable[T]],
) -> tuple[Mapping[str, int], T]:
    """Copy a schema as it is at one moment; the rows of its tables at that moment.

    Args:
        url: of the database.
        schema: its name.
        programs: see there.
        file: made.
        look: asks what else is to be known of that moment.

    Raises:
        BackupError: pg_dump is missing, too old, or failed.
        what `connect`, `look` and asyncpg raise.
    """
    connection = await connect(url.value, schema, NAME)
    try:
        server = connection.get_server_version().major
        await asyncio.to_thread(programs.check, "pg_dump", server)
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            await asked(connection, "unhurried")
            ((snapshot,),) = await asked(connection, "snapshot")
            counts = await counted(connection, schema)
            looked = await look(connection)
            arguments = (
                # The archive around it compresses, and its checksum covers all of it.
                *("--format=custom", "--compress=0", f"--schema={schema}", f"--file={file}"),
                *(f"--snapshot={snapshot}", f"--lock-wait-timeout={_LOCK_WAIT_MS}"),
            )
            await asyncio.to_thread(programs.run, "pg_dump", arguments, address_of(url))
    finally:
        await connection.close()
    return counts, looked


def check_dump(programs: Programs, file: Path, counts: Mapping[str, int]) -> None:
    """Read a dump, all of it, and compare the rows of each table.

    Args:
        programs: see there.
        file: the dump.
        counts: name of a table to the rows that it must have.

    Raises:
        BackupError: it cannot be read, or has other rows.
    """
    found: Counter[str] = Counter()
    table = ""
    with programs.printed("pg_restore", ("--data-only", "--file=-", str(file))) as lines:
        for line in lines:
            if table:
                # A row is one line: within it a line's end is written \n.
                found[table] += line != _END
                table = "" if line == _END else table
            elif match := _COPY.match(line):
                table = match["table"].decode()
                found[table] += 0
    if dict(found) != dict(counts):
        message = "the dump does not hold the rows that the database had: make another backup"
        raise BackupError(message)
