"""A log of many millions on PostgreSQL within minutes: a made-up one, many times over."""

from collections.abc import Sequence

import asyncpg

from scripts.benchmark.big_log import DAYS
from sms_gateway.gsm.words import part_numbers, word_number
from sms_gateway.store.operations.words import searched
from sms_gateway.store.postgres.opening import SCHEMA

_SHIFT_MS = DAYS * 86_400_000
_FAST = """
SET synchronous_commit = off;
SET maintenance_work_mem = '1GB';
SET work_mem = '256MB';
"""
_SHIFTED = f"""
CREATE FUNCTION pg_temp.shifted(id text, copy bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT substr(moved, 1, 8) || '-' || substr(moved, 9, 4) || substr(id, 14)
    FROM lpad(to_hex(('x' || substr(id, 1, 8) || substr(id, 10, 4))::bit(48)::bigint
        - copy * {_SHIFT_MS}), 12, '0') AS moved
$$
"""  # noqa: S608  # ours
# As on SQLite (`big_log`): what differs from copy to copy, so that phones, codes, agencies, telcos
# and doors are as many and as uneven as in a province. The oldest copy alone has what is seldom.
_CHANGED = {
    "inbox": {
        "id": "pg_temp.shifted(id, {copy})",
        "trace_id": "pg_temp.shifted(id, {copy})",
        "received_at": "received_at - {copy} * {shift}",
        "answer_by": "answer_by - {copy} * {shift}",
        "answered_at": "answered_at - {copy} * {shift}",
        "snapshot_id": "NULL",
        "sender_hash": "CASE WHEN {copy} % 10 = 0 THEN sender_hash "
        "ELSE substr(sender_hash, 1, 30) || lpad(to_hex({copy}), 2, '0') END",
        "code_key": "CASE WHEN code_key = '' OR {copy} % 2 = 0 THEN code_key ELSE "
        "substr(code_key, 1, 6) || lpad(((n * 31 + {copy}) % 10000)::text, 4, '0') END",
        "agency": "CASE WHEN agency = '' AND dossier_id IS NULL THEN '' ELSE '000.00.' "
        "|| lpad((n * 7919 % 70)::text, 2, '0') || '.H' || lpad((n % 10)::text, 2, '0') END",
        "operator": "CASE WHEN n % 10000 = 7 AND {copy} = {last} THEN 'GTEL' "
        "WHEN n % 100 < 55 THEN 'VIETTEL' WHEN n % 100 < 80 THEN 'VINAPHONE' ELSE 'MOBIFONE' END",
        "door": "CASE n % 3 WHEN 0 THEN 'viettel' WHEN 1 THEN 'vinaphone' ELSE 'mobifone' END",
        "outcome": "CASE WHEN outcome = 'parked' AND ({copy} < {last} OR n > 5000) "
        "THEN 'suppressed' ELSE outcome END",
        "handled_at": "NULL",
    },
    "outbox": {
        "id": "pg_temp.shifted(id, {copy})",
        "inbox_id": "pg_temp.shifted(inbox_id, {copy})",
        "dedupe_key": "'reply:' || pg_temp.shifted(inbox_id, {copy})",
        "created_at": "created_at - {copy} * {shift}",
        "agency": "''",
        "delivery": "CASE WHEN n < 10 AND {copy} = {last} THEN 'rejected' ELSE delivery END",
        "language": "CASE WHEN n % 50 = 0 THEN 'en' ELSE language END",
    },
}


async def multiply_postgres(url: str, times: int) -> None:
    """Add copies of a log, each of some days before, until it is so many times as large.

    Args:
        url: of the database, which nobody else uses; its log spans `big_log.DAYS` days.
        times: how large it becomes. Requests, attempts and reports are not copied.
    """
    db = await asyncpg.connect(url, server_settings={"search_path": SCHEMA})
    try:
        await db.execute(_FAST)
        await db.execute(_SHIFTED)
        indexes = await _without_indexes(db)
        for table in _CHANGED:
            await _copy(db, table, times)
        for statement in indexes:
            await db.execute(statement)
        await _fill_words(db, times)
        await db.execute("VACUUM ANALYZE")
    finally:
        await db.close()


async def _copy(db: asyncpg.Connection, table: str, times: int) -> None:
    rows = await db.fetch(
        "SELECT column_name FROM information_schema.columns WHERE table_name = $1 "
        "AND table_schema = current_schema() ORDER BY ordinal_position",
        table,
    )
    columns = [row[0] for row in rows]
    await db.execute(
        f"CREATE TEMP TABLE base_{table} AS "  # noqa: S608  # our names
        f"SELECT *, row_number() OVER (ORDER BY id) AS n FROM {table}"
    )
    await db.execute(f"TRUNCATE {table} CASCADE")
    changed = ", ".join(_CHANGED[table].get(column, column) for column in columns)
    for copy in range(times - 1, -1, -1):
        wanted = changed.format(copy=f"{copy}::bigint", shift=_SHIFT_MS, last=times - 1)
        named = ", ".join(columns)
        await db.execute(
            f"INSERT INTO {table} ({named}) SELECT {wanted} FROM base_{table} ORDER BY n"  # noqa: S608  # ours
        )


async def _without_indexes(db: asyncpg.Connection) -> Sequence[str]:
    """Drop those that no constraint needs; how each is made again."""
    found = await db.fetch(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index AS i "
        "WHERE i.indrelid IN ('inbox'::regclass, 'outbox'::regclass) AND NOT EXISTS "
        "(SELECT 1 FROM pg_constraint AS c WHERE c.conindid = i.indexrelid)"
    )
    for name, _ in found:
        await db.execute(f"DROP INDEX {name}")
    return [row[1] for row in found]


async def _fill_words(db: asyncpg.Connection, times: int) -> None:
    """As the gateway would in hours, in the order of the index."""
    rows = await db.fetch("SELECT id, text FROM base_inbox")
    pairs = [(word_number(word), row[0]) for row in rows for word in searched(row[1])]
    words = {word for row in rows for word in searched(row[1])}
    parts = sorted({(part, word_number(word)) for word in words for part in part_numbers(word)})
    await db.execute("CREATE TEMP TABLE base_word (word bigint, mo_id text)")
    await db.copy_records_to_table("base_word", records=pairs)
    await db.execute("TRUNCATE text_word")
    await db.execute(
        f"INSERT INTO text_word SELECT word, pg_temp.shifted(mo_id, copy) FROM base_word, "  # noqa: S608  # ours
        f"generate_series(0, {times - 1}) AS copy ORDER BY 1, 2"
    )
    await db.execute("TRUNCATE word_part")
    await db.copy_records_to_table("word_part", records=parts)
    await db.execute("UPDATE word_mark SET upto = (SELECT max(id) FROM inbox)")
