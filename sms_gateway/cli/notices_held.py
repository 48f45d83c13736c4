"""`notices held`, `release`, `confirm` and `drop`: texts that wait for a person."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import click

from sms_gateway.cli.changing import RunningService, change, myself, open_own_store
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import as_json, places
from sms_gateway.cli.output import local, print_each, print_table
from sms_gateway.clock import SystemClock
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.notices import ANNOUNCEMENT, Batch
from sms_gateway.domain.windows import IncidentWindow
from sms_gateway.notices.hours import Quiet
from sms_gateway.notices.in_time import in_time
from sms_gateway.notices.staff import NoticeActs
from sms_gateway.reports.log_json import iso
from sms_gateway.settings import Settings
from sms_gateway.store.opening import open_reading


@click.command(short_help="List texts that are held until a person acts.")
@as_json
@places
def held(*, as_json: bool) -> None:
    """List texts that are held, the oldest batch first: its id, why, since when, and how many.

    `blast` is a batch that is larger than usual: `release` or `drop` it. `backward` is a dossier
    that went back to an earlier state: `confirm` or `drop` it. `announcement` tells of the planned
    outage WINDOW, with some of the numbers, its words, and how many could leave before it begins,
    were they released now: `release` or `drop` it. Works while the gateway runs.
    """
    settings = load_settings()
    require_store(settings)
    zone = ZoneInfo(settings.gateway.timezone)
    found, windows = asyncio.run(_find(settings))
    able = {one.id: able_in_time(settings, windows, one, SystemClock().now()) for one in found}
    if as_json:
        print_each(
            {
                "id": batch.id,
                "reason": batch.reason,
                "since": iso(batch.since, zone),
                "texts": batch.texts,
                "dossiers": batch.dossiers,
                "templates": dict(batch.templates),
                "samples": list(batch.samples),
                "numbers": batch.numbers,
                "window": batch.window or None,
                "phones": list(batch.phones),
                "words": batch.words or None,
                "in_time": able[batch.id],
            }
            for batch in found
        )
        return
    rows = [_listed(batch, local(batch.since, zone), able[batch.id]) for batch in found]
    print_table(rows, "nothing is held")


def able_in_time(
    settings: Settings, windows: Sequence[IncidentWindow], batch: Batch, now: datetime
) -> int | None:
    """How many of an announcement can leave before its outage begins; None for what is none."""
    apart = timedelta(minutes=1) / settings.notices.per_minute
    quiet = Quiet.of(settings.notices.quiet, ZoneInfo(settings.gateway.timezone))
    return in_time(batch, windows, quiet, apart, now)


def _listed(batch: Batch, since: str, able: int | None) -> Sequence[str]:
    kinds = ", ".join(f"{count} {name}" for name, count in batch.templates)
    if batch.window:
        counts = f"{batch.texts} texts to {batch.numbers} numbers, {able} in time"
        which, some = f"window {batch.window}", f"such as {' '.join(batch.phones)}: {batch.words}"
        return (batch.id, ANNOUNCEMENT, since, counts, which, some)
    counts = f"{batch.texts} texts of {batch.dossiers} dossiers"
    return (batch.id, batch.reason, since, counts, kinds, "such as " + " ".join(batch.samples))


async def _find(settings: Settings) -> tuple[Sequence[Batch], Sequence[IncidentWindow]]:
    async with open_reading(settings.store_at) as reading:
        return await reading.notice_batches(), await reading.windows()


@click.command(short_help="Send a batch that was held because it is large.")
@click.argument("batch", metavar="ID")
@places
def release(batch: str) -> None:
    """Send the batch ID that was held because it is larger than usual.

    Its texts go one behind the other, at the pace of notices.per_minute, and not at night. An
    announcement whose outage has begun or was called off is not let go. It is written down with
    your name.
    """
    click.echo(f"released {_act('release', batch)} texts")


@click.command(short_help="Send what was held because a dossier went back.")
@click.argument("batch", metavar="ID")
@places
def confirm(batch: str) -> None:
    """Send the texts ID that were held because their dossier went back to an earlier state.

    Look at the dossier first. It is written down with your name.
    """
    click.echo(f"confirmed {_act('confirm', batch)} texts")


@click.command(short_help="End a held batch: it is never sent.")
@click.argument("batch", metavar="ID")
@places
def drop(batch: str) -> None:
    """End the held batch ID: its texts are never sent.

    What changes later in its dossiers is told as usual. It is written down with your name.
    """
    click.echo(f"dropped {_act('drop', batch)} texts")


def _act(act: str, batch: str) -> int:
    settings = load_settings()
    require_store(settings)

    def through(service: RunningService) -> int:
        return int(service.ask("POST", f"/notices/{act}", {"batch": batch})["texts"])

    async def directly() -> int:
        clock = SystemClock()
        async with open_own_store(settings, clock) as store:
            apart = timedelta(minutes=1) / settings.notices.per_minute
            valid = timedelta(hours=settings.notices.valid_hours)
            acts = NoticeActs(store.notices, clock.now, _nobody_to_wake, apart, valid)
            done = await {"release": acts.release, "confirm": acts.confirm, "drop": acts.drop}[act](
                batch, myself()
            )
            return done.texts

    return change(settings, through, directly)


def _nobody_to_wake(_door: DoorName) -> None:
    """Nothing sends here; the next service looks at the store by itself."""
