"""Our index of words beside FTS5, in one file."""

import sqlite3
from collections.abc import Coroutine, Sequence
from pathlib import Path
from time import process_time
from typing import Any

from scripts.benchmark.word_search import PIECE, Bench, Ours, asked_words, measure, plain_words
from scripts.benchmark.word_texts import MadeText, made_texts
from sms_gateway.log_question import PAGE
from sms_gateway.sql.migrations import load_migrations
from sms_gateway.sqlite.connecting import connect_writer
from sms_gateway.sqlite.migrate import migrate
from sms_gateway.store.sqlite.driver import SqliteStatements
from sms_gateway.store.sqlite.opening import MIGRATIONS

_ROW = (
    "INSERT INTO inbox (id, door, sender, sender_hash, short_code, operator, door_data, "
    "received_at, answer_by, trace_id, run, inline, text) "
    "VALUES (?, 'telco', '', '', '8083', '', '{}', 0, 0, '', '', 0, ?)"
)
_LEAST_GRAM = 3


class Fts5:
    """A table of FTS5 without content: whoever deletes says what was in it.

    Args:
        db: the database.
        name: of the table.
        options: of the table.
        parts: whether it finds parts of words.
    """

    def __init__(self, db: sqlite3.Connection, name: str, options: str, *, parts: bool) -> None:
        self._db = db
        self.name = name
        self._parts = parts
        db.execute(f"CREATE VIRTUAL TABLE {name} USING fts5(words, content='', {options})")

    async def add(self, texts: Sequence[MadeText]) -> None:
        """See `Index.add`."""
        self._write(f"INSERT INTO {self.name}(rowid, words) VALUES (?, ?)", texts)  # noqa: S608  # ours

    async def drop(self, texts: Sequence[MadeText]) -> None:
        """See `Index.drop`."""
        self._write(
            f"INSERT INTO {self.name}({self.name}, rowid, words) VALUES ('delete', ?, ?)",  # noqa: S608  # ours
            texts,
        )

    def _write(self, statement: str, texts: Sequence[MadeText]) -> None:
        self._db.execute("BEGIN")
        self._db.executemany(statement, [(one.number, plain_words(one.text)) for one in texts])
        self._db.execute("COMMIT")

    async def newest(self, question: str) -> Sequence[str] | None:
        """See `Index.newest`: of words their beginnings, of trigrams any part."""
        words = asked_words(question)
        if self._parts and any(len(word) < _LEAST_GRAM for word in words):
            return None
        whole = question.startswith('"') or self._parts
        asked = " ".join(f'"{word}"' if whole else f'"{word}"*' for word in words)
        rows = self._db.execute(
            f"SELECT rowid FROM {self.name} WHERE {self.name} MATCH ? "  # noqa: S608  # ours
            f"ORDER BY rowid DESC LIMIT {PAGE}",
            (asked,),
        )
        return [MadeText(row[0], "").id for row in rows]

    async def size(self) -> int:
        """See `Index.size`."""
        return _weight(self._db, f"{self.name}_%")


async def measure_file(path: Path, count: int) -> None:
    """Measure all of them in one new file."""
    migrate(db := connect_writer(path), load_migrations(MIGRATIONS), 1)
    recorded = 0

    async def record() -> None:
        nonlocal recorded
        db.execute("BEGIN")
        db.executemany(_ROW, [(one.id, one.text) for one in made_texts(recorded, PIECE)])
        db.execute("COMMIT")
        recorded += PIECE

    async def committed(work: Coroutine[Any, Any, object]) -> None:
        db.execute("BEGIN")
        await work
        db.execute("COMMIT")

    async def weighed(tables: Sequence[str]) -> int:
        return sum(_weight(db, table) for table in tables)

    while recorded < count:
        await record()
    statements = SqliteStatements(db)
    bench = Bench(statements, count, record, process_time)
    await measure(Ours(statements, committed, weighed), bench)
    words = Fts5(db, "fts5_words", "detail=none, tokenize='unicode61'", parts=False)
    await measure(words, bench)
    grams = Fts5(db, "fts5_trigrams", "tokenize='trigram'", parts=True)
    await measure(grams, bench)
    db.close()


def _weight(db: sqlite3.Connection, tables: str) -> int:
    row = db.execute("SELECT sum(pgsize) FROM dbstat WHERE name LIKE ?", (tables,)).fetchone()
    return int(row[0])
