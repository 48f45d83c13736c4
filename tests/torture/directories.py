"""A case directory that is slow, dead or wrong, and then back again."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from sms_gateway.cases.embedded.copied import SCHEMA
from sms_gateway.postgres.connecting import PostgresConnection
from tests.torture.gateways import Database
from tests.torture.stage import Stage

_SAMPLES = "WHERE id NOT LIKE '%.H32-26%'"
"""Not those that the office tells of meanwhile: what is put back would undo its changes."""

_KEPT = f"SELECT answer, number FROM dossier {_SAMPLES}"  # noqa: S608  # written here
_NONSENSE = f"UPDATE dossier SET answer = '{{\"id\": ' || number {_SAMPLES}"  # noqa: S608  # the same


async def directory_fails(stage: Stage) -> None:
    """One of the three."""
    await stage.moments.random()
    way = stage.chance.choice((_slow, _dead, _wrong))
    stage.events[way.__name__.strip("_")] += 1
    await way(stage)


async def _slow(stage: Stage) -> None:
    """It answers after a while, again and again."""
    for _ in range(stage.chance.randint(2, 5)):
        async with _stuck(stage):
            await stage.seconds(0.05, 0.9)
        await stage.seconds(0.0, 0.2)


async def _dead(stage: Stage) -> None:
    """It says nothing for longer than any answer can wait."""
    async with _stuck(stage):
        await stage.seconds(2.5, 5.0)


async def _wrong(stage: Stage) -> None:
    """What stands in it makes no sense."""
    async with _damaged(stage):
        await stage.seconds(0.2, 3.0)


@asynccontextmanager
async def _stuck(stage: Stage) -> AsyncIterator[None]:
    """Somebody else holds what reading needs."""
    if stage.database is None:
        with stage.house.stuck_directory():
            yield
    else:
        async with _connected(stage.database) as db, db.transaction():
            await db.execute("LOCK TABLE dossier IN ACCESS EXCLUSIVE MODE")
            yield


@asynccontextmanager
async def _damaged(stage: Stage) -> AsyncIterator[None]:
    if stage.database is None:
        with contextlib.closing(await asyncio.to_thread(_opened, stage)) as file:
            kept = file.execute(_KEPT).fetchall()
            file.execute(_NONSENSE)
            try:
                yield
            finally:
                file.executemany("UPDATE dossier SET answer = ? WHERE number = ?", kept)
        return
    async with _connected(stage.database) as db:
        rows = await db.fetch(_KEPT)
        await db.execute(_NONSENSE)
        try:
            yield
        finally:
            kept = [tuple(row) for row in rows]
            await db.executemany("UPDATE dossier SET answer = $1 WHERE number = $2", kept)


def _opened(stage: Stage) -> sqlite3.Connection:
    db = sqlite3.connect(
        stage.house.data / "cases.db", isolation_level=None, check_same_thread=False
    )
    db.execute("PRAGMA wal_autocheckpoint = 0")
    return db


@asynccontextmanager
async def _connected(database: Database) -> AsyncIterator[PostgresConnection]:
    db = await asyncpg.connect(database.url, server_settings={"search_path": SCHEMA})
    try:
        yield db
    finally:
        await db.close()
