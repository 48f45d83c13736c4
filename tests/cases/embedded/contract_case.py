"""What the contract of case directories needs to know of the embedded one."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from pathlib import Path

from sms_gateway.cases.embedded import Place, Row, open_embedded
from sms_gateway.domain.dossier import Dossier
from sms_gateway.ports import CaseDirectory
from sms_gateway.sqlite.connection import open_writer
from tests.virtual_time import StandingClock


@asynccontextmanager
async def open_with(folder: Path, dossiers: Sequence[Dossier]) -> AsyncIterator[CaseDirectory]:
    async with open_embedded(folder / "cases.db", StandingClock()) as directory:
        await directory.import_rows([_row(dossier) for dossier in dossiers])
        yield directory


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)


def _row(dossier: Dossier) -> Row:
    return Row(
        place=Place(1),
        id=dossier.id,
        receipt=dossier.receipt,
        agency=dossier.agency,
        state=dossier.state,
        state_at=_ms(dossier.state_at),
        received_at=_ms(dossier.received_at),
        due_at=_ms(dossier.due_at),
        new_due_at=_ms(dossier.new_due_at),
        finished_at=_ms(dossier.finished_at),
        returned_at=_ms(dossier.returned_at),
        submitted_via="",
        return_via=dossier.return_via,
        sms_allowed=True,
        secret_hash=dossier.secret_hash,
        procedure_code="2.000003",
        procedure_name="Thủ tục",
        field_code="",
        field_name="Ngoại vụ",
        room="Phòng Lãnh sự",
        phones=tuple(("owner", phone.value) for phone in dossier.phones),
    )


def _reader(folder: Path) -> AbstractAsyncContextManager[CaseDirectory]:
    return open_embedded(folder / "cases.db", StandingClock(), writable=False, time_limit=0.1)


@asynccontextmanager
async def _missing(folder: Path) -> AsyncIterator[CaseDirectory]:
    async with _reader(folder) as directory:
        yield directory


@asynccontextmanager
async def _not_a_database(folder: Path) -> AsyncIterator[CaseDirectory]:
    octets = b"this is no database at all " * 400
    await asyncio.to_thread((folder / "cases.db").write_bytes, octets)
    async with _reader(folder) as directory:
        yield directory


@asynccontextmanager
async def _empty(folder: Path) -> AsyncIterator[CaseDirectory]:
    await asyncio.to_thread((folder / "cases.db").touch)
    async with _reader(folder) as directory:
        yield directory


def _damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)


@asynccontextmanager
async def _damaged(folder: Path) -> AsyncIterator[CaseDirectory]:
    async with open_embedded(folder / "cases.db", StandingClock()):
        pass
    await asyncio.to_thread(_damage, folder / "cases.db")
    async with _reader(folder) as directory:
        yield directory


@asynccontextmanager
async def _locked(folder: Path) -> AsyncIterator[CaseDirectory]:
    async with open_embedded(folder / "cases.db", StandingClock()):
        pass
    holder = await open_writer(folder / "cases.db")
    await holder.work(_hold)
    async with _reader(folder) as directory:
        yield directory
        await holder.close()


def _hold(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("BEGIN EXCLUSIVE")
    connection.execute("DELETE FROM dossier")


@asynccontextmanager
async def _closed(folder: Path) -> AsyncIterator[CaseDirectory]:
    async with open_embedded(folder / "cases.db", StandingClock()) as directory:
        pass
    yield directory


FAILURES: Mapping[str, Callable[[Path], AbstractAsyncContextManager[CaseDirectory]]] = {
    "missing": _missing,
    "not_a_database": _not_a_database,
    "empty": _empty,
    "damaged": _damaged,
    "locked": _locked,
    "closed": _closed,
}
