"""Lookups over the sample of 2017, beside a running service, and through trouble and back."""

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from sms_gateway.cases.embedded import (
    CaseTablesError,
    ReadRows,
    Rules,
    lookup,
    open_embedded,
    read_file,
)
from sms_gateway.cases.embedded.sqlite import statements
from sms_gateway.cases.embedded.tables import Statements
from sms_gateway.domain.dossier import Found, State, Unavailable, canonical_key
from sms_gateway.ports import Clock

KEY = canonical_key("170703-0001")
ENDLESS = """
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
SELECT count(*) FROM n, json_each(:keys)
"""


@pytest.fixture
def rows(sample: Path, rules: Rules) -> ReadRows:
    result = read_file(sample, rules)
    assert isinstance(result, ReadRows)
    return result


async def test_the_first_dossier_of_the_sample_is_finished_and_has_its_phone(
    path: Path, clock: Clock, rows: ReadRows
) -> None:
    async with open_embedded(path, clock) as directory:
        await directory.import_rows(rows.rows)
        answer = (await directory.find_many([KEY]))[KEY]
        assert await directory.count() == 33
    assert isinstance(answer, Found)
    assert answer.dossier.state is State.FINISHED
    assert answer.dossier.state_at == answer.dossier.finished_at
    assert [phone.national for phone in answer.dossier.phones] == ["0900000001"]
    assert answer.dossier.agency == "000.00.12.H32"
    assert answer.dossier.code == "170703-0001"


async def test_another_process_may_look_while_the_service_writes_and_after_it_ended(
    path: Path, clock: Clock, rows: ReadRows
) -> None:
    async with open_embedded(path, clock, writable=False) as looking:
        assert isinstance((await looking.find_many([KEY]))[KEY], Unavailable)
        async with open_embedded(path, clock) as service:
            await service.import_rows(rows.rows)
            assert isinstance((await looking.find_many([KEY]))[KEY], Found)
        assert isinstance((await looking.find_many([KEY]))[KEY], Found)
    async with open_embedded(path, clock, writable=False) as alone:
        assert isinstance((await alone.find_many([KEY]))[KEY], Found)
        assert len(await alone.show("170703-0001")) == 1


async def test_a_file_that_is_no_longer_locked_is_read_again(
    path: Path, clock: Clock, rows: ReadRows
) -> None:
    def hold(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("DELETE FROM dossier_state")

    async with open_embedded(path, clock) as service:
        await service.import_rows(rows.rows)
    holder = await asyncio.to_thread(
        sqlite3.connect, path, isolation_level=None, check_same_thread=False
    )
    await asyncio.to_thread(hold, holder)
    async with open_embedded(path, clock, writable=False, time_limit=0.05) as directory:
        for _ in range(3):
            answer = (await directory.find_many([KEY]))[KEY]
            assert isinstance(answer, Unavailable)
            assert answer.reason in {"locked", "slow"}
        with pytest.raises(CaseTablesError, match=r"another program|too long"):
            await directory.count()
        await asyncio.to_thread(holder.close)
        while not isinstance(answer := (await directory.find_many([KEY]))[KEY], Found):
            pass
    assert answer.dossier.receipt == "170703-0001"


async def test_a_damaged_file_that_is_restored_is_read_again(
    path: Path, clock: Clock, rows: ReadRows
) -> None:
    backup = path.with_name("backup.db")

    def damage() -> None:
        content = path.read_bytes()
        backup.write_bytes(content)
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xa5" * (len(content) - 4096))

    async with open_embedded(path, clock) as service:
        await service.import_rows(rows.rows)
    async with open_embedded(path, clock, writable=False) as directory:
        assert await directory.find_many([]) == {}
        await asyncio.to_thread(damage)
        assert (await directory.find_many([KEY]))[KEY] == Unavailable("broken")
        await asyncio.to_thread(backup.rename, path)
        assert isinstance((await directory.find_many([KEY]))[KEY], Found)


async def test_a_lookup_that_takes_too_long_is_given_up_and_those_behind_it_are_not(
    path: Path, clock: Clock, rows: ReadRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    unhindered = lookup.find

    async def endless(tables: Statements, keys: Sequence[str]) -> object:
        monkeypatch.setattr(lookup, "find", unhindered)
        return await tables.rows("endless", keys=keys)

    monkeypatch.setattr(statements, "_SQL", {**statements._SQL, "endless": ENDLESS})  # noqa: SLF001  # no such statement is shipped

    async with open_embedded(path, clock, time_limit=0.5) as directory:
        await directory.import_rows(rows.rows)
        assert await directory.count() == 33
        monkeypatch.setattr(lookup, "find", endless)
        slow = (await directory.find_many([KEY]))[KEY]
        next_one = (await directory.find_many([KEY]))[KEY]
    assert slow == Unavailable("slow")
    assert isinstance(next_one, Found)


async def test_content_that_no_import_writes_is_called_broken(
    path: Path, clock: Clock, rows: ReadRows
) -> None:
    def spoil(connection: sqlite3.Connection) -> None:
        with connection:
            connection.execute("UPDATE dossier SET answer = '{\"id\": 7}'")
        connection.close()

    async with open_embedded(path, clock) as directory:
        await directory.import_rows(rows.rows)
        await asyncio.to_thread(lambda: spoil(sqlite3.connect(path)))
        assert (await directory.find_many([KEY]))[KEY] == Unavailable("broken")
        with pytest.raises(CaseTablesError, match="restore it from a backup"):
            await directory.show("170703-0001")


async def test_a_file_of_newer_code_is_left_alone(path: Path, clock: Clock) -> None:
    def age(connection: sqlite3.Connection) -> None:
        with connection:
            connection.execute("INSERT INTO schema_meta VALUES (3, 'later', 'x', 3, 0)")
        connection.close()

    async with open_embedded(path, clock):
        pass
    await asyncio.to_thread(lambda: age(sqlite3.connect(path)))
    with pytest.raises(CaseTablesError, match="install the newer version"):
        async with open_embedded(path, clock):
            raise AssertionError
    async with open_embedded(path, clock, writable=False) as directory:
        assert (await directory.find_many([KEY]))[KEY] == Unavailable("schema")
