"""The archive: a tar file, compressed, whose first member says what the others must be."""

import gzip
import hashlib
import io
import tarfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, cast

from sms_gateway.backup.manifest import (
    MAX_SIZE,
    NAME,
    BackupError,
    Kind,
    Manifest,
    Piece,
    Sink,
    decoded,
    encoded,
)

_LEVEL = 1  # texts shrink to a third at once; more costs many times the time
_CHUNK = 1 << 20
_BROKEN = (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile)


def write_archive(file: Sink, manifest: Manifest, files: Mapping[str, Path]) -> None:
    """Write an archive.

    Args:
        file: written to its end.
        manifest: names each of the files.
        files: name in the archive to where it lies.

    Raises:
        OSError: it cannot be read or written.
    """
    with (
        gzip.GzipFile(mode="wb", compresslevel=_LEVEL, fileobj=cast("BinaryIO", file)) as packed,
        tarfile.open(fileobj=packed, mode="w:") as tar,
    ):
        head = encoded(manifest)
        at = int(manifest.made_at.timestamp())
        tar.addfile(_entry(NAME, len(head), at), io.BytesIO(head))
        for name, piece in manifest.files.items():
            with files[name].open("rb") as content:
                tar.addfile(_entry(name, piece.size, at), content)


def read_archive(file: BinaryIO, places: Mapping[str, Path], kind: Kind | None = None) -> Manifest:
    """Take an archive apart and check every octet of it.

    Args:
        file: read to its end.
        places: name in the archive to where that file is to lie; what has no place is only checked.
        kind: what it must be a backup of; None for anything.

    Raises:
        BackupError: it is no backup, of another kind, damaged, cut off, or of a newer gateway.
        OSError: it cannot be read or written.
    """
    try:
        with gzip.open(file) as plain, tarfile.open(fileobj=plain, mode="r:") as tar:
            manifest = _manifest(tar)
            if kind not in (None, manifest.kind):
                raise BackupError(_OTHER_KIND[manifest.kind])
            left = dict(manifest.files)
            while member := tar.next():
                _take(tar, member, left.pop(member.name, None), places.get(member.name))
            while plain.read(_CHUNK):
                pass  # to the very end, where the checksum of the whole stands
    except _BROKEN as error:
        raise BackupError(_DAMAGED) from error
    if left:
        raise BackupError(_DAMAGED)
    return manifest


_OTHER_KIND: Mapping[Kind, str] = {
    "postgres": "this is a backup of PostgreSQL: name an empty database as store.url first",
    "sqlite": (
        "this is a backup of SQLite: leave store.url empty to restore it, then move it to "
        "PostgreSQL by sms-gateway store copy"
    ),
}
_DAMAGED = "the backup is damaged or was cut off: take another copy of it"


def _entry(name: str, size: int, at: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = size, at, 0o600
    return entry


def _manifest(tar: tarfile.TarFile) -> Manifest:
    first = tar.next()
    content = tar.extractfile(first) if first and first.isreg() else None
    if first is None or content is None or first.name != NAME or first.size > MAX_SIZE:
        message = "this is no backup of the gateway: name a file that sms-gateway backup made"
        raise BackupError(message)
    return decoded(content.read())


def _take(
    tar: tarfile.TarFile, member: tarfile.TarInfo, piece: Piece | None, place: Path | None
) -> None:
    content = tar.extractfile(member) if member.isreg() else None
    if piece is None or content is None or member.size != piece.size:
        raise BackupError(_DAMAGED)
    digest = hashlib.sha256()
    # Nothing is unpacked by the names in the archive: only we say where a file goes.
    out = place.open("wb") if place is not None else io.BytesIO()
    with content, out:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
            if place is not None:
                out.write(chunk)
    if digest.hexdigest() != piece.sha256:
        raise BackupError(_DAMAGED)
