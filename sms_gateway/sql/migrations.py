"""Plain numbered migrations, forward only, with checksums.

A file `0002_name.sql` is one migration. Its first line may say `-- oldest: 1`: the oldest code
(by its newest migration number) that may run on the schema afterwards; only older code refuses.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import NamedTuple

_FILE = re.compile(r"([0-9]{4})_([a-z0-9_]+)\.sql")
_OLDEST = re.compile(r"^-- oldest: ([0-9]+)$", re.MULTILINE)


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


class Applied(NamedTuple):
    """A migration that a database says was applied to it."""

    version: int
    name: str
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


def check_applied(applied: Sequence[Applied], migrations: Sequence[Migration]) -> None:
    """Refuse a database that this code must not touch.

    Args:
        applied: what was applied to it, in order.
        migrations: all that this code knows.

    Raises:
        SchemaError: an applied migration differs from ours, or the database needs newer code.
    """
    for step in applied[: len(migrations)]:
        if migrations[step.version - 1].checksum != step.checksum:
            message = (
                f"migration {step.version} ({step.name}) was changed after it was applied: "
                "restore it"
            )
            raise SchemaError(message)
    if applied and applied[-1].oldest_code > len(migrations):
        message = (
            f"the database needs code that knows migration {applied[-1].oldest_code}; this code "
            f"knows {len(migrations)}: install the newer version"
        )
        raise SchemaError(message)
