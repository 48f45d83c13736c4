"""What `doctor` finds."""

import enum
from dataclasses import dataclass


class Level(enum.StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor.

    Attributes:
        level: how bad it is.
        what: which part of the installation.
        sentence: what was found, and where it is bad what to do.
    """

    level: Level
    what: str
    sentence: str
