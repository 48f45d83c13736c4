"""Applies numbered migrations to PostgreSQL, one process at a time."""

import asyncio
from collections.abc import Sequence

import asyncpg

from sms_gateway.postgres.connecting import PostgresConnection
from sms_gateway.sql.migrations import Applied, Migration, check_applied

_META = """
CREATE TABLE IF NOT EXISTS schema_meta (
    version integer PRIMARY KEY,
    name text NOT NULL,
    checksum text NOT NULL,
    oldest_code integer NOT NULL,
    applied_at bigint NOT NULL
)
"""
_APPLIED = "SELECT version, name, checksum, oldest_code FROM schema_meta ORDER BY version"
_TRIES = 60
_AGAIN_S = 1.0
_TURN = 8083
"""Second key of the advisory lock, so that it is nobody else's."""


async def applied(connection: PostgresConnection) -> Sequence[Applied]:
    """What was applied, in order; nothing for a database without the schema."""
    try:
        rows = await connection.fetch(_APPLIED)
    except asyncpg.UndefinedTableError:
        return []
    return [Applied(*row) for row in rows]


async def schema_version(connection: PostgresConnection) -> int:
    """The newest applied migration, 0 for an empty database."""
    return max((step.version for step in await applied(connection)), default=0)


async def migrate(
    connection: PostgresConnection, schema: str, migrations: Sequence[Migration], at_ms: int
) -> int:
    """Apply what is missing, each in its own transaction; how many were applied.

    Another process that migrates the same schema is waited for.

    Args:
        connection: whose names are those of `schema`.
        schema: a name of ours, made of small letters and underscores.
        migrations: all of them.
        at_ms: now, milliseconds since the epoch.

    Raises:
        SchemaError: see `check_applied`.
        asyncpg.PostgresError: it cannot be written.
    """
    await connection.execute("SET lock_timeout = 0")
    await connection.execute("SELECT pg_advisory_lock(hashtext($1), $2)", schema, _TURN)
    try:
        await connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
        await connection.execute(_META)
        check_applied(await applied(connection), migrations)
        missing = migrations[await schema_version(connection) :]
        for step in missing:
            await _apply(connection, step, at_ms)
    finally:
        await connection.execute("SELECT pg_advisory_unlock(hashtext($1), $2)", schema, _TURN)
    return len(missing)


async def _apply(connection: PostgresConnection, step: Migration, at_ms: int) -> None:
    """One step; behind a long question of somebody it waits in short pieces.

    What waits for a whole table makes all others wait behind it.
    """
    for left in reversed(range(_TRIES)):
        try:
            async with connection.transaction():
                await connection.execute("SET LOCAL lock_timeout = '2s'")
                await connection.execute(step.script)
                await connection.execute(
                    "INSERT INTO schema_meta VALUES ($1, $2, $3, $4, $5)",
                    *(step.version, step.name, step.checksum, step.oldest_code, at_ms),
                )
        except asyncpg.LockNotAvailableError:
            if not left:
                raise
            await asyncio.sleep(_AGAIN_S)
        else:
            return
