"""A disk that is full, may not be written, or lost power: nobody hears OK, nothing is lost."""

import asyncio
import resource
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_gateway.domain.outcome import MtState, Outcome
from sms_gateway.domain.records import Arrival, New
from sms_gateway.ports import StoreDownError
from sms_gateway.sql.migrations import load_migrations
from sms_gateway.sqlite.connection import SqliteConnection, open_reader, open_writer
from sms_gateway.sqlite.migrate import migrate
from sms_gateway.store.alone import Alone
from sms_gateway.store.group import GroupCommit
from sms_gateway.store.opening import RunOf
from sms_gateway.store.sqlite.opening import MIGRATIONS, SqliteAsk, in_thread
from sms_gateway.store.store import SqlStore
from tests.contracts.store_desk import DOOR, Desk, Made, maker_of, pending

LONG = "x" * 9000
"""A text that needs pages of its own."""


class Disk:
    """Makes stores whose disk a test can fill, and locks nothing."""

    def __init__(self) -> None:
        self.writer: SqliteConnection
        self.folder: Path
        self.killed = maker_of("sqlite").killed

    @asynccontextmanager
    async def opened(self, place: Path, run: RunOf) -> AsyncIterator[Made]:
        async with AsyncExitStack() as stack:
            self.folder = place
            self.writer = await open_writer(place / "gateway.db")
            stack.push_async_callback(self.writer.close)
            await self.writer.work(lambda db: migrate(db, load_migrations(MIGRATIONS), 1))
            reader = await open_reader(place / "gateway.db")
            stack.push_async_callback(reader.close)
            store = SqlStore(
                GroupCommit(in_thread(self.writer), 500), SqliteAsk([reader]), run, Alone()
            )
            stack.push_async_callback(store.close)
            yield OnDisk(store, reader)

    async def pragma(self, text: str) -> int:
        return await self.writer.work(lambda db: int(db.execute(f"PRAGMA {text}").fetchone()[0]))

    async def fill(self) -> None:
        await self.pragma(f"max_page_count = {await self.pragma('page_count')}")

    async def empty(self) -> None:
        await self.pragma("max_page_count = 1000000")

    async def forbid(self) -> None:
        await self.writer.work(lambda db: db.execute("PRAGMA query_only = ON").fetchall())

    async def allow(self) -> None:
        await self.writer.work(lambda db: db.execute("PRAGMA query_only = OFF").fetchall())

    async def cap(self) -> None:
        """No file of this process may grow: what a full file system or a quota does."""
        largest = max(path.stat().st_size for path in self.folder.iterdir())
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest + 100, self._hard_limit))

    async def uncap(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (self._hard_limit, self._hard_limit))

    @property
    def _hard_limit(self) -> int:
        return resource.getrlimit(resource.RLIMIT_FSIZE)[1]


class OnDisk:
    def __init__(self, store: SqlStore, reader: SqliteConnection) -> None:
        self.store = store
        self.reading = store.reading
        self._reader = reader

    async def rows(self, statement: str) -> list[tuple[object, ...]]:
        return await self._reader.work(lambda db: db.execute(statement).fetchall())

    async def sound(self) -> bool:
        return await self.rows("PRAGMA integrity_check") == [("ok",)]


@pytest.fixture
def disk() -> Disk:
    """The disk that `desk` writes to."""
    return Disk()


@pytest.fixture
async def desk(disk: Disk, tmp_path: Path) -> AsyncIterator[Desk]:
    """An empty store on that disk."""
    (tmp_path / "data").mkdir()
    async with Desk(disk, tmp_path / "data") as opened:
        yield opened


@pytest.mark.parametrize(
    "trouble,relief", [("fill", "empty"), ("forbid", "allow"), ("cap", "uncap")]
)
async def test_while_the_disk_takes_nothing_everybody_hears_it_and_nothing_is_lost(
    desk: Desk, disk: Disk, trouble: str, relief: str
) -> None:
    mo = await desk.receive()
    held = await desk.reply(MtState.SENDING)
    await getattr(disk, trouble)()
    try:
        calls = [[desk.arrival(LONG) for _ in range(9)] for _ in range(4)]
        answer = desk.answer(mo, desk.mt(mo, text=LONG))
        results = await asyncio.gather(
            *(desk.store.record(call) for call in calls),
            desk.store.answer([answer] * 30),
            return_exceptions=True,
        )
        assert [type(result) for result in results] == [StoreDownError] * 5
        assert {str(result) for result in results} <= {
            *("SQLITE_FULL", "SQLITE_READONLY", "SQLITE_IOERR_WRITE"),
        }
        assert await desk.rows("SELECT count(*) FROM inbox") == [(2,)]
        assert (await desk.stored(mo.id)).outcome is None
    finally:
        await getattr(disk, relief)()
    for call in calls:
        assert [pending(result).text for result in await desk.store.record(call)] == [LONG] * 9
    assert await desk.store.answer([answer]) == [True]
    assert await desk.store.settle([desk.accepted(held.id, 1)]) == [True]
    assert await desk.sound()


@pytest.mark.parametrize("trouble,relief", [("forbid", "allow"), ("cap", "uncap")])
async def test_a_probe_tells_of_a_disk_that_takes_nothing(
    desk: Desk, disk: Disk, trouble: str, relief: str
) -> None:
    await desk.receive()
    await getattr(disk, trouble)()
    try:
        with pytest.raises(StoreDownError):
            await desk.store.probe()
    finally:
        await getattr(disk, relief)()
    await desk.store.probe()


async def test_what_was_acknowledged_before_the_disk_was_full_is_there_after_a_death(
    desk: Desk, disk: Disk
) -> None:
    mo = await desk.receive()
    await disk.fill()
    with pytest.raises(StoreDownError, match="SQLITE_FULL"):
        await desk.store.record([desk.arrival(LONG) for _ in range(20)])
    await desk.die()
    assert [found.id for found in await desk.store.lease_unanswered(10)] == [mo.id]
    assert await desk.sound()


async def test_a_full_disk_and_a_bad_row_at_once_leave_nothing_half_written(
    desk: Desk, disk: Disk
) -> None:
    """The second try, each call by itself, meets the full disk."""
    await disk.fill()
    calls: list[list[Arrival]] = [[desk.arrival()], [desk.arrival("\ud800")]]
    calls.append([desk.arrival(LONG) for _ in range(20)])
    results = await asyncio.gather(
        *(desk.store.record(call) for call in calls), return_exceptions=True
    )
    assert [type(result) for result in results] == [StoreDownError] * 3
    assert await desk.rows("SELECT count(*) FROM inbox") == [(0,)]
    await disk.empty()
    assert isinstance(await desk.record(calls[0][0]), New)


@given(st.data())
@settings(max_examples=15)
async def test_power_lost_in_the_middle_of_a_commit_loses_nothing_acknowledged(
    data: st.DataObject,
) -> None:
    """However much of the last commit reached the log file, what came before is whole."""
    with tempfile.TemporaryDirectory() as folder:
        place, left = Path(folder) / "data", Path(folder) / "left"
        place.mkdir()
        left.mkdir()
        log = place / "gateway.db-wal"
        async with Desk(maker_of("sqlite"), place) as desk:
            first = await desk.receive()
            whole = log.stat().st_size
            second = await desk.receive()
            mt = desk.mt(second, text=LONG)
            await desk.store.answer([desk.answer(second, mt)])
            shutil.copyfile(place / "gateway.db", left / "gateway.db")
            end = log.stat().st_size
            cut = data.draw(st.integers(whole, end) | st.just(end))
            (left / log.name).write_bytes(log.read_bytes()[:cut] + data.draw(st.binary()))
        async with Desk(maker_of("sqlite"), left, runs_before=1) as desk:
            assert await desk.sound()
            found = {mo.id for mo in await desk.store.lease_unanswered(10)}
            stored = await desk.store.stored_answers([second.id])
            answered = [a.outcome for a in stored.values()] == [Outcome.ANSWERED]
            assert first.id in found
            assert answered or cut < end
            # The answer and its reply are there together or not at all.
            assert len(await desk.store.lease(DOOR, desk.clock.at, 9)) == int(answered)
