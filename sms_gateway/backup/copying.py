"""A consistent copy of a SQLite database beside a running service, checked before it is kept."""

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from sms_gateway.backup.manifest import BackupError, Piece
from sms_gateway.sqlite.connecting import connect_reader

_STEP_PAGES = 1024
_CHUNK = 1 << 20
_PAGES_BETWEEN_FLUSHES = 4 * _STEP_PAGES

Told = Callable[[int, int, int], object]


def copy_database(source: Path, target: Path, told: Told = lambda *_: None) -> None:
    """Copy a database as it is now, while others write to it.

    The copy shows one moment. The one read transaction that it takes hinders no writer; the log of
    the writer (-wal) grows for as long, because its pages cannot be used again meanwhile.

    Args:
        source: read only, and never checkpointed.
        target: made; a single file without -wal.
        told: called after each step with a status, pages left and pages in all.

    Raises:
        sqlite3.Error, OSError: it cannot be read or written.
    """

    def step(status: int, left: int, total: int) -> None:
        if (total - left) % _PAGES_BETWEEN_FLUSHES < _STEP_PAGES:
            flush(target)
        told(status, left, total)

    with contextlib.closing(connect_reader(source)) as reader, _fresh(target) as copy:
        # Without a transaction around all steps, each commit of the service would make the copy
        # begin again from its first page (sqlite.org/c3ref/backup_finish.html).
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        reader.backup(copy, pages=_STEP_PAGES, progress=step)
        reader.execute("ROLLBACK")
        copy.execute("PRAGMA journal_mode = DELETE")


def check_database(path: Path) -> None:
    """Search a copy for damage, all of it.

    Raises:
        BackupError: it is damaged.
        sqlite3.Error: it cannot be read.
    """
    with looked_into(path) as db:
        try:
            (said,) = db.execute("PRAGMA integrity_check(1)").fetchone()
        except sqlite3.DatabaseError as error:
            said = getattr(error, "sqlite_errorname", type(error).__name__)
    if said != "ok":
        message = f"{path.name} is damaged: stop the gateway and restore the newest good backup"
        raise BackupError(message)


@contextlib.contextmanager
def looked_into(path: Path) -> Iterator[sqlite3.Connection]:
    """A copy of our own, open for reading, for the length of a block; leaves nothing beside it."""
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    with contextlib.closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as db:
        yield db


def piece_of(path: Path) -> Piece:
    """Size and checksum of a file."""
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return Piece(size, digest.hexdigest())


def flush(path: Path) -> None:
    """Put on the disk what was written to a file so far.

    The kernel writes much at once otherwise, and each commit of the gateway waits behind it.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _fresh(target: Path) -> Iterator[sqlite3.Connection]:
    target.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(target, isolation_level=None)) as copy:
        # Written once and thrown away where anything fails: no journal, no fsync of SQLite's own.
        copy.execute("PRAGMA synchronous = OFF")
        yield copy
