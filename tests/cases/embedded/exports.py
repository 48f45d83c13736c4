"""Exports of many dossiers, and looks into the tables that they become."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sms_gateway.cases.embedded import Row
from sms_gateway.domain.dossier import canonical_key
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.ports import Clock

Rows = Callable[[str | bytes], tuple[Row, ...]]


class SetClock(Clock, Protocol):
    """The fixture `clock`."""

    moment: datetime
    step: float
    sleeps: list[float]
    awake: asyncio.Event


def many(rows_of: Rows, count: int, state: int = 4) -> tuple[Row, ...]:
    lines = "".join(f"H32-26-{n:06d},R{n:06d},{state}\n" for n in range(count))
    return rows_of("MaHoSo,SoBienNhan,TrangThaiHoSo\n" + lines)


def key(n: int) -> CanonicalKey:
    return canonical_key(f"R{n:06d}")


def table(path: Path, name: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT * FROM {name}").fetchall()  # noqa: S608 - a test's own name
