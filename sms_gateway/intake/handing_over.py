"""Written answers on their way to the calls that wait for them, and those that came too late."""

from collections.abc import Mapping
from contextlib import suppress

from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.records import Settlement, StoredAnswer
from sms_gateway.intake.at_once import AtOnce
from sms_gateway.intake.verdicts import nobody_waited
from sms_gateway.intake.waiting import Waiters
from sms_gateway.ports import Clock, Outbox, StoreDownError


class HandingOver:
    """Hands answers over, and notes replies whose call is gone: they may not have come.

    Args:
        outbox: where that is written down.
        waiters: the open calls.
        clock: time.
        at_once: knows the replies whose commit counted as lost.
    """

    def __init__(self, outbox: Outbox, waiters: Waiters, clock: Clock, at_once: AtOnce) -> None:
        self._at_once = at_once
        self._outbox = outbox
        self._waiters = waiters
        self._clock = clock
        self._unsettled: list[Settlement] = []

    async def hand_over(self, stored: Mapping[MessageId, StoredAnswer]) -> None:
        """Give answers to the calls that wait for them."""
        now = self._clock.now()
        for mo_id, answer in stored.items():
            if answer.outcome is None:
                self._waiters.release(mo_id)
            elif left := self._at_once.unsent(answer, now):
                self._unsettled.append(left)
            elif not self._waiters.resolve(mo_id, answer) and (late := nobody_waited(answer, now)):
                self._unsettled.append(late)
        # Else the sweep writes it down.
        with suppress(StoreDownError):
            await self.settle()

    async def settle(self) -> None:
        """Write down which replies may not have come; else nobody would see them.

        Raises:
            StoreDownError: they stay noted.
        """
        lost, self._unsettled = self._unsettled, []
        try:
            if lost:
                await self._outbox.settle(lost)
        except StoreDownError:
            self._unsettled += lost
            raise
