"""What a worker of a team shows of itself, and when it stands still.

Looks are counted, not seconds: where the whole machine stood still, no worker is to blame.
"""

from collections.abc import Iterable

LOOK_S = 1.0
"""Between two looks, in seconds."""

PATIENCE = 10
"""Looks without a sign after which a worker stands still; five signs are missing then."""

RECENT = 5
"""A store that worked for a worker within so many looks works now."""


class Signs:
    """Of one worker, as its parent hears them."""

    def __init__(self) -> None:
        self._watched = False
        self._unheard = 0
        self._idle = 0

    def started(self) -> None:
        """It was just started, and is not watched before it takes calls."""
        self._watched = False

    def takes_calls(self) -> None:
        """From now on it is watched."""
        self._watched = True
        self._unheard = self._idle = 0

    def lives(self, *, works: bool) -> None:
        """It showed that its loop turns, and perhaps that its store works for it."""
        self._unheard = 0
        if works:
            self._idle = 0

    def look(self) -> None:
        """One more look."""
        self._unheard += 1
        self._idle += 1

    @property
    def works(self) -> bool:
        """Whether its store works now."""
        return self._watched and self._idle <= RECENT

    def stands_still(self, others: Iterable["Signs"]) -> str:
        """What of it does, `loop` or `store`; nothing where all goes on.

        A store that works for nobody is the store's fault: no new worker would help.
        """
        if not self._watched:
            return ""
        if self._unheard > PATIENCE:
            return "loop"
        if self._idle > PATIENCE and any(other.works for other in others):
            return "store"
        return ""
