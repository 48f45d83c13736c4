"""How the process that reads a workbook says that it has no rows: by its exit status."""

import enum


class Ended(enum.IntEnum):
    """Why it has none. Python itself ends with 1 or 2."""

    TOO_LARGE = 3
    DAMAGED = 4
    NO_READER = 5
