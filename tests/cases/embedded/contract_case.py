"""What the contract of case directories needs to know of the embedded one on SQLite."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from sms_gateway.cases.embedded import open_embedded
from sms_gateway.domain.dossier import Dossier
from sms_gateway.ports import CaseDirectory
from sms_gateway.sqlite.connection import open_writer
from tests.cases.embedded.exports import row_of
from tests.contracts.case_ground import Ground
from tests.virtual_time import StandingClock


@asynccontextmanager
async def open_with(ground: Ground, dossiers: Sequence[Dossier]) -> AsyncIterator[CaseDirectory]:
    async with open_embedded(ground.folder / "cases.db", StandingClock()) as directory:
        await directory.import_rows([row_of(dossier) for dossier in dossiers])
        yield directory


def _reader(ground: Ground) -> AbstractAsyncContextManager[CaseDirectory]:
    return open_embedded(
        ground.folder / "cases.db", StandingClock(), writable=False, time_limit=0.1
    )


@asynccontextmanager
async def _missing(ground: Ground) -> AsyncIterator[CaseDirectory]:
    async with _reader(ground) as directory:
        yield directory


@asynccontextmanager
async def _not_a_database(ground: Ground) -> AsyncIterator[CaseDirectory]:
    octets = b"this is no database at all " * 400
    await asyncio.to_thread((ground.folder / "cases.db").write_bytes, octets)
    async with _reader(ground) as directory:
        yield directory


@asynccontextmanager
async def _empty(ground: Ground) -> AsyncIterator[CaseDirectory]:
    await asyncio.to_thread((ground.folder / "cases.db").touch)
    async with _reader(ground) as directory:
        yield directory


def _damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)


@asynccontextmanager
async def _damaged(ground: Ground) -> AsyncIterator[CaseDirectory]:
    async with open_embedded(ground.folder / "cases.db", StandingClock()):
        pass
    await asyncio.to_thread(_damage, ground.folder / "cases.db")
    async with _reader(ground) as directory:
        yield directory


@asynccontextmanager
async def _locked(ground: Ground) -> AsyncIterator[CaseDirectory]:
    async with open_embedded(ground.folder / "cases.db", StandingClock()):
        pass
    holder = await open_writer(ground.folder / "cases.db")
    await holder.work(_hold)
    async with _reader(ground) as directory:
        yield directory
        await holder.close()


def _hold(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("BEGIN EXCLUSIVE")
    connection.execute("DELETE FROM dossier")


@asynccontextmanager
async def _closed(ground: Ground) -> AsyncIterator[CaseDirectory]:
    async with open_embedded(ground.folder / "cases.db", StandingClock()) as directory:
        pass
    yield directory


FAILURES: Mapping[str, Callable[[Ground], AbstractAsyncContextManager[CaseDirectory]]] = {
    "missing": _missing,
    "not_a_database": _not_a_database,
    "empty": _empty,
    "damaged": _damaged,
    "locked": _locked,
    "closed": _closed,
}
