"""What `doctor` says of the calendar."""

from collections.abc import Iterator

from sms_gateway.cli.calendar_days import all_days, today
from sms_gateway.cli.faults import sentence_of
from sms_gateway.cli.findings import Finding, Level
from sms_gateway.domain.calendar_days import merged, missing_year
from sms_gateway.settings import Settings, load_calendar

_WHAT = "calendar"


def calendar(settings: Settings) -> Iterator[Finding]:
    """Whether the holidays of the year that begins soon are there."""
    file = load_calendar(settings.calendar).days
    try:
        days = all_days(settings)
    except Exception as error:
        if sentence_of(error) is None:
            raise
        days = merged(file, ())  # what is said of the messages has said it
    missing = missing_year(days, today(settings))
    if missing is not None:
        told = f"the holidays of {missing} are missing: sms-gateway calendar fill {missing}"
        yield Finding(Level.WARN, _WHAT, told)
        return
    yield Finding(Level.OK, _WHAT, f"{len(days)} days differ, up to {max(days)}")
