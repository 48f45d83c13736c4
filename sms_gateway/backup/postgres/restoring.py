"""Puts dumps into empty databases: whole and held back, or not at all."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sms_gateway.backup.manifest import CASES_DUMP, STORE_DUMP, BackupError, Manifest
from sms_gateway.backup.postgres.dumping import NAME, asked, counted
from sms_gateway.backup.postgres.programs import Programs, address_of
from sms_gateway.backup.postgres.servers import DOSSIERS, contents_of
from sms_gateway.cases.embedded.copied import SCHEMA as CASES_SCHEMA
from sms_gateway.cases.embedded.dialects import migrate_cases
from sms_gateway.copying.names import quoted
from sms_gateway.domain.ids import RunId
from sms_gateway.domain.restores import HeldBack, HoldOrder
from sms_gateway.domain.secret import Secret
from sms_gateway.postgres.connecting import PostgresConnection, connect
from sms_gateway.postgres.restoring import half_restored, mark, unmark
from sms_gateway.store.postgres.opening import SCHEMA, gateways, migrate_postgres
from sms_gateway.store.postgres.restored import hold_back
from sms_gateway.store.rows import ms


@dataclass(frozen=True, slots=True)
class Place:
    """Where dumps are to go.

    Attributes:
        store: URL of the messages' database.
        cases: URL of the dossiers' one; None where no dump of dossiers is to be put in.
        programs: see `Programs`.
    """

    store: Secret
    cases: Secret | None
    programs: Programs


async def check_empty(place: Place) -> None:
    """See that nothing would be overwritten.

    Raises:
        BackupError: tables of ours are there.
        what `connect` raises.
    """
    schemas = {SCHEMA: place.store, CASES_SCHEMA: place.cases}
    for schema, url in schemas.items():
        if url is not None:
            connection = await connect(url.value, schema, NAME)
            try:
                await _check_empty(connection, schema)
            finally:
                await connection.close()


async def restore_dumps(
    place: Place,
    dumps: Mapping[str, Path],
    manifest: Manifest,
    order: HoldOrder,
    run: RunId,
    beside: AbstractAsyncContextManager[None],
) -> HeldBack:
    """Put dumps into empty databases, and hold back what would go out by itself.

    No gateway starts on the messages before they are held. Where anything fails nothing is left;
    what a killed restore left is cleared away by the next one, but for dossiers that were let in.

    Args:
        place: where to.
        dumps: name in the archive to the dump; each has been checked.
        manifest: what they say of themselves.
        order: of the hold.
        run: of this process.
        beside: puts in place what lies elsewhere, and takes it away again where its block fails.

    Raises:
        BackupError: tables of ours are there, gateways are connected, pg_restore failed, or rows
            are missing.
        SchemaError: the dump needs newer code.
        what `connect` and asyncpg raise.
    """
    at = ms(order.at)
    async with (
        _begun(place.store, SCHEMA, place.programs) as store,
        _dossiers(place, dumps.get(CASES_DUMP), manifest, at) as let_in,
    ):
        await _fill(place, place.store, SCHEMA, dumps[STORE_DUMP])
        await migrate_postgres(place.store, at)
        _compare((await contents_of(store)).rows, manifest)
        # Last of all: once gateways are let in, nothing is missing.
        await let_in()
        async with beside:
            return await hold_back(store, order, run)


@asynccontextmanager
async def _dossiers(
    place: Place, dump: Path | None, manifest: Manifest, at: int
) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """The dossiers are there within the block, and stay only where it succeeds.

    What it gives lets gateways use them.
    """
    if place.cases is None or dump is None:
        yield _nothing
        return
    async with _begun(place.cases, CASES_SCHEMA, place.programs) as cases:
        await _fill(place, place.cases, CASES_SCHEMA, dump)
        await migrate_cases(place.cases, at)
        _compare({DOSSIERS: (await counted(cases, CASES_SCHEMA))[DOSSIERS]}, manifest)
        yield lambda: unmark(cases)


async def _nothing() -> None:
    """No dossiers were put in."""


@asynccontextmanager
async def _begun(url: Secret, schema: str, programs: Programs) -> AsyncIterator[PostgresConnection]:
    """A schema of our own, empty and marked; it goes again where the block fails."""
    connection = await connect(url.value, schema, NAME)
    try:
        server = connection.get_server_version().major
        await asyncio.to_thread(programs.check, "pg_restore", server)
        ((ours,),) = await asked(connection, "turn", schema=schema)
        if not ours:
            message = "another restore into this database is under way: wait for its end"
            raise BackupError(message)
        await _check_nobody_serves(connection)
        await _check_empty(connection, schema)
        await _drop(connection, schema)
        async with connection.transaction():
            await connection.execute(f"CREATE SCHEMA {quoted(schema)}")
            await mark(connection)
        try:
            # Whoever connected before the mark is seen now; whoever connects later sees the mark.
            await _check_nobody_serves(connection)
            yield connection
        except BaseException:
            await _drop(connection, schema)
            raise
    finally:
        await connection.close()


async def _check_nobody_serves(connection: PostgresConnection) -> None:
    """A gateway that is connected would send what the copy holds before that is held back."""
    if await gateways(connection):
        message = "gateways are connected to the database: stop all nodes first"
        raise BackupError(message)


async def _check_empty(connection: PostgresConnection, schema: str) -> None:
    ((there,),) = await asked(connection, "there", schema=schema)
    if there and not await half_restored(connection):
        message = (
            f"the database has tables of a gateway already, in the schema {schema}: make an empty "
            "one and name that, nothing is overwritten"
        )
        raise BackupError(message)


async def _drop(connection: PostgresConnection, schema: str) -> None:
    await connection.execute(f"DROP SCHEMA IF EXISTS {quoted(schema)} CASCADE")


async def _fill(place: Place, url: Secret, schema: str, dump: Path) -> None:
    # --schema leaves out the schema itself, which is there already.
    arguments = (
        *("--single-transaction", "--no-owner", "--no-privileges", f"--schema={schema}"),
        str(dump),
    )
    await asyncio.to_thread(place.programs.run, "pg_restore", arguments, address_of(url))


def _compare(rows: Mapping[str, int], manifest: Manifest) -> None:
    if any(manifest.rows.get(table) != count for table, count in rows.items()):
        message = "the backup does not hold the rows that it says: take another one"
        raise BackupError(message)
