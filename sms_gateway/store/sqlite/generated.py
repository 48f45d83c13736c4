"""Writes a made-up log straight into the tables, all of it or nothing."""

import itertools
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from sms_gateway.sql.statements import load_statements
from sms_gateway.sqlite.connecting import connect_writer
from sms_gateway.store.generated import THERE_ALREADY, LogNotWrittenError, Note, Piece
from sms_gateway.store.sqlite.lock import data_lock

_SQL = load_statements(__package__, "generated.sql")

_ROOM = """
PRAGMA temp_store = FILE;
PRAGMA cache_size = -262144;
PRAGMA threads = 2;
"""


def write_log(path: Path, pieces: Iterable[Piece], note: Note, bare: int, *, add: bool) -> None:
    """Write a log in one transaction; whoever kills it in between finds what was there before.

    Args:
        path: of the database, migrated, which nobody else has open.
        pieces: the log; ids that were never there, growing within each table.
        note: who did it.
        bare: so many pieces go into an empty log before its slow indexes are made. Those behind
            loosen the indexes to what they are in a log that grew: packed ones are slow to write.
        add: also where there are messages already.

    Raises:
        LogNotWrittenError: there are, and `add` was not said; or some of the ids are there already.
        LockHeldError: a process serves it.
        sqlite3.Error: it cannot be written.
    """
    with data_lock(path), closing(connect_writer(path, create=False)) as db, _one_commit(db):
        full = db.execute(_SQL["any_message"]).fetchone() is not None
        if full and not add:
            message = (
                f"{path} holds messages already: give made-up ones a folder of their own with "
                "--data, or mix them in with --add"
            )
            raise LogNotWrittenError(message)
        rest = iter(pieces)
        if not full:
            indexes = _without_slow_indexes(db)
            _insert(db, itertools.islice(rest, bare))
            for statement in indexes:
                db.execute(statement)
        _insert(db, rest)
        db.execute(_SQL["note"], (note.at, note.by, note.act, note.subject, note.detail))


def _insert(db: sqlite3.Connection, pieces: Iterable[Piece]) -> None:
    try:
        for piece in pieces:
            for table, rows in piece.items():
                db.executemany(_SQL[table], rows)
    except sqlite3.IntegrityError as error:
        raise LogNotWrittenError(THERE_ALREADY) from error


@contextmanager
def _one_commit(db: sqlite3.Connection) -> Iterator[None]:
    """A transaction of any size: its new pages are written once, straight into the file.

    In WAL mode each page would be written twice, and all would lie in the log until the end. With a
    rollback journal only pages that were there before are kept aside.
    """
    db.executescript(_ROOM)
    db.execute("PRAGMA journal_mode = TRUNCATE").fetchone()
    try:
        db.execute("BEGIN EXCLUSIVE")
        try:
            yield
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
    finally:
        db.execute("PRAGMA journal_mode = WAL").fetchone()


def _without_slow_indexes(db: sqlite3.Connection) -> Sequence[str]:
    """Drop the indexes whose keys come in no order; the statements that make them again."""
    found = db.execute(_SQL["slow_indexes"], {"tables": json.dumps(list(_SQL))}).fetchall()
    for name, _ in found:
        # A name cannot be bound; it is one of our own migrations.
        db.execute(f'DROP INDEX "{name}"')
    return [statement for _, statement in found]
