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
        self._left = most

    def take(self) -> bool:
        """Begin; False where as many as may be are at it."""
        if not self._left:
            return False
        self._left -= 1
        return True

    def give_back(self) -> None:
        """End."""
        self._left += 1
