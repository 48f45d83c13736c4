"""A commit whose word is lost on its way back is asked for; nothing stays leased to nobody."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
import pytest_asyncio

from sms_gateway.domain.records import Duplicate, New
from sms_gateway.domain.secret import Secret
from sms_gateway.ports import StoreDownError
from sms_gateway.postgres.connecting import PostgresConnection
from sms_gateway.store import group
from sms_gateway.store.asked import StoreReading
from sms_gateway.store.opening import RunOf
from sms_gateway.store.postgres import writing
from sms_gateway.store.postgres.opening import SCHEMA, migrate_postgres, open_postgres
from sms_gateway.store.store import SqlStore
from tests.contracts.store_desk import DOOR, Desk, Made
from tests.fault_proxy import Does, FaultProxy, open_proxy
from tests.postgres import Postgres

COUNT = "SELECT count(*) FROM inbox"
PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class Seen:
    store: SqlStore
    reading: StoreReading
    onlooker: PostgresConnection

    async def rows(self, statement: str) -> Sequence[tuple[object, ...]]:
        return [tuple(row) for row in await self.onlooker.fetch(statement)]

    async def sound(self) -> bool:
        return True


class Line:
    """A maker of stores whose line to the server goes through a proxy.

    Args:
        url: of a migrated database.
        proxy: to its server.
    """

    def __init__(self, url: str, proxy: FaultProxy) -> None:
        self.url = url
        self.proxy = proxy

    @asynccontextmanager
    async def opened(self, place: Path, run: RunOf) -> AsyncIterator[Made]:
        del place
        port = urlsplit(self.url).port
        through = self.url.replace(f":{port}/", f":{self.proxy.address[1]}/")
        onlooker: PostgresConnection = await asyncpg.connect(
            self.url, server_settings={"search_path": SCHEMA}
        )
        try:
            async with open_postgres(Secret(through), run, serving=True) as store:
                yield Seen(store, store.reading, onlooker)
        finally:
            await onlooker.close()

    def killed(self, place: Path, left: Path) -> None:
        raise NotImplementedError


@pytest_asyncio.fixture
async def line(postgres_server: Postgres) -> AsyncIterator[Line]:
    url = await asyncio.to_thread(postgres_server.database)
    await migrate_postgres(Secret(url), 1)
    async with open_proxy("127.0.0.1", postgres_server.port) as proxy:
        yield Line(url, proxy)


@pytest_asyncio.fixture
async def desk(line: Line, tmp_path: Path) -> AsyncIterator[Desk]:
    async with Desk(line, tmp_path) as opened:
        yield opened


class Once:
    """Breaks the connection at the first piece that holds a word, and tells of it.

    Args:
        word: see there.
        then: called in that moment.
    """

    def __init__(self, word: bytes, then: Callable[[], None] = lambda: None) -> None:
        self.met = False
        self._word = word
        self._then = then

    def __call__(self, piece: bytes) -> Does:
        if self.met or self._word not in piece:
            return Does.PASS
        self.met = True
        self._then()
        return Does.RESET


class InTransaction:
    """Calls `then` with the first piece that is said after a transaction began; all pass."""

    def __init__(self, then: Callable[[], None]) -> None:
        self.met = False
        self._begun = False
        self._then = then

    def __call__(self, piece: bytes) -> Does:
        if self._begun and not self.met:
            self.met = True
            self._then()
        self._begun = self._begun or BEGIN in piece
        return Does.PASS


BEGIN = b"BEGIN;"
DONE, ORDER = b"COMMIT\0", b"COMMIT;"
"""How the server says that a commit is done, and how it is told to."""


async def test_a_commit_whose_word_was_lost_is_known_when_the_line_is_back(
    line: Line, desk: Desk
) -> None:
    line.proxy.on_answer = lost = Once(DONE)
    assert isinstance(await desk.record(desk.arrival(telco_id="T1")), New)
    assert lost.met
    assert await desk.rows(COUNT) == [(1,)]
    assert isinstance(await desk.record(desk.arrival(telco_id="T1")), Duplicate)


async def test_a_commit_that_never_came_to_the_server_was_none(line: Line, desk: Desk) -> None:
    line.proxy.on_call = lost = Once(ORDER)
    arrival = desk.arrival()
    with pytest.raises(StoreDownError):
        await desk.record(arrival)
    assert lost.met
    assert await desk.rows(COUNT) == [(0,)]
    assert isinstance(await desk.record(arrival), New)


async def test_replies_that_were_leased_by_a_commit_whose_word_was_lost_are_sent(
    line: Line, desk: Desk
) -> None:
    reply = await desk.reply()
    line.proxy.on_answer = lost = Once(DONE)
    assert [mt.id for mt in await desk.store.lease(DOOR, desk.clock.at, 1)] == [reply.id]
    assert lost.met


async def test_a_line_that_dies_in_a_transaction_is_left_for_a_new_one_within_its_time(
    line: Line, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is left who would answer a ROLLBACK."""
    assert isinstance(await desk.record(desk.arrival()), New)
    dies = InTransaction(line.proxy.cut)
    line.proxy.on_call = dies
    monkeypatch.setattr(writing, "LIMIT_S", 0.3)
    with pytest.raises(StoreDownError):
        await desk.record(desk.arrival())
    assert dies.met
    monkeypatch.setattr(writing, "LIMIT_S", PATIENCE)
    line.proxy.go_round()
    try:
        async with asyncio.timeout(PATIENCE):
            assert isinstance(await desk.record(desk.arrival()), New)
    finally:
        line.proxy.mend()
    assert await desk.rows(COUNT) == [(2,)]


async def test_a_run_that_a_restored_database_never_heard_of_is_noted_again(
    line: Line, desk: Desk
) -> None:
    """Without its row a commit in doubt would be taken for one that was not written."""
    assert isinstance(await desk.record(desk.arrival()), New)
    onlooker = await asyncpg.connect(line.url, server_settings={"search_path": SCHEMA})
    await onlooker.execute("DELETE FROM node")
    await onlooker.close()
    line.proxy.on_call = Once(BEGIN)
    with pytest.raises(StoreDownError):
        await desk.record(desk.arrival())
    line.proxy.on_answer = lost = Once(DONE)
    assert isinstance(await desk.record(desk.arrival()), New)
    assert lost.met


async def test_what_turns_out_to_be_written_when_nobody_waits_any_more_is_given_back(
    line: Line, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    mo, reply = await desk.receive(), await desk.reply()
    there, nowhere = line.proxy.target, ("127.0.0.1", 1)
    monkeypatch.setattr(group, "OVERDUE_S", 0.05)

    away = asyncio.Event()

    def go_away() -> None:
        line.proxy.target = nowhere
        away.set()

    line.proxy.on_answer = Once(DONE, go_away)
    asked = [
        asyncio.create_task(desk.store.lease(DOOR, desk.clock.at, 1)),
        asyncio.create_task(desk.record(desk.arrival())),
    ]
    done, _ = await asyncio.wait(asked)
    await asyncio.wait_for(away.wait(), PATIENCE)
    assert all(isinstance(one.exception(), StoreDownError) for one in done)
    line.proxy.target = there
    monkeypatch.setattr(group, "OVERDUE_S", PATIENCE)
    free = "SELECT count(*) FROM inbox WHERE lease_owner IS NULL AND outcome IS NULL"
    queued = f"SELECT count(*) FROM outbox WHERE state = 'queued' AND id = '{reply.id}'"  # noqa: S608  # an id of ours
    async with asyncio.timeout(PATIENCE):
        while (await desk.rows(free), await desk.rows(queued)) != ([(1,)], [(1,)]):
            pass
    assert mo.id not in {found.id for found in await desk.store.lease_unanswered(5)}


async def test_a_store_in_doubt_about_a_server_that_stays_away_can_be_closed(
    line: Line, tmp_path: Path
) -> None:
    async with asyncio.timeout(PATIENCE), Desk(line, tmp_path) as desk:
        away = asyncio.Event()

        def go_away() -> None:
            line.proxy.target = ("127.0.0.1", 1)
            away.set()

        line.proxy.on_answer = Once(DONE, go_away)
        recording = asyncio.create_task(desk.record(desk.arrival()))
        await away.wait()
    with pytest.raises(StoreDownError):
        await recording
