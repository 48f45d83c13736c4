"""`hold list`: what the purge leaves alone, and why."""

import asyncio
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import click

from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import as_json, places
from sms_gateway.cli.output import local, print_each, print_table
from sms_gateway.domain.retention import LegalHold
from sms_gateway.reports.log_json import iso
from sms_gateway.settings import Settings
from sms_gateway.store.opening import open_reading


@click.command("list", short_help="List what is held, and why.")
@as_json
@places
def list_holds(*, as_json: bool) -> None:
    """List what is kept from being purged, the oldest first: since when, by whom, and why.

    A phone shows as its keyed hash. With --json each is one line. Works while the gateway runs.
    """
    settings = load_settings()
    require_store(settings)
    zone = ZoneInfo(settings.gateway.timezone)
    found = asyncio.run(_find(settings))
    if as_json:
        print_each(
            {
                "kind": hold.kind,
                "value": hold.value,
                "at": iso(hold.at, zone),
                "by": hold.by,
                "reason": hold.reason,
            }
            for hold in found
        )
        return
    rows = [[local(h.at, zone), h.kind, h.value, h.by, h.reason] for h in found]
    print_table(rows, "nothing is held")


async def _find(settings: Settings) -> Sequence[LegalHold]:
    async with open_reading(settings.store_at) as reading:
        return await reading.retention.holds()
