"""A day or a time of day as a browser's field sends it."""

from datetime import UTC, date, datetime, tzinfo
from typing import Final

_LOG_YEARS: Final = range(2000, 2101)
"""Ids and times of the log have no place for days that are far from them."""


def moment_of(text: str, zone: tzinfo) -> datetime | None:
    """The moment of a `datetime-local` field, `2017-06-17T08:30`; None for none.

    Args:
        text: of the field.
        zone: whose time it is.
    """
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def day_of(text: str) -> date | None:
    """The day of a `date` field, `2026-11-24`; None for none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def day_of_log(text: str) -> date | None:
    """The same of a day that the log may know, from 2000 to 2100; None for any other."""
    day = day_of(text)
    return day if day is not None and day.year in _LOG_YEARS else None
