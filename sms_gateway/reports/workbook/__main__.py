"""Reads the workbook that comes by standard input, and writes its rows to standard output.

Started by `apart.py` with the limits. Its end says how it went: 0, or a value of `Ended`. Where the
system bounds no memory (macOS, Windows), it goes by the size of what is unpacked alone; the time by
the clock is bounded by whoever started it.
"""

import contextlib
import io
import platform
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec

from sms_gateway.cases.embedded.unpacked import NotUnpacked, why_not_unpacked
from sms_gateway.reports.workbook.cells import packed
from sms_gateway.reports.workbook.ending import Ended

_COPIED = 8
"""Each cell gets a copy of a string that cells share: at most so often the octets of a workbook."""


def bound(memory: int, seconds: int) -> None:
    """Take no more memory and processor than that, write no file, and leave no picture of memory.

    Args:
        memory: octets.
        seconds: of a processor.
    """
    try:
        import resource  # noqa: PLC0415  # there is none on Windows
    except ModuleNotFoundError:
        return
    wanted = {
        resource.RLIMIT_AS: memory, resource.RLIMIT_CPU: seconds, resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
    }  # fmt: skip
    # macOS bounds no memory, and says so by an error.
    refused = (ValueError, OSError) if platform.system() == "Darwin" else ()
    for kind, most in wanted.items():
        _, hard = resource.getrlimit(kind)
        now = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with contextlib.suppress(*refused):
            resource.setrlimit(kind, (now, now))


def rows_of(octets: bytes, unpacked: int, cells: int) -> Sequence[Sequence[object]] | Ended:
    """The rows of the first sheet, from its first row and column on, or why there are none."""
    match why_not_unpacked(io.BytesIO(octets), unpacked, cells, unpacked * _COPIED):
        case NotUnpacked.TOO_LARGE:
            return Ended.TOO_LARGE
        case NotUnpacked.DAMAGED | NotUnpacked.OTHER:
            return Ended.DAMAGED
        case None:
            pass
    from python_calamine import (  # noqa: PLC0415  # an extra, only where it is used
        CalamineError,
        CalamineWorkbook,
    )

    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(octets)).get_sheet_by_index(0)
        rows: Sequence[Sequence[object]] = sheet.to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError, IndexError):
        return Ended.DAMAGED
    return rows


def main(unpacked: int, cells: int, memory: int, seconds: int) -> int:
    """Read one; how it ended."""
    # Loaded before there are limits, within which it might find no room.
    reads = find_spec("python_calamine") and import_module("python_calamine")
    bound(memory, seconds)
    try:
        octets = sys.stdin.buffer.read()
        rows = rows_of(octets, unpacked, cells) if reads else Ended.NO_READER
        if isinstance(rows, Ended):
            return rows
        for row in rows:
            sys.stdout.buffer.write(packed(row))
        sys.stdout.buffer.flush()
    except MemoryError:
        return Ended.TOO_LARGE
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
