"""Puts a copy in place of lost databases: whole and held back, or not at all."""

import asyncio
import contextlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from secrets import randbits
from typing import BinaryIO

from sms_gateway.backup.archive import read_archive
from sms_gateway.backup.contents import Contents, Databases, bring_up_to_date, contents_of
from sms_gateway.backup.copying import check_database, flush
from sms_gateway.backup.manifest import CASES, STORE, BackupError, Kind, Manifest
from sms_gateway.backup.sealing import MAGIC, unseal
from sms_gateway.cases.embedded.dialects import migrate_cases
from sms_gateway.clock import SystemClock
from sms_gateway.domain.ids import RunId
from sms_gateway.domain.restores import HeldBack, HoldOrder
from sms_gateway.domain.uuid7 import Uuid7
from sms_gateway.store.opening import RunOf, open_store

_ENDINGS = ("", "-wal", "-shm")
_COMMITS = 500


def check_nothing_is_there(databases: Databases) -> None:
    """See that nothing would be overwritten.

    Raises:
        BackupError: a database is there.
    """
    for path in databases.places().values():
        for ending in _ENDINGS:
            there = path.with_name(path.name + ending)
            if there.exists():
                message = (
                    f"{there} is there: move it to another folder first, nothing is overwritten"
                )
                raise BackupError(message)


def in_preparation(path: Path) -> Path:
    """Where a database lies until it is whole and held back."""
    return path.with_name(f"{path.name}.restoring")


@contextlib.contextmanager
def prepared(databases: Databases) -> Iterator[Databases]:
    """The places of databases that are being prepared; what is left there at the end goes."""
    cases = None if databases.cases is None else in_preparation(databases.cases)
    places = Databases(in_preparation(databases.store), cases)
    _clear(places)
    try:
        yield places
    finally:
        _clear(places)


def unpack(file: Path, identities: Sequence[Path], places: Databases) -> Manifest:
    """Take a backup apart, bring it up to date, and compare it with what it says of itself.

    Args:
        file: the backup, encrypted or not.
        identities: files of age identities.
        places: where the databases are to lie.

    Raises:
        BackupError: it cannot be opened, is damaged or cut off, or of a newer gateway.
        SchemaError: it needs newer code.
        sqlite3.Error, OSError: something cannot be read or written.
    """
    manifest = take_apart(file, identities, "sqlite", places.places(), places.store)
    if checked(places).rows != manifest.rows:
        message = "the backup does not hold the rows that it says: take another one"
        raise BackupError(message)
    return manifest


def take_apart(
    file: Path, identities: Sequence[Path], kind: Kind, places: Mapping[str, Path], beside: Path
) -> Manifest:
    """Take a backup apart and check every octet of it.

    Args:
        file: the backup, encrypted or not.
        identities: files of age identities.
        kind: what it must be a backup of.
        places: name in the archive to where that file is to lie.
        beside: a file; the archive lies open beside it in the meantime, where it is encrypted.

    Raises:
        BackupError: it cannot be opened, is of another kind, damaged, or of a newer gateway.
        OSError: something cannot be read or written.
    """
    with file.open("rb") as opened:
        sealed = opened.read(len(MAGIC)) == MAGIC
        opened.seek(0)
        if not sealed:
            return read_archive(opened, places, kind)
        plain = beside.with_name(f"{beside.name}.tar.gz")
        with _unsealed(opened, identities, plain) as archive:
            return read_archive(archive, places, kind)


def checked(places: Databases) -> Contents:
    """Search prepared databases for damage, bring them up to date, and see what they hold.

    Raises:
        BackupError: one is damaged.
        SchemaError: one needs newer code.
        sqlite3.Error: one cannot be read or written.
    """
    for path in places.files().values():
        check_database(path)
    bring_up_to_date(places, SystemClock().now())
    return contents_of(places)


def hold_back(places: Databases, copied_at: datetime, by: str, version: str) -> HeldBack:
    """Bring prepared databases up to date, and hold back what would go out by itself.

    It is done before they get their names: a gateway that starts at any moment finds them held.

    Raises:
        SchemaError: they need newer code.
        CaseFileError, StoreDownError, sqlite3.Error, OSError: they cannot be written.
    """
    clock = SystemClock()
    if cases := places.files().get(CASES):
        asyncio.run(migrate_cases(cases, clock.milliseconds()))
    run = RunOf(RunId(Uuid7(clock.milliseconds, randbits)()), "restore", version, clock.now)
    return asyncio.run(_hold_back(places, copied_at, by, run))


async def _hold_back(places: Databases, copied_at: datetime, by: str, run: RunOf) -> HeldBack:
    clock = SystemClock()
    async with open_store(places.store, run, _COMMITS) as store:
        # Parts that wait for others would become texts later, after the hold.
        while await store.join_overdue_parts(clock.now(), clock.now()):
            pass
        return await store.hold_restored(HoldOrder(clock.now(), by, copied_at))


def put_in_place(places: Databases, databases: Databases) -> None:
    """Give prepared databases their names; that of the messages comes last.

    Raises:
        OSError: they cannot be renamed.
    """
    ready = places.files()
    for name in (CASES, STORE):
        if name in ready:
            give_name(ready[name], databases.places()[name])


def give_name(ready: Path, path: Path) -> None:
    """Put one prepared database in place, durably.

    Raises:
        OSError: it cannot be renamed.
    """
    flush(ready)
    ready.rename(path)
    flush(path.parent)


@contextlib.contextmanager
def _unsealed(sealed: BinaryIO, identities: Sequence[Path], plain: Path) -> Iterator[BinaryIO]:
    if not identities:
        message = "the backup is encrypted: give the file of the key that opens it with --identity"
        raise BackupError(message)
    try:
        with plain.open("wb") as out:
            unseal(sealed, out, identities)
        with plain.open("rb") as file:
            yield file
    finally:
        plain.unlink(missing_ok=True)


def _clear(places: Databases) -> None:
    for path in places.places().values():
        for ending in (*_ENDINGS, ".lock", ".tar.gz"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
