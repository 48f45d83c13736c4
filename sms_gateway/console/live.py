"""What is new, told to open pages: one question to the store for all of them."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from sms_gateway.domain.ids import MessageId
from sms_gateway.ports import Clock, StoreDownError
from sms_gateway.tasks import ended

_log = structlog.get_logger("console")

MOST: Final = 200
"""Open lines of one process; one more is refused, and its page stands still."""

MOST_OF_ONE: Final = 4
"""Of one person: as many pages as somebody keeps open, and not so many that others get none."""

_EVERY: Final = 2.0

Newest = Callable[[], Awaitable[MessageId | None]]


class Live:
    """Looks for new messages while somebody listens.

    Args:
        newest: asks the store for the newest text.
        clock: the time.
    """

    def __init__(self, newest: Newest, clock: Clock) -> None:
        self._newest = newest
        self._clock = clock
        self._listeners: Counter[str] = Counter()
        self._known: MessageId | None = None
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.closed = False

    def enter(self, who: str) -> bool:
        """Begin to listen; False where too many do, or the gateway ends.

        Args:
            who: a person's id.
        """
        if self.closed or self._listeners.total() >= MOST or self._listeners[who] >= MOST_OF_ONE:
            return False
        self._listeners[who] += 1
        if self._task is None:
            self._task = asyncio.create_task(self._look())
        return True

    def leave(self, who: str) -> None:
        """Listen no more; where nobody does, nobody looks."""
        self._listeners[who] -= 1
        # What is at nothing is not kept.
        self._listeners = +self._listeners
        if not self._listeners and self._task is not None:
            self._task.cancel()
            self._task = None

    async def changed(self, known: str, seconds: float) -> bool:
        """Wait until something newer is there than `known`, the end, or for so many seconds."""
        if self._known is not None and self._known > known:
            return True
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return False
        return not self.closed

    async def close(self) -> None:
        """Send everybody home."""
        self.closed = True
        self._changed.set()
        if self._task is not None:
            self._task.cancel()
            await ended([self._task], 0)

    async def _look(self) -> None:
        while True:
            try:
                newest = await self._newest()
            except StoreDownError:
                newest = self._known
            if newest is not None and newest != self._known:
                self._known = newest
                self._changed.set()
                self._changed = asyncio.Event()
            await self._clock.sleep(_EVERY)
