"""Rows on their way: what PostgreSQL keeps of them, and their checksum in any order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import msgspec

from sms_gateway.sql.storable import storable

Row = tuple[int | str | bytes | None, ...]

_OCTETS = 8
_MASK = (1 << 8 * _OCTETS) - 1
_NUL_IN_JSON = b"\\u0000"
_as_json = msgspec.json.Encoder().encode
_as_octets = msgspec.msgpack.Encoder().encode


def kept(rows: Sequence[Row]) -> tuple[Sequence[Row], int]:
    """The rows as both dialects keep them, and about how many octets they are."""
    written = _as_json(rows)
    if _NUL_IN_JSON in written:
        rows = [tuple(storable(v) if isinstance(v, str) else v for v in row) for row in rows]
    return rows, len(written)


@dataclass(frozen=True, slots=True)
class Sum:
    """How many rows, and what they add up to; in which order they come does not matter.

    Attributes:
        rows: so many.
        value: the sum of their hashes, of 64 bits.
    """

    rows: int = 0
    value: int = 0

    def __add__(self, more: "Sum") -> "Sum":
        return Sum(self.rows + more.rows, (self.value + more.value) & _MASK)

    @property
    def checksum(self) -> str:
        """The sum in hex."""
        return f"{self.value:0{2 * _OCTETS}x}"


def sum_of(rows: Iterable[Row]) -> Sum:
    """What rows add up to."""
    hashes = [
        int.from_bytes(blake2b(_as_octets(row), digest_size=_OCTETS).digest(), "big")
        for row in rows
    ]
    return Sum(len(hashes), sum(hashes) & _MASK)
