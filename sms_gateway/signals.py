"""SIGTERM and SIGINT: what they end, and what ends a process that does not end by itself."""

import asyncio
import math
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog

_log = structlog.get_logger("service")

OVERDUE_S = 15.0
"""What may be needed beyond the grace, in seconds: the last writes to a slow disk, and closing."""


class Stop:
    """Hears the first signal; those that follow change nothing.

    Args:
        grace: seconds that what has begun gets to end.
        alarm: called at the signal with the seconds after which the process must be gone, as
            `signal.alarm`: a disk or resolver that hangs holds threads that nothing else ends.
    """

    def __init__(self, grace: float, alarm: Callable[[int], object]) -> None:
        self._seconds = grace + OVERDUE_S
        self._alarm = alarm
        self._asked = asyncio.Event()
        self._opening: asyncio.Timeout | None = None
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._ask)

    async def asked(self) -> None:
        """Wait for the signal."""
        await self._asked.wait()

    @asynccontextmanager
    async def cuts_short(self) -> AsyncIterator[Callable[[], None]]:
        """A block that the signal ends at once, until the block calls what it is given.

        An import that a dead process left can make the start last for minutes.
        """
        opening = asyncio.timeout(None)
        try:
            async with opening:
                self._opening = opening
                if self._asked.is_set():
                    self._cut()
                yield self._opened
        except TimeoutError:
            # One of the block's own is told to whoever waits for it.
            if not opening.expired():
                raise
        finally:
            self._opening = None

    def _opened(self) -> None:
        self._opening = None

    def _ask(self) -> None:
        if self._asked.is_set():
            return
        self._asked.set()
        self._alarm(math.ceil(self._seconds) + 1)
        asyncio.get_running_loop().call_later(self._seconds, _tell_overdue)
        self._cut()

    def _cut(self) -> None:
        if self._opening is not None:
            self._opening.reschedule(asyncio.get_running_loop().time())


def hear_no_more() -> None:
    """Let no signal make a process look like crashed that has closed everything."""
    told_before = sys.unraisablehook

    def told(what: "sys.UnraisableHookArgs") -> None:
        # Python tells of a signal that comes between its own two steps of changing a handler. It is
        # an OSError without errno, which no fault of the system is.
        if not isinstance(what.exc_value, OSError) or what.exc_value.errno is not None:
            told_before(what)

    sys.unraisablehook = told
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)


def _tell_overdue() -> None:
    _log.error("service.stop_overdue")
