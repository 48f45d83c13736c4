"""All rows of an embedded installation stand in PostgreSQL afterwards, once, as they were."""

import asyncio
from pathlib import Path

import pytest

from sms_gateway.cases.embedded.copied import dossiers
from sms_gateway.copying import source, target
from sms_gateway.copying.plan import Database
from sms_gateway.copying.target import open_target
from sms_gateway.domain.outcome import MtState
from sms_gateway.sql.migrations import SchemaError
from sms_gateway.store.tables import MADE_AGAIN, messages
from tests.contracts.store_desk import DOOR, START
from tests.copying.copy_desk import DATABASE, NOTE, CopyDesk
from tests.postgres import Postgres
from tests.postgres_sessions import ANY, noted


async def test_every_row_is_there_as_it_was(desk: CopyDesk) -> None:
    here = await desk.here()
    assert all(here[table.name] for table in DATABASE.tables)
    compared = await desk.copied()
    there = await desk.there()
    audit = (NOTE.by, NOTE.act, NOTE.subject, NOTE.detail)
    (added,) = there["audit"] - here["audit"]
    assert added[2:6] == audit
    there["audit"].subtract([added])
    assert {name: +rows for name, rows in there.items()} == here
    assert {one.table: one.rows for one in compared} == {
        name: rows.total() for name, rows in here.items()
    }


@pytest.mark.usefixtures("small_batches")
async def test_batches_of_few_rows_leave_none_out(desk: CopyDesk) -> None:
    await desk.copied()
    here, there = await desk.here(), await desk.there()
    assert all(not here[table.name] - there[table.name] for table in DATABASE.tables)


async def test_a_batch_ends_also_where_its_requests_are_long(
    desk: CopyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "MOST_OCTETS", 1)
    monkeypatch.setattr(source, "_PIECE", 1)
    async with source.open_source(desk.file, DATABASE) as opened:
        table = next(t for t in DATABASE.tables if t.name == "raw_exchange")
        sizes = [len(batch.rows) async for batch in opened.batches(table, None)]
    assert len(sizes) > 30
    assert set(sizes) == {1}


async def test_what_was_numbered_goes_on_behind_the_highest_number(desk: CopyDesk) -> None:
    await desk.copied()
    async with desk.node() as store:
        await store.note_audit(START, "os:an", "cases.import", "b.csv", "")
    numbers = [n for (n,) in await desk.rows("SELECT id FROM audit ORDER BY id")]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_the_first_node_recovers_what_the_old_run_left_open(desk: CopyDesk) -> None:
    await desk.copied()
    async with desk.node() as store:
        freed, uncertain = await store.recover([], START)
        assert (freed, uncertain) == (1, 1)
        assert [mo.text for mo in await store.lease_unanswered(9)] == ["xin chào\r\n\t'\"\\ 💥"]
        assert await store.lease(DOOR, START, 9) == []
        await store.set_paused(DOOR, START, "os:an", paused=False)
        assert len(await store.lease(DOOR, START, 9)) == 2
        figures = await store.figures()
    assert (figures.uncertain, figures.held) == (1, 1)
    open_ones = await desk.rows("SELECT DISTINCT state FROM outbox ORDER BY state")
    assert MtState.SENDING in {state for (state,) in open_ones}


async def test_letters_that_postgresql_does_not_keep_are_replaced(desk: CopyDesk) -> None:
    """Versions before this one stored NUL; another program may have stored what is no UTF-8."""
    await desk.change("UPDATE audit SET detail = 'a' || char(0) || 'b', by = CAST(x'61ff' AS TEXT)")
    compared = await desk.copied()
    rows = await desk.rows("SELECT by, detail FROM audit WHERE act <> 'store.copy'")
    assert set(rows) == {("a\ufffd", "a\u2400b")}
    assert len(compared) == len(DATABASE.tables)


async def test_a_very_long_text_arrives_whole(desk: CopyDesk) -> None:
    """Of nine million octets: more than one transaction takes otherwise."""
    await desk.change("UPDATE inbox SET text = replace(hex(zeroblob(3000000)), '00', 'Đ ')")
    await desk.copied()
    assert await desk.rows("SELECT DISTINCT length(text) FROM inbox") == [(6_000_000,)]


async def test_no_gateway_starts_on_a_copy_that_is_not_finished(desk: CopyDesk) -> None:
    async with desk.opened() as (work, _target):
        await work.begin()
    with pytest.raises(SchemaError, match="run sms-gateway store copy again"):
        async with desk.node():
            pass
    await desk.copied()
    async with desk.node() as store:
        assert (await store.figures()).held == 1


@pytest.mark.parametrize("database", [messages(), dossiers()], ids=lambda one: one.file)
async def test_every_table_is_on_the_list_with_its_key(
    database: Database, postgres_server: Postgres
) -> None:
    """A table that is forgotten there would stay behind."""
    url = await asyncio.to_thread(postgres_server.database)
    async with open_target(url, database, 1):
        pass
    found = await CopyDesk(Path(), url, database).rows(
        "SELECT c.relname::text, array_agg(a.attname::text ORDER BY k.place) FROM pg_index AS i "
        "JOIN pg_class AS c ON c.oid = i.indrelid, "
        "unnest(i.indkey) WITH ORDINALITY AS k (number, place), pg_attribute AS a "
        "WHERE i.indisprimary AND c.relnamespace = $1::regnamespace "
        "AND a.attrelid = c.oid AND a.attnum = k.number GROUP BY c.relname",
        database.schema,
    )
    keys = {name: key for name, key in found if name not in {"schema_meta", *MADE_AGAIN}}
    assert keys == {table.name: list(table.key) for table in database.tables}


async def test_a_copy_has_the_settings_of_any_session_and_may_take_its_time(
    desk: CopyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = noted(monkeypatch, target, "connect")
    await desk.copied()
    assert sessions == [(DATABASE.schema, ANY)]
