"""`windows announce`."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click

from sms_gateway.cli.calendar_days import all_days
from sms_gateway.cli.changing import running_service
from sms_gateway.cli.group import Fault
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import places
from sms_gateway.cli.output import print_text
from sms_gateway.cli.windows_kept import note_announced, window_named
from sms_gateway.commands import MAX_NOTE
from sms_gateway.domain.calendar_days import calendar_of
from sms_gateway.domain.message import Language
from sms_gateway.settings import Settings, load_agencies, load_calendar
from sms_gateway.windows.announcing import announcement
from sms_gateway.windows.watch import days_left


@click.command("announce", short_help="Show the announcement of a window; say that it was made.")
@click.argument("window", metavar="ID")
@click.option(
    "--done",
    "where",
    metavar="TEXT",
    help=f"Say that citizens were told, and where: at most {MAX_NOTE} characters.",
)
@click.option(
    "--send", is_flag=True, help="Hold an SMS to each phone of a dossier in work, to be released."
)
@places
def windows_announce(window: str, where: str | None, *, send: bool) -> None:
    """Show what citizens are to be told of the window ID: in Vietnamese, for an SMS, in English.

    Put it on the website and the wall; then say so with --done, and nobody is warned any more. That
    is written down with your name. Nothing is sent but by --send: it makes a batch that
    `notices release` lets go and `notices drop` ends, and wants a running gateway.
    """
    settings = load_settings()
    require_store(settings)
    wanted = window_named(settings, window)
    zone = ZoneInfo(settings.gateway.timezone)
    if send:
        _send(settings, wanted.id)
    if where is not None:
        note_announced(settings, wanted.id, where)
        click.echo(f"{wanted.id} announced")
    if send or where is not None:
        return
    hotline = load_agencies(settings.agencies).default_hotline
    for language in (Language.VI_ACCENTED, Language.VI, Language.EN):
        print_text(announcement(wanted, language, hotline, zone))
    calendar = calendar_of(zone, load_calendar(settings.calendar).hours, all_days(settings))
    left, wants = days_left(wanted, datetime.now(UTC), calendar), settings.alarms.announce_days
    if wanted.waits_for_announcement(datetime.now(UTC)):
        click.echo(f"{left:g} working days are left; {wants} are wanted", err=True)


def _send(settings: Settings, window: str) -> None:
    service = running_service(settings.data_path)
    if service is None:
        message = "the gateway is not running: start it, then try again"
        raise Fault(message)
    held = service.ask("POST", "/windows/send", {"window": window})
    if held["texts"]:
        click.echo(f"held {held['texts']} texts: sms-gateway notices release {held['batch']}")
    else:
        click.echo("nobody is left to be told: see sms-gateway notices held")
