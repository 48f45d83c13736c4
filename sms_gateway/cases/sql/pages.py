"""Rounds of changes, a page after the other."""

import datetime as dt
from collections.abc import Sequence

from sms_gateway.cases.embedded.rows import Record
from sms_gateway.cases.remote import Told
from sms_gateway.cases.sql.places import Reached, reached_of
from sms_gateway.ports import Clock


class Pages:
    """Where each round begins, and how far it came.

    A round begins a little before the place where the last one ended, for whoever stamps a row and
    writes it only later; until nothing new has come for so long. By our own clock: how far that of
    the database is wrong does not matter.

    It ends with the last row that does not lie in the future: one date that somebody mistyped, of
    2062, would hide all that changes until then. Such a row is read again in each round.
    """

    def __init__(self, overlap: float, clock: Clock) -> None:
        """Begin.

        Args:
            overlap: seconds that are read once more.
            clock: time.
        """
        self._overlap = overlap
        self._clock = clock
        self._next = ""
        self._end = ""
        self._overlaps = overlap > 0
        self._now = clock.now()
        self._come = ""
        self._began_at = self._moved_at = clock.monotonic()

    def begun(self, cursor: str) -> Reached:
        """Where to ask from."""
        reached = reached_of(cursor)
        if reached is not None and cursor == self._next:
            return reached
        self._now = self._clock.now()
        self._began_at = self._clock.monotonic()
        if reached is None or reached.moment > self._now:
            # The latter where the page before it was the last that an ended process read.
            reached = Reached(self._now)
            self._come = str(reached)
            return reached
        self._come = cursor
        if not self._overlaps:
            return reached
        return Reached(reached.moment - dt.timedelta(seconds=self._overlap))

    def met(self, places: Sequence[Reached]) -> None:
        """The places of a page, in their order."""
        past = [place for place in places if place.moment <= self._now]
        if past:
            self._come = str(past[-1])

    def goes_on(self, records: Sequence[Record], reached: Reached) -> Told:
        """A page that another one follows."""
        self._next = str(reached)
        return Told(records, self._next, more=True)

    def ended(self, records: Sequence[Record]) -> Told:
        """The last page of a round."""
        self._next = ""
        cursor = self._come
        if cursor != self._end:
            self._end, self._overlaps = cursor, self._overlap > 0
            self._moved_at = self._clock.monotonic()
        elif self._began_at - self._moved_at >= self._overlap:
            self._overlaps = False
        return Told(records, cursor)
