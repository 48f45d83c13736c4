"""Rows of a sheet as octets between the two processes: each its length and itself, by MessagePack.

A row is an array of texts. A moment, which is not read as text, is an array of one.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

MAX_CELL = 200
"""Characters of a cell."""

MAX_COLUMNS = 200
"""Cells of a row."""

_LENGTH = 4
_DECODER = msgspec.msgpack.Decoder(list[str | tuple[str]])


def text_of(cell: object) -> str:
    """A cell as text; a whole number of a workbook without its decimal point."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).strip()[:MAX_CELL]


def packed(row: Sequence[object]) -> bytes:
    """A row as the reader found it, in octets."""
    cells = [
        (cell.isoformat(),) if isinstance(cell, datetime) else text_of(cell)
        for cell in row[:MAX_COLUMNS]
    ]
    octets = msgspec.msgpack.encode(cells if any(cells) else [])
    return len(octets).to_bytes(_LENGTH, "little") + octets


def unpacked(octets: bytes) -> Iterator[Sequence[str | datetime]]:
    """All rows.

    Raises:
        ValueError: these octets are none.
    """
    at, whole = 0, memoryview(octets)
    while at < len(octets):
        end = at + _LENGTH + int.from_bytes(whole[at : at + _LENGTH], "little")
        if end > len(octets):
            message = "a row is cut off"
            raise ValueError(message)
        yield _row(whole[at + _LENGTH : end])
        at = end


def _row(octets: memoryview) -> Sequence[str | datetime]:
    try:
        cells = _DECODER.decode(octets)
    except msgspec.MsgspecError:
        message = "what should be a row is none"
        raise ValueError(message) from None
    return [cell if isinstance(cell, str) else datetime.fromisoformat(cell[0]) for cell in cells]
