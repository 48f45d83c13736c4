"""An installation moves to PostgreSQL: killed on the way as often as may be, nothing is lost.

By hand for longer: COPY_KILL_COUNT=50 COPY_KILL_SEED=7 pytest -s <this file>
"""

import asyncio
import contextlib
import os
import random
import shutil
import signal
import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import asyncpg
import pytest

from sms_gateway.postgres.connecting import PostgresConnection
from tests.acceptance.house import open_house, reply_of
from tests.acceptance.telco import PATIENCE, Does, citizen, mo
from tests.postgres import Postgres
from tests.real_process import ROOT, Program

pytestmark = [pytest.mark.acceptance, pytest.mark.asyncio(loop_scope="session")]

KILLS = int(os.environ.get("COPY_KILL_COUNT", "5"))
SEED = int(os.environ.get("COPY_KILL_SEED", "20261126"))
ASKED = "MCKH_170703-0001"
MANY = 60_000
"""Rows of two tables; some batches of each."""

_FILL = """
WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ?)
"""
TABLES = ("mo_key", "raw_exchange", "node")
NODES = 2
"""Runs that the sample folder was made by."""
HEADS = 1
"""The end of the chain of the audit."""


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


async def killed_at(line: Sequence[str], db: PostgresConnection, rows: int) -> bool:
    """Start a copy, and kill it once so many rows are there; False where it was over before."""
    process = await asyncio.create_subprocess_exec(
        *line, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    over = asyncio.create_task(process.wait())
    async with asyncio.timeout(4 * PATIENCE):
        while not over.done() and await copied_so_far(db) < rows:
            pass
    if not over.done():
        process.kill()
    return await over == -signal.SIGKILL


async def there(db: PostgresConnection, table: str) -> set[tuple[object, ...]]:
    return {tuple(row) for row in await db.fetch(f"SELECT * FROM {table}")}  # noqa: S608  # our names


def here(data: Path, table: str) -> set[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(data / "gateway.db")) as db:
        return set(db.execute(f"SELECT * FROM {table}"))  # noqa: S608  # our names


async def test_a_copy_that_is_killed_at_any_moment_goes_on_and_writes_nothing_twice(
    tmp_path: Path, samples: Path, postgres_server: Postgres
) -> None:
    chance = random.Random(SEED)  # noqa: S311  # seeded
    data = tmp_path / "data"
    await asyncio.to_thread(shutil.copytree, samples, data)
    await asyncio.to_thread(fill, data / "gateway.db")
    url = await asyncio.to_thread(postgres_server.database)
    program = Program(tmp_path)
    copy = ("store", "copy", f"sqlite:///{data}/gateway.db", url)
    line = program.line(*copy, data=None, config=ROOT / "config")
    moments = sorted(chance.randrange(-1, 2 * MANY - 10_000) for _ in range(KILLS))
    async with look_into(url) as db:
        for moment in moments:
            assert await killed_at(line, db, moment), f"over before {moment} rows were there"
        done = await asyncio.to_thread(program.run, *copy)
        assert done.returncode == 0, done.stderr
        assert await copied_so_far(db) == -1
        for table in TABLES:
            assert await there(db, table) == await asyncio.to_thread(here, data, table), table
        acts = await db.fetch("SELECT act, detail FROM audit ORDER BY id")
    (rows,) = [row["detail"] for row in acts if row["act"] == "store.copy"]
    assert rows == f"rows={2 * MANY + len(acts) - 1 + NODES + HEADS}"


async def test_a_gateway_goes_on_where_it_was_before_it_moved(
    tmp_path: Path, samples: Path, postgres_server: Postgres
) -> None:
    """Killed with messages on their way; what it had answered is answered with the same bytes."""
    url = await asyncio.to_thread(postgres_server.database)
    async with open_house(tmp_path, samples) as house:
        answered, sent, waiting = mo(citizen(), ASKED), mo(citizen(), ASKED), mo(citizen(), ASKED)
        first = await house.telco.deliver("local", answered)
        await house.telco.deliver("ack", sent)
        await house.mt_is(sent, "accepted")
        house.telco.scripts[str(waiting["from"])] = [Does.SILENT]
        await house.telco.deliver("ackresend", waiting)
        await house.telco.received(str(waiting["from"]))
        await house.kill()
        for file in ("gateway.db", "cases.db"):
            await house.command("store", "copy", f"sqlite:///{house.data}/{file}", url)
        house.env = {"SMS_GATEWAY_STORE__URL": url}
        await house.start()
        again = await house.telco.deliver("local", answered)
        assert (again.status, again.body) == (first.status, first.body)
        assert reply_of(again.body)["status"] == "answered"
        one, two = await house.telco.received(str(waiting["from"]), 2)
        assert (one.id, one.text) == (two.id, two.text)
        assert len(house.telco.to(str(sent["from"]))) == 1
        async with look_into(url) as db:
            assert await db.fetchval("SELECT count(*) FROM inbox") == 3
