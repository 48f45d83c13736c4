"""`calendar set` and `calendar unset`."""

import click

from sms_gateway.cli.calendar_days import (
    all_days,
    day_named,
    days_of_file,
    take_back,
    today,
    write_day,
)
from sms_gateway.cli.group import Fault
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import places
from sms_gateway.commands import MAX_NOTE
from sms_gateway.domain.calendar import DayKind
from sms_gateway.domain.calendar_days import needless, remarkable


@click.command("set", short_help="Say how a day differs.")
@click.argument("day")
@click.argument("kind", type=click.Choice([kind.value for kind in DayKind]))
@click.option("--note", metavar="TEXT", required=True, help=f"Why, at most {MAX_NOTE} characters.")
@places
def set_day(day: str, kind: str, note: str) -> None:
    """Say how DAY differs from the week: holiday, worked, morning or afternoon.

    With morning or afternoon only that half is worked. What is set goes before calendar.toml, and
    before what was set earlier. It is written down with your name. A Wednesday that is worked and a
    Sunday that is free need not be set, and are refused unless calendar.toml says otherwise.
    """
    settings = load_settings()
    require_store(settings)
    meant, wanted = day_named(day), DayKind(kind)
    if why := needless(meant, wanted, days_of_file(settings)):
        message = f"{why}; to take back what was set: sms-gateway calendar unset {meant}"
        raise Fault(message)
    known = all_days(settings).get(meant)
    if known is not None and (known.kind, known.note) == (wanted, note):
        click.echo("it was so before: nothing was changed", err=True)
    else:
        write_day(settings, meant, wanted, note)
        if what := remarkable(meant, wanted, today(settings)):
            click.echo(what, err=True)
    click.echo(f"{meant} {kind}")


@click.command("unset", short_help="Let the file speak of a day again.")
@click.argument("day")
@places
def unset_day(day: str) -> None:
    """Take back what was set for DAY: calendar.toml, or the week, speaks again.

    It is written down with your name.
    """
    settings = load_settings()
    require_store(settings)
    meant = day_named(day)
    take_back(settings, meant)
    click.echo(f"{meant} unset")
