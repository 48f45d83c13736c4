"""Lines about what may come in floods: the first at once, then one a minute."""

from collections import Counter
from collections.abc import Callable

SECONDS = 60.0
"""At least so long between two lines of one kind."""


class Seldom:
    """Says when a line is due, and how many times its line stands for.

    Args:
        monotonic: seconds that never step backwards.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._told: dict[str, float] = {}
        self._times: Counter[str] = Counter()

    def due(self, kind: str) -> int:
        """It happened again: 0 where no line is due, else how often since the last line."""
        self._times[kind] += 1
        now = self._monotonic()
        if kind in self._told and now - self._told[kind] < SECONDS:
            return 0
        self._told[kind] = now
        return self._times.pop(kind)
