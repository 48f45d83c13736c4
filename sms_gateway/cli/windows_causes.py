"""`windows causes`."""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

import click

from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import places
from sms_gateway.cli.output import local, print_table
from sms_gateway.cli.report_dossiers import counted_late
from sms_gateway.cli.windows_kept import give_cause, window_named
from sms_gateway.commands import MAX_NOTE
from sms_gateway.domain.windows import IncidentWindow
from sms_gateway.reports.causes import is_inside
from sms_gateway.reports.dossiers import Due, JudgedBy, LateDossier, Order
from sms_gateway.settings import Settings


@click.command("causes", short_help="List what was late inside a window; give all of it the cause.")
@click.option("--window", metavar="ID", required=True, help="Which window.")
@click.option("--give", is_flag=True, help="Give it as cause to those that have none.")
@click.option("--note", metavar="TEXT", default="", help=f"With --give: at most {MAX_NOTE}.")
@places
def windows_causes(*, window: str, give: bool, note: str) -> None:
    """List the late dossiers that were due, or came to their end, inside a window.

    Each line: code, room, due, finished, the cause that it has. Those without one are given the
    window by --give; they stay late in every count. It is written down with your name.
    """
    settings = load_settings()
    require_store(settings)
    wanted = window_named(settings, window)
    zone = ZoneInfo(settings.gateway.timezone)
    late = _late(settings, wanted, zone)
    print_table([_listed(one, zone) for one in late], "nothing was late inside it")
    bare = [one.id for one in late if not one.cause]
    if give and bare:
        given = give_cause(settings, bare, wanted.id, "", note)
        click.echo(f"gave {given} dossiers a cause", err=True)


def _late(settings: Settings, window: IncidentWindow, zone: ZoneInfo) -> Sequence[LateDossier]:
    now = datetime.now(UTC)
    first, last = window.starts_at.astimezone(zone).date(), now.astimezone(zone).date()
    if first > last:
        return ()
    order = Order(
        first=first,
        last=last,
        as_of=now.astimezone(zone),
        zone=zone,
        judged_by=JudgedBy(settings.reports.judged_by),
        due=Due(settings.reports.due),
        carried_over=True,
    )
    return [one for one in counted_late(settings, order).late if is_inside(one, window)]


def _listed(one: LateDossier, zone: tzinfo) -> Sequence[str]:
    due, finished = local(one.due_at, zone), local(one.finished_at, zone)
    return one.id, one.room or "-", due, finished, one.cause or "-"
