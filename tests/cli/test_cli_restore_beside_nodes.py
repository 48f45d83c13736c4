"""A node that runs while a copy is restored sends nothing of it."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from sms_gateway.backup.postgres import restoring
from sms_gateway.cli.store_faults import of_store
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.secret import Secret
from sms_gateway.ports import StoreDownError
from sms_gateway.postgres.connecting import PostgresConnection, connect
from sms_gateway.postgres.restoring import mark, unmark
from sms_gateway.store.postgres import hints, life
from sms_gateway.store.postgres.opening import SCHEMA, gateways, migrate_postgres
from tests.backup.on_postgres import everything, filled, named, on_path
from tests.cli.conftest import Command, one_line
from tests.contracts.store_desk import VirtualClock
from tests.postgres import Postgres, programs
from tests.store.postgres.nodes_desk import Nodes

CONNECTED = "gateways are connected to the database: stop all nodes first"
DOOR = DoorName("telco")


@pytest.fixture
def restored(
    cli: Command, postgres_server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], str]:
    """Restores a backup into the database of `new`; the one line that it says."""
    monkeypatch.setenv("PATH", on_path(programs()))
    file = tmp_path / "one.tar.gz"
    asyncio.run(filled(named(monkeypatch, postgres_server.database()), tmp_path))
    assert cli("init", data=tmp_path / "var").exit_code == 0
    assert cli("backup", "--to", str(file), data=tmp_path / "var").exit_code == 0
    return lambda: one_line(cli("restore", str(file), data=tmp_path / "new"))


@pytest.fixture
def new(
    restored: Callable[[], str], postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> str:
    """An empty database, which the settings name from now on."""
    del restored
    return named(monkeypatch, postgres_server.database())


def with_nodes(url: str, act: Callable[[Nodes], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        await migrate_postgres(Secret(url), 1)
        async with AsyncExitStack() as stack:
            await act(Nodes(url, VirtualClock(), stack))

    asyncio.run(run())


async def emptied(url: str) -> None:
    other = await connect(url, SCHEMA, "a person")
    await other.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
    await other.close()


def test_where_a_node_is_connected_to_the_empty_database_nothing_is_put_into_it(
    restored: Callable[[], str], new: str
) -> None:
    async def act(nodes: Nodes) -> None:
        store = await nodes.start("b")
        await emptied(new)
        assert await asyncio.to_thread(restored) == CONNECTED
        with pytest.raises(StoreDownError):
            await store.lease(DOOR, nodes.clock.at, 5)

    with_nodes(new, act)
    assert everything(new) == {"indexes": []}


def test_a_node_that_connects_in_the_moment_of_the_mark_is_seen_as_well(
    restored: Callable[[], str], new: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[PostgresConnection] = []

    async def connected_then_marked(connection: PostgresConnection) -> None:
        line = await connect(new, SCHEMA, "sms-gateway b")
        await line.execute("SELECT pg_advisory_lock_shared(hashtextextended('run b', 8083))")
        lines.append(line)
        await mark(connection)

    async def looked_then_closed(connection: PostgresConnection) -> int:
        found = await gateways(connection)
        while lines:
            await lines.pop().close()
        return found

    monkeypatch.setattr(restoring, "mark", connected_then_marked)
    monkeypatch.setattr(restoring, "gateways", looked_then_closed)
    assert restored() == CONNECTED
    assert everything(new) == {"indexes": []}


def test_a_node_that_comes_back_to_a_half_restored_database_waits_for_its_end(
    new: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No line but the one of the writer comes back while the node is stopped.
    monkeypatch.setattr(hints, "AGAIN_S", 60.0)
    monkeypatch.setattr(life, "BEAT_S", 60.0)

    async def act(nodes: Nodes) -> None:
        store = await nodes.start("b")
        other = await connect(new, SCHEMA, "a restore")
        await mark(other)
        await nodes.cut("b")
        with pytest.raises(StoreDownError, match="HalfRestoredError") as told:
            await store.lease(DOOR, nodes.clock.at, 5)
        assert "it is being restored: wait" in str(of_store(told.value))
        await unmark(other)
        await other.close()
        assert await store.lease(DOOR, nodes.clock.at, 5) == []

    with_nodes(new, act)
