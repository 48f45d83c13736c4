"""The settings of each kind of connection, read back from the server."""

import asyncio
from collections import ChainMap
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from sms_gateway.domain.ids import NumberHash, RunId
from sms_gateway.domain.secret import Secret
from sms_gateway.store.opening import RunOf
from sms_gateway.store.postgres import opening
from sms_gateway.store.postgres.opening import (
    SCHEMA,
    look,
    migrate_postgres,
    open_postgres,
    open_postgres_reading,
    state_of,
)
from tests.postgres import Postgres
from tests.postgres_sessions import ANY, BY_INDEX, Session, noted

RUN = RunOf(RunId("run"), "alpha", "0.1.0", lambda: datetime(2026, 3, 2, 8, tzinfo=UTC))


def messages(*settings: Session) -> tuple[str, Session]:
    """A session among the messages' tables: what each has, and what this kind has besides."""
    return SCHEMA, dict(ChainMap(*map(dict, reversed((ANY, *settings)))))


WRITES = messages(
    BY_INDEX, {"statement_timeout": "10s", "idle_in_transaction_session_timeout": "5s"}
)
LIVES = messages(BY_INDEX, {"statement_timeout": "3s", "idle_session_timeout": "6s"})
HINTS = messages(BY_INDEX, {"statement_timeout": "3s"})
TURNS = messages(BY_INDEX, {"statement_timeout": "5s"})
ASKS = messages(BY_INDEX, {"statement_timeout": "10s"})
COMMAND = messages()


@pytest.fixture
async def url(postgres_server: Postgres) -> Secret:
    made = Secret(await asyncio.to_thread(postgres_server.database))
    await migrate_postgres(made, 1)
    return made


@pytest.fixture
def sessions(url: Secret, monkeypatch: pytest.MonkeyPatch) -> Sequence[tuple[str, Session]]:
    """What each connection is opened with, from now on."""
    del url
    return noted(monkeypatch, opening, "connect")


async def test_each_connection_of_a_node_has_the_settings_of_what_it_is_for(
    url: Secret, sessions: Sequence[tuple[str, Session]]
) -> None:
    async with open_postgres(url, RUN, serving=True) as store:
        assert sessions == [WRITES, LIVES, HINTS]
        await store.take_turns([NumberHash("an")])
        assert sessions[3:] == [TURNS]
        await store.stored_answers([])
        assert sessions[4:] == [ASKS]
        await store.probe()
        assert sessions[5:] == [WRITES]


async def test_who_only_reads_has_the_settings_of_questions(
    url: Secret, sessions: Sequence[tuple[str, Session]]
) -> None:
    async with open_postgres_reading(url) as reading:
        await reading.figures()
    assert sessions == [ASKS, ASKS]


async def test_commands_that_take_their_time_have_no_limit_for_a_statement(
    url: Secret, sessions: Sequence[tuple[str, Session]]
) -> None:
    await migrate_postgres(url, 1)
    await state_of(url)
    await look(url)
    assert sessions == [COMMAND] * 3
