"""What the contract of case directories needs to know of an SQL database, with an empty copy."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime

import asyncpg

from sms_gateway.cases.breaker import Breaker
from sms_gateway.cases.embedded.rows import Rules
from sms_gateway.cases.remembering import Around, Remembering
from sms_gateway.domain.dossier import Dossier, ReturnVia, canonical_key
from sms_gateway.ports import CaseDirectory
from sms_gateway.settings.cases_sql import CasesSql
from tests.cases.far_away import KeptCopy
from tests.cases.sql.conftest import opened
from tests.contracts.case_ground import Ground
from tests.virtual_time import StandingClock

AGENCY = "000.00.12.H32"
RULES = Rules(
    zone=UTC,
    agency_of=lambda code: AGENCY if code.startswith(AGENCY) else "",
    hash_secret=str.lower,
)
NAMES = (
    "MaHoSo", "SoBienNhan", "TrangThaiHoSo", "SoDienThoai", "NgayTiepNhan", "NgayHenTra",
    "NgayHenTraMoi", "NgayKetThucXuLy", "NgayTra", "HinhThucTra", "MaTraCuu",
)  # fmt: skip
TABLE = f"CREATE TABLE ho_so (khoa text, khoa_bn text, {', '.join(f'{n} text' for n in NAMES)})"
FIND = "SELECT * FROM ho_so WHERE khoa IN (:keys) OR khoa_bn IN (:keys)"
CHANGED = "SELECT * FROM ho_so WHERE now() > :since LIMIT :limit"
WAYS = {ReturnVia.COUNTER: "0", ReturnVia.POST: "1", ReturnVia.ONLINE: "2"}


@asynccontextmanager
async def open_with(ground: Ground, dossiers: Sequence[Dossier]) -> AsyncIterator[CaseDirectory]:
    url = await _office(ground, [_row(dossier) for dossier in dossiers])
    async with _directory(url) as directory:
        yield directory


async def _office(ground: Ground, rows: Sequence[Sequence[str]]) -> str:
    assert ground.server is not None
    url = await asyncio.to_thread(ground.server.database)
    connection = await asyncpg.connect(url)
    await connection.execute(TABLE)
    places = ", ".join(f"${n}" for n in range(1, len(NAMES) + 3))
    await connection.executemany(f"INSERT INTO ho_so VALUES ({places})", rows)  # noqa: S608  # places only
    await connection.close()
    return url


def _row(dossier: Dossier) -> Sequence[str]:
    return (
        canonical_key(dossier.id),
        canonical_key(dossier.receipt),
        dossier.id,
        dossier.receipt,
        str(int(dossier.state)),
        "; ".join(phone.value for phone in dossier.phones),
        *(_text(m) for m in (dossier.received_at, dossier.due_at, dossier.new_due_at)),
        *(_text(m) for m in (dossier.finished_at, dossier.returned_at)),
        WAYS[dossier.return_via],
        dossier.secret_hash,
    )


def _text(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


@asynccontextmanager
async def _directory(url: str, seconds: float = 5.0) -> AsyncIterator[Remembering]:
    clock = StandingClock()
    settings = CasesSql(url=url, by_codes=FIND, by_time=CHANGED, time_column="x")
    async with opened(settings, seconds, clock) as remote:
        breaker = Breaker(5, 10.0, clock.monotonic)
        around = Around(RULES, seconds, clock, breaker, lambda _rows: None)
        yield Remembering(remote, KeptCopy(), around)


@asynccontextmanager
async def _no_server(_ground: Ground) -> AsyncIterator[CaseDirectory]:
    async with _directory("postgresql://gateway@127.0.0.2:1/none") as directory:
        yield directory


@asynccontextmanager
async def _no_database(ground: Ground) -> AsyncIterator[CaseDirectory]:
    assert ground.server is not None
    async with _directory(ground.server.url("none")) as directory:
        yield directory


@asynccontextmanager
async def _no_table(ground: Ground) -> AsyncIterator[CaseDirectory]:
    assert ground.server is not None
    async with _directory(await asyncio.to_thread(ground.server.database)) as directory:
        yield directory


@asynccontextmanager
async def _locked(ground: Ground) -> AsyncIterator[CaseDirectory]:
    url = await _office(ground, [])
    holder = await asyncpg.connect(url)
    async with holder.transaction():
        await holder.execute("LOCK TABLE ho_so")
        async with _directory(url, 0.2) as directory:
            yield directory
    await holder.close()


@asynccontextmanager
async def _unreadable(ground: Ground) -> AsyncIterator[CaseDirectory]:
    keys = ("0000012H321707030001", "999999")
    rows = [(key, key, *[""] * len(NAMES)) for key in keys]
    async with _directory(await _office(ground, rows)) as directory:
        yield directory


FAILURES: Mapping[str, Callable[[Ground], AbstractAsyncContextManager[CaseDirectory]]] = {
    "no_server": _no_server,
    "no_database": _no_database,
    "no_table": _no_table,
    "locked": _locked,
    "unreadable": _unreadable,
}
