"""A server that is too old is refused in one line; the oldest that is taken is taken."""

import asyncio

import asyncpg
import pytest
from asyncpg.types import ServerVersion

from sms_gateway.postgres.connecting import PostgresConnection, connect
from sms_gateway.postgres.refused import PostgresRefusedError
from sms_gateway.store.postgres.opening import SCHEMA
from tests.postgres import Postgres


@pytest.fixture
async def url(postgres_server: Postgres) -> str:
    return await asyncio.to_thread(postgres_server.database)


def calls_itself(monkeypatch: pytest.MonkeyPatch, major: int, minor: int) -> None:
    """From now on each server seems to be of this version."""
    version = ServerVersion(major, minor, 0, "final", 0)
    monkeypatch.setattr(asyncpg.Connection, "get_server_version", lambda _: version)


async def test_a_server_before_version_15_is_refused_and_left(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[PostgresConnection] = []
    terminate = asyncpg.Connection.terminate

    def noted(connection: PostgresConnection) -> None:
        left.append(connection)
        terminate(connection)

    monkeypatch.setattr(asyncpg.Connection, "terminate", noted)
    calls_itself(monkeypatch, 14, 20)
    with pytest.raises(PostgresRefusedError) as refused:
        await connect(url, SCHEMA, "sms-gateway")
    assert str(refused.value) == "PostgreSQL 14 is too old: install 15 or newer"
    assert [one.is_closed() for one in left] == [True]


async def test_version_15_is_taken(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    calls_itself(monkeypatch, 15, 0)
    connection = await connect(url, SCHEMA, "sms-gateway")
    try:
        assert await connection.fetchval("SELECT 1") == 1
    finally:
        connection.terminate()
