"""Makes a backup: copies, checks, counts, packs, perhaps encrypts, then gives it its name."""

import contextlib
import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sms_gateway.backup.archive import read_archive, write_archive
from sms_gateway.backup.contents import Contents, Source
from sms_gateway.backup.copying import flush, piece_of
from sms_gateway.backup.manifest import FORMAT, BackupError, Manifest
from sms_gateway.backup.sealing import seal

_WORK = ".backup-work"
_SPARE = 100 * 1024 * 1024
_MIB = 1024 * 1024
_DIRTY = 16 * _MIB


@dataclass(frozen=True, slots=True)
class BackupOrder:
    """What is to be made.

    Attributes:
        source: where from.
        target: the file to be made.
        recipients: age recipients; none leaves it readable.
        keys: name of a key of this installation to its id.
        version: of this gateway.
        now: clock.
    """

    source: Source
    target: Path
    recipients: Sequence[str]
    keys: Mapping[str, str]
    version: str
    now: Callable[[], datetime]

    @property
    def work(self) -> Path:
        """Where copies lie in the meantime.

        What is to be encrypted never lies open on the disk of the backups.
        """
        beside = self.source.beside if self.recipients else self.target.absolute().parent
        return beside / _WORK


def make_backup(order: BackupOrder) -> Manifest:
    """Make a backup beside a running service; nothing is left where it fails.

    Raises:
        BackupError: a database is damaged, there is no room, or another backup is under way.
        OSError: something cannot be read or written; and what the databases raise.
    """
    if order.target.exists():
        message = f"{order.target} is there already: name another file"
        raise BackupError(message)
    part = order.target.with_name(f"{order.target.name}.part")
    with _work(order) as work:
        made_at = order.now()
        copies, found = order.source.copied(work)
        manifest = _described(order, made_at, copies, found)
        try:
            _pack(order, manifest, copies, part)
            part.rename(order.target)
            flush(order.target.parent)
        finally:
            part.unlink(missing_ok=True)
    return manifest


def _described(
    order: BackupOrder, at: datetime, copies: Mapping[str, Path], found: Contents
) -> Manifest:
    files = {name: piece_of(path) for name, path in copies.items()}
    keys, kind = {**order.keys, **found.keys}, order.source.kind
    return Manifest(FORMAT, kind, at, order.version, found.newest, found.rows, keys, files)


def _pack(order: BackupOrder, manifest: Manifest, copies: Mapping[str, Path], part: Path) -> None:
    plain = order.work / "archive.tar.gz" if order.recipients else part
    with _written(plain) as file:
        write_archive(file, manifest, copies)
    with plain.open("rb") as written:
        read_archive(written, {})
    if not order.recipients:
        return
    with plain.open("rb") as readable, _written(part) as file:
        seal(readable, file, order.recipients)
    # Without an identity it cannot be opened here: at least every octet is on the disk.
    if piece_of(part).sha256 != file.digest.hexdigest():
        message = f"{part} is not what was written to it: look at that disk"
        raise BackupError(message)


class _Steady:
    """A file that is written to the disk piece by piece, see `flush`; knows its checksum."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._dirty = 0
        self.digest = hashlib.sha256()

    def write(self, octets: bytes) -> int:
        self.digest.update(octets)
        self._dirty += self._file.write(octets)
        if self._dirty > _DIRTY:
            self.durable()
        return len(octets)

    def flush(self) -> None:
        self._file.flush()

    def durable(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._dirty = 0


@contextlib.contextmanager
def _written(path: Path) -> Iterator[_Steady]:
    with path.open("wb") as file:
        steady = _Steady(file)
        yield steady
        steady.durable()


@contextlib.contextmanager
def _work(order: BackupOrder) -> Iterator[Path]:
    """A folder for copies, one backup at a time; what a killed one left is cleared away."""
    work = order.work
    work.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(work, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = "another backup is under way: wait for its end"
            raise BackupError(message) from None
        try:
            _clear(work)
            _check_room(order, work)
            yield work
        finally:
            _clear(work)
            work.rmdir()
    finally:
        os.close(lock)


def _clear(work: Path) -> None:
    for path in work.iterdir():
        path.unlink()


def _check_room(order: BackupOrder, work: Path) -> None:
    # The copies, and a packed one of them beside: not more than half of it, by experience a third.
    size = order.source.size()
    needed = size + size // 2 + _SPARE
    free = shutil.disk_usage(work).free
    if free < needed:
        message = (
            f"{work.parent} has {free // _MIB} MiB free, and a backup needs {needed // _MIB}: free "
            "some space, or choose another folder"
        )
        raise BackupError(message)
