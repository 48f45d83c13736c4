"""What became of dossiers that somebody else's case database told of, counted."""

from collections import Counter
from datetime import datetime


class Tally:
    """Counts; call it with a result, `new`, `changed`, `unchanged` ..., and how many had it.

    Attributes:
        results: how many had each.
        read_at: when this process last read all that had changed; None where it never did.
    """

    def __init__(self) -> None:
        self.results: Counter[str] = Counter()
        self.read_at: datetime | None = None

    def __call__(self, result: str, number: int) -> None:
        """So many dossiers had this result."""
        self.results[result] += number

    def read(self, at: datetime) -> None:
        """All that had changed until now was read."""
        self.read_at = at
