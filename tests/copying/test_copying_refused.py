"""What is not copied: into the wrong place, from the wrong version, what does not fit."""

from pathlib import Path

import pytest

from sms_gateway.cases.embedded.copied import dossiers
from sms_gateway.copying.names import NotOursError, quoted
from sms_gateway.copying.plan import CopyRefusedError
from sms_gateway.copying.source import kind_of
from sms_gateway.domain.secret import Secret
from sms_gateway.sql.migrations import SchemaError
from sms_gateway.store.postgres.opening import migrate_postgres
from tests.contracts.store_desk import START
from tests.copying.copy_desk import DATABASE, CopyDesk, nobody_looks

CASES = dossiers()


async def test_a_database_that_a_gateway_has_used_is_left_as_it_is(desk: CopyDesk) -> None:
    await migrate_postgres(Secret(desk.url), 1)
    async with desk.node() as store:
        await store.note_audit(START, "os:an", "cases.import", "mine.csv", "")
    for anew in (False, True):
        with pytest.raises(CopyRefusedError, match="TO is in use, there are rows in node"):
            await desk.copied(anew=anew)
    assert await desk.rows("SELECT subject FROM audit") == [("mine.csv",)]
    assert await desk.rows("SELECT count(*) FROM inbox") == [(0,)]


async def test_a_copy_that_is_complete_is_not_made_again(desk: CopyDesk) -> None:
    await desk.copied()
    before = await desk.there()
    with pytest.raises(CopyRefusedError, match="if you made this copy before, it is complete"):
        await desk.copied()
    assert await desk.there() == before


async def test_a_row_that_came_out_differently_is_found_and_gateways_are_kept_out(
    desk: CopyDesk,
) -> None:
    async with desk.opened() as (work, _target):
        far = await work.go_on(await work.begin(), nobody_looks)
        await desk.rows("UPDATE outbox SET segments = segments + 1 WHERE state = 'held'")
        with pytest.raises(CopyRefusedError, match="FROM and TO differ in outbox"):
            await work.compare(far, nobody_looks)
    with pytest.raises(SchemaError, match="not finished"):
        async with desk.node():
            pass
    await desk.copied(anew=True)


@pytest.mark.parametrize(
    "statement", ["DELETE FROM receipt", "INSERT INTO citizen VALUES ('x', 'vi', '', 1)"]
)
async def test_numbers_of_rows_that_differ_are_found(statement: str, desk: CopyDesk) -> None:
    async with desk.opened() as (work, _target):
        far = await work.go_on(await work.begin(), nobody_looks)
        await desk.rows(statement)
        with pytest.raises(CopyRefusedError, match="FROM and TO differ in "):
            await work.compare(far, nobody_looks)


async def test_a_file_that_is_none_of_ours_is_not_taken_for_one(samples: Path) -> None:
    assert await kind_of(samples / "cases.db", [DATABASE, CASES]) is CASES
    assert await kind_of(samples / "gateway.db", [DATABASE, CASES]) is DATABASE
    with pytest.raises(CopyRefusedError, match=r"FROM is no database of a gateway: name cases\.db"):
        await kind_of(samples / "gateway.db", [CASES])


async def test_a_file_of_an_older_version_is_not_copied(desk: CopyDesk) -> None:
    await desk.change("DELETE FROM schema_meta WHERE version > 2")
    with pytest.raises(CopyRefusedError, match="start its gateway once with this version"):
        await desk.copied()


async def test_a_file_of_a_newer_version_is_not_copied(desk: CopyDesk) -> None:
    """Even where this version may run on it: what is new there would stay behind."""
    await desk.change("INSERT INTO schema_meta VALUES (99, 'newer', '', 1, 1)")
    with pytest.raises(CopyRefusedError, match="install the newer one"):
        await desk.copied()


async def test_a_database_of_another_version_is_not_even_migrated(desk: CopyDesk) -> None:
    await migrate_postgres(Secret(desk.url), 1)
    await desk.rows("INSERT INTO schema_meta VALUES (99, 'newer', '', 1, 1)")
    with pytest.raises(CopyRefusedError, match="TO has the tables of another version"):
        await desk.copied()


async def test_columns_that_differ_are_noticed_before_anything_is_written(desk: CopyDesk) -> None:
    await migrate_postgres(Secret(desk.url), 1)
    await desk.rows("ALTER TABLE receipt ADD COLUMN more text")
    with pytest.raises(CopyRefusedError, match=r"of different versions \(receipt\)"):
        await desk.copied()
    assert await desk.rows("SELECT to_regclass('copy_progress')") == [(None,)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE outbox SET segments = 1 << 40 WHERE state = 'held'",
        "UPDATE citizen SET sender_hash = hex(randomblob(9000)) WHERE language = 'en'",
    ],
    ids=["too large a number", "too long a key"],
)
async def test_a_row_that_does_not_fit_is_told_without_its_content(
    statement: str, desk: CopyDesk
) -> None:
    await desk.change(statement)
    with pytest.raises(CopyRefusedError, match=r"a row of \w+ does not fit") as caught:
        await desk.copied()
    assert len(str(caught.value)) < 150
    assert caught.value.__cause__ is None
    assert await desk.rows("SELECT to_regclass('copy_progress') IS NULL") == [(False,)]


@pytest.mark.parametrize("name", ['x"', "a b", "", "Ä", "1a"])
def test_a_name_that_is_none_of_ours_becomes_part_of_no_statement(name: str) -> None:
    with pytest.raises(NotOursError):
        quoted(name)
    assert quoted("by") == '"by"'
