"""`alarms`: what was wrong with the gateway itself, who was told, and a test."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta, tzinfo
from zoneinfo import ZoneInfo

import click

from sms_gateway.cli.changing import running_service
from sms_gateway.cli.group import Fault
from sms_gateway.cli.narrowing import at_most
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import as_json, places
from sms_gateway.cli.output import local, print_each, print_table
from sms_gateway.clock import SystemClock
from sms_gateway.domain.incidents import Incident
from sms_gateway.reading import IncidentRow
from sms_gateway.reports.log_json import iso
from sms_gateway.settings import Settings
from sms_gateway.store.opening import open_reading

_RECENT = timedelta(days=30)
_MINUTE = timedelta(minutes=1)


@click.command(short_help="List what was wrong with the gateway itself; send a test.")
@click.option("--test", is_flag=True, help="Send a test to all people on call, and list nothing.")
@at_most
@as_json
@places
def alarms(limit: int, *, test: bool, as_json: bool) -> None:
    """List what is wrong with the gateway itself, then what was within the last 30 days.

    Each line tells when it began, how long it was, what and at which door, how many or how much,
    and who was told: how the texts to the people on call stand, and whether the webhook took it.
    With --json each is one line, with the ids of those texts for `message` and `settle`. Works
    while the gateway runs. --test wants a running gateway, and is written down with your name.
    """
    settings = load_settings()
    require_store(settings)
    if test:
        _test(settings)
        return
    zone = ZoneInfo(settings.gateway.timezone)
    rows = asyncio.run(_find(settings, limit))
    if as_json:
        print_each(_described(row, zone) for row in rows)
    else:
        print_table([_listed(row, zone) for row in rows], "nothing was wrong")


def _test(settings: Settings) -> None:
    service = running_service(settings.data_path)
    if service is None:
        message = "the gateway is not running, so nothing would be sent: start it, then try again"
        raise Fault(message)
    told = service.ask("POST", "/alarms/test")
    texts, webhook = told["texts"], told["webhook"]
    if not texts and webhook is None:
        message = "nobody is told: set numbers or webhook_url in [alarms], then restart"
        raise Fault(message)
    if texts:
        click.echo(f"queued {texts} texts through door {told['door']}")
    if webhook == "":
        click.echo("the webhook took it")
    elif webhook is not None:
        message = f"the webhook did not take it ({webhook}): check alarms.webhook_url, try again"
        raise Fault(message)


async def _find(settings: Settings, limit: int) -> Sequence[IncidentRow]:
    async with open_reading(settings.store_at) as reading:
        return await reading.incidents(SystemClock().now() - _RECENT, limit)


def _listed(row: IncidentRow, zone: tzinfo) -> Sequence[str]:
    incident = row.incident
    return (
        local(incident.opened_at, zone),
        _lasted(incident),
        incident.trouble,
        incident.door or "-",
        str(incident.figure),
        _told(row),
    )


def _lasted(incident: Incident) -> str:
    if incident.closed_at is None:
        return "stands"
    return f"{max(0, (incident.closed_at - incident.opened_at) // _MINUTE)} min"


def _told(row: IncidentRow) -> str:
    states = Counter(str(text.state) for text in row.texts)
    texts = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    posted = "webhook" if row.incident.posted_at else ""
    ways = [*([f"texts {texts}"] if texts else []), *([posted] if posted else [])]
    return "; ".join(ways) or "nobody was told"


def _described(row: IncidentRow, zone: tzinfo) -> dict[str, object]:
    incident = row.incident
    return {
        "id": incident.id,
        "trouble": incident.trouble,
        "door": incident.door,
        "figure": incident.figure,
        "opened_at": iso(incident.opened_at, zone),
        "closed_at": iso(incident.closed_at, zone),
        "texted_at": iso(incident.texted_at, zone),
        "texted_over_at": iso(incident.texted_over_at, zone),
        "posted_at": iso(incident.posted_at, zone),
        "posted_over_at": iso(incident.posted_over_at, zone),
        "texts": [
            {"id": text.mt_id, "template": text.template, "state": text.state} for text in row.texts
        ],
    }
