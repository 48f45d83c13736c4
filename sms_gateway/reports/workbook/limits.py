"""How much of a file is read."""

from dataclasses import dataclass

MAX_ROWS = 1_000_000
"""Most rows read."""

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is read, so that it takes no more memory and time than there is.

    The first bounds rows of charges in any file, the others a workbook alone.

    Attributes:
        rows: at most so many.
        unpacked: octets of a workbook, unpacked; its rows must not be more either.
        cells: of a workbook, from its first to its last.
        memory: octets that the process which reads it may use.
        seconds: how long that may take, by the clock and of a processor.
    """

    rows: int = MAX_ROWS
    unpacked: int = 256 * _MIB
    cells: int = 8_000_000
    memory: int = 4096 * _MIB
    seconds: int = 300
