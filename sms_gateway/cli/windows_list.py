"""`windows list`."""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

import click

from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import as_json, places
from sms_gateway.cli.output import local, print_each, print_table
from sms_gateway.cli.windows_kept import windows_kept
from sms_gateway.domain.windows import IncidentWindow
from sms_gateway.reports.log_json import iso


@click.command("list", short_help="List incident windows, newest first.")
@as_json
@places
def windows_list(*, as_json: bool) -> None:
    """List incidents and planned outages, newest first.

    Each line: id, beginning, end, how it stands, cause with document, who wrote it down. With
    --json each is one line. Works while the gateway runs.
    """
    settings = load_settings()
    require_store(settings)
    zone = ZoneInfo(settings.gateway.timezone)
    found = windows_kept(settings).windows
    if as_json:
        print_each(_described(one, zone) for one in found)
    else:
        now = datetime.now(UTC)
        print_table([_listed(one, zone, now) for one in found], "no window was written down")


def _listed(one: IncidentWindow, zone: tzinfo, now: datetime) -> Sequence[str]:
    ends = local(one.ends_at, zone)
    return one.id, local(one.starts_at, zone), ends, _standing(one, now), one.by, one.told


def _standing(one: IncidentWindow, now: datetime) -> str:
    if one.called_off:
        return "called off"
    if one.stands(now):
        return "stands, look-ups stopped" if one.stops else "stands"
    if now >= one.starts_at:
        return "over"
    if one.waits_for_announcement(now):
        return "planned, not announced"
    return "planned, announced" if one.planned else "ahead"


def _described(one: IncidentWindow, zone: tzinfo) -> dict[str, object]:
    return {
        "id": one.id,
        "from": iso(one.starts_at, zone),
        "to": iso(one.ends_at, zone),
        "cause": one.cause,
        "document": one.document or None,
        "planned": one.planned,
        "lookups": "stopped" if one.stops else "answered",
        "made_at": iso(one.made_at, zone),
        "by": one.by,
        "ended_by": one.ended_by or None,
        "announced_at": iso(one.announced_at, zone),
        "announced_by": one.announced_by or None,
        "announced_where": one.announced_where or None,
    }
