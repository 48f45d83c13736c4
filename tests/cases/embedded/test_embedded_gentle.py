"""An import is in nobody's way: small steps, rests between, and no waiting for the disk."""

import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from sms_gateway.cases.embedded import EmbeddedDirectory, Row, loader, merge, open_embedded
from sms_gateway.cases.embedded.sqlite.opening import SqliteTables
from sms_gateway.cases.embedded.sqlite.statements import SqliteStatements, prepare
from sms_gateway.sql.migrations import load_migrations
from sms_gateway.sqlite.driving import driven
from sms_gateway.sqlite.migrate import migrate
from tests.cases.embedded.exports import Rows, SetClock, key, many

ROWS = 200
STEP = SqliteTables.step


async def steps_of(directory: EmbeddedDirectory, rows: Sequence[Row]) -> int:
    told: list[int] = []
    await directory.import_rows(rows, progress=lambda done, _total: told.append(done))
    return len(told)


async def test_while_somebody_asks_there_is_a_rest_after_each_step_as_long_as_the_step(
    path: Path, clock: SetClock, rows_of: Rows
) -> None:
    clock.step = 0.003
    clock.awake.set()
    async with open_embedded(path, clock) as directory:
        await directory.find_many([key(1)])
        steps = await steps_of(directory, many(rows_of, ROWS))
    assert len(clock.sleeps) >= steps >= 2 * ROWS // STEP
    assert clock.sleeps == pytest.approx([clock.step] * len(clock.sleeps))


async def test_where_nobody_asks_there_is_no_rest(
    path: Path, clock: SetClock, rows_of: Rows
) -> None:
    clock.step = 0.003
    async with open_embedded(path, clock) as directory:
        await steps_of(directory, many(rows_of, ROWS))
        # Nor a while after the last question.
        await directory.find_many([key(1)])
        clock.step = loader.ATTENTIVE_S
        await steps_of(directory, many(rows_of, ROWS))
    assert clock.sleeps == []


async def test_a_disk_that_is_slow_is_not_paid_back_in_full(
    path: Path, clock: SetClock, rows_of: Rows
) -> None:
    clock.step = loader.ATTENTIVE_S / 3
    clock.awake.set()
    async with open_embedded(path, clock) as directory:
        await directory.find_many([key(1)])
        await steps_of(directory, many(rows_of, ROWS))
    assert clock.sleeps == [loader.LONGEST_REST_S]


async def imported(tables: SqliteStatements, rows: Sequence[Row]) -> None:
    run = await merge.begin(tables, 1, len(rows), replace=False)
    assert run is not None
    for after in range(0, len(rows), STEP):
        await merge.stage(tables, merge.columns_of(rows, after, STEP, 1).columns)
    await merge.seal(tables, run, ())
    while await merge.step(tables, STEP):
        pass


def traced(path: Path, rows: Sequence[Row]) -> list[str]:
    """The statements of a whole import, as SQLite ran them."""
    connection = sqlite3.connect(path, isolation_level=None)
    migrate(connection, load_migrations("sms_gateway.cases.embedded.sqlite.migrations"), 0)
    seen: list[str] = []
    connection.set_trace_callback(seen.append)
    prepare(connection)
    driven(imported(SqliteStatements(connection), rows))
    connection.close()
    return seen


def test_only_what_an_import_promises_waits_for_the_disk(path: Path, rows_of: Rows) -> None:
    waits = False
    lasting: list[str] = []
    passing = 0
    for statement in traced(path, many(rows_of, ROWS)):
        if statement.startswith("PRAGMA synchronous"):
            waits = statement.endswith("FULL")
        elif waits:
            lasting += re.findall(r"SET phase = '(\w+)'", statement)
        passing += statement == "COMMIT" and not waits
    # Else a power cut could take back an import after its report (sqlite.org/pragma.html).
    assert lasting == ["merging", "done"]
    assert not waits
    assert passing > 2 * ROWS // STEP
