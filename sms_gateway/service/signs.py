"""What a worker of a team shows of itself, and when it stands still.

Looks are counted, not seconds: where the whole machine stood still, no worker is to blame.
"""

from collections.abc import Sequence

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
        self._left_behind = 0

    def unwatched(self) -> None:
        """It was just started, or ends, and is not watched until it takes calls."""
        self._watched = False

    def takes_calls(self) -> None:
        """From now on it is watched."""
        self._watched = True
        self._unheard = self._idle = self._left_behind = 0

    def lives(self, *, works: bool) -> None:
        """It showed that its loop turns, and perhaps that its store works for it."""
        self._unheard = 0
        if works:
            self._idle = self._left_behind = 0

    def look(self, *, works_elsewhere: bool) -> None:
        """One more look.

        A store that works for nobody is the store's fault: no new worker would help. So looks only
        count while it works for another one; when it is back, each gets its time to notice.
        """
        self._unheard += 1
        self._idle += 1
        self._left_behind = self._left_behind + 1 if works_elsewhere else 0

    @property
    def works(self) -> bool:
        """Whether its store works now."""
        return self._watched and self._idle <= RECENT

    def stands_still(self) -> str:
        """What of it stands still, `loop` or `store`; nothing where all goes on."""
        if not self._watched:
            return ""
        if self._unheard > PATIENCE:
            return "loop"
        return "store" if self._left_behind > PATIENCE else ""


def look_at(team: Sequence[Signs]) -> None:
    """One more look at each of a team."""
    working = {id(one) for one in team if one.works}
    for one in team:
        one.look(works_elsewhere=bool(working - {id(one)}))
