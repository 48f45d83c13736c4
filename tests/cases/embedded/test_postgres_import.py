"""Imports on PostgreSQL: one at a time over all nodes, and whole whatever dies in between."""

import asyncio
import io
import json

import pytest

from sms_gateway.cases.embedded import CaseTablesError, ImportReport, migrate_cases, open_embedded
from sms_gateway.cases.embedded.loader import AGAIN_S
from sms_gateway.cases.embedded.postgres.opening import SCHEMA
from sms_gateway.domain.dossier import Found, NotFound
from sms_gateway.domain.secret import Secret
from sms_gateway.postgres.connecting import PostgresConnection, connect
from tests.cases.embedded.exports import Rows, SetClock, key, many, table
from tests.cases.embedded.test_embedded_cut_off import caught_up, cut_off
from tests.postgres import postgres

IMPORTERS = (
    "FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE '% cases' "
    "AND pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory')"
)


async def another(at: Secret) -> PostgresConnection:
    return await connect(at.value, SCHEMA, "a test")


def states_of(answers: object) -> list[int]:
    assert isinstance(answers, dict)
    return [int(a.dossier.state) for a in answers.values() if isinstance(a, Found)]


async def test_imports_of_several_nodes_come_one_after_the_other(
    on_server: Secret, clock: SetClock, rows_of: Rows
) -> None:
    async with (
        open_embedded(on_server, clock) as one,
        open_embedded(on_server, clock) as two,
    ):
        reports = await asyncio.gather(
            *(node.import_rows(many(rows_of, 600)) for node in (one, two, one, two))
        )
        assert await two.count() == 600
    assert sorted(report.new for report in reports) == [0, 0, 0, 600]
    assert await table(on_server, "staged") == []


async def test_who_waits_for_another_node_says_so_meanwhile(
    on_server: Secret, clock: SetClock, rows_of: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = {"lock_timeout": "20"}
    monkeypatch.setattr("sms_gateway.postgres.connecting._LIMITS", limits)
    told: list[tuple[int, int]] = []
    waited = asyncio.Event()

    def progress(done: int, of: int) -> None:
        told.append((done, of))
        if len(told) > 2:
            waited.set()

    async with open_embedded(on_server, clock) as directory:
        other = await another(on_server)
        await other.execute("SELECT pg_advisory_lock(hashtext($1), 1)", SCHEMA)
        importing = asyncio.ensure_future(
            directory.import_rows(many(rows_of, 100), progress=progress)
        )
        await waited.wait()
        assert set(told) == {(0, 200)}
        # However the other node ends, its turn ends with it.
        await other.close()
        assert await importing == ImportReport(new=100, changed=0, unchanged=0, removed=0)
    assert told[-1] == (200, 200)


async def test_what_a_dead_node_left_is_finished_by_another_one_that_was_running_all_the_time(
    on_server: Secret, clock: SetClock, rows_of: Rows, captured_logs: io.StringIO
) -> None:
    async with open_embedded(on_server, clock) as running:
        async with open_embedded(on_server, SetClock()) as dying:
            await cut_off(dying, many(rows_of, 1_000), 1_100)
        assert (await table(on_server, "import_run"))[0][1] == "merging"
        clock.awake.set()
        await caught_up(on_server)
        assert await running.count() == 1_000
        assert running.unfinished == ""
    assert clock.sleeps[0] == AGAIN_S
    events = [json.loads(line)["event"] for line in captured_logs.getvalue().splitlines()]
    assert events == ["cases.import_finished"]


@pytest.mark.parametrize("when, there", [(250, 0), (1_250, 1_000)], ids=["staging", "merging"])
async def test_an_import_whose_connection_is_cut_is_told_and_then_dropped_or_finished(
    on_server: Secret, clock: SetClock, rows_of: Rows, when: int, there: int
) -> None:
    other = await another(on_server)
    cut: list[asyncio.Task[object]] = []

    def progress(done: int, _of: int) -> None:
        if done >= when and not cut:
            end = f"SELECT count(pg_terminate_backend(pid)) {IMPORTERS}"
            cut.append(asyncio.ensure_future(other.fetchval(end)))

    async with open_embedded(on_server, clock) as directory:
        with pytest.raises(CaseTablesError, match="the server cannot be reached: start it"):
            await directory.import_rows(many(rows_of, 1_000), progress=progress)
        assert await cut[0] == 1
        clock.awake.set()
        await caught_up(on_server)
        assert await directory.count() == there
        again = await directory.import_rows(many(rows_of, 1_000))
        assert (again.new, again.unchanged) == (1_000 - there, there)
    await other.close()


@pytest.mark.parametrize("when, there", [(250, 0), (5_250, 5_000)], ids=["staging", "merging"])
async def test_an_import_whose_server_is_killed_has_happened_wholly_or_not_at_all_afterwards(
    clock: SetClock, rows_of: Rows, when: int, there: int
) -> None:
    with postgres() as server:
        at = Secret(server.url())
        await migrate_cases(at, 0)
        reached = asyncio.Event()

        def progress(done: int, _of: int) -> None:
            if done >= when:
                reached.set()

        async with open_embedded(at, clock) as directory:
            importing = asyncio.ensure_future(
                directory.import_rows(many(rows_of, 5_000), progress=progress)
            )
            await reached.wait()
            await asyncio.to_thread(server.kill)
            with pytest.raises(CaseTablesError, match="the server cannot be reached: start it"):
                await importing
            await asyncio.to_thread(server.start)
            clock.awake.set()
            await caught_up(at)
            assert await directory.count() == there


async def test_a_dossier_that_is_being_changed_is_answered_as_it_was(
    on_server: Secret, clock: SetClock, rows_of: Rows
) -> None:
    async with open_embedded(on_server, clock) as directory:
        await directory.import_rows(many(rows_of, 2))
        other = await another(on_server)
        await other.execute("BEGIN; LOCK TABLE dossier_state IN SHARE MODE")
        changing = asyncio.ensure_future(directory.import_rows(many(rows_of, 2, state=9)))
        watcher = await another(on_server)
        waiting = f"SELECT count(*) {IMPORTERS} AND wait_event_type = 'Lock'"
        while not await watcher.fetchval(waiting):
            pass
        # The step has changed the dossiers and not yet noted their states.
        before = await directory.find_many([key(0), key(1)])
        await other.execute("ROLLBACK")
        await changing
        after = await directory.find_many([key(0), key(1)])
        await other.close()
        await watcher.close()
    assert states_of(before) == [4, 4]
    assert states_of(after) == [9, 9]


async def test_what_holds_the_tables_too_long_is_told_and_the_import_finished_later(
    on_server: Secret, clock: SetClock, rows_of: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = {"lock_timeout": "20"}
    monkeypatch.setattr("sms_gateway.postgres.connecting._LIMITS", limits)
    async with open_embedded(on_server, clock) as directory:
        other = await another(on_server)
        await other.execute("BEGIN; LOCK TABLE dossier_state IN SHARE MODE")
        with pytest.raises(CaseTablesError, match="something holds the tables"):
            await directory.import_rows(many(rows_of, 2))
        assert isinstance((await directory.find_many([key(0)]))[key(0)], NotFound)
        await other.execute("ROLLBACK")
        await other.close()
        clock.awake.set()
        await caught_up(on_server)
        assert isinstance((await directory.find_many([key(0)]))[key(0)], Found)


async def test_a_standby_is_told_from_a_primary(
    on_server: Secret, clock: SetClock, rows_of: Rows
) -> None:
    other = await another(on_server)
    name = on_server.value.rpartition("/")[2]
    await other.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    await other.close()
    async with open_embedded(on_server, clock) as directory:
        with pytest.raises(CaseTablesError, match="this server may only be read") as told:
            await directory.import_rows(many(rows_of, 2))
        assert isinstance((await directory.find_many([key(0)]))[key(0)], NotFound)
    assert told.value.word == "standby"


async def test_only_what_an_import_promises_waits_for_the_disk(
    on_server: Secret, clock: SetClock, rows_of: Rows
) -> None:
    """What each change of an import's phase was committed under."""
    other = await another(on_server)
    await other.execute(
        "CREATE TABLE seen (number bigint GENERATED ALWAYS AS IDENTITY, phase text, waits text);"
        "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "INSERT INTO seen (phase, waits) VALUES (NEW.phase, current_setting('synchronous_commit'));"
        "RETURN NULL; END $$;"
        "CREATE TRIGGER note AFTER INSERT OR UPDATE ON import_run "
        "FOR EACH ROW EXECUTE FUNCTION note()"
    )
    async with open_embedded(on_server, clock) as directory:
        await directory.import_rows(many(rows_of, 600))
    seen = [
        tuple(row) for row in await other.fetch("SELECT phase, waits FROM seen ORDER BY number")
    ]
    await other.close()
    assert [phase for phase, waits in seen if waits == "on"] == ["merging", "done"]
    assert {waits for _, waits in seen} == {"on", "off"}
    assert len(seen) > 4
