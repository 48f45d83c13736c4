"""What `doctor` says of incident windows."""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sms_gateway.cli.calendar_days import all_days
from sms_gateway.cli.faults import sentence_of
from sms_gateway.cli.findings import Finding, Level
from sms_gateway.cli.output import local
from sms_gateway.cli.windows_kept import windows_kept
from sms_gateway.domain.calendar_days import calendar_of
from sms_gateway.settings import Settings, load_calendar
from sms_gateway.windows.watch import unannounced

_WHAT = "windows"


def windows(settings: Settings) -> Iterator[Finding]:
    """Which windows stand, and which planned one must be announced now."""
    zone, now = ZoneInfo(settings.gateway.timezone), datetime.now(UTC)
    try:
        found = windows_kept(settings).windows
        calendar = calendar_of(zone, load_calendar(settings.calendar).hours, all_days(settings))
    except Exception as error:
        if sentence_of(error) is None:
            raise
        return  # what is said of the messages has said it
    standing = [one for one in found if one.stands(now)]
    due = unannounced(found, now, calendar, settings.alarms.announce_days)
    for one in due:
        begins = local(one.window.starts_at, zone)
        told = (
            f"the outage of {begins} is not announced, {one.days:g} working days are left: "
            f"sms-gateway windows announce {one.window.id}"
        )
        yield Finding(Level.WARN, _WHAT, told)
    for window in standing:
        told = f"{window.told} stands since {local(window.starts_at, zone)}"
        yield Finding(Level.WARN if window.stops else Level.OK, _WHAT, told)
    if not due and not standing:
        yield Finding(Level.OK, _WHAT, "none stands, none waits to be announced")
