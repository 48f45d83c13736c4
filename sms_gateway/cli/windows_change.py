"""`windows add` and `windows end`."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import click

from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import places
from sms_gateway.cli.output import local, print_text
from sms_gateway.cli.windows_kept import add_window, end_window, window_named
from sms_gateway.commands import MAX_NOTE
from sms_gateway.windows.acts import Wanted

_DAY = len("2017-06-17")


@click.command("add", short_help="Write down an incident, or a planned outage.")
@click.option(
    "--from", "begins", metavar="TIME", required=True, help="2017-06-17, or 2017-06-17T08:30."
)
@click.option(
    "--to", "ends", metavar="TIME", help="The same; a day is meant with its end. [default: open]"
)
@click.option("--cause", metavar="TEXT", required=True, help=f"At most {MAX_NOTE} characters.")
@click.option("--document", metavar="NUMBER", default="", help="The document: 818/SNgV-VP.")
@click.option("--planned", is_flag=True, help="It is known beforehand, and to be announced.")
@click.option(
    "--lookups",
    type=click.Choice(["stopped", "answered"]),
    default="stopped",
    show_default=True,
    help="While it stands: stopped tells the last copy with its time, or that it is interrupted.",
)
@places
def windows_add(  # click hands over each option by its name
    *, begins: str, ends: str | None, cause: str, document: str, planned: bool, lookups: str
) -> None:
    """Write down when something was, is or will be interrupted, and why; prints its id.

    While it stands, replies say so; what they could not tell follows by itself afterwards. One
    without --to stands until `windows end`. It is written down with your name.
    """
    settings = load_settings()
    require_store(settings)
    zone = ZoneInfo(settings.gateway.timezone)
    wanted = Wanted(
        starts_at=_moment(begins, zone, "--from"),
        ends_at=None if ends is None else _moment(ends, zone, "--to", end=True),
        cause=cause,
        document=document,
        planned=planned,
        stops=lookups == "stopped",
    )
    click.echo(add_window(settings, wanted))


@click.command("end", short_help="Say that a window is over.")
@click.argument("window", metavar="ID")
@click.option("--at", metavar="TIME", help="When: 2017-06-24T17:00. [default: now]")
@places
def windows_end(window: str, at: str | None) -> None:
    """Say that the window ID is over, or set its end right.

    Without --at it ends now; one that has not begun is called off. It is written down with your
    name.
    """
    settings = load_settings()
    require_store(settings)
    zone = ZoneInfo(settings.gateway.timezone)
    wanted = window_named(settings, window)
    end_window(settings, wanted.id, None if at is None else _moment(at, zone, "--at", end=True))
    ended = window_named(settings, window)
    what = "called off" if ended.called_off else f"ends {local(ended.ends_at, zone)}"
    print_text(f"{ended.id} {what}")


def _moment(text: str, zone: ZoneInfo, option: str, *, end: bool = False) -> datetime:
    """The moment that an option names.

    Raises:
        click.BadParameter: it is none.
    """
    try:
        moment = datetime.fromisoformat(text)
        if end and len(text) == _DAY:
            moment = datetime.combine(moment.date() + timedelta(days=1), time())
        moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        message = "no time: write 2017-06-17, or 2017-06-17T08:30"
        raise click.BadParameter(message, param_hint=f"'{option}'") from None
