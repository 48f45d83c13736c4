"""What is new, told to open pages: one question to the store for all of them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
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

MOST_LEFT: Final = 2_000
"""Of one process with those whose page is gone, which end within half a minute."""

_EVERY: Final = 2.0

Newest = Callable[[], Awaitable[MessageId | None]]


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One page that listens.

    Attributes:
        who: a person's id.
        stands: whether the page is still there. Who turned to another page left a line that learns
            of it only when something is written, and that must not stand in the way of the next.
    """

    who: str
    stands: Callable[[], bool]


class Live:
    """Looks for new messages while somebody listens.

    Args:
        newest: asks the store for the newest text.
        clock: the time.
    """

    def __init__(self, newest: Newest, clock: Clock) -> None:
        self._newest = newest
        self._clock = clock
        self._lines: set[Line] = set()
        self._known: MessageId | None = None
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.closed = False

    def enter(self, who: str, stands: Callable[[], bool]) -> Line | None:
        """Begin to listen; None where too many do, or the gateway ends.

        Args:
            who: a person's id.
            stands: whether their page is still there.
        """
        there = [line for line in self._lines if line.stands()]
        own = sum(1 for line in there if line.who == who)
        full = len(there) >= MOST or len(self._lines) >= MOST_LEFT
        if self.closed or full or own >= MOST_OF_ONE:
            return None
        line = Line(who, stands)
        self._lines.add(line)
        if self._task is None:
            self._task = asyncio.create_task(self._look())
        return line

    def leave(self, line: Line) -> None:
        """Listen no more; where nobody does, nobody looks."""
        self._lines.discard(line)
        if not self._lines and self._task is not None:
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
