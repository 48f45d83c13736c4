"""How long a door rests whose telco says "not now"."""

from collections.abc import Callable
from datetime import timedelta
from typing import assert_never

from sms_gateway.dispatch.retry import RetryTable
from sms_gateway.domain.outcome import Accepted, Deferred, Rejected, SendOutcome, Uncertain


class BackOff:
    """The rest of one door: longer each time, until its telco takes something again.

    A telco that throttles means the account, not one message: without the rest each of a thousand
    waiting messages would ask for itself.

    Args:
        table: how long.
        monotonic: seconds that never step backwards.
    """

    def __init__(self, table: RetryTable, monotonic: Callable[[], float]) -> None:
        self._table = table
        self._monotonic = monotonic
        self._times = 0
        self._until = monotonic()
        self.round = 0

    def left(self) -> float:
        """Seconds until the door may be asked again; 0 where it may be now."""
        return max(0.0, self._until - self._monotonic())

    def heard(self, outcome: SendOutcome, asked_in: int) -> None:
        """What the telco said to a message that was leased in the round `asked_in`."""
        match outcome:
            case Deferred(_, retry_after):
                self._rest(retry_after, asked_in)
            case Accepted() | Rejected():
                self._times = 0
            case Uncertain():
                pass  # it said nothing
            case _:
                assert_never(outcome)

    def _rest(self, wish: timedelta | None, asked_in: int) -> None:
        wait = min(wish or timedelta(), self._table.wish_most)
        # Otherwise it was under way when this rest began.
        if asked_in == self.round:
            self.round += 1
            wait = wait or self._table.door_rests(self._times)
            self._times += 1
        self._until = max(self._until, self._monotonic() + wait.total_seconds())
