"""From months to moments: what is older goes."""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo

from sms_gateway.commands import CommandError
from sms_gateway.domain.retention import Walk
from sms_gateway.settings.sections import Gateway, Retention

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Cuts:
    """What is older than these moments goes.

    Attributes:
        content: of texts and messages with all that belongs to them, and of delivery reports.
        refused: of calls that could not be read.
        audit: of the lines of the audit.
        dossiers: of copies of dossiers that ended; None where they stay.
    """

    content: datetime
    refused: datetime
    audit: datetime
    dossiers: datetime | None = None

    def of(self, walk: Walk) -> datetime:
        """The moment that holds for a walk."""
        return {Walk.REFUSED: self.refused, Walk.AUDIT: self.audit}.get(walk, self.content)


class Keeping(Protocol):
    """The settings that say how long things are kept."""

    @property
    def gateway(self) -> Gateway:
        """Whose time zone counts."""

    @property
    def retention(self) -> Retention:
        """The months."""


def cuts_of(settings: Keeping, now: datetime, until: datetime | None = None) -> Cuts:
    """The cuts that hold now: the beginning of a day here, so many months ago.

    Args:
        settings: see there.
        now: the moment.
        until: nothing that is younger than this goes; None for all that the settings let go.

    Raises:
        CommandError: the settings keep what is to go until then.
    """
    zone = ZoneInfo(settings.gateway.timezone)
    content = _months_ago(now, zone, settings.retention.content_months)
    if until is not None and until > content:
        first = content.astimezone(zone).date()
        message = (
            f"the settings keep texts from {first} on: name an earlier day, or change "
            "retention.content_months"
        )
        raise CommandError(message)
    cuts = (
        content,
        _months_ago(now, zone, settings.retention.refused_months),
        _months_ago(now, zone, settings.retention.audit_months),
        _months_ago(now, zone, settings.retention.dossiers_months),
    )
    return Cuts(*(cut if until is None else min(cut, until) for cut in cuts))


def last_night(settings: Keeping, now: datetime) -> datetime:
    """When it was last the hour at which the gateway purges."""
    zone, hour = ZoneInfo(settings.gateway.timezone), settings.retention.hour
    here = now.astimezone(zone)
    at = _at(here.date(), hour, zone)
    return at if at <= now else _at(here.date() - timedelta(days=1), hour, zone)


def _months_ago(now: datetime, zone: tzinfo, months: int) -> datetime:
    today = now.astimezone(zone).date()
    year, month = divmod(today.year * _MONTHS + today.month - 1 - months, _MONTHS)
    day = min(today.day, calendar.monthrange(year, month + 1)[1])
    return _at(date(year, month + 1, day), 0, zone)


def _at(day: date, hour: int, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(hour), zone).astimezone(UTC)
