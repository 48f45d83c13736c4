"""How much memory a workbook (.xlsx) would take, told before it is unpacked there."""

import enum
import lzma
import re
import struct
import zipfile
import zlib
from typing import IO

MAX_UNPACKED = 512 * 1024 * 1024
"""Largest workbook, unpacked, in octets."""

MAX_CELLS = 10_000_000
"""Most cells of a sheet from its first to its last one; empty ones take memory too."""

_BOOK = "xl/workbook.xml"
_STRINGS = "xl/sharedstrings.xml"
# The reader takes also these for a table, and knows their names in any case of letters.
_OTHER_TABLES = frozenset({"content.xml", "xl/workbook.bin"})
# What says where a row or a cell lies: `<row r="7">`, `<c r="AB7">`.
_AT = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{0,3})([0-9]{1,9})[\"']")
# A cell that does not say so lies behind the one before it.
_UNPLACED = re.compile(rb"<(?:\w{1,20}:)?c(?![^<>]*\sr\s*=)[\s/>]")
_UNPLACED_ROW = re.compile(rb"<(?:\w{1,20}:)?row(?![^<>]*\sr\s*=)[\s/>]")
_STRING = re.compile(rb"<(?:\w{1,20}:)?si[\s/>]")
_CHUNK = 1024 * 1024
_LONGEST_AT = 64

# What the standard library says of archives that are none, or of a kind that it does not know.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, RuntimeError, ValueError,
    EOFError, OSError,
)  # fmt: skip


class NotUnpacked(enum.Enum):
    """Why a workbook is not to be unpacked in memory."""

    DAMAGED = enum.auto()
    OTHER = enum.auto()
    """It is another archive."""
    TOO_LARGE = enum.auto()


def why_not_unpacked(
    stream: IO[bytes],
    largest: int = MAX_UNPACKED,
    most_cells: int = MAX_CELLS,
    most_text: int | None = None,
) -> NotUnpacked | None:
    """Why it is not to be unpacked in memory; None where it may be.

    Args:
        stream: the file.
        largest: octets of all its parts, unpacked.
        most_cells: of a sheet, from its first to its last one.
        most_text: octets that its cells would take if each had a copy of the longest string that
            they share; None for any.
    """
    text = 0
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
            names = {part.filename.lower().replace("\\", "/") for part in parts}
            if _BOOK not in names or names & _OTHER_TABLES:
                return NotUnpacked.OTHER
            if sum(part.file_size for part in parts) > largest:
                return NotUnpacked.TOO_LARGE
            # Unpacked once as a stream: what a part says of its own size may be wrong.
            # A sheet may lie anywhere: the workbook says where.
            cells = max(_cells(archive, part) for part in parts)
            if most_text is not None:
                text = cells * max(_longest(archive, part) for part in parts)
    except _BROKEN:
        return NotUnpacked.DAMAGED
    over = cells > most_cells or text > (most_text or 0)
    return NotUnpacked.TOO_LARGE if over else None


def _cells(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """How many cells a part spans where it is a sheet; unpacks it to its end."""
    lowest, rightmost, unplaced, rows, tail = 0, 0, 0, 0, b""
    with archive.open(part) as content:
        while chunk := content.read(_CHUNK):
            for column, row in _AT.findall(tail + chunk):
                lowest = max(lowest, int(row))
                rightmost = max(rightmost, _column(column))
            unplaced += len(_UNPLACED.findall(chunk))
            rows += len(_UNPLACED_ROW.findall(chunk))
            tail = chunk[-_LONGEST_AT:]
    return (lowest + rows) * (rightmost + unplaced)


def _longest(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """Octets of the longest string that cells share; at least one."""
    if part.filename.lower().replace("\\", "/") != _STRINGS:
        return 1
    whole = archive.read(part)
    if b"<!" in whole:  # what hides where a string begins, and no program writes
        return len(whole)
    return max(map(len, _STRING.split(whole)))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number
