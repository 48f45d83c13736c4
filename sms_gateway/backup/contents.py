"""Where the databases of an installation lie, and what a copy of them holds."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sms_gateway.backup.copying import looked_into
from sms_gateway.backup.manifest import CASES, STORE
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
class Databases:
    """The databases of an installation, on SQLite: one of the two kinds that there will be.

    Attributes:
        store: of the messages.
        cases: of the dossiers; None, or missing, where they lie elsewhere.
    """

    store: Path
    cases: Path | None

    def files(self) -> Mapping[str, Path]:
        """Name in an archive to where it lies, of those that are there."""
        return {name: path for name, path in self.places().items() if path.exists()}

    def places(self) -> Mapping[str, Path]:
        """The same, also of those that are not there."""
        both = {STORE: self.store, CASES: self.cases}
        return {name: path for name, path in both.items() if path is not None}


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
        with looked_into(cases) as db:
            rows = {**rows, "dossier": driven(count_dossiers(CaseStatements(db)))}
    return Contents(newest, rows, keys)


def bring_up_to_date(copy: Databases, at: datetime) -> None:
    """Migrate the messages of a copy, as an older gateway made it, to what this code knows.

    Raises:
        SchemaError: it needs newer code.
        sqlite3.Error: it cannot be written.
    """
    with contextlib.closing(connect_writer(copy.store, create=False)) as db:
        migrate(db, load_migrations(MIGRATIONS), ms(at))
