"""What the pages about automatic messages, windows and the calendar reach."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sms_gateway.commands import DayCommands
from sms_gateway.domain.calendar_days import CalendarDay
from sms_gateway.domain.held_texts import Agencies, HeldPart, HeldText
from sms_gateway.domain.notices import Batch
from sms_gateway.domain.windows import GivenCause, IncidentWindow
from sms_gateway.notices.hours import Quiet
from sms_gateway.notices.table import Situation
from sms_gateway.reports.dossiers import LateDossier
from sms_gateway.settings import CalendarFile
from sms_gateway.web.notices import Noticing
from sms_gateway.windows.acts import WindowActs


class Held(Protocol):
    """What waits for a person, as far as somebody may see it."""

    async def parts(self, agencies: Agencies) -> Sequence[HeldPart]:
        """What of each batch belongs to these agencies. Raises StoreDownError."""

    async def texts(self, batch: str, agencies: Agencies, limit: int) -> Sequence[HeldText]:
        """Some texts of a batch. Raises StoreDownError."""


class Windows(Protocol):
    """The windows that are kept."""

    async def windows(self) -> Sequence[IncidentWindow]:
        """All of them, the newest first. Raises StoreDownError."""

    async def late_causes(self) -> Sequence[GivenCause]:
        """All causes. Raises StoreDownError."""


class Days(Protocol):
    """The days that staff wrote down."""

    async def days(self) -> Sequence[CalendarDay]:
        """All of them. Raises StoreDownError."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How the settings have them go.

    Attributes:
        on: they are sent at all.
        quiet: the hours of the night.
        written: these hours as the settings have them; empty for none.
        per_minute: so many leave within a minute at most.
        most: from so many changes within an hour on all are held.
        ahead: working days before a planned outage by which it is to be announced.
    """

    on: bool
    quiet: Quiet
    written: str
    per_minute: int
    most: int
    ahead: int

    @property
    def apart(self) -> timedelta:
        """The time between two of them."""
        return timedelta(minutes=1) / self.per_minute


@dataclass(frozen=True, slots=True)
class Automatic:
    """All of it.

    Attributes:
        pace: see there.
        situations: the table of `notices.toml`, in order.
        held, batches: what waits for a person.
        noticing: plans, and what staff do.
        windows, window_acts: incident windows, and what staff do.
        days, day_acts: days that staff wrote down, and how they do.
        file: `calendar.toml`.
        hotline: of announcements.
        late: the dossiers that were late inside a window, up to a moment; raises CasesDownError.
        known: which of these codes are dossiers'; raises CasesDownError.
    """

    pace: Pace
    situations: Sequence[Situation]
    held: Held
    batches: Callable[[], Awaitable[Sequence[Batch]]]
    noticing: Noticing
    windows: Windows
    window_acts: WindowActs
    days: Days
    day_acts: DayCommands
    file: CalendarFile
    hotline: str
    late: Callable[[IncidentWindow, datetime], Awaitable[Sequence[LateDossier]]]
    known: Callable[[Sequence[str]], Awaitable[Collection[str]]]
