"""Connections to SQLite as this house sets them, for the thread that opens them."""

import sqlite3
from pathlib import Path

BUSY_TIMEOUT_S = 5.0

_PRAGMAS = """
PRAGMA foreign_keys = ON;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -8192;
"""

_WRITER_PRAGMAS = """
PRAGMA journal_mode = WAL;
PRAGMA secure_delete = ON;
PRAGMA synchronous = FULL;
"""

# There is one checkpointer: ours, or Litestream, which copies the database elsewhere and
# checkpoints it itself (see `replica`).
_CHECKPOINTS = "PRAGMA wal_autocheckpoint = 4000;"
_NO_CHECKPOINTS = "PRAGMA wal_autocheckpoint = 0;"

# A reader must never checkpoint: SQLite before 3.51.3 can corrupt a WAL database when one
# connection checkpoints while another commits (docs/architecture: one checkpointer).
_READER_PRAGMAS = """
PRAGMA query_only = ON;
PRAGMA wal_autocheckpoint = 0;
"""


def connect_writer(path: Path, *, create: bool = True) -> sqlite3.Connection:
    """The one connection that writes and checkpoints: WAL, synchronous=FULL, fsync per commit.

    It does not checkpoint where Litestream copies the database, see `litestream_folder`.

    Args:
        path: of the database.
        create: make it where there is none.

    Raises:
        sqlite3.Error: the file cannot be opened or written.
    """
    checkpoints = _NO_CHECKPOINTS if litestream_folder(path).exists() else _CHECKPOINTS
    pragmas = _WRITER_PRAGMAS + checkpoints + _PRAGMAS
    return _prepared(_connected(path, "rwc" if create else "rw"), pragmas)


def litestream_folder(path: Path) -> Path:
    """Where Litestream keeps what it knows of a database: while it is there, we do not checkpoint.

    The folder and not a setting decides, so that no command and no second program can forget it.
    """
    return path.with_name(f".{path.name}-litestream")


def connect_reader(path: Path) -> sqlite3.Connection:
    """A connection that only reads and never checkpoints.

    Raises:
        sqlite3.Error: there is no such file, or it cannot be read.
    """
    return _prepared(_connected(path, "ro"), _READER_PRAGMAS + _PRAGMAS)


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        cached_statements=256,
    )


def _prepared(connection: sqlite3.Connection, script: str) -> sqlite3.Connection:
    try:
        connection.executescript(script)
    except BaseException:
        # The exception keeps this frame: without closing, the file would stay open with it.
        connection.close()
        raise
    return connection
