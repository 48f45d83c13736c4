"""A copy on its way, with a progress bar."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from sms_gateway.cases.embedded.copied import dossiers
from sms_gateway.cli.changing import myself
from sms_gateway.cli.faults import sentence_of
from sms_gateway.cli.group import Fault
from sms_gateway.cli.progress import progress_of
from sms_gateway.clock import SystemClock
from sms_gateway.copying.copy import Copy
from sms_gateway.copying.plan import Compared, Database
from sms_gateway.copying.source import kind_of, open_source
from sms_gateway.copying.target import Closing, nothing_noted, open_target
from sms_gateway.domain.acts import COPY_ACT
from sms_gateway.domain.secret import Secret
from sms_gateway.postgres.connecting import DOWN
from sms_gateway.store.operations.outbox import AuditNote
from sms_gateway.store.postgres.copied import noting
from sms_gateway.store.tables import SCHEMA, messages

_QUIET_BELOW = 50_000  # rows: what is over in a moment needs no progress


async def found(path: Path) -> Database:
    """Whether a file holds messages or dossiers.

    Raises:
        CopyRefusedError: neither.
        sqlite3.Error: it cannot be read.
    """
    known = [await asyncio.to_thread(kind) for kind in (messages, dossiers)]
    return await kind_of(path, known)


async def copied(path: Path, database: Database, url: Secret, *, anew: bool) -> Sequence[Compared]:
    """Copy one file; what was compared, table by table.

    Args:
        path: the file, locked by this process.
        database: what it is.
        url: of PostgreSQL.
        anew: empty first what an unfinished copy has left.

    Raises:
        Fault: the server was lost on the way.
        CopyRefusedError, SchemaError, PostgresRefusedError, and what SQLite and asyncpg raise.
    """
    async with (
        open_source(path, database) as source,
        open_target(url.value, database, SystemClock().milliseconds()) as target,
    ):
        try:
            work = Copy(database, source, target)
            compared = await _compared(work, anew=anew)
            rows = sum(one.rows for one in compared)
            await target.finish(_closing(database, rows))
        except DOWN as error:
            told = sentence_of(error) or type(error).__name__
            message = f"{told}; then the same command goes on where it was"
            raise Fault(message) from None
        return compared


async def _compared(work: Copy, *, anew: bool) -> Sequence[Compared]:
    far = await work.begin(anew=anew)
    quiet = await work.rows() < _QUIET_BELOW
    with progress_of("copying", quiet=quiet) as shown:
        far = await work.go_on(far, shown)
    with progress_of("comparing", quiet=quiet) as shown:
        return await work.compare(far, shown)


def _closing(database: Database, rows: int) -> Closing:
    """Who copied messages stands in their own audit; dossiers have none."""
    if database.schema != SCHEMA:
        return nothing_noted
    return noting(AuditNote(SystemClock().now(), myself(), COPY_ACT, SCHEMA, f"rows={rows}"))
