"""What the server is told of time, so that nothing of ours goes on there without end."""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import asyncpg
import pytest

from sms_gateway.domain.ids import NumberHash, RunId
from sms_gateway.domain.secret import Secret
from sms_gateway.ports import StoreDownError
from sms_gateway.postgres.connecting import _TRANSPORT, DEAD_PEER_S, connect
from sms_gateway.postgres.statements import numbered
from sms_gateway.store.opening import RunOf
from sms_gateway.store.postgres import asking, driver, hints, life, nodes, writing
from sms_gateway.store.postgres.life import Life
from sms_gateway.store.postgres.opening import SCHEMA, migrate_postgres, open_postgres
from sms_gateway.store.store import SqlStore
from tests.postgres import Postgres

OURS_S, PATIENCE_S = 5.0, 20.0
AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
KINDS = (asking, life, nodes, writing)
HANGS = "SELECT pg_sleep(3600)"
ENDED_BY_THE_SERVER = "PG57014"
"""Query canceled (PostgreSQL 18, appendix A)."""


@pytest.fixture
async def url(postgres_server: Postgres) -> str:
    made = await asyncio.to_thread(postgres_server.database)
    await migrate_postgres(Secret(made), 1)
    return made


@pytest.fixture
async def store(url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SqlStore]:
    """One for which the server ends what hangs, and sooner than we do."""
    for kind in KINDS:
        monkeypatch.setitem(kind.LIMITS, "statement_timeout", "300")
    for kind in (asking, nodes, writing):
        monkeypatch.setattr(kind, "LIMIT_S", OURS_S)
    run = RunOf(RunId("run"), "alpha", "0.1.0", lambda: AT)
    async with open_postgres(Secret(url), run, serving=True) as opened:
        yield opened


def hang(monkeypatch: pytest.MonkeyPatch, statement: str) -> None:
    assert statement in driver.SQL
    monkeypatch.setitem(driver.SQL, statement, numbered(HANGS))


async def test_a_write_that_hangs_at_the_server_ends_and_the_next_one_is_written(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with asyncio.timeout(PATIENCE_S):
        with monkeypatch.context() as hanging:
            hang(hanging, "probe_write")
            with pytest.raises(StoreDownError, match=ENDED_BY_THE_SERVER):
                await store.probe()
        await store.probe()


async def test_a_question_that_hangs_at_the_server_ends_and_the_next_one_is_answered(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with asyncio.timeout(PATIENCE_S):
        with monkeypatch.context() as hanging:
            hang(hanging, "stored_answers")
            with pytest.raises(StoreDownError, match=ENDED_BY_THE_SERVER):
                await store.stored_answers([])
        assert await store.stored_answers([]) == {}


async def test_a_turn_that_hangs_at_the_server_ends_and_the_next_one_is_given(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    an = NumberHash("an")
    async with asyncio.timeout(PATIENCE_S):
        with monkeypatch.context() as hanging:
            hang(hanging, "turns_take")
            with pytest.raises(StoreDownError, match=ENDED_BY_THE_SERVER):
                await store.take_turns([an])
        assert set(await store.take_turns([an])) == {an}


async def test_a_sign_of_life_that_hangs_at_the_server_ends(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(life, "ANSWER_S", OURS_S)
    limits = {**life.LIMITS, "statement_timeout": "300"}
    alive = Life(lambda: connect(url, SCHEMA, "sms-gateway alpha", limits=limits))
    assert not alive.leads("door")
    hanging = numbered(f"{HANGS} IS NULL OR :name = ''")
    monkeypatch.setitem(driver.SQL, "lead_lock", hanging)
    with pytest.raises(asyncpg.QueryCanceledError):
        await asyncio.wait_for(alive.beat(), PATIENCE_S)


def test_the_server_gives_up_no_later_than_we_do_and_what_stands_still_sooner() -> None:
    for kind, ours in (
        (asking, asking.LIMIT_S),
        (nodes, nodes.LIMIT_S),
        (life, life.ANSWER_S),
        (hints, hints.ANSWER_S),
    ):
        assert int(kind.LIMITS["statement_timeout"]) <= ours * 1000
    assert int(writing.LIMITS["statement_timeout"]) <= writing.LIMIT_S * 1000
    assert int(writing.LIMITS["idle_in_transaction_session_timeout"]) < writing.LIMIT_S * 1000


async def test_both_ends_of_a_connection_notice_a_dead_peer(url: str) -> None:
    connection = await connect(url, SCHEMA, "sms-gateway alpha")
    try:
        names = ("idle", "interval", "count")
        there = [await connection.fetchval(f"SHOW tcp_keepalives_{name}") for name in names]
        line = getattr(connection, _TRANSPORT).get_extra_info("socket")
        options = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
        here = [line.getsockopt(socket.IPPROTO_TCP, option) for option in options]
        assert line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert [int(value) for value in there] == here == [3, 1, 3]
        waits_ms = line.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
        assert int(await connection.fetchval("SHOW tcp_user_timeout")) == waits_ms
        assert waits_ms == DEAD_PEER_S * 1000
    finally:
        await connection.close()
