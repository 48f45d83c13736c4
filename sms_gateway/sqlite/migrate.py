"""Plain numbered migrations, forward only, with checksums.

A file `0002_name.sql` is one migration. Its first line may say `-- oldest: 1`: the oldest code
(by its newest migration number) that may run on the schema afterwards; only older code refuses.
"""

import hashlib
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

_FILE = re.compile(r"([0-9]{4})_([a-z0-9_]+)\.sql")
_OLDEST = re.compile(r"^-- oldest: ([0-9]+)$", re.MULTILINE)

_META = """
CREATE TABLE IF NOT EXISTS schema_meta (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    oldest_code INTEGER NOT NULL,
    applied_at INTEGER NOT NULL
) STRICT
"""


class SchemaError(Exception):
    """The database and this code do not fit; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema.

    Attributes:
        version: from 1, without gaps.
        name: what it does.
        script: SQL, several statements.
        checksum: of the script; an applied migration must never be edited.
        oldest_code: newest migration known to the oldest code that may run on the result.
    """

    version: int
    name: str
    script: str
    checksum: str
    oldest_code: int


def load_migrations(package: str) -> Sequence[Migration]:
    """The migrations of a package's folder, in order.

    Raises:
        SchemaError: a number is missing or a name does not fit.
    """
    found: list[Migration] = []
    for entry in sorted(files(package).iterdir(), key=lambda entry: entry.name):
        if not entry.name.endswith(".sql"):
            continue
        match = _FILE.fullmatch(entry.name)
        if match is None or int(match[1]) != len(found) + 1:
            message = f"migration {entry.name}: name it NNNN_words.sql, numbered without gaps"
            raise SchemaError(message)
        script = entry.read_text(encoding="utf-8")
        oldest = _OLDEST.search(script)
        checksum = hashlib.sha256(script.encode()).hexdigest()
        found.append(
            Migration(
                int(match[1]),
                match[2],
                script,
                checksum,
                int(oldest[1]) if oldest else int(match[1]),
            )
        )
    return found


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
        SchemaError: an applied migration differs from ours, or the database needs newer code.
    """
    if schema_version(connection) == 0:
        return
    applied = connection.execute(
        "SELECT version, name, checksum, oldest_code FROM schema_meta ORDER BY version"
    ).fetchall()
    for version, name, checksum, _oldest in applied[: len(migrations)]:
        if migrations[version - 1].checksum != checksum:
            message = f"migration {version} ({name}) was changed after it was applied: restore it"
            raise SchemaError(message)
    if applied[-1][3] > len(migrations):
        message = (
            f"the database needs code that knows migration {applied[-1][3]}; this code knows "
            f"{len(migrations)}: install the newer version"
        )
        raise SchemaError(message)


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
