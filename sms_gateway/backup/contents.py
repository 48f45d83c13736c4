"""Where the databases of an installation lie, how they are copied, and what a copy holds."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sms_gateway.backup.copying import check_database, copy_database, looked_into
from sms_gateway.backup.manifest import CASES, STORE, Kind
from sms_gateway.cases.embedded.lookup import count as count_dossiers
from sms_gateway.cases.embedded.sqlite.statements import SqliteStatements as CaseStatements
from sms_gateway.sql.migrations import load_migrations
from sms_gateway.sqlite.connecting import connect_writer
from sms_gateway.sqlite.driving import driven
from sms_gateway.sqlite.migrate import migrate
from sms_gateway.store.operations.copies import contents, keys_used
from sms_gateway.store.rows import ms
from sms_gateway.store.sqlite.driver import SqliteStatements
from sms_gateway.store.sqlite.opening import MIGRATIONS, check_up_to_date


@dataclass(frozen=True, slots=True)
class Contents:
    """What a copy holds.

    Attributes:
        newest: when its newest message came, or None where there is none.
        rows: name of a table to how many rows it has.
        keys: name of a key to the id of the one that its rows were written by.
    """

    newest: datetime | None
    rows: Mapping[str, int]
    keys: Mapping[str, str]


class Source(Protocol):
    """What a backup is made of."""

    @property
    def kind(self) -> Kind:
        """What the message store is."""

    @property
    def beside(self) -> Path:
        """The installation's own folder: what is to be encrypted lies there in the meantime."""

    def size(self) -> int:
        """Octets that a copy takes, about."""

    def copied(self, work: Path) -> tuple[Mapping[str, Path], Contents]:
        """Copy it into a folder and check the copies: name in an archive to file, and contents.

        Raises:
            BackupError: it is damaged, or cannot be copied.
            what the databases raise.
        """


@dataclass(frozen=True, slots=True)
class Databases:
    """The databases of an installation on SQLite; implements `Source`.

    Attributes:
        store: of the messages.
        cases: of the dossiers; None, or missing, where they lie elsewhere.
    """

    store: Path
    cases: Path | None

    @property
    def kind(self) -> Kind:
        """See `Source.kind`."""
        return "sqlite"

    @property
    def beside(self) -> Path:
        """See `Source.beside`."""
        return self.store.absolute().parent

    def size(self) -> int:
        """See `Source.size`."""
        return sum(path.stat().st_size for path in self.files().values())

    def copied(self, work: Path) -> tuple[Mapping[str, Path], Contents]:
        """See `Source.copied`."""
        copies = {name: copied_file(path, work / name) for name, path in self.files().items()}
        return copies, contents_of(Databases(copies[STORE], copies.get(CASES)))

    def files(self) -> Mapping[str, Path]:
        """Name in an archive to where it lies, of those that are there."""
        return {name: path for name, path in self.places().items() if path.exists()}

    def places(self) -> Mapping[str, Path]:
        """The same, also of those that are not there."""
        both = {STORE: self.store, CASES: self.cases}
        return {name: path for name, path in both.items() if path is not None}


def copied_file(source: Path, target: Path) -> Path:
    """Copy a database of SQLite and search the copy for damage; the copy.

    Raises:
        BackupError: it is damaged.
        sqlite3.Error, OSError: it cannot be read or written.
    """
    copy_database(source, target)
    check_database(target)
    return target


def contents_of(copy: Databases) -> Contents:
    """Count what is in a copy that nobody else has open.

    Raises:
        SchemaError: it is of an older version, or needs newer code.
        sqlite3.Error: it cannot be read.
    """
    with looked_into(copy.store) as db:
        check_up_to_date(db)
        statements = SqliteStatements(db)
        rows, newest = driven(contents(statements))
        keys = driven(keys_used(statements))
    if cases := copy.files().get(CASES):
        rows = {**rows, "dossier": dossiers_of(cases)}
    return Contents(newest, rows, keys)


def dossiers_of(copy: Path) -> int:
    """How many dossiers there are in a copy that nobody else has open.

    Raises:
        sqlite3.Error: it cannot be read.
    """
    with looked_into(copy) as db:
        return driven(count_dossiers(CaseStatements(db)))


def bring_up_to_date(copy: Databases, at: datetime) -> None:
    """Migrate the messages of a copy, as an older gateway made it, to what this code knows.

    Raises:
        SchemaError: it needs newer code.
        sqlite3.Error: it cannot be written.
    """
    with contextlib.closing(connect_writer(copy.store, create=False)) as db:
        migrate(db, load_migrations(MIGRATIONS), ms(at))
