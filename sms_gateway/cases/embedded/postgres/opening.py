"""The tables on PostgreSQL: a pool that reads, one connection that learns, one for each import."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

from sms_gateway.cases.embedded import copied
from sms_gateway.cases.embedded.postgres.pool import Pool
from sms_gateway.cases.embedded.postgres.trouble import TROUBLE, trouble_of
from sms_gateway.cases.embedded.postgres.writer import Kept, PostgresWriter, parting
from sms_gateway.cases.embedded.tables import Act, Standing, Writer
from sms_gateway.copying.target import unfinished
from sms_gateway.domain.secret import Secret
from sms_gateway.ports import Clock
from sms_gateway.postgres.connecting import PostgresConnection, connect
from sms_gateway.postgres.migrate import applied, migrate
from sms_gateway.sql.migrations import SchemaError, check_applied, load_migrations

T = TypeVar("T")

SCHEMA = copied.SCHEMA
"""Beside the messages' schema, in the same database or in another one."""

WHERE = "the dossiers on PostgreSQL"

_NAME = "sms-gateway cases"
_MIGRATIONS = tuple(load_migrations("sms_gateway.cases.embedded.postgres.migrations"))


class PostgresTables:
    """Implements `tables.Tables`."""

    where = WHERE
    step = 250
    """A step takes some tens of milliseconds of the server, and nobody waits for it."""
    shared = True

    def __init__(self, at: Secret, pool: Pool, kept: Kept) -> None:
        self._at = at
        self._pool = pool
        self._kept = kept

    async def look(self, act: Act[T]) -> T:
        """See `tables.Tables`."""
        return await self._pool.work(act)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Writer]:
        """See `tables.Tables`."""
        try:
            connection = await _connected(self._at)
        except TROUBLE as error:
            raise trouble_of(WHERE, error) from error
        async with parting(connection):
            yield PostgresWriter(connection, SCHEMA, WHERE)

    @asynccontextmanager
    async def shortly(self) -> AsyncIterator[Writer]:
        """See `tables.Tables`."""
        try:
            async with self._kept.one() as connection:
                yield PostgresWriter(connection, SCHEMA, WHERE)
        except TROUBLE as error:
            raise trouble_of(WHERE, error) from error


@asynccontextmanager
async def open_tables(
    at: Secret,
    clock: Clock,
    *,
    writable: bool,  # noqa: ARG001  # whoever may import connects for it
    time_limit: float,
) -> AsyncIterator[PostgresTables]:
    """See `tables.Dialect`; the server may be away."""
    limit_ms = max(1, round(time_limit * 1000))
    reading = f"SET default_transaction_read_only = on; SET statement_timeout = {limit_ms}"
    pool = Pool(lambda: _connected(at, reading), WHERE, clock, time_limit)
    kept = Kept(lambda: _connected(at))
    try:
        yield PostgresTables(at, pool, kept)
    finally:
        await kept.close()
        await pool.close()


async def migrate_cases(at: Secret, at_ms: int) -> int:
    """See `dialects.migrate_cases`; another process that does the same is waited for."""
    try:
        async with parting(await connect(at.value, SCHEMA, _NAME)) as connection:
            return await migrate(connection, SCHEMA, _MIGRATIONS, at_ms)
    except TROUBLE as error:
        raise trouble_of(WHERE, error) from error


async def standing_of(at: Secret) -> Standing:
    """See `dialects.standing_of`."""
    try:
        async with parting(await connect(at.value, SCHEMA, _NAME)) as connection:
            done = await applied(connection)
            check_applied(done, _MIGRATIONS)
            return Standing(len(done), len(_MIGRATIONS))
    except TROUBLE as error:
        raise trouble_of(WHERE, error) from error


async def _connected(at: Secret, setting: str = "") -> PostgresConnection:
    """A connection with the settings of its session, to a schema that this code fits."""
    connection = await connect(at.value, SCHEMA, _NAME, by_index=True)
    try:
        if setting:
            await connection.execute(setting)
        await _check(connection)
    except BaseException:
        connection.terminate()
        raise
    return connection


async def _check(connection: PostgresConnection) -> None:
    done = await applied(connection)
    check_applied(done, _MIGRATIONS)
    if len(done) < len(_MIGRATIONS):
        message = "its schema is missing or of an older version: run sms-gateway store migrate"
        raise SchemaError(message)
    if await unfinished(connection):
        message = "the copy into it is not finished: run sms-gateway store copy again"
        raise SchemaError(message)
