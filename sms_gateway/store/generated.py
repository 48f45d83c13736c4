"""A made-up log as each dialect writes it: all of it or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Piece = Mapping[str, Sequence[tuple[object, ...]]]
"""Rows by the name of their table, in the order in which they are to be written."""

THERE_ALREADY = "these very messages are there already: give others by another --seed"


class LogNotWrittenError(Exception):
    """Nothing was written, for the log holds messages already; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Note:
    """The line in the audit.

    Attributes:
        at: when, milliseconds since 1970.
        by, act, subject, detail: as in the table.
    """

    at: int
    by: str
    act: str
    subject: str
    detail: str
