"""What the benchmark of the messages page asks for: numbers, codes and times of a log."""

import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from sms_gateway.domain.ids import CanonicalKey, NumberHash
from sms_gateway.sqlite.connecting import connect_reader
from sms_gateway.store.postgres.opening import SCHEMA

TRIES = 20
_MS = 1000

_Row = Callable[[str], Awaitable[Sequence[Any]]]
"""The first row of a statement."""


@dataclass(frozen=True, slots=True)
class LogValues:
    """What is asked for: numbers, codes and times from all over the log, and what is most."""

    numbers: Sequence[NumberHash]
    codes: Sequence[CanonicalKey]
    times: Sequence[datetime]
    often: Mapping[str, str]


async def values_of_file(path: Path) -> LogValues:
    """Of a log on SQLite."""
    with closing(connect_reader(path)) as db:

        async def row(statement: str) -> Sequence[Any]:
            found: Sequence[Any] = _only(db.execute(statement))
            return found

        return await _values(row)


async def values_of_database(url: str) -> LogValues:
    """Of a log on PostgreSQL."""
    db = await asyncpg.connect(url, server_settings={"search_path": SCHEMA})
    try:

        async def row(statement: str) -> Sequence[Any]:
            return tuple(await db.fetchrow(statement) or ())

        return await _values(row)
    finally:
        await db.close()


def _only(cursor: sqlite3.Cursor) -> Sequence[Any]:
    return cursor.fetchone() or ()


async def _values(row: _Row) -> LogValues:
    rows = [
        await row(
            "SELECT sender_hash, code_key, received_at FROM inbox "  # noqa: S608  # ours
            f"WHERE id > '{(at >> 16):08x}-{at & 0xFFFF:04x}' AND code_key <> '' "
            "ORDER BY id LIMIT 1"
        )
        for at in await _moments(row)
    ]
    often = {
        column: (
            await row(
                f"SELECT {column} FROM inbox WHERE {column} <> '' AND id IN "  # noqa: S608  # ours
                "(SELECT id FROM inbox ORDER BY id DESC LIMIT 100000) "
                "GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
            )
        )[0]
        for column in ("sender_hash", "code_key", "agency")
    }
    return LogValues(
        [NumberHash(one[0]) for one in rows],
        [CanonicalKey(one[1]) for one in rows],
        [datetime.fromtimestamp(one[2] / _MS, UTC) for one in rows],
        often,
    )


async def _moments(row: _Row) -> Sequence[int]:
    """So many moments over the whole log, in milliseconds."""
    (first,) = await row("SELECT received_at FROM inbox ORDER BY id LIMIT 1")
    (last,) = await row("SELECT received_at FROM inbox ORDER BY id DESC LIMIT 1")
    step = (last - first) // (TRIES + 1)
    return [first + step * number for number in range(1, TRIES + 1)]
