"""Calls that wait for what another node is answering: nothing in this process will tell them.

A telco that tries again may reach any node. The store is the truth, so it is looked at.
"""

import asyncio
from collections.abc import Mapping

from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.records import StoredAnswer
from sms_gateway.intake.waiting import Waiters
from sms_gateway.ports import Clock, Inbox, StoreDownError

LOOK_SECONDS = 0.1
"""Between two looks; a small part of what a telco waits."""


class Elsewhere:
    """Looks for answers that others write.

    Args:
        inbox: the store.
        waiters: open calls.
        clock: time.
    """

    def __init__(self, inbox: Inbox, waiters: Waiters, clock: Clock) -> None:
        self._inbox = inbox
        self._waiters = waiters
        self._clock = clock
        self._watched: set[MessageId] = set()
        self._wake = asyncio.Event()

    def watch(self, mo_id: MessageId) -> None:
        """A call waits for this MO, which was not first delivered to it."""
        self._watched.add(mo_id)
        self._wake.set()

    async def run(self) -> None:
        """Look until cancelled, while there is something to look for."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._watched:
                await self._clock.sleep(LOOK_SECONDS)
                self._watched = {one for one in self._watched if self._waiters.waited_for(one)}
                await self._look()

    async def _look(self) -> None:
        if not self._watched:
            return
        try:
            found: Mapping[MessageId, StoredAnswer] = await self._inbox.stored_answers(
                list(self._watched)
            )
        except StoreDownError:
            return
        for mo_id, answer in found.items():
            if answer.outcome is not None:
                self._watched.discard(mo_id)
                self._waiters.resolve(mo_id, answer)
