"""PostgreSQL's statements: the names of SQLite's, each fitting the schema; the same tables."""

import asyncio
import itertools
import re
import sqlite3
from collections.abc import AsyncIterator, Mapping

import asyncpg
import msgspec
import pytest

from sms_gateway.domain.secret import Secret
from sms_gateway.postgres import connecting
from sms_gateway.postgres.connecting import Plans, PostgresConnection, connect
from sms_gateway.postgres.statements import load_numbered, numbered
from sms_gateway.sql.migrations import load_migrations
from sms_gateway.sql.statements import load_statements
from sms_gateway.sqlite.migrate import migrate
from sms_gateway.store.postgres.opening import SCHEMA, migrate_postgres
from sms_gateway.store.sqlite.opening import MIGRATIONS
from tests.postgres import Postgres

FILES = (
    *("queries.sql", "reading.sql", "alarms.sql", "retention.sql", "notices.sql"),
    *("audit.sql", "walks.sql", "words.sql", "citizens.sql"),
)
PACKAGE = "sms_gateway.store.postgres"
STATEMENTS = {name: text for file in FILES for name, text in load_numbered(PACKAGE, file).items()}
KINDS = {"TEXT": "text", "INTEGER": "integer", "BLOB": "bytea"}
ON_SQLITE = load_migrations(MIGRATIONS)
WHOLE_LOG = {"count_outcomes", "count_states", "count_refused", "imported", "contents"}
LOG = "inbox|outbox|attempt|receipt|raw_exchange|audit|mo_key|text_word|word_part"
QUEUES = {
    # What waits, or is to be counted, and small tables.
    *("mo_lease", "parts_overdue", "receipts_lately", "mt_hasten", "owners_dead", "mo_free_dead"),
    *("mt_end_automatic", "mt_end_automatic_held"),
    *("mt_hold_queued", "mo_park_restored", "figures_inbox", "figures_queued", "figures_open"),
    *("reports_unmatched", "count_unmatched", "purge_reports", "purge_audit_held"),
    *("purge_left_count", "purge_state", "mt_lease", "mt_parts_waiting"),
    *("notice_forget_standing", "notice_due", "notice_load", "notice_figures", "notice_unwanted"),
    *("notice_batches", "notice_batch_templates", "notice_batch_samples"),
    *("notice_batch_remake", "purge_codes_needed", "notice_unsent", "held_parts", "held_texts"),
    *("notice_batch_release", "notice_batch_drop", "notice_held_back"),
    *("attention_held", "attention_unanswered", "attention_parked", "attention_unmatched"),
    *("few_unhandled", "few_unanswered", "words_next"),
    "incidents",
    # What is in no chain yet, the few words of acts, the few anchors.
    *("audit_unchained", "audit_unchained_count", "audit_acts", "audit_anchor_from"),
}


@pytest.fixture
async def db(postgres_server: Postgres) -> AsyncIterator[PostgresConnection]:
    """An empty database with our schema."""
    url = postgres_server.database()
    await migrate_postgres(Secret(url), 1)
    connection = await connect(url, SCHEMA, "tests", by_index=True)
    yield connection
    await connection.close()


@pytest.mark.parametrize("file", FILES)
def test_both_dialects_have_the_same_statements(file: str) -> None:
    mine, others = (
        set(load_statements(package, file)) for package in (PACKAGE, "sms_gateway.store.sqlite")
    )
    assert mine == others


async def test_every_statement_fits_the_schema(db: PostgresConnection) -> None:
    for name, statement in STATEMENTS.items():
        try:
            await db.prepare(statement.text)
        except asyncpg.PostgresError as error:
            pytest.fail(f"{name}: {error}")


@pytest.mark.parametrize("file", FILES)
def test_a_statement_is_given_what_it_is_given_on_sqlite(file: str) -> None:
    theirs = load_statements("sms_gateway.store.sqlite", file)
    written = load_statements(PACKAGE, file)
    for name, statement in load_numbered(PACKAGE, file).items():
        given = set(re.findall(r":([a-z_]+)", theirs[name]))
        assert set(statement.names) <= given | {"run", "dead", "limit", "now"}, name
        rows = re.search(r"/\* each row \*/ \(([^)]*)\)", written[name])
        columns = rows[1].split(",") if rows else []
        given_here = [column for column in columns if not column.rstrip().endswith("ordinality")]
        assert len(given_here) == theirs[name].count("?"), name


async def test_both_dialects_have_the_same_tables(db: PostgresConnection) -> None:
    found: dict[str, dict[str, tuple[str, bool]]] = {}
    for table, column, kind, nullable in await db.fetch(
        "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns "
        "WHERE table_schema = $1 ORDER BY table_name, column_name",
        SCHEMA,
    ):
        found.setdefault(table, {})[column] = (
            "integer" if kind == "bigint" else kind,
            nullable == "YES",
        )
    theirs = await asyncio.to_thread(on_sqlite)
    assert {t: set(c) for t, c in found.items()} == {t: set(c) for t, c in theirs.items()}
    tables = {table: columns for table, columns in theirs.items() if table != "mo_with_reply"}
    assert {table: found[table] for table in tables} == tables


def on_sqlite() -> Mapping[str, Mapping[str, tuple[str, bool]]]:
    """Tables and views, with each column's kind and whether it may be empty."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    migrate(db, ON_SQLITE, 1)
    names = [
        name
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
    ]
    tables = {
        name: {
            column: (KINDS[kind or "TEXT"], not (must or key))
            for _, column, kind, must, _, key in db.execute(f"PRAGMA table_info({name})")
        }
        for name in names
    }
    db.close()
    return tables


async def test_rows_arrive_as_they_were_given(db: PostgresConnection) -> None:
    await db.execute("CREATE TEMP TABLE met (id text, at bigint, body bytea, nth integer)")
    statement = numbered(
        "INSERT INTO met SELECT * FROM "
        "/* each row */ (id text, at bigint, body bytea, nth ordinality) AS v"
    )
    rows = [
        ('\u1ed3 "a" \\ ,{}\x1f\n', 2**62, bytes(range(256))),
        (None, None, None),
        ("", -1, b""),
    ]
    await db.execute(statement.text, msgspec.json.encode(rows).decode())
    met = await db.fetch("SELECT id, at, body FROM met ORDER BY nth")
    assert [tuple(row) for row in met] == rows


async def test_no_statement_goes_through_the_whole_log(db: PostgresConnection) -> None:
    """However many messages the log holds, an answer takes as long as before."""
    for name in STATEMENTS.keys() - WHOLE_LOG:
        assert not re.search(rf"Seq Scan on ({LOG})\b", await plan_of(db, name)), name


async def test_only_what_looks_through_a_queue_walks_along_an_index(
    db: PostgresConnection,
) -> None:
    """Also in plans that are made while all tables are empty, and kept."""
    walking = set()
    for name in STATEMENTS.keys() - WHOLE_LOG:
        steps = (await plan_of(db, name)).split("\n")
        for step, below in itertools.pairwise([*steps, ""]):
            if re.search(r"Index (Only )?Scan", step) and "Index Cond" not in below:
                walking.add(name)
    assert walking <= QUEUES
    assert walking >= {"mo_lease", "figures_inbox"}


async def test_a_plan_of_when_nothing_was_there_does_not_stay(
    db: PostgresConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that has counted no rows puts a batch behind each row of the log."""
    monkeypatch.setattr(connecting, "RENEW_S", 0.0)
    plans = Plans()
    await plans.renew(db)
    await db.execute("VACUUM ANALYZE inbox")
    await db.execute(f"PREPARE asked AS {STATEMENTS['mo_answer'].text}")

    async def plan() -> str:
        return "\n".join(str(row[0]) for row in await db.fetch("EXPLAIN EXECUTE asked('[]')"))

    assert "Index Cond" not in await plan()
    await db.execute(
        "INSERT INTO inbox (id, door, sender, sender_hash, short_code, operator, door_data, "
        "received_at, answer_by, trace_id, run, inline, text) "
        "SELECT n::text, '', '', '', '', '', '', 0, 0, '', '', 0, '' "
        "FROM generate_series(1, 5000) AS n"
    )
    assert "Index Cond" not in await plan()
    await plans.renew(db)
    assert "Index Cond: (id = " in await plan()


async def plan_of(db: PostgresConnection, name: str) -> str:
    """How the server goes about a statement, whatever it is given."""
    statement = STATEMENTS[name]
    count = max([0, *(int(number) for number in re.findall(r"\$(\d+)", statement.text))])
    await db.execute(f"PREPARE asked AS {statement.text}")
    values = f"({', '.join(['NULL'] * count)})" if count else ""
    plan = [str(row[0]) for row in await db.fetch(f"EXPLAIN EXECUTE asked{values}")]
    await db.execute("DEALLOCATE asked")
    return "\n".join(plan)


def test_values_are_numbered_by_name_and_types_are_left_alone() -> None:
    found = numbered("SELECT :b::text[], :a, ':b' || :b, x::bigint")
    assert found.names == ("b", "a")
    assert found.text == "SELECT $1::text[], $2, '$1' || $1, x::bigint"
