"""What a backup says of itself: the first member of its archive, as JSON."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal, Protocol

import msgspec
from msgspec import Meta, Struct

FORMAT = 1
"""Of archive and manifest; a newer one is refused."""

NAME = "manifest.json"
MAX_SIZE = 64 * 1024
"""Largest manifest, in octets."""

STORE, CASES = "gateway.db", "cases.db"
"""The databases of SQLite by the names that they have in an archive."""

STORE_DUMP, CASES_DUMP = "gateway.dump", "cases.dump"
"""What pg_dump made of the schemas on PostgreSQL, by the names that they have in an archive."""

Kind = Literal["sqlite", "postgres"]

_NEEDED: Mapping[Kind, str] = {"sqlite": STORE, "postgres": STORE_DUMP}
_KNOWN: Mapping[Kind, frozenset[str]] = {
    "sqlite": frozenset({STORE, CASES}),
    "postgres": frozenset({STORE_DUMP, CASES_DUMP, CASES}),
}


class Sink(Protocol):
    """What an archive is written to."""

    def write(self, octets: bytes, /) -> int:
        """Take some octets."""

    def flush(self) -> None:
        """Pass on what was taken."""


class BackupError(Exception):
    """It cannot be made or used; the message is one line: what is wrong and what to do."""


class Piece(Struct, frozen=True):
    """One file of an archive.

    Attributes:
        size: in octets.
        sha256: of its octets, 64 hex digits.
    """

    size: Annotated[int, Meta(ge=0)]
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class Manifest(Struct, frozen=True):
    """What an archive holds.

    Attributes:
        format: see `FORMAT`.
        kind: what the message store was.
        made_at: the moment that the copy of the message store shows.
        version: of the gateway that made it.
        newest: when the newest message came, or None where there was none.
        rows: name of a table to how many rows it had.
        keys: name of a key to the id of the one that the rows were written by.
        files: name to size and checksum.
    """

    format: int
    kind: Kind
    made_at: datetime
    version: str
    newest: datetime | None
    rows: Mapping[str, int]
    keys: Mapping[str, str]
    files: Mapping[str, Piece]


def encoded(manifest: Manifest) -> bytes:
    """The manifest as it stands in an archive."""
    return msgspec.json.format(msgspec.json.encode(manifest))


def decoded(octets: bytes) -> Manifest:
    """The manifest of an archive.

    Raises:
        BackupError: it is none, or of a newer gateway.
    """
    try:
        shape = msgspec.json.decode(octets, type=_Shape)
        if shape.format > FORMAT:
            message = "this backup was made by a newer gateway: install that version, then restore"
            raise BackupError(message)
        manifest = msgspec.json.decode(octets, type=Manifest)
    except msgspec.MsgspecError as error:
        message = "this is no backup of the gateway, or it is damaged: take another copy of it"
        raise BackupError(message) from error
    needed, known = _NEEDED[manifest.kind], _KNOWN[manifest.kind]
    if needed not in manifest.files or not manifest.files.keys() <= known:
        message = "this backup does not hold the message store: take another one"
        raise BackupError(message)
    return manifest


class _Shape(Struct, frozen=True):
    format: int
