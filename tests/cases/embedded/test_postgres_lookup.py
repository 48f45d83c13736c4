"""Look-ups on PostgreSQL: through trouble and back, and without crowding the server."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping

import pytest

from sms_gateway.cases.embedded import CaseTablesError, migrate_cases, open_embedded
from sms_gateway.cases.embedded.postgres.opening import SCHEMA
from sms_gateway.cases.embedded.postgres.pool import FIRST_REST_S, SIZE
from sms_gateway.clock import SystemClock
from sms_gateway.domain.dossier import Found, Unavailable
from sms_gateway.domain.secret import Secret
from sms_gateway.ports import CaseDirectory
from sms_gateway.postgres.connecting import PostgresConnection, connect
from tests.cases.embedded.exports import Rows, SetClock, key, many
from tests.postgres import postgres
from tests.virtual_time import StandingClock

KEY = key(1)
EVERYBODY = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
WAITING = f"{EVERYBODY} AND wait_event_type = 'Lock'"


async def asked(directory: CaseDirectory) -> str:
    """`found`, or why not."""
    answer = (await directory.find_many([KEY]))[KEY]
    return answer.reason if isinstance(answer, Unavailable) else type(answer).__name__.lower()


async def until(directory: CaseDirectory, wanted: str) -> None:
    async with asyncio.timeout(30):
        while await asked(directory) != wanted:
            pass


async def another(at: Secret) -> PostgresConnection:
    return await connect(at.value, SCHEMA, "a test")


@pytest.mark.parametrize("ended", ["kill", "stop"])
async def test_a_server_that_was_away_is_used_again_once_it_is_back(
    clock: SetClock, rows_of: Rows, ended: str
) -> None:
    clock.step = FIRST_REST_S
    with postgres() as server:
        at = Secret(server.url())
        await migrate_cases(at, 0)
        async with open_embedded(at, clock) as directory:
            await directory.import_rows(many(rows_of, 2))
            assert await asked(directory) == "found"
            await asyncio.to_thread(getattr(server, ended))
            assert await asked(directory) == "down"
            with pytest.raises(CaseTablesError, match="the server cannot be reached: start it"):
                await directory.count()
            await asyncio.to_thread(server.start)
            await until(directory, "found")


async def test_a_gateway_starts_while_the_server_is_away_and_answers_once_it_is_back(
    rows_of: Rows,
) -> None:
    clock = SystemClock()
    with postgres() as server:
        at = Secret(server.url())
        await migrate_cases(at, 0)
        await asyncio.to_thread(server.stop)
        async with open_embedded(at, clock) as directory:
            assert await asked(directory) == "down"
            with pytest.raises(CaseTablesError, match="the server cannot be reached: start it"):
                await directory.import_rows(many(rows_of, 2))
            await asyncio.to_thread(server.start)
            await directory.import_rows(many(rows_of, 2))
            await until(directory, "found")


@pytest.mark.parametrize(
    "change, told",
    [
        ("DROP TABLE schema_meta", "missing or of an older version: run sms-gateway store migrate"),
        (
            "DELETE FROM schema_meta",
            "missing or of an older version: run sms-gateway store migrate",
        ),
        ("UPDATE schema_meta SET checksum = 'x'", "was changed after it was applied"),
        (
            "INSERT INTO schema_meta VALUES (3, 'later', 'x', 3, 0)",
            "install the newer version",
        ),
    ],
    ids=["missing", "older", "edited", "newer"],
)
async def test_a_gateway_does_not_start_on_a_schema_that_it_does_not_fit(
    on_server: Secret, clock: SetClock, change: str, told: str
) -> None:
    holder = await another(on_server)
    await holder.execute(change)
    await holder.close()
    with pytest.raises(CaseTablesError, match=told) as refused:
        async with open_embedded(on_server, clock):
            raise AssertionError
    assert refused.value.word == "schema"
    async with open_embedded(on_server, clock, writable=False) as directory:
        assert await asked(directory) == "schema"


async def test_older_code_goes_on_with_a_schema_of_newer_code_that_allows_it(
    on_server: Secret, clock: SetClock, rows_of: Rows
) -> None:
    holder = await another(on_server)
    await holder.execute("INSERT INTO schema_meta VALUES (3, 'later', 'x', 1, 0)")
    await holder.close()
    async with open_embedded(on_server, clock) as directory:
        await directory.import_rows(many(rows_of, 2))
        assert await asked(directory) == "found"


async def test_a_lookup_that_takes_too_long_is_given_up_and_the_next_one_is_not(
    on_server: Secret, clock: SetClock, rows_of: Rows
) -> None:
    async with open_embedded(on_server, clock, time_limit=0.3) as directory:
        await directory.import_rows(many(rows_of, 2))
        holder = await another(on_server)
        await holder.execute("BEGIN; LOCK TABLE dossier_number")
        slow = await asyncio.gather(*(asked(directory) for _ in range(2 * SIZE)))
        await holder.execute("ROLLBACK")
        await holder.close()
        await until(directory, "found")
    assert slow == ["slow"] * (2 * SIZE)


async def test_however_many_look_something_up_at_once_the_server_sees_few_connections(
    on_server: Secret, clock: SetClock, rows_of: Rows
) -> None:
    async with open_embedded(on_server, clock, time_limit=30) as directory:
        await directory.import_rows(many(rows_of, 2))
        holder = await another(on_server)
        await holder.execute("BEGIN; LOCK TABLE dossier_number")
        asking = asyncio.gather(*(asked(directory) for _ in range(50)))
        watcher = await another(on_server)
        while await watcher.fetchval(WAITING) < SIZE:
            pass
        there = await watcher.fetchval(EVERYBODY)
        await holder.execute("ROLLBACK")
        assert await asking == ["found"] * 50
        await watcher.close()
        await holder.close()
    assert there == SIZE + len([holder, watcher])


async def test_connections_that_were_given_up_are_closed_on_the_server_too(
    on_server: Secret, clock: SetClock
) -> None:
    holder = await another(on_server)
    async with open_embedded(on_server, clock, time_limit=30) as directory:
        assert await asked(directory) == "notfound"
        await holder.execute("BEGIN; LOCK TABLE dossier_number")
        looking = asyncio.ensure_future(asked(directory))
        watcher = await another(on_server)
        while not await watcher.fetchval(WAITING):
            pass
        await watcher.close()
        looking.cancel()
        await asyncio.wait({looking})
        await holder.execute("ROLLBACK")
        assert await asked(directory) == "notfound"
    async with asyncio.timeout(30):
        while await holder.fetchval(EVERYBODY) > 1:
            pass
    await holder.close()


class Refusing:
    """A server that takes a connection and ends it; counts them."""

    def __init__(self) -> None:
        self.attempts = 0

    async def __call__(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.attempts += 1
        writer.close()


async def test_a_server_that_is_down_is_not_asked_by_each_lookup(clock: SetClock) -> None:
    refusing = Refusing()
    async with await asyncio.start_server(refusing, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        at = Secret(f"postgresql://gateway@127.0.0.1:{port}/gateway?sslmode=disable")
        async with open_embedded(at, StandingClock(), writable=False) as directory:
            together = await asyncio.gather(*(asked(directory) for _ in range(20)))
            later = [await asked(directory) for _ in range(20)]
        assert set(together) | set(later) == {"down"}
        assert refusing.attempts == 1
        clock.step = FIRST_REST_S
        async with open_embedded(at, clock, writable=False) as directory:
            while refusing.attempts < 4:
                assert await asked(directory) == "down"


async def test_who_closes_does_not_wait_for_a_server_that_says_nothing(clock: SetClock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        at = Secret(f"postgresql://gateway@127.0.0.1:{port}/gateway")
        async with asyncio.timeout(30), open_embedded(at, clock, writable=False) as directory:
            looking = asyncio.ensure_future(asked(directory))
            await asyncio.sleep(0)
        assert await looking in {"closed", "slow"}


WORDS: Mapping[str, Callable[[Secret], str]] = {
    "missing": lambda at: at.value.rpartition("/")[0] + "/nothing",
    "forbidden": lambda at: at.value.replace("gateway@", "nobody:hunter2@"),
}


@pytest.mark.parametrize("word", WORDS)
async def test_what_is_wrong_is_one_word_for_machines_and_one_line_without_secrets_for_people(
    on_server: Secret, clock: SetClock, word: str
) -> None:
    at = Secret(WORDS[word](on_server))

    async def told(what: Awaitable[object]) -> CaseTablesError:
        with pytest.raises(CaseTablesError) as error:
            await what
        return error.value

    async with open_embedded(at, clock, writable=False) as directory:
        assert await asked(directory) == word
        error = await told(directory.count())
    again = await told(migrate_cases(at, 0))
    assert (error.word, str(error)) == (word, str(again))
    assert "\n" not in str(error)
    assert "hunter2" not in str(error) + repr(at) + str(at)


async def test_content_that_no_import_writes_is_called_broken(
    on_server: Secret, clock: SetClock, rows_of: Rows
) -> None:
    async with open_embedded(on_server, clock) as directory:
        await directory.import_rows(many(rows_of, 2))
        holder = await another(on_server)
        await holder.execute("UPDATE dossier SET answer = '{\"id\": 7}'")
        await holder.close()
        assert await asked(directory) == "broken"
        with pytest.raises(CaseTablesError, match="restore it from a backup"):
            await directory.show("R000001")


async def test_a_look_up_never_writes_to_the_server(on_server: Secret, clock: SetClock) -> None:
    async with open_embedded(on_server, clock, writable=False) as directory:
        with pytest.raises(CaseTablesError, match="may only be read"):
            await directory._look(lambda tables: tables.change("clear_staged", most=1))  # noqa: SLF001  # nothing that is offered would try


async def test_found_means_found_by_an_index_however_the_tables_grow(
    on_server: Secret, clock: SetClock, rows_of: Rows
) -> None:
    """A plan of an empty table stays with its connection for long."""
    async with open_embedded(on_server, clock) as directory:
        for _ in range(10):
            assert await asked(directory) == "notfound"
        await directory.import_rows(many(rows_of, 5_000))
        holder = await another(on_server)
        reads = "SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'dossier'"
        await holder.execute("SELECT pg_stat_force_next_flush()")
        before = await holder.fetchval(reads)
        answers = await directory.find_many([key(n) for n in range(0, 5_000, 10)])
    async with asyncio.timeout(30):
        while await holder.fetchval(EVERYBODY) > 1:
            pass
    # What a session read is counted when it ends, at the latest.
    await holder.execute("SELECT pg_stat_clear_snapshot()")
    after = await holder.fetchval(reads)
    await holder.close()
    assert all(isinstance(answer, Found) for answer in answers.values())
    assert after == before
