"""Watches that somebody wrote down the holidays of the year that begins soon."""

from collections.abc import Callable, Sequence
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from sms_gateway.domain.calendar_days import CalendarDay, merged, missing_year
from sms_gateway.ports import Clock, StoreDownError
from sms_gateway.settings import Settings, load_calendar

_log = structlog.get_logger("service")

SECONDS = 600.0
"""Between two looks."""


class DayReading(Protocol):
    """The days that staff wrote down."""

    async def days(self) -> Sequence[CalendarDay]:
        """All of them. Raises StoreDownError."""


class DaysWatch:
    """Looks now and then, and says at the start, and once later, that a year is missing.

    Args:
        settings: see there.
        reading: see there.
        clock: time.
        seen: takes the year that is missing, 0 where none is.

    Raises:
        SettingsError: `calendar.toml` cannot be used.
    """

    def __init__(
        self, settings: Settings, reading: DayReading, clock: Clock, seen: Callable[[int], None]
    ) -> None:
        self._file = load_calendar(settings.calendar).days
        self._zone = ZoneInfo(settings.gateway.timezone)
        self._reading = reading
        self._clock = clock
        self._seen = seen
        self._missing: int | None = None

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await self._clock.sleep(SECONDS)

    async def look(self) -> None:
        """One look."""
        try:
            days = merged(self._file, await self._reading.days())
        except StoreDownError:
            return  # the sweep tells of it
        missing = missing_year(days, self._clock.now().astimezone(self._zone).date())
        self._seen(missing or 0)
        if missing is not None and missing != self._missing:
            _log.warning("calendar.year_missing", reason=str(missing))
        self._missing = missing
