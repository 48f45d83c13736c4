"""A clock that is set by hand, exports of many dossiers, and the tables that they become."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sms_gateway.cases.embedded import Row
from sms_gateway.domain.dossier import canonical_key
from sms_gateway.domain.ids import CanonicalKey

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


def table(path: Path, name: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT * FROM {name}").fetchall()  # noqa: S608 - a test's own name
