"""How fast texts are answered, counted hour by hour: an hour that is over is counted once.

However many texts there are, a page asks for the hours of today alone, and of those that are over
for none twice. The 30 days before are counted behind it, hour by hour, and only sums are kept.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from sms_gateway.domain.figures import SpeedCount, Window
from sms_gateway.domain.outcome import Outcome
from sms_gateway.ports import StoreDownError
from sms_gateway.tasks import ended

WITHIN: Final = 100
"""Tenths of a second: a citizen who waits for longer than 10 s texts again."""

PERIOD: Final = timedelta(days=30)
"""Over which the objective holds: a bad day shows in it, and is not for ever."""

_HOUR: Final = timedelta(hours=1)
_SETTLED: Final = timedelta(hours=2)
"""After the beginning of an hour, when hardly anything of it changes any more."""

_STALE: Final = timedelta(minutes=1)
_PATIENCE: Final = 0.1
"""Seconds that a page waits for hours that nobody looked at yet."""

Count = Callable[[Window], Awaitable[Sequence[SpeedCount]]]


@dataclass(frozen=True, slots=True)
class Tally:
    """Texts that wanted an answer.

    Attributes:
        due: how many; not those that get none on purpose.
        fast: how many of them were answered within `WITHIN`.
    """

    due: int = 0
    fast: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Both."""
        return Tally(self.due + other.due, self.fast + other.fast)


Tallies = Mapping[str, Tally]
"""By agency; an empty one for what is no agency's."""


@dataclass(frozen=True, slots=True)
class Past:
    """The hours of a period.

    Attributes:
        hours: by their beginning.
        missing: so many are not counted yet.
    """

    hours: Mapping[datetime, Tallies]
    missing: int


def tallies(counts: Sequence[SpeedCount], *, over: bool = True) -> Tallies:
    """Of one window; what still waits is late already where the window is over."""
    found: dict[str, Tally] = {}
    for one in counts:
        if one.outcome == Outcome.SUPPRESSED or (one.waits and not over):
            continue
        fast = one.count if one.tenths is not None and one.tenths <= WITHIN else 0
        found[one.agency] = found.get(one.agency, Tally()) + Tally(one.count, fast)
    return found


@dataclass(frozen=True, slots=True)
class Today:
    """The hours of today.

    Attributes:
        hours: by their beginning, in order.
        missing: so many are not counted yet.
    """

    hours: Mapping[datetime, Sequence[SpeedCount]]
    missing: int


@dataclass(frozen=True, slots=True)
class _Kept:
    """An hour of today, as it was counted at a moment."""

    counts: Sequence[SpeedCount]
    at: datetime


class AnswerHours:
    """Counts hours, and keeps those that are over.

    Args:
        count: asks the store.
        zone: whose days these are.
        monotonic: seconds, for how long a page waits.
    """

    def __init__(self, count: Count, zone: tzinfo, monotonic: Callable[[], float]) -> None:
        self._count = count
        self._zone = zone
        self._monotonic = monotonic
        self._whole: dict[datetime, _Kept] = {}
        self._past: dict[datetime, Tallies] = {}
        self._wanted: Sequence[datetime] = ()
        self._task: asyncio.Task[None] | None = None

    async def today(self, now: datetime) -> Today:
        """The hours of today up to now, the newest counted first. Raises StoreDownError.

        What is left when the page has waited long enough is counted behind it.
        """
        here = now.astimezone(self._zone)
        midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
        for old in [hour for hour in self._whole if hour < midnight - _SETTLED]:
            del self._whole[old]
        begun = self._monotonic()
        wanted = list(_hours(midnight, now))
        found: dict[datetime, Sequence[SpeedCount]] = {}
        missing: list[datetime] = []
        for hour in reversed(wanted):
            kept = self._kept(hour, now)
            if kept is not None:
                found[hour] = kept
            elif now - hour < _SETTLED or self._monotonic() - begun < _PATIENCE:
                found[hour] = await self._counted(hour, now)
            else:
                missing.append(hour)
        self._fill(missing, now)
        return Today({hour: found[hour] for hour in wanted if hour in found}, len(missing))

    async def last_hour(self, now: datetime) -> Tallies:
        """What came within an hour, but for what is not late yet. Raises StoreDownError."""
        until = now - timedelta(seconds=WITHIN / 10)
        return tallies(await self._count(Window(until - _HOUR, until)))

    async def past(self, now: datetime) -> Past:
        """The hours of `PERIOD`, the missing ones being counted. Raises StoreDownError."""
        settled = self._start(now - _SETTLED)
        wanted = list(_hours(self._start(now - PERIOD), settled))
        for old in [hour for hour in self._past if hour < wanted[0]]:
            del self._past[old]
        missing = [hour for hour in wanted if hour not in self._past]
        self._wanted = missing[::-1]
        self._fill([], now)
        found = dict(self._past)
        for hour in _hours(settled, now):
            counts = await self._counted(hour, now)
            found[hour] = tallies(counts, over=now - hour > _HOUR + timedelta(seconds=WITHIN / 10))
        return Past(found, len(missing))

    async def filled(self) -> None:
        """Wait until nothing is being counted."""
        if self._task is not None:
            await self._task

    async def close(self) -> None:
        """Count no more."""
        if self._task is not None:
            self._task.cancel()
            await ended([self._task], 0)

    def _kept(self, hour: datetime, now: datetime) -> Sequence[SpeedCount] | None:
        """An hour that need not be counted again; one in which something waits is, by and by."""
        kept = self._whole.get(hour)
        if kept is None or now - hour < _SETTLED:
            return None
        waits = any(one.waits for one in kept.counts)
        return None if waits and now - kept.at > _STALE else kept.counts

    async def _counted(self, hour: datetime, now: datetime) -> Sequence[SpeedCount]:
        kept = self._whole.get(hour)
        if kept is not None and kept.at == now:
            return kept.counts
        counts = await self._count(Window(hour, hour + _HOUR))
        self._whole[hour] = _Kept(counts, now)
        return counts

    def _fill(self, today: Sequence[datetime], now: datetime) -> None:
        """Have hours counted, the newest first, unless some are being counted."""
        if self._task is None and (today or self._wanted):
            self._task = asyncio.create_task(self._filling(today, now))

    async def _filling(self, today: Sequence[datetime], now: datetime) -> None:
        """Others' questions come between those of two hours."""
        try:
            # While the store is down the page says so itself; the next look goes on.
            with suppress(StoreDownError):
                for hour in today:
                    await self._counted(hour, now)
                for hour in self._wanted:
                    self._past[hour] = tallies(await self._count(Window(hour, hour + _HOUR)))
        finally:
            self._task = None

    def _start(self, moment: datetime) -> datetime:
        """Of the hour here that a moment is in, in UTC."""
        here = moment.astimezone(self._zone)
        return here.replace(minute=0, second=0, microsecond=0).astimezone(UTC)


def _hours(since: datetime, until: datetime) -> Iterator[datetime]:
    hour = since.astimezone(UTC)
    while hour < until:
        yield hour
        hour += _HOUR
