"""Whose turn it is."""

from typing import Final

MOST_FILES: Final = 3
"""Long files that are sent at a time: each takes some megabytes, and questions to the store."""


class Turn:
    """Heavy work is done for few people at a time in a process, else all would wait for all.

    Args:
        most: for so many.
    """

    def __init__(self, most: int = 1) -> None:
        self._most = most
        self._at_it: set[str] = set()

    def take(self, who: str) -> bool:
        """Begin; False where as many as may be are at it, or the same person is.

        Args:
            who: a person's id.
        """
        if who in self._at_it or len(self._at_it) >= self._most:
            return False
        self._at_it.add(who)
        return True

    def give_back(self, who: str) -> None:
        """End."""
        self._at_it.discard(who)
