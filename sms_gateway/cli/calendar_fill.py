"""`calendar fill`: the holidays of a year, as a library foresees them."""

from collections.abc import Sequence
from datetime import date
from importlib.metadata import version

import click

from sms_gateway.cli.calendar_days import all_days, write_day
from sms_gateway.cli.group import Fault
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import places
from sms_gateway.domain.calendar import DayKind
from sms_gateway.domain.calendar_days import FIRST_YEAR, LAST_YEAR, CalendarDay

_SATURDAY = 5
_NOTE = "{} (holidays {})"


@click.command("fill", short_help="Write down the holidays of a year.")
@click.argument("year", type=click.IntRange(FIRST_YEAR, LAST_YEAR))
@places
def fill(year: int) -> None:
    """Write down the holidays of YEAR and the days worked instead, as `holidays` foresees them.

    Needs `pip install 'sms-gateway[calendar]'`; asks nothing of the network. Days that are in the
    calendar stay as they are. Which days of Tet are free, and which are swapped, is decided each
    autumn: compare with the notice. Each day is written down with your name.
    """
    foreseen = foreseen_days(year)
    settings = load_settings()
    require_store(settings)
    known = all_days(settings)
    new = [one for one in foreseen if one.day not in known]
    for one in new:
        write_day(settings, one.day, one.kind, one.note)
        click.echo(f"{one.day} {one.kind}  {one.note}")
    click.echo(f"{len(new)} days set, {len(foreseen) - len(new)} were there", err=True)


def foreseen_days(year: int) -> Sequence[CalendarDay]:
    """Holidays from Monday to Friday, and days of the weekend that are worked, in order.

    Raises:
        Fault: the library is not installed.
    """
    try:
        import holidays  # noqa: PLC0415  # an extra, only where it is used
    except ModuleNotFoundError:
        message = "this needs one package more: pip install 'sms-gateway[calendar]'"
        raise Fault(message) from None
    note = _NOTE.format("{}", version("holidays"))
    found = holidays.country_holidays("VN", years=year, language="vi")
    free = [
        CalendarDay(day, DayKind.HOLIDAY, note.format(name))
        for day, name in found.items()
        if day.weekday() < _SATURDAY
    ]
    worked = [
        CalendarDay(day, DayKind.WORKED, note.format("làm bù")) for day in _swapped(found, year)
    ]
    return sorted((*free, *worked), key=lambda one: one.day)


def _swapped(found: object, year: int) -> Sequence[date]:
    days = getattr(found, "weekend_workdays", ())
    return [day for day in days if day.year == year]
