"""What is copied, and what is said where it cannot be."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sms_gateway.sql.migrations import Migration

Progress = Callable[[int, int], None]
"""Called with the rows that are done and those there are."""


class CopyRefusedError(Exception):
    """This copy cannot be made; the message says what to do, in one line."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    Attributes:
        name: the same in both dialects.
        key: what tells its rows apart, in the order in which they are copied.
    """

    name: str
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Database:
    """A file of SQLite, and the schema that it becomes.

    Attributes:
        file: what the file is called in a data folder.
        schema: its name in PostgreSQL.
        here: steps of its schema in SQLite.
        there: those in PostgreSQL.
        tables: all that are copied, each behind those that it refers to.
        changed_with: the one of them that changes with each process that writes the database.
    """

    file: str
    schema: str
    here: Sequence[Migration]
    there: Sequence[Migration]
    tables: Sequence[Table]
    changed_with: Table


@dataclass(frozen=True, slots=True)
class Compared:
    """A table on both sides.

    Attributes:
        table: its name.
        rows: how many there are, the same on both sides.
        checksum: of all rows in any order, the same on both sides.
    """

    table: str
    rows: int
    checksum: str
