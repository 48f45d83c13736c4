"""Applies numbered migrations to SQLite."""

import sqlite3
from collections.abc import Sequence

from sms_gateway.sql.migrations import Applied, Migration, check_applied

_META = """
CREATE TABLE IF NOT EXISTS schema_meta (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    oldest_code INTEGER NOT NULL,
    applied_at INTEGER NOT NULL
) STRICT
"""


def schema_version(connection: sqlite3.Connection) -> int:
    """The newest applied migration, 0 for an empty database."""
    try:
        row = connection.execute("SELECT max(version) FROM schema_meta").fetchone()
    except sqlite3.OperationalError:
        return 0
    return int(row[0] or 0)


def check_schema(connection: sqlite3.Connection, migrations: Sequence[Migration]) -> None:
    """Refuse a database that this code must not touch.

    Raises:
        SchemaError: see `check_applied`.
    """
    if schema_version(connection) == 0:
        return
    rows = connection.execute(
        "SELECT version, name, checksum, oldest_code FROM schema_meta ORDER BY version"
    )
    check_applied([Applied(*row) for row in rows], migrations)


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration], at_ms: int) -> int:
    """Apply what is missing, each in its own transaction; how many were applied.

    Args:
        connection: the writer, in autocommit mode.
        migrations: all of them.
        at_ms: now, milliseconds since the epoch.

    Raises:
        SchemaError: as `check_schema`.
    """
    connection.execute(_META)
    check_schema(connection, migrations)
    missing = migrations[schema_version(connection) :]
    for step in missing:
        try:
            connection.executescript(f"BEGIN IMMEDIATE;\n{step.script}")
            connection.execute(
                "INSERT INTO schema_meta VALUES (?, ?, ?, ?, ?)",
                (step.version, step.name, step.checksum, step.oldest_code, at_ms),
            )
            connection.execute("COMMIT")
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    return len(missing)
