"""A clock that is set by hand, exports of many dossiers, and the tables that they become."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime

from sms_gateway.cases.embedded import Place, Row
from sms_gateway.cases.embedded.postgres.opening import SCHEMA
from sms_gateway.cases.embedded.tables import Location
from sms_gateway.domain.dossier import Dossier, canonical_key
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.domain.secret import Secret
from sms_gateway.postgres.connecting import connect

NOW = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
Rows = Callable[[str | bytes], tuple[Row, ...]]


class SetClock:
    """A clock that is set by hand; who sleeps by it sleeps until woken.

    Attributes:
        moment: now.
        step: seconds that pass between two looks at `monotonic`.
        sleeps: how long it was to be slept, time and again.
        awake: nobody need sleep.
    """

    def __init__(self) -> None:
        self.moment = NOW
        self.step = 0.0
        self.sleeps: list[float] = []
        self.awake = asyncio.Event()
        self._looks = 0

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        self._looks += 1
        return self._looks * self.step

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        await self.awake.wait()


def many(rows_of: Rows, count: int, state: int = 4) -> tuple[Row, ...]:
    lines = "".join(f"H32-26-{n:06d},R{n:06d},{state}\n" for n in range(count))
    return rows_of("MaHoSo,SoBienNhan,TrangThaiHoSo\n" + lines)


def key(n: int) -> CanonicalKey:
    return canonical_key(f"R{n:06d}")


async def table(at: Location, name: str) -> Sequence[tuple[object, ...]]:
    """All rows of a table, in any order that is always the same."""
    query = f"SELECT * FROM {name}"  # noqa: S608 - a test's own name

    def ask(path: Location) -> Sequence[tuple[object, ...]]:
        with closing(sqlite3.connect(str(path))) as connection:
            return connection.execute(query).fetchall()

    if not isinstance(at, Secret):
        return sorted(await asyncio.to_thread(ask, at), key=repr)
    connection = await connect(at.value, SCHEMA, "a test")
    try:
        return sorted((tuple(row) for row in await connection.fetch(query)), key=repr)
    finally:
        await connection.close()


async def change(at: Location, statement: str) -> None:
    """Change tables behind the back of whoever has them open."""

    def write(path: Location) -> None:
        with closing(sqlite3.connect(str(path))) as connection, connection:
            connection.execute(statement)

    if not isinstance(at, Secret):
        await asyncio.to_thread(write, at)
        return
    connection = await connect(at.value, SCHEMA, "a test")
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)


def row_of(dossier: Dossier) -> Row:
    """A file's row of a dossier."""
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
