"""Calls that are held open for an answer, and who decides whether it is still in time.

A waiter is either claimed by the answerer, who then puts the reply into the response, or expired
by its own call, and then the reply goes another way. Never both: the first one decides.
"""

import asyncio
from dataclasses import dataclass, field

from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.records import StoredAnswer


@dataclass(slots=True, eq=False)
class Waiter:
    """One open call that waits for one MO.

    Attributes:
        future: set with the answer, or with None when the call is over.
        claimed: the answerer is writing the reply for this call.
        overtime: its deadline has passed, only the commit is still waited for.
        timer: ends the call.
    """

    future: asyncio.Future[StoredAnswer | None]
    claimed: bool = False
    overtime: bool = False
    timer: asyncio.TimerHandle | None = None


@dataclass(slots=True)
class Waiters:
    """All open calls of this process."""

    _open: dict[MessageId, tuple[Waiter, ...]] = field(default_factory=dict)

    def open(self, mo_id: MessageId) -> Waiter:
        """Begin to wait; call before the answerer can hear of the MO."""
        waiter = Waiter(asyncio.get_running_loop().create_future())
        self._open[mo_id] = (*self._open.get(mo_id, ()), waiter)
        return waiter

    def waited_for(self, mo_id: MessageId) -> bool:
        """Whether any call waits for this MO."""
        return mo_id in self._open

    def claim(self, mo_id: MessageId) -> bool:
        """Whether a call still waits for this MO's reply; from now on it waits to the end."""
        claimed = False
        for waiter in self._open.get(mo_id, ()):
            # A call whose time is up stands here until it has its turn in the loop.
            if not waiter.future.done():
                waiter.claimed = claimed = True
        return claimed

    def release(self, mo_id: MessageId) -> None:
        """The answer could not be written: the calls may expire again."""
        for waiter in self._open.get(mo_id, ()):
            waiter.claimed = False
            if waiter.overtime:
                _end(waiter)

    def resolve(self, mo_id: MessageId, answer: StoredAnswer) -> bool:
        """Hand an answer to the calls that wait for it; whether any still did."""
        handed = False
        for waiter in self._open.pop(mo_id, ()):
            if not waiter.future.done():
                waiter.future.set_result(answer)
                handed = True
        return handed

    def expire(self, mo_id: MessageId, waiter: Waiter) -> None:
        """Stop waiting."""
        waiters = self._open.pop(mo_id, None)
        if waiters is not None and (left := tuple([w for w in waiters if w is not waiter])):
            self._open[mo_id] = left

    async def wait(
        self, mo_id: MessageId, waiter: Waiter, seconds: float, commit_seconds: float
    ) -> StoredAnswer | None:
        """The answer, or None when it did not come in time and will go another way.

        Args:
            mo_id: of the MO.
            waiter: from `open`.
            seconds: until the deadline of the call.
            commit_seconds: how much longer a reply that is being written is waited for.
        """
        self._in_time(waiter, max(seconds, 0.0), commit_seconds)
        try:
            return await waiter.future
        finally:
            if waiter.timer is not None:
                waiter.timer.cancel()
            self.expire(mo_id, waiter)

    def _in_time(self, waiter: Waiter, seconds: float, commit_seconds: float) -> None:
        loop = waiter.future.get_loop()
        waiter.timer = loop.call_later(seconds, self._over, waiter, commit_seconds)

    def _over(self, waiter: Waiter, commit_seconds: float) -> None:
        if waiter.claimed and not waiter.overtime:
            waiter.overtime = True
            self._in_time(waiter, commit_seconds, commit_seconds)
        else:
            _end(waiter)


def _end(waiter: Waiter) -> None:
    if not waiter.future.done():
        waiter.future.set_result(None)
