"""A day or a time of day as a browser's field sends it."""

from datetime import UTC, date, datetime, tzinfo


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
