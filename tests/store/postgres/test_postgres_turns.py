"""Whoever fills and whoever purges take turns on several nodes, and a deadlock passes."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from sms_gateway.domain.retention import Walk
from sms_gateway.domain.rights import EraseBatch, EraseWalk
from sms_gateway.postgres.connecting import PostgresConnection
from sms_gateway.store.postgres.opening import SCHEMA
from sms_gateway.store.store import SqlStore
from tests.contracts.store_desk import AN, number
from tests.store.postgres.nodes_desk import Nodes, desk_of

PURGES = f"SELECT pg_advisory_xact_lock(hashtextextended('purge {Walk.TEXTS}', 8083))"
WORDS = "SELECT upto FROM word_mark FOR UPDATE"
WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.fixture
async def other(nodes: Nodes) -> AsyncIterator[PostgresConnection]:
    """A connection of another node; of a deadlock it is the last to hear."""
    settings = {"search_path": SCHEMA, "deadlock_timeout": "10min"}
    connection: PostgresConnection = await asyncpg.connect(nodes.url, server_settings=settings)
    yield connection
    await connection.close()


async def filled(nodes: Nodes) -> SqlStore:
    store = await nodes.start("alpha")
    assert isinstance(store, SqlStore)
    async with desk_of(nodes) as desk:
        await store.record([desk.arrival()])
    nodes.clock.step(1)
    return store


async def meets(nodes: Nodes, store: SqlStore, other: PostgresConnection, *takes: str) -> None:
    """A node fills, and erases in the same commit, while another one takes turns in this order."""
    erased = EraseBatch(EraseWalk.TEXTS, number(AN), "", 5, nodes.clock.at)
    async with other.transaction():
        await other.execute(takes[0])
        both = asyncio.gather(store.words.fill(nodes.clock.at, 5), store.retention.erase(erased))
        while not await other.fetchval(WAITS):  # noqa: ASYNC110  # no event of ours
            await asyncio.sleep(0)
        await other.execute(takes[1])
    count, _ = await both
    assert count == 1


async def test_who_fills_has_nothing_that_who_purges_waits_for(
    nodes: Nodes, other: PostgresConnection
) -> None:
    store = await filled(nodes)
    # Before the server looks for deadlocks.
    await other.execute("SET lock_timeout = '500ms'")
    await meets(nodes, store, other, PURGES, WORDS)


async def test_what_a_deadlock_ended_is_written_at_the_next_try(
    nodes: Nodes, other: PostgresConnection
) -> None:
    store = await filled(nodes)
    await meets(nodes, store, other, WORDS, PURGES)
