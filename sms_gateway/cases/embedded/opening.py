"""A file's octets as text: which encoding, and what is not text at all."""

import codecs
import io
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from sms_gateway.cases.embedded.rows import Place, Problem

MAX_FILE = 256 * 1024 * 1024
"""Largest file read, in octets."""

Source = Path | tuple[str, bytes]
"""A file on disk, or a name and its octets."""

_CHUNK = 1024 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PACKED = b"PK\x03\x04"
_NOT_TEXT = (
    (
        b"\xd0\xcf\x11\xe0",
        "is an old Excel workbook, or has a password: save it as .xlsx without one, or CSV UTF-8",
    ),
    (b"%PDF", "is a PDF: export the dossiers as CSV or JSON"),
    (b"\x1f\x8b", "is compressed: unpack it first"),
)
_GUESSED = (
    'read as Windows-1258, because it is not UTF-8; if names look wrong, save it as "CSV UTF-8"'
)


def whole_file(sentence: str) -> Problem:
    """A problem of the file as a whole."""
    return Problem(Place(0), "", sentence)


def open_text(source: Source, notes: list[str]) -> io.TextIOWrapper | Problem:
    """The file as text with its line ends untouched, or why it is none.

    Args:
        source: the file.
        notes: gets a sentence when the encoding was guessed.
    """
    try:
        if size_of(source) > MAX_FILE:
            return whole_file(f"is larger than {MAX_FILE >> 20} MiB: split it")
        stream = opened(source)
    except OSError as error:
        return whole_file(f"cannot be opened: {error.strerror or 'input error'}")
    found = _encoding(stream)
    if isinstance(found, Problem):
        stream.close()
        return found
    if found == "cp1258":
        notes.append(_GUESSED)
    stream.seek(0)
    return io.TextIOWrapper(stream, encoding=found, newline="")


def opened(source: Source) -> BinaryIO:
    """A file's octets as a stream.

    Raises:
        OSError: there is no such file.
    """
    return source.open("rb") if isinstance(source, Path) else io.BytesIO(source[1])


def is_packed(source: Source) -> bool:
    """Whether a file is an archive, as workbooks are; not where it cannot be opened."""
    try:
        with opened(source) as stream:
            return stream.read(len(_PACKED)) == _PACKED
    except OSError:
        return False


def size_of(source: Source) -> int:
    """Octets of a file.

    Raises:
        OSError: there is no such file.
    """
    return source.stat().st_size if isinstance(source, Path) else len(source[1])


def _encoding(stream: BinaryIO) -> str | Problem:
    head = stream.read(4)
    for mark, sentence in _NOT_TEXT:
        if head.startswith(mark):
            return whole_file(sentence)
    candidates: Sequence[str] = next(
        ([name] for mark, name in _MARKS if head.startswith(mark)), _unmarked(head)
    )
    for name in candidates:
        if _decodes(stream, name):
            return name
    return whole_file('is damaged or in an unknown encoding: save it as "CSV UTF-8"')


def _unmarked(head: bytes) -> Sequence[str]:
    # A header of ASCII letters in UTF-16 shows a zero octet beside each of them.
    if head[1:2] == b"\0":
        return ["utf-16-le"]
    return ["utf-16-be"] if head[:1] == b"\0" else ["utf-8", "cp1258"]


def _decodes(stream: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    stream.seek(0)
    try:
        while chunk := stream.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True
