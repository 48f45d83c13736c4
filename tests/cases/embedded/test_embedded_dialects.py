"""What the two dialects have in common, and how their schema comes about."""

import asyncio
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from sms_gateway.cases.embedded import (
    CaseTablesError,
    Standing,
    migrate_cases,
    open_embedded,
    standing_of,
)
from sms_gateway.cases.embedded.postgres.opening import SCHEMA
from sms_gateway.cases.embedded.tables import Location
from sms_gateway.domain.secret import Secret
from sms_gateway.postgres.connecting import connect
from sms_gateway.sql.migrations import load_migrations
from sms_gateway.sql.statements import load_statements
from sms_gateway.sqlite.connection import open_reader
from tests.cases.embedded.exports import SetClock
from tests.postgres import Postgres

ROOM = "sms_gateway.cases.embedded"

Columns = Mapping[tuple[str, str], bool]
"""Table and column to whether it may be empty."""

IN_SQLITE = """
SELECT t.name, c.name, NOT (c."notnull" OR c.pk)
FROM sqlite_master AS t JOIN pragma_table_info(t.name) AS c
WHERE t.type = 'table' AND t.name <> 'sqlite_sequence'
"""
IN_POSTGRES = """
SELECT table_name, column_name, is_nullable = 'YES' FROM information_schema.columns
WHERE table_schema = $1
"""


async def columns(at: Location) -> Columns:
    if isinstance(at, Secret):
        connection = await connect(at.value, SCHEMA, "a test")
        found = await connection.fetch(IN_POSTGRES, SCHEMA)
        await connection.close()
        return {(table, column): empty for table, column, empty in found}
    reader = await open_reader(at)
    rows = await reader.work(lambda db: db.execute(IN_SQLITE).fetchall())
    await reader.close()
    return {(table, column): bool(empty) for table, column, empty in rows}


async def test_both_dialects_have_the_same_tables_and_columns(
    path: Path, on_server: Secret
) -> None:
    await migrate_cases(path, 0)
    here, there = await columns(path), await columns(on_server)
    assert ("dossier", "answer") in here
    assert here == there


def test_both_dialects_have_the_same_statements() -> None:
    here, there = (load_statements(f"{ROOM}.{dialect}") for dialect in ("sqlite", "postgres"))
    assert list(here) == list(there)


def test_both_dialects_have_the_same_migrations() -> None:
    here, there = (
        [(step.version, step.name, step.oldest_code) for step in load_migrations(package)]
        for package in (f"{ROOM}.sqlite.migrations", f"{ROOM}.postgres.migrations")
    )
    assert here == there


async def test_the_schema_is_made_once_and_then_left_as_it_is(empty: Location) -> None:
    if isinstance(empty, Secret):
        assert (await standing_of(empty)).version == 0
    assert await migrate_cases(empty, 0) > 0
    standing = await standing_of(empty)
    assert standing == Standing(standing.known, standing.known)
    before = await columns(empty)
    assert await migrate_cases(empty, 0) == 0
    assert await columns(empty) == before


async def test_of_several_that_migrate_at_once_one_does_it(postgres_server: Postgres) -> None:
    at = Secret(await asyncio.to_thread(postgres_server.database))
    made = await asyncio.gather(*(migrate_cases(at, 0) for _ in range(4)))
    standing = await standing_of(at)
    assert sorted(made) == [0, 0, 0, standing.known]


async def test_how_far_a_file_that_is_not_there_has_come_is_told_in_one_line(path: Path) -> None:
    with pytest.raises(CaseTablesError, match=r"^cases\.db: it is not there"):
        await standing_of(path)
    assert not await asyncio.to_thread(path.exists)


async def test_other_tables_of_the_same_database_are_left_alone(on_server: Secret) -> None:
    connection = await connect(on_server.value, "public", "a test")
    await connection.execute("CREATE TABLE dossier (ours text)")
    assert await migrate_cases(on_server, 0) == 0
    async with open_embedded(on_server, SetClock()) as directory:
        assert await directory.count() == 0
    assert await connection.fetchval("SELECT count(*) FROM public.dossier") == 0
    await connection.close()


WITHOUT = """
import asyncio, sys
sys.modules["asyncpg"] = None
from pathlib import Path
from sms_gateway.cases.embedded import CaseTablesError, open_embedded
from sms_gateway.clock import SystemClock
from sms_gateway.domain.secret import Secret

async def opened(at):
    async with open_embedded(at, SystemClock()) as directory:
        return await directory.count()

print(asyncio.run(opened(Path(sys.argv[1]))))
try:
    asyncio.run(opened(Secret("postgresql://u:hunter2@db/x")))
except CaseTablesError as error:
    print(error)
"""


def test_without_asyncpg_sqlite_works_and_postgresql_says_what_to_install(path: Path) -> None:
    done = subprocess.run(  # noqa: S603  # ours
        [sys.executable, "-c", WITHOUT, str(path)],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
        timeout=60,
    )
    assert done.stdout.splitlines() == [
        "0",
        "PostgreSQL needs one package more: pip install 'sms-gateway[postgres]'",
    ]
