"""How a database file is, seen from outside: its schema and whether it is damaged."""

import asyncio
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sms_gateway.sql.migrations import Migration
from sms_gateway.sqlite.connection import open_reader
from sms_gateway.sqlite.migrate import check_schema, schema_version

SECONDS = 20.0
"""How long a file is searched for damage; a large one is not searched whole."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen.

    Attributes:
        damage: what SQLite complains of, or empty.
        missing: how many steps of the schema are still to be made; below 0, how many newer code has
            made that this code does not know and may do without.
        whole: all of it was searched.
    """

    damage: str
    missing: int
    whole: bool


async def look(path: Path, migrations: Sequence[Migration]) -> Looked:
    """Look at a database without changing it, beside a service if need be.

    Args:
        path: the file.
        migrations: of its schema.

    Raises:
        SchemaError: it needs other code.
        sqlite3.Error: it cannot be read.
    """
    reader = await open_reader(path)
    try:
        await reader.work(lambda db: check_schema(db, migrations))
        missing = len(migrations) - await reader.work(schema_version)
        try:
            async with asyncio.timeout(SECONDS):
                return Looked(await reader.work(_damage), missing, whole=True)
        except TimeoutError:
            await reader.interrupt()
            return Looked("", missing, whole=False)
    finally:
        await reader.close()


def _damage(db: sqlite3.Connection) -> str:
    try:
        (said,) = db.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        return getattr(error, "sqlite_errorname", type(error).__name__)
    return "" if said == "ok" else "quick_check"
