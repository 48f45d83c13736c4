"""A one-stop software's database as a province may have it, and how it is asked."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import aiomysql  # type: ignore[import-untyped]  # it has no types
import asyncpg
import pytest

from sms_gateway.cases.sql import SqlRemote, open_sql
from sms_gateway.cases.sql.remote import Around
from sms_gateway.ports import Clock
from sms_gateway.settings.cases_sql import CasesSql
from tests.mariadb import MariaDb, mariadb, program
from tests.postgres import Postgres
from tests.virtual_time import StandingClock

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SHAPES = ("yymmdd-9999", "999.99.99.A99-yymmdd-9999")

TABLE = """
CREATE TABLE ho_so (
    ma_ho_so varchar(64) PRIMARY KEY,
    so_bien_nhan varchar(64),
    trang_thai integer NOT NULL,
    dien_thoai varchar(100),
    ngay_nhan timestamp,
    ngay_hen timestamp,
    ten_chu_ho_so varchar(200),
    cap_nhat timestamp NOT NULL
)
"""

COLUMNS = (
    "ma_ho_so, so_bien_nhan, trang_thai, dien_thoai, ngay_nhan AS ngaytiepnhan, ngay_hen, cap_nhat"
)
BY_CODES = f"SELECT {COLUMNS} FROM ho_so WHERE ma_ho_so IN (:codes) OR so_bien_nhan IN (:codes)"  # noqa: S608  # a statement of the tests
BY_TIME = f"""
SELECT {COLUMNS} FROM ho_so
WHERE cap_nhat > :since OR (cap_nhat = :since AND ma_ho_so > :after)
ORDER BY cap_nhat, ma_ho_so LIMIT :limit
"""  # noqa: S608  # the same
NAMES = {
    "MaHoSo": "ma_ho_so",
    "SoBienNhan": "so_bien_nhan",
    "TrangThaiHoSo": "trang_thai",
    "SoDienThoai": "dien_thoai",
    "NgayHenTra": "ngay_hen",
}


def asked(**other: object) -> CasesSql:
    """Settings of that table."""
    given: dict[str, object] = {
        "by_codes": BY_CODES,
        "by_time": BY_TIME,
        "time_column": "cap_nhat",
        "columns": NAMES,
    }
    return CasesSql(**{**given, **other})  # type: ignore[arg-type]  # settings of any type


@dataclass(frozen=True, slots=True)
class Office:
    """A database of the office.

    Attributes:
        url: of it.
        run: changes something there.
    """

    url: str
    run: Callable[[str], None]

    def asked(
        self, seconds: float = 5.0, clock: Clock | None = None, **other: object
    ) -> AbstractAsyncContextManager[SqlRemote]:
        """It as the gateway sees it."""
        return opened(asked(**{"url": self.url, **other}), seconds, clock)

    def put(self, code: str, state: int, at: str, **other: str) -> None:
        """A dossier that changed at a moment, over the one with that code."""
        values = {"ma_ho_so": code, "cap_nhat": at, **other}
        names, texts = ", ".join(values), ", ".join(f"'{value}'" for value in values.values())
        self.run(f"DELETE FROM ho_so WHERE ma_ho_so = '{code}'")  # noqa: S608  # written here
        self.run(f"INSERT INTO ho_so (trang_thai, {names}) VALUES ({state}, {texts})")  # noqa: S608  # the same


@asynccontextmanager
async def opened(
    settings: CasesSql, seconds: float = 5.0, clock: Clock | None = None
) -> AsyncIterator[SqlRemote]:
    """A remote for the length of a block."""
    remote = await open_sql(settings, Around(ZONE, SHAPES, seconds, clock or StandingClock()))
    try:
        yield remote
    finally:
        await remote.close()


def on_postgres(url: str, lines: Sequence[str]) -> None:
    """Run statements as the office's own software would."""

    async def run() -> None:
        connection = await asyncpg.connect(url)
        for line in lines:
            await connection.execute(line)
        await connection.close()

    asyncio.run(run())


def on_mariadb(url: str, lines: Sequence[str]) -> None:
    """The same."""

    async def run() -> None:
        parts = urlsplit(url)
        connection = await aiomysql.connect(
            host=parts.hostname,
            port=parts.port,
            user=parts.username,
            password=parts.password,
            db=parts.path[1:],
            autocommit=True,
        )
        async with connection.cursor() as cursor:
            for line in lines:
                await cursor.execute(line)
        connection.close()

    asyncio.run(run())


@pytest.fixture
def office(postgres_server: Postgres) -> Office:
    """On PostgreSQL, with an empty table."""
    url = postgres_server.database()
    on_postgres(url, [TABLE])
    return Office(url, lambda line: on_postgres(url, [line]))


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[MariaDb]:
    """A MariaDB server, where there is one."""
    if program() is None:
        pytest.skip("not run: mariadbd is missing on this machine")
    with mariadb() as server:
        yield server


@pytest.fixture
def maria(mariadb_server: MariaDb) -> Office:
    """On MariaDB, with an empty table."""
    name = mariadb_server.name()
    on_mariadb(mariadb_server.url(""), [f"CREATE DATABASE {name} CHARACTER SET utf8mb4"])
    url = mariadb_server.url(name)
    on_mariadb(url, [TABLE.replace("timestamp", "datetime(6)")])
    return Office(url, lambda line: on_mariadb(url, [line]))


@pytest.fixture(params=["office", "maria"])
def either(request: pytest.FixtureRequest) -> Office:
    """On each of them."""
    return cast("Office", request.getfixturevalue(request.param))
