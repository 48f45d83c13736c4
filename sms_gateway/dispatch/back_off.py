"""How long a door rests whose telco says "not now", and when it counts as down."""

from collections.abc import Callable
from datetime import timedelta
from typing import assert_never

from sms_gateway.dispatch.faults import door_works
from sms_gateway.dispatch.retry import RetryTable
from sms_gateway.domain.outcome import Accepted, Deferred, Rejected, SendOutcome, Uncertain


class BackOff:
    """The rest of one door: longer each time, until its telco takes something again.

    A telco that throttles means the account, not one message: without the rest each of a thousand
    waiting messages would ask for itself. A door that failed so often in a row for a reason of its
    own is down: after each rest it gets one message to try, and the others wait or go elsewhere.
    One that can carry nothing for a while, because it is not bound, is down as well.

    Attributes:
        round: counts the rests; what was leased before one began does not make it longer.

    Args:
        table: how long.
        monotonic: seconds that never step backwards.
    """

    def __init__(self, table: RetryTable, monotonic: Callable[[], float]) -> None:
        self._table = table
        self._monotonic = monotonic
        self._times = 0
        self._until = monotonic()
        self._faults = 0
        # The round of the message that is tried while the door is down.
        self._tried_in: int | None = None
        self._closed_at: float | None = None
        self.round = 0

    @property
    def down(self) -> bool:
        """Whether it is."""
        return self._faults >= self._table.down_after or self.closed

    @property
    def closed(self) -> bool:
        """Whether it has carried nothing for longer than a reconnection takes."""
        if self._closed_at is None:
            return False
        return self._monotonic() - self._closed_at >= self._table.closed_after.total_seconds()

    @property
    def at_ease(self) -> bool:
        """Whether nothing went wrong lately, so that another yes of the telco changes nothing."""
        return not (self._faults or self._times) and self._tried_in is None

    def carries(self, slots: int) -> None:
        """How many messages at a time the door can carry now."""
        if slots:
            self._closed_at = None
        elif self._closed_at is None:
            self._closed_at = self._monotonic()

    def left(self) -> float:
        """Seconds until the door may be asked again; 0 where it may be now."""
        return max(0.0, self._until - self._monotonic())

    def room(self, free: int) -> int:
        """How many messages may be leased now, of so many free slots."""
        if self.left() or self._tried_in is not None or self._closed_at is not None:
            return 0
        return min(free, 1) if self.down else free

    def begun(self) -> int:
        """Messages are on their way to the telco; the round they belong to."""
        self._tried_in = self.round if self.down else None
        return self.round

    def heard(self, outcome: SendOutcome, asked_in: int) -> None:
        """What the telco said to a message that was leased in the round `asked_in`."""
        fresh = asked_in == self.round
        works, was_down = door_works(outcome), self.down
        if works or asked_in == self._tried_in:
            self._tried_in = None
        if works is not None:
            self._faults = 0 if works else self._faults + 1
        match outcome:
            case Deferred(_, retry_after):
                self._rest(min(retry_after or timedelta(), self._table.wish_most), fresh=fresh)
            case Rejected(asked=False):
                pass  # the next one is tried at once
            case Accepted() | Rejected() if works:
                self._times = 0
            case Accepted() | Rejected() | Uncertain():
                # What was under way when it went down makes no rest longer.
                if not works and self.down and (fresh or not was_down):
                    self._rest(self._table.down_rests(self._times), fresh=True)
                    self._times += 1
            case _:
                assert_never(outcome)

    def _rest(self, wait: timedelta, *, fresh: bool) -> None:
        # Otherwise it was under way when this rest began.
        if fresh:
            self.round += 1
            if not wait:
                wait = self._table.door_rests(self._times)
                self._times += 1
        self._until = max(self._until, self._monotonic() + wait.total_seconds())
