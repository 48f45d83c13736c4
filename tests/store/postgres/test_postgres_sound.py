"""Damage is found by what the contract and the campaign ask: is this database sound."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from sms_gateway.domain.ids import RunId
from sms_gateway.domain.secret import Secret
from sms_gateway.postgres.connecting import PostgresConnection
from sms_gateway.store.opening import RunOf
from sms_gateway.store.postgres.opening import SCHEMA, migrate_postgres
from tests.postgres import Postgres, postgres
from tests.store.postgres.maker import opened
from tests.torture.books import PostgresBooks

RUN = RunOf(RunId("run"), "alpha", "0.1.0", lambda: datetime(2026, 3, 2, 8, tzinfo=UTC))

WRITE = """
INSERT INTO mo_key (hash, inbox_id, expires_at, taken_at)
SELECT 'h' || n, 'm' || n, n, 0 FROM generate_series($1::integer, $2) AS n
"""
FORGET = """
UPDATE pg_index SET indisready = NOT indisready WHERE indexrelid = 'mo_key_expiry'::regclass
"""
"""What is written from now on is not written into this index; or again."""

DAMAGE = b"\xff" * 8192


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """One that keeps what it said, and whose files may be damaged."""
    with postgres() as own:
        yield own


@pytest.fixture
async def url(server: Postgres) -> str:
    made = await asyncio.to_thread(server.database)
    await migrate_postgres(Secret(made), 1)
    return made


@pytest.fixture
async def db(url: str) -> AsyncIterator[PostgresConnection]:
    connection: PostgresConnection = await asyncpg.connect(
        url, server_settings={"search_path": SCHEMA}
    )
    try:
        await connection.execute(WRITE, 1, 500)
        yield connection
    finally:
        connection.terminate()


async def damaged(server: Postgres, db: PostgresConnection, relation: str) -> None:
    """The last page of a table or an index is overwritten while the server is off."""
    await db.execute("CHECKPOINT")
    path = server.data / str(await db.fetchval("SELECT pg_relation_filepath($1)", relation))
    server.stop()
    _overwrite(path)
    server.start()


def _overwrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(-len(DAMAGE), 2)
        file.write(DAMAGE)


async def flaws(server: Postgres, url: str) -> str:
    return "\n".join(await PostgresBooks(server, url).flaws())


async def test_a_database_as_it_should_be_has_no_flaws(
    server: Postgres, url: str, db: PostgresConnection
) -> None:
    assert not await flaws(server, url)
    assert await db.fetchval("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == 0


async def test_an_index_that_lacks_a_row_is_a_flaw(
    server: Postgres, url: str, db: PostgresConnection
) -> None:
    await db.execute(FORGET)
    await db.execute(WRITE, 501, 501)
    await db.execute(FORGET)
    assert "mo_key_expiry, Index Scan: 500 rows, its table 501 rows" in await flaws(server, url)


async def test_the_contract_hears_of_an_index_that_lacks_a_row(tmp_path: Path) -> None:
    async with opened(tmp_path, RUN) as made:
        assert await made.sound()
        await made.change(FORGET)
        await made.change("INSERT INTO mo_key VALUES ('h1', 'm1', 1, 0)")
        await made.change(FORGET)
        assert not await made.sound()


@pytest.mark.parametrize("relation", ["mo_key", "mo_key_expiry"])
async def test_a_page_that_cannot_be_read_is_a_flaw_and_not_the_end_of_a_campaign(
    server: Postgres, url: str, db: PostgresConnection, relation: str
) -> None:
    await damaged(server, db, relation)
    assert "invalid page" in await flaws(server, url)


async def test_a_server_that_is_down_is_a_flaw(
    server: Postgres, url: str, db: PostgresConnection
) -> None:
    del db
    server.stop()
    try:
        assert await flaws(server, url)
    finally:
        server.start()
