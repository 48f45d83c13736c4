"""A log of many millions on SQLite within minutes: a made-up one, many times over."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from sms_gateway.gsm.words import part_numbers, word_number
from sms_gateway.sqlite.connecting import connect_writer
from sms_gateway.store.operations.words import searched

BASE = 100_000
"""Texts of the made-up log."""

DAYS = 4
"""That they came in; each copy came in as many days before."""

_SHIFT_MS = DAYS * 86_400_000
_FAST = """
PRAGMA journal_mode = DELETE;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -1048576;
PRAGMA temp_store = FILE;
"""
_ORDER = "ORDER BY id"
# What differs from copy to copy, so that phones, codes, agencies, telcos and doors are as many and
# as uneven as in a province. The oldest copy alone has what is seldom.
_CHANGED = {
    "inbox": {
        "id": "shifted(id, :copy)",
        "trace_id": "shifted(id, :copy)",
        "received_at": "received_at - :copy * :shift",
        "answer_by": "answer_by - :copy * :shift",
        "answered_at": "answered_at - :copy * :shift",
        "snapshot_id": "NULL",
        "sender_hash": "CASE WHEN :copy % 10 = 0 THEN sender_hash "
        "ELSE substr(sender_hash, 1, 30) || printf('%02x', :copy) END",
        "code_key": "CASE WHEN code_key = '' OR :copy % 2 = 0 THEN code_key "
        "ELSE substr(code_key, 1, 6) || printf('%04d', (rowid * 31 + :copy) % 10000) END",
        "agency": "CASE WHEN agency = '' AND dossier_id IS NULL THEN '' ELSE "
        "printf('000.00.%02d.H%02d', rowid * 7919 % 70, rowid % 10) END",
        "operator": "CASE WHEN rowid % 10000 = 7 AND :copy = :last THEN 'GTEL' "
        "WHEN rowid % 100 < 55 THEN 'VIETTEL' WHEN rowid % 100 < 80 THEN 'VINAPHONE' "
        "ELSE 'MOBIFONE' END",
        "door": "CASE rowid % 3 WHEN 0 THEN 'viettel' WHEN 1 THEN 'vinaphone' ELSE 'mobifone' END",
        "outcome": "CASE WHEN outcome = 'parked' AND (:copy < :last OR rowid > 5000) "
        "THEN 'suppressed' ELSE outcome END",
        "handled_at": "NULL",
    },
    "outbox": {
        "id": "shifted(id, :copy)",
        "inbox_id": "shifted(inbox_id, :copy)",
        "dedupe_key": "'reply:' || shifted(inbox_id, :copy)",
        "created_at": "created_at - :copy * :shift",
        "agency": "''",
        "delivery": "CASE WHEN rowid < 10 AND :copy = :last THEN 'rejected' ELSE delivery END",
        "language": "CASE WHEN rowid % 50 = 0 THEN 'en' ELSE language END",
    },
}


def multiply(path: Path, times: int) -> None:
    """Add copies of a log, each of some days before, until it is so many times as large.

    Args:
        path: of the database, which nobody has open; its log spans `DAYS` days.
        times: how large it becomes. Requests, attempts and reports are not copied.
    """
    with closing(connect_writer(path, create=False)) as db:
        db.executescript(_FAST)
        db.create_function("shifted", 2, _shifted, deterministic=True)
        indexes = _without_indexes(db)
        db.execute("BEGIN")
        for table in _CHANGED:
            _copy(db, table, times)
        for statement in indexes:
            db.execute(statement)
        db.execute("COMMIT")
        _fill_words(db)
        db.execute("ANALYZE")
        db.execute("PRAGMA journal_mode = WAL")


def _shifted(one: str, copy: int) -> str:
    at = int(one[:8] + one[9:13], 16) - copy * _SHIFT_MS
    return f"{at >> 16:08x}-{at & 0xFFFF:04x}{one[13:]}"


def _copy(db: sqlite3.Connection, table: str, times: int) -> None:
    columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    db.execute(f"CREATE TEMP TABLE base_{table} AS SELECT * FROM {table} {_ORDER}")  # noqa: S608  # our names
    db.execute(f"DELETE FROM {table}")  # noqa: S608  # our names
    changed = ", ".join(_CHANGED[table].get(column, column) for column in columns)
    for copy in range(times - 1, -1, -1):
        db.execute(
            f"INSERT INTO {table} SELECT {changed} FROM base_{table} {_ORDER}",  # noqa: S608  # ours
            {"copy": copy, "shift": _SHIFT_MS, "last": times - 1},
        )


def _without_indexes(db: sqlite3.Connection) -> Sequence[str]:
    found = db.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
        "AND tbl_name IN ('inbox', 'outbox')"
    ).fetchall()
    for name, _ in found:
        db.execute(f"DROP INDEX {name}")
    return [sql for _, sql in found]


def _fill_words(db: sqlite3.Connection) -> None:
    """As the gateway would in hours, in the order of the index."""
    known: dict[str, list[int]] = {}
    met: set[str] = set()

    def pairs() -> Iterator[tuple[int, str]]:
        for mo_id, text in db.execute("SELECT id, text FROM inbox ORDER BY id"):
            numbers = known.get(text)
            if numbers is None:
                words = searched(text)
                numbers = known[text] = [word_number(word) for word in words]
                met.update(words)
            for one in numbers:
                yield one, mo_id

    db.execute("BEGIN")
    db.execute("CREATE TEMP TABLE pair (word INTEGER, mo_id TEXT)")
    db.executemany("INSERT INTO pair VALUES (?, ?)", pairs())
    db.execute("INSERT INTO text_word SELECT word, mo_id FROM pair ORDER BY word, mo_id")
    db.execute("DROP TABLE pair")
    parts = sorted((part, word_number(word)) for word in met for part in part_numbers(word))
    db.executemany("INSERT OR IGNORE INTO word_part VALUES (?, ?)", parts)
    db.execute("UPDATE word_mark SET upto = (SELECT max(id) FROM inbox)")
    db.execute("COMMIT")
