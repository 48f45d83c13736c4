"""Whose turn it is."""


class Turn:
    """Heavy work is done for one person at a time in a process, else all would wait for all."""

    def __init__(self) -> None:
        self._taken = False

    def take(self) -> bool:
        """Begin; False where somebody else is at it."""
        if self._taken:
            return False
        self._taken = True
        return True

    def give_back(self) -> None:
        """End."""
        self._taken = False
