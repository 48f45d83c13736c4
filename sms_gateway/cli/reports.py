"""`reports`: what telcos told of our messages, newest first."""

import asyncio
from collections.abc import Sequence
from datetime import tzinfo
from zoneinfo import ZoneInfo

import click

from sms_gateway.cli.narrowing import at_most, from_time, since_of
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import as_json, places
from sms_gateway.cli.output import local, print_each, print_table
from sms_gateway.domain.ids import DoorName
from sms_gateway.reading import ReceiptRow, ReportFilter
from sms_gateway.reports.log_json import described_report
from sms_gateway.settings import Settings
from sms_gateway.store.opening import open_reading


@click.command(short_help="List delivery reports, newest first.")
@click.option("--unmatched", is_flag=True, help="Only those that speak of no message of ours.")
@click.option("--door", metavar="DOOR", help="Only those that came through this door.")
@from_time
@at_most
@as_json
@places
def reports(
    door: str | None, since: str | None, limit: int, *, unmatched: bool, as_json: bool
) -> None:
    """List what telcos told of our messages, newest first: when, where, and of which message.

    A report that speaks of no message of ours is kept, in case its message is settled later. Many
    of them mean that the door reads a wrong field as the telco's id: compare the ids with those
    that `message ID` shows. With --json each report is one line. Works while the gateway runs.
    """
    settings = load_settings()
    require_store(settings)
    zone = ZoneInfo(settings.gateway.timezone)
    wanted = ReportFilter(
        None if door is None else DoorName(door), since_of(since, zone), unmatched, limit
    )
    rows = asyncio.run(_find(settings, wanted))
    if as_json:
        print_each(described_report(row, zone) for row in rows)
    else:
        print_table([_listed(row, zone) for row in rows], "no such reports")


async def _find(settings: Settings, wanted: ReportFilter) -> Sequence[ReceiptRow]:
    async with open_reading(settings.store_at) as reading:
        return await reading.reports(wanted)


def _listed(row: ReceiptRow, zone: tzinfo) -> Sequence[str]:
    error = f", error {row.error}" if row.error else ""
    return (
        local(row.received_at, zone),
        row.door,
        row.telco_id,
        row.mt_id or "-",
        f"{row.delivery}{error}",
    )
