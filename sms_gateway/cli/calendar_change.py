"""`calendar set` and `calendar unset`."""

import click

from sms_gateway.cli.calendar_days import day_named, take_back, write_day
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import places
from sms_gateway.commands import MAX_NOTE
from sms_gateway.domain.calendar import DayKind


@click.command("set", short_help="Say how a day differs.")
@click.argument("day")
@click.argument("kind", type=click.Choice([kind.value for kind in DayKind]))
@click.option("--note", metavar="TEXT", required=True, help=f"Why, at most {MAX_NOTE} characters.")
@places
def set_day(day: str, kind: str, note: str) -> None:
    """Say how DAY differs from the week: holiday, worked, morning or afternoon.

    With morning or afternoon only that half is worked. What is set goes before calendar.toml, and
    before what was set earlier. It is written down with your name.
    """
    settings = load_settings()
    require_store(settings)
    meant = day_named(day)
    write_day(settings, meant, DayKind(kind), note)
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
