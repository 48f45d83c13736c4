"""Time that passes only when a test says so, for a clock and for the loop it runs in."""

import asyncio
import contextlib
import heapq
from collections.abc import Awaitable, Callable, Iterator
from contextvars import Context
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

from tests.parts import START

_TURNS = 40
"""Turns of the loop in which whatever can go on without time or threads has gone on."""


_LITTLE = 1e-6


def milliseconds(moment: datetime) -> int:
    """Since 1970, as ids have them."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


class StandingClock:
    """Implements `ports.Clock`, for what neither waits nor sees time go by."""

    def now(self) -> datetime:
        return START

    def milliseconds(self) -> int:
        return milliseconds(START)

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError(seconds)


class VirtualClock:
    """Implements `ports.Clock`. Within `ruling` also the loop's own timers follow it."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._due: list[float] = []
        self._working = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def now(self) -> datetime:
        return START + timedelta(seconds=self._seconds)

    def milliseconds(self) -> int:
        return milliseconds(self.now())

    def monotonic(self) -> float:
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        timer = asyncio.get_running_loop().call_later(seconds, woken.set)
        try:
            await woken.wait()
        finally:
            timer.cancel()

    @contextlib.contextmanager
    def ruling(self) -> Iterator[None]:
        """From now on `call_later`, time-outs and limiters of this loop follow this clock."""
        loop = asyncio.get_running_loop()
        call_at = loop.call_at

        def noted(
            when: float,
            callback: Callable[..., object],
            *args: object,
            context: Context | None = None,
        ) -> asyncio.TimerHandle:
            # Time moves on at least a little, for those who wait by rounded figures.
            heapq.heappush(self._due, max(when, self._seconds + _LITTLE))
            return call_at(when, callback, *args, context=context)

        with (
            mock.patch.object(loop, "time", self.monotonic),
            mock.patch.object(loop, "call_at", noted),
        ):
            yield

    @contextlib.contextmanager
    def working(self) -> Iterator[None]:
        """Something is under way in a thread: time stands until it has ended."""
        self._working += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._working -= 1
            if not self._working:
                self._idle.set()

    async def settled(self) -> None:
        """Let everything go on that needs no time."""
        turns = 0
        while turns < _TURNS:
            if self._working:
                await self._idle.wait()
                turns = 0
            await asyncio.sleep(0)
            turns += 1

    async def advance(self, seconds: float) -> None:
        """Let time pass; each timer fires at its own moment."""
        await self.settled()
        end = self._seconds + seconds
        while self._due and self._due[0] <= end:
            self._seconds = max(self._seconds, heapq.heappop(self._due))
            await self.settled()
        self._seconds = end
        await self.settled()


class Counting:
    """Stands before a store: counts its calls, lets time stand while they run, breaks on demand.

    Attributes:
        calls: names of the methods called, in order.
        down: all calls fail, as if the disk were full.
        broken: what calls of one method raise, the first first.
        held: awaited after a call of one method has done its work, before it returns.
        instead: stand for a method.
    """

    def __init__(self, inner: object, clock: VirtualClock) -> None:
        self.inner = inner
        self.clock = clock
        self.calls: list[str] = []
        self.down: Exception | None = None
        self.broken: dict[str, list[Exception]] = {}
        self.held: dict[str, Callable[[], Awaitable[object]]] = {}
        self.instead: dict[str, Callable[..., Awaitable[object]]] = {}

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever the store has
        found = getattr(self.inner, name)
        if not asyncio.iscoroutinefunction(found):
            return found

        async def counted(*args: object, **kwargs: object) -> object:
            self.calls.append(name)
            if self.down is not None:
                raise self.down
            if self.broken.get(name):
                raise self.broken[name].pop(0)
            if stand_in := self.instead.get(name):
                return await stand_in(*args, **kwargs)
            with self.clock.working():
                result = await found(*args, **kwargs)
            if hold := self.held.get(name):
                await hold()
            return result

        return counted
