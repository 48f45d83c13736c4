"""Learning on PostgreSQL: over one connection that is kept, as long as it works."""

import asyncio
from dataclasses import replace

import asyncpg
import pytest

from sms_gateway.cases.embedded import CaseTablesError, EmbeddedDirectory, Learned, open_embedded
from sms_gateway.cases.embedded.postgres import opening, writer
from sms_gateway.domain.secret import Secret
from tests.cases.embedded.exports import Rows, SetClock, many, table
from tests.postgres_sessions import noted

OWN = "FROM pg_stat_activity WHERE application_name LIKE '% cases' AND datname = current_database()"


async def learned(directory: EmbeddedDirectory, rows_of: Rows, state: int) -> Learned:
    """What becomes of a dossier that is told in a state."""
    (row,) = many(rows_of, 1)
    (fate,) = await directory.learn([replace(row, state=state)], "sql")
    return fate


async def ask(at: Secret, question: str) -> object:
    connection = await asyncpg.connect(at.value)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def test_what_is_learned_one_after_the_other_needs_one_connection(
    on_server: Secret, clock: SetClock, rows_of: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = noted(monkeypatch, opening, "_connected")
    async with open_embedded(on_server, clock) as directory:
        sessions.clear()
        fates = [await learned(directory, rows_of, state) for state in (2, 4, 4, 9)]
        assert (
            len([one for one in sessions if one[1]["default_transaction_read_only"] == "off"]) == 1
        )
    assert fates == [Learned.NEW, Learned.CHANGED, Learned.UNCHANGED, Learned.CHANGED]


async def test_those_who_learn_at_once_leave_one_connection_behind(
    on_server: Secret, clock: SetClock, rows_of: Rows
) -> None:
    async with open_embedded(on_server, clock) as directory:
        before = await ask(on_server, f"SELECT count(*) {OWN}")
        await asyncio.gather(*(learned(directory, rows_of, 4) for _ in range(5)))
        assert await ask(on_server, f"SELECT count(*) {OWN}") == int(str(before)) + 1
    assert await ask(on_server, f"SELECT count(*) {OWN}") == 0


async def test_imports_and_what_is_learned_beside_them_do_not_meet(
    on_server: Secret, clock: SetClock, rows_of: Rows
) -> None:
    rows = many(rows_of, 3)
    async with open_embedded(on_server, clock) as directory:
        for state in (2, 4, 5):
            assert await learned(directory, rows_of, state) is not Learned.UNCHANGED
            report = await directory.import_rows([replace(row, state=9) for row in rows])
            assert report.changed + report.new >= 1
    assert await table(on_server, "staged") == []


async def test_a_connection_that_the_server_ended_is_opened_again(
    on_server: Secret, clock: SetClock, rows_of: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As long after that the kept one is tried before it is used.
    monkeypatch.setattr("sms_gateway.postgres.connecting.RENEW_S", 0.0)
    async with open_embedded(on_server, clock) as directory:
        await learned(directory, rows_of, 2)
        assert await ask(on_server, f"SELECT bool_and(pg_terminate_backend(pid)) {OWN}")
        assert await learned(directory, rows_of, 4) is Learned.CHANGED


async def test_after_a_fault_nothing_is_left_of_the_connection(
    on_server: Secret, clock: SetClock, rows_of: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_embedded(on_server, clock) as directory:
        await learned(directory, rows_of, 2)
        with monkeypatch.context() as slow:
            slow.setattr(writer, "STEP_LIMIT_S", 0.0)
            with pytest.raises(CaseTablesError, match="it takes too long"):
                await learned(directory, rows_of, 4)
        assert await learned(directory, rows_of, 4) is Learned.CHANGED
