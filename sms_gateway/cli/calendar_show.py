"""`calendar show` and `calendar check`: the days that differ, and whether a year is missing."""

from zoneinfo import ZoneInfo

import click

from sms_gateway.cli.calendar_days import all_days, today
from sms_gateway.cli.group import Fault
from sms_gateway.cli.opened import load_settings
from sms_gateway.cli.options import as_json, places
from sms_gateway.cli.output import print_each, print_table, print_text
from sms_gateway.domain.calendar_days import FIRST_YEAR, LAST_YEAR, missing_year
from sms_gateway.reports.log_json import iso

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@click.command("show", short_help="List the days that differ.")
@click.argument("year", type=click.IntRange(FIRST_YEAR, LAST_YEAR), required=False)
@as_json
@places
def calendar_show(year: int | None, *, as_json: bool) -> None:
    """List the days that differ from Monday to Friday: how, why, and who wrote it down.

    Of YEAR, or of this year and later. A day of calendar.toml shows `calendar.toml` as its writer.
    With --json each day is one line. Works while the gateway runs.
    """
    settings = load_settings()
    now = today(settings).year
    zone = ZoneInfo(settings.gateway.timezone)
    days = [
        one
        for day, one in all_days(settings).items()
        if (day.year >= now if year is None else day.year == year)
    ]
    if as_json:
        print_each(
            {
                "day": one.day.isoformat(),
                "kind": one.kind,
                "note": one.note,
                "at": iso(one.at, zone),
                "by": one.by or None,
            }
            for one in days
        )
        return
    rows = [
        [str(one.day), _WEEKDAYS[one.day.weekday()], one.kind, one.by or "calendar.toml", one.note]
        for one in days
    ]
    print_table(rows, "no day differs")


@click.command("check", short_help="Look whether a year is missing.")
@places
def calendar_check() -> None:
    """Look whether the holidays of this year, and from October on of the next one, are there.

    The status is 1 where they are not. Works while the gateway runs.
    """
    settings = load_settings()
    days = all_days(settings)
    missing = missing_year(days, today(settings))
    if missing is not None:
        message = f"the holidays of {missing} are missing: sms-gateway calendar fill {missing}"
        raise Fault(message)
    years = sorted({day.year for day in days})
    print_text(f"the holidays are there, up to {years[-1]}" if years else "no day differs")
