"""A copy on its way, with a progress bar."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from sms_gateway.cli.changing import myself
from sms_gateway.cli.faults import sentence_of
from sms_gateway.cli.group import Fault
from sms_gateway.cli.progress import progress_of
from sms_gateway.clock import SystemClock
from sms_gateway.copying.copy import Copy
from sms_gateway.copying.plan import Compared
from sms_gateway.copying.source import open_source
from sms_gateway.copying.target import Target, open_target
from sms_gateway.domain.acts import COPY_ACT
from sms_gateway.domain.secret import Secret
from sms_gateway.postgres.connecting import DOWN
from sms_gateway.store.operations.outbox import AuditNote
from sms_gateway.store.postgres.copied import noting
from sms_gateway.store.tables import SCHEMA, messages

_QUIET_BELOW = 50_000  # rows: what is over in a moment needs no progress


async def copied(path: Path, url: Secret, *, anew: bool) -> Sequence[Compared]:
    """Copy the message store; what was compared, table by table.

    Args:
        path: the file, locked by this process.
        url: of PostgreSQL.
        anew: empty first what an unfinished copy has left.

    Raises:
        Fault: the server was lost on the way.
        CopyRefusedError, SchemaError, PostgresRefusedError, and what SQLite and asyncpg raise.
    """
    database = await asyncio.to_thread(messages)
    async with (
        open_source(path, database) as source,
        open_target(url.value, database, SystemClock().milliseconds()) as target,
    ):
        try:
            return await _through(Copy(database, source, target), target, anew=anew)
        except DOWN as error:
            told = sentence_of(error) or type(error).__name__
            message = f"{told}; then the same command goes on where it was"
            raise Fault(message) from None


async def _through(work: Copy, target: Target, *, anew: bool) -> Sequence[Compared]:
    far = await work.begin(anew=anew)
    rows = await work.rows()
    quiet = rows < _QUIET_BELOW
    with progress_of("copying", quiet=quiet) as shown:
        far = await work.go_on(far, shown)
    with progress_of("comparing", quiet=quiet) as shown:
        compared = await work.compare(far, shown)
    note = AuditNote(SystemClock().now(), myself(), COPY_ACT, SCHEMA, f"rows={rows}")
    await target.finish(noting(note))
    return compared
