"""Knows which windows stand, and which planned one waits to be announced."""

import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Protocol

import structlog

from sms_gateway.domain.calendar import Calendar
from sms_gateway.domain.ids import WindowId
from sms_gateway.domain.windows import IncidentWindow
from sms_gateway.ports import Clock, StoreDownError

SECONDS = 5.0
"""Between two looks."""

_log = structlog.get_logger("windows")


class WindowReading(Protocol):
    """The windows that are kept."""

    async def windows(self) -> Sequence[IncidentWindow]:
        """All of them. Raises StoreDownError."""


@dataclass(frozen=True, slots=True)
class Due:
    """A planned window that nobody announced, and for which it is time.

    Attributes:
        window: which.
        days: working days that are left before it; a day that is half worked counts as half.
    """

    window: IncidentWindow
    days: float


def days_left(window: IncidentWindow, now: datetime, calendar: Calendar) -> float:
    """Working days after today up to the day on which a window begins."""
    today = now.astimezone(calendar.zone).date()
    return calendar.working_days_between(today, window.starts_at.astimezone(calendar.zone).date())


def unannounced(
    windows: Sequence[IncidentWindow], now: datetime, calendar: Calendar, ahead: int
) -> Sequence[Due]:
    """The planned windows that must be announced today at the latest, the next one first.

    Args:
        windows: all of them.
        now: the moment.
        calendar: of the offices.
        ahead: working days before it by which a window must be announced; 0 for none ever.
    """
    waiting = [one for one in windows if one.waits_for_announcement(now)] if ahead else []
    due = [Due(one, days_left(one, now, calendar)) for one in waiting]
    return sorted((one for one in due if one.days <= ahead), key=lambda one: one.window.starts_at)


@dataclass(frozen=True, slots=True)
class Around:
    """What it needs besides the windows.

    Attributes:
        clock: time.
        calendar: of the offices, as it is now; raises StoreDownError.
        ahead: see `unannounced`.
        seen: takes how many windows stand, and how many are not announced although it is time.
        warned: takes the working days that are left before the next one of those; infinite for
            none.
    """

    clock: Clock
    calendar: Callable[[], Awaitable[Calendar]]
    ahead: int
    seen: Callable[[int, int], None]
    warned: Callable[[float], None]


class WindowWatch:
    """Reads them again and again; what it read last holds while the store is down.

    Args:
        reading: see there.
        around: see there.
    """

    def __init__(self, reading: WindowReading, around: Around) -> None:
        self._reading = reading
        self._around = around
        self._known: Sequence[IncidentWindow] = ()
        self._stood: frozenset[WindowId] = frozenset()
        self._told: frozenset[WindowId] = frozenset()

    def stops(self) -> bool:
        """Whether look-ups are interrupted now, to the second."""
        if not self._known:
            return False
        now = self._around.clock.now()
        return any(one.stops and one.stands(now) for one in self._known)

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await self._around.clock.sleep(SECONDS)

    async def look(self) -> None:
        """One look."""
        try:
            self._known = await self._reading.windows()
            calendar = await self._around.calendar()
        except StoreDownError:
            return  # the sweep tells of it
        now = self._around.clock.now()
        due = unannounced(self._known, now, calendar, self._around.ahead)
        self._tell({one.id for one in self._known if one.stands(now)}, due)
        self._around.seen(len(self._stood), len(due))
        self._around.warned(min((one.days for one in due), default=math.inf))

    def _tell(self, standing: set[WindowId], due: Sequence[Due]) -> None:
        for window in sorted(standing - self._stood):
            _log.warning("windows.begun", window=window)
        for window in sorted(self._stood - standing):
            _log.info("windows.over", window=window)
        waiting = frozenset(one.window.id for one in due)
        for window in sorted(waiting - self._told):
            _log.warning("windows.unannounced", window=window)
        self._stood, self._told = frozenset(standing), waiting


def local(moment: datetime, zone: tzinfo) -> str:
    """A moment as citizens read it: `20:00 05/12/2026`."""
    return f"{moment.astimezone(zone):%H:%M %d/%m/%Y}"
