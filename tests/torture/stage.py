"""One gateway under fire, and everything around it that can be made to fail."""

import asyncio
import contextlib
import random
import subprocess
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.acceptance.file_writes import watch_writes
from tests.acceptance.house import House, open_house
from tests.acceptance.telco import Telco, open_telco
from tests.fault_proxy import FaultProxy, open_proxy
from tests.postgres import postgres
from tests.real_process import Program
from tests.torture.books import (
    Books,
    SqliteBooks,
    followed_up,
    parts_left,
    rows_of,
    still_owed,
    told_of,
)
from tests.torture.changes import is_one_of
from tests.torture.gateways import Database, Node
from tests.torture.judging import INLINE, Evidence, Row
from tests.torture.load import Load
from tests.torture.manners import PLAIN
from tests.torture.moments import PATIENCE, Moments
from tests.torture.office import SETTINGS as OFFICE
from tests.torture.office import Office
from tests.torture.smpp_doors import settings
from tests.torture.smsc import Smsc, open_smsc

_LOOK_S = 0.05
_DISK = "512m"
_GO_ON = frozenset({"queued", "sending"})

SAFE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
"""A PostgreSQL that keeps what it said when it is killed."""


def _no_more(_folder: Path) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Around:
    """What a fault needs around the gateway.

    Attributes:
        env: more environment of each gateway's processes; makes in its folder what that needs.
        max_unanswered: see `[store]`.
        small_disk: all its files lie on a disk of their own where mounting is allowed.
        two_nodes: a second gateway works on the same PostgreSQL.
    """

    env: Callable[[Path], Mapping[str, str]] = _no_more
    max_unanswered: int = 20_000
    small_disk: bool = False
    two_nodes: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """What a stage is to be.

    Attributes:
        store: `sqlite` or `postgres`.
        hang_s: see `Stage`.
        smpp: there is an SMSC, too.
    """

    store: str
    hang_s: float
    smpp: bool


@dataclass(slots=True)
class Stage:
    """All of it.

    Attributes:
        house: the gateway, with the telco.
        calls: the telco's line to the gateway.
        answers: the gateway's line to the telco.
        smsc: None without doors that speak SMPP.
        books: the store.
        moments: hear of everything.
        chance: seeded.
        hang_s: how long what hangs hangs, in seconds.
        folder: of everything.
        disk: the small disk, or None.
        database: PostgreSQL, or None with SQLite.
        other: the second node, or None.
        events: what happened, for people.
        load: the texts of this round.
        office: the dossiers of this round.
    """

    house: House
    calls: FaultProxy
    answers: FaultProxy
    smsc: Smsc | None
    books: Books
    moments: Moments
    chance: random.Random
    hang_s: float
    folder: Path
    disk: Path | None = None
    database: Database | None = None
    other: Node | None = None
    events: Counter[str] = field(default_factory=Counter)
    load: Load = field(init=False)
    office: Office = field(init=False)

    def __post_init__(self) -> None:
        """Let the moments hear of everything."""
        self.house.telco.on_event = self.moments.happened
        if self.smsc is not None:
            self.smsc.on_event = self.moments.happened

    async def settled(self, *, calm: bool, deaths: bool) -> Evidence:
        """Wait until everything has ended, fetch what is to be fetched; all that is known then."""
        load = self.load
        # A door that is down tries one reply after ever longer rests: from now on each is taken.
        self.house.telco.scripts.clear()
        if self.smsc is not None:
            self.smsc.behave(PLAIN)
        await self._until(lambda row: row.outcome is not None and not _goes_on(row))
        await self._all_told()
        await load.fetch()
        inline = {text.ids[0] for text in load.taken if text.door == INLINE}
        await self._until(lambda row: row.telco_id not in inline or row.state == "accepted")
        mts, reported = self.house.telco.mts.copy(), frozenset[str]()
        self.house.telco.mts.clear()
        if self.smsc is not None:
            await asyncio.wait_for(self.smsc.quiet(), PATIENCE)
            mts, reported = mts + self.smsc.mts, frozenset(self.smsc.reported)
            self.events.update(self.smsc.answers)
            self.smsc.forget()
        parts = [whose for mark in load.marks for whose in await parts_left(self.books, mark)]
        told = await told_of(self.books, self.office.mark)
        followed = [one for mark in load.marks for one in await followed_up(self.books, mark)]
        unasked = [mt for mt in mts if is_one_of(mt, told) or is_one_of(mt, followed)]
        asked = [mt for mt in mts if mt not in unasked]
        rows = await self._rows()
        return Evidence(
            *(load.taken, rows, asked, calm, deaths, reported, parts, told, followed, unasked)
        )

    async def _all_told(self) -> None:
        """Wait until each change is told and nothing is owed, but not for ever."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while not await self._nothing_to_tell():
                    await _pause()

    async def _nothing_to_tell(self) -> bool:
        for mark in self.load.marks:
            if await still_owed(self.books, mark):
                return False
            if any(one.state in _GO_ON for one in await followed_up(self.books, mark)):
                return False
        told = await told_of(self.books, self.office.mark)
        ended = {one.owner for one in told if one.state not in _GO_ON}
        return ended >= {change.owner for change in self.office.changes}

    async def _rows(self) -> Sequence[Row]:
        """Those of this round."""
        return [row for mark in self.load.marks for row in await rows_of(self.books, mark)]

    async def _until(self, ended: Callable[[Row], bool]) -> None:
        """Wait until all rows are as wanted, but not for ever: the judge says what is missing."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while not all(map(ended, await self._rows())):
                    await _pause()

    async def seconds(self, least: float, most: float) -> None:
        """A random while."""
        while_s = self.chance.uniform(least, most)
        await asyncio.sleep(while_s)  # what the world around does takes its time


async def _begun(books: Books) -> None:
    """The first look at changes is over: from here on they count."""
    async with asyncio.timeout(PATIENCE):
        while not await books.rows("SELECT at FROM notice_mark WHERE name = 'changes'"):
            await _pause()


async def _pause() -> None:
    await asyncio.sleep(_LOOK_S)  # another process's commits give no signal


def _goes_on(row: Row) -> bool:
    return row.state in _GO_ON


@asynccontextmanager
async def open_stage(
    folder: Path, samples: Path, around: Around, chance: random.Random, order: Order
) -> AsyncIterator[Stage]:
    """A running gateway with its surroundings; ended and its log checked with the block.

    Args:
        folder: of everything; empty.
        samples: a data folder to start from.
        around: see there.
        chance: seeded.
        order: see there.
    """
    async with AsyncExitStack() as stack:
        disk = None
        if around.small_disk:
            disk = stack.enter_context(_small_disk(folder, order.store))
        telco, calls, answers = await stack.enter_async_context(_telco_behind_lines())
        smsc = await stack.enter_async_context(open_smsc(chance)) if order.smpp else None
        database = None
        if order.store == "postgres":
            database = await stack.enter_async_context(_open_database(disk, samples))
        env = {**around.env(folder), **(database.env("first") if database else {})}
        most, more = around.max_unanswered, settings(smsc.line.address[1]) if smsc else ""
        more = OFFICE + more
        house = await stack.enter_async_context(
            open_house(folder, samples, max_unanswered=most, env=env, known=telco, more=more)
        )
        books = database.books if database else SqliteBooks(house.data / "gateway.db")
        await _begun(books)
        other = None
        if database and around.two_nodes:
            other = await stack.enter_async_context(_second_node(house, database, around, folder))
        moments = Moments(chance, smpp=order.smpp)
        written = database.server.data / "pg_wal" if database else house.data
        stack.enter_context(watch_writes(written, lambda _name: moments.happened("written")))
        yield Stage(
            *(house, calls, answers, smsc, books, moments, chance),
            *(order.hang_s, folder, disk, database, other),
        )


@asynccontextmanager
async def _second_node(
    house: House, first: Database, around: Around, folder: Path
) -> AsyncIterator[Node]:
    """Another gateway on the same database, with a line of its own; the house ends it."""
    apart = folder / "second"
    apart.mkdir()
    async with open_proxy("127.0.0.1", first.server.port) as line:
        database = Database(first.server, line, first.url)
        program, env = house.program, {**around.env(apart), **database.env("second")}
        gateway = await asyncio.to_thread(
            program, data=program.new_data(), config=house.config, env=env
        )
        house.telco.others.append(gateway.url)
        yield Node(gateway, database, house, env, apart)


@asynccontextmanager
async def _telco_behind_lines() -> AsyncIterator[tuple[Telco, FaultProxy, FaultProxy]]:
    """A telco whose calls go through one proxy, and those to it through another."""
    async with open_telco() as telco, open_proxy() as calls, open_proxy() as answers:
        answers.target = _address(telco.url)
        telco.url = answers.url

        def through(gateway: str) -> str:
            calls.target = _address(gateway)
            return calls.url

        telco.line = through
        telco.patience = PATIENCE
        yield telco, calls, answers


@asynccontextmanager
async def _open_database(disk: Path | None, samples: Path) -> AsyncIterator[Database]:
    with postgres(disk, **SAFE) as server:
        async with open_proxy("127.0.0.1", server.port) as line:
            database = Database(server, line, server.database())
            program = Program(server.folder, samples)
            data = program.new_data()
            for words in (("store", "migrate"), ("init", "--samples")):
                done = await asyncio.to_thread(program.run, *words, data=data, env=database.env(""))
                assert done.returncode == 0, done.stderr
            yield database


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    return parts.hostname, parts.port


@contextmanager
def _small_disk(folder: Path, store: str) -> Iterator[Path | None]:
    """A small file system in memory under the store, or None where this user may not mount."""
    if store == "sqlite":
        with _mounted(folder) as disk:
            yield disk
        return
    # PostgreSQL has a user of its own, who need not come through to our folder.
    with (
        tempfile.TemporaryDirectory(prefix="sms-gateway-disk-") as apart,
        _mounted(Path(apart)) as disk,
    ):
        yield disk


@contextmanager
def _mounted(folder: Path) -> Iterator[Path | None]:
    command = ["mount", "-t", "tmpfs", "-o", f"size={_DISK},mode=755", "torture", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:  # noqa: S603  # a list written here
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S603, S607  # the same
