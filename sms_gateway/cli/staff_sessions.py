"""`staff sessions`."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click

from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import places
from sms_gateway.cli.output import local, print_table, print_text
from sms_gateway.cli.staff_kept import sign_out_everywhere, signed_in
from sms_gateway.domain.access import is_over
from sms_gateway.service.access import limits_of


@click.command("sessions", short_help="Show where somebody is signed in.")
@click.argument("login")
@click.option("--end", is_flag=True, help="Sign them out everywhere.")
@places
def staff_sessions(login: str, *, end: bool) -> None:
    """Show where LOGIN is signed in, the last one first; with --end sign them out everywhere.

    Each line: since when, last seen, from which address. That they were signed out is written down
    with your name.
    """
    settings = load_settings()
    require_store(settings)
    if end:
        print_text(f"ended {sign_out_everywhere(settings, login)} sessions")
        return
    zone, now, held = (
        ZoneInfo(settings.gateway.timezone),
        datetime.now(UTC),
        limits_of(settings),
    )
    rows = [
        (local(one.started_at, zone), local(one.last_seen_at, zone), one.address)
        for one in signed_in(settings, login).sessions
        if not is_over(one, now, held.idle, held.absolute)
    ]
    print_table(rows, "signed in nowhere")
