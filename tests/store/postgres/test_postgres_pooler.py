"""Locks belong to a session, so that a pooler that shares sessions out is refused."""

import asyncio
from datetime import UTC, datetime

import asyncpg
import pytest

from sms_gateway.domain.ids import RunId
from sms_gateway.domain.secret import Secret
from sms_gateway.postgres.connecting import PostgresConnection, connect
from sms_gateway.postgres.refused import PostgresRefusedError
from sms_gateway.store.opening import RunOf
from sms_gateway.store.postgres.opening import SCHEMA, migrate_postgres, open_postgres
from tests.pooler import Pooler, Settings
from tests.postgres import Postgres

PATIENCE_S = 20.0
REFUSED = "a pooler stands before PostgreSQL: connect to the server itself"
HELD = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
IGNORES = Pooler(Settings.IGNORED)


@pytest.fixture
async def url(postgres_server: Postgres) -> str:
    made = await asyncio.to_thread(postgres_server.database)
    await migrate_postgres(Secret(made), 1)
    return made


async def held_after_a_statement(url: str) -> object:
    """How many of its locks a session still has in the statement after."""
    # No prepared statements, which would not live so long either.
    connection: PostgresConnection = await asyncpg.connect(url, statement_cache_size=0)
    try:
        await connection.execute("SELECT pg_advisory_lock(1)")
        return await connection.fetchval(HELD)
    finally:
        connection.terminate()


async def test_behind_a_pooler_a_lock_is_gone_in_the_next_statement(url: str) -> None:
    async with asyncio.timeout(PATIENCE_S), IGNORES.before(url) as pooled:
        assert await held_after_a_statement(pooled) == 0
        assert await held_after_a_statement(url) == 1


@pytest.mark.parametrize(
    "pooler",
    [
        Pooler(Settings.REFUSED),
        Pooler(Settings.IGNORED),
        Pooler(Settings.IGNORED, own_key=False),
        Pooler(Settings.KEPT),
    ],
    ids=str,
)
async def test_no_connection_goes_through_a_pooler(url: str, pooler: Pooler) -> None:
    async with asyncio.timeout(PATIENCE_S), pooler.before(url) as pooled:
        for by_index in (False, True):
            with pytest.raises(PostgresRefusedError, match=f"^{REFUSED}$"):
                await connect(pooled, SCHEMA, "sms-gateway alpha", by_index=by_index)


async def test_no_node_begins_behind_a_pooler(url: str) -> None:
    run = RunOf(RunId("run"), "alpha", "0.1.0", lambda: datetime(2026, 3, 2, 8, tzinfo=UTC))
    async with asyncio.timeout(PATIENCE_S), IGNORES.before(url) as pooled:
        with pytest.raises(PostgresRefusedError, match=f"^{REFUSED}$"):
            async with open_postgres(Secret(pooled), run, serving=True):
                pass
