"""A day or a time of day as a browser's field sends it, or as a person types it."""

import re
from datetime import UTC, date, datetime, tzinfo
from typing import Final

_LOG_YEARS: Final = range(2000, 2101)
"""Ids and times of the log have no place for days that are far from them."""
# A browser that knows no such fields shows a plain one: people then write days as on paper.
_ON_PAPER: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)


def _as_sent(text: str) -> str:
    return _ON_PAPER.sub(lambda day: f"{day[3]}-{day[2]:0>2}-{day[1]:0>2}", text.strip(), count=1)


def moment_of(text: str, zone: tzinfo) -> datetime | None:
    """The moment of `2017-06-17T08:30` or `17/06/2017 08:30`; None for none.

    Args:
        text: of the field.
        zone: whose time it is.
    """
    try:
        moment = datetime.fromisoformat(_as_sent(text))
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def day_of(text: str) -> date | None:
    """The day of `2026-11-24` or `24/11/2026`; None for none."""
    try:
        return date.fromisoformat(_as_sent(text))
    except ValueError:
        return None


def day_of_log(text: str) -> date | None:
    """The same of a day that the log may know, from 2000 to 2100; None for any other."""
    day = day_of(text)
    return day if day is not None and day.year in _LOG_YEARS else None
