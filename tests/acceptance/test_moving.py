"""An installation moves to PostgreSQL: killed on the way as often as may be, nothing is lost.

By hand for longer: COPY_KILL_COUNT=50 COPY_KILL_SEED=7 pytest -s <this file>
"""

import asyncio
import contextlib
import os
import random
import shutil
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from sms_gateway.postgres.connecting import PostgresConnection
from tests.acceptance.house import House, open_house, reply_of
from tests.acceptance.telco import PATIENCE, Does, citizen, mo
from tests.postgres import Postgres
from tests.real_process import Program

pytestmark = [pytest.mark.acceptance, pytest.mark.asyncio(loop_scope="session")]

KILLS = int(os.environ.get("COPY_KILL_COUNT", "5"))
SEED = int(os.environ.get("COPY_KILL_SEED", "20261126"))
ASKED = "MCKH_170703-0001"
MANY = 60_000
"""Rows of two tables; some batches of each."""

_FILL = """
WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ?)
"""
_TABLES = ("inbox", "outbox", "attempt", "receipt", "mo_key", "raw_exchange", "node", "audit")


def fill(file: Path) -> None:
    """Make some tables so large that they take several batches."""
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as db:
        for insert in (
            "INSERT INTO mo_key SELECT printf('k%08d', i * 7919 % 100000007), 'm', i, i FROM n",
            "INSERT INTO raw_exchange SELECT printf('%08d', i), i, randomblob(200) FROM n",
        ):
            db.execute(_FILL + insert, (MANY,))


@contextlib.asynccontextmanager
async def look_into(url: str) -> AsyncIterator[PostgresConnection]:
    connection: PostgresConnection = await asyncpg.connect(
        url, server_settings={"search_path": "sms_gateway"}
    )
    try:
        yield connection
    finally:
        await connection.close()


async def copied_so_far(db: PostgresConnection) -> int:
    try:
        return int(await db.fetchval("SELECT coalesce(sum(rows), 0)::bigint FROM copy_progress"))
    except asyncpg.UndefinedTableError:
        return -1


async def kill_when(
    process: asyncio.subprocess.Process, db: PostgresConnection, rows: int
) -> tuple[int | None, int]:
    """Kill a copy once so many rows are there, unless it ends before; its status, and the rows."""
    async with asyncio.timeout(4 * PATIENCE):
        while process.returncode is None and (there := await copied_so_far(db)) < rows:
            await asyncio.sleep(0)
    if process.returncode is None:
        process.kill()
    await process.wait()
    return process.returncode, there


async def test_a_copy_that_is_killed_at_any_moment_goes_on_and_writes_nothing_twice(
    tmp_path: Path, samples: Path, postgres_server: Postgres
) -> None:
    chance = random.Random(SEED)  # noqa: S311  # seeded
    data = tmp_path / "data"
    await asyncio.to_thread(shutil.copytree, samples, data)
    await asyncio.to_thread(fill, data / "gateway.db")
    url = await asyncio.to_thread(postgres_server.database)
    program = Program(tmp_path)
    line = program.line("store", "copy", f"sqlite:///{data}/gateway.db", url)
    killed = 0
    async with look_into(url) as db:
        for moment in sorted(chance.randrange(-1, 2 * MANY) for _ in range(KILLS)):
            process = await asyncio.create_subprocess_exec(
                *line, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
            )
            status, _there = await kill_when(process, db, moment)
            killed += status == -9
    assert killed >= KILLS - 1
