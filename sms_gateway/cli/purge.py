"""`purge`: what is older than the settings keep goes, now and not at night."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click
import msgspec

from sms_gateway.cases.embedded import CaseTablesError
from sms_gateway.cli.changing import RunningService, change, myself, open_own_store
from sms_gateway.cli.group import Fault
from sms_gateway.cli.importing import open_directory
from sms_gateway.cli.narrowing import moment_of
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import as_json, places
from sms_gateway.cli.output import print_json
from sms_gateway.cli.progress import Progress, progress_of
from sms_gateway.clock import SystemClock
from sms_gateway.commands import CommandError
from sms_gateway.domain.audit_chain import Seal
from sms_gateway.domain.retention import PurgeBatch, PurgeCounts, Walk
from sms_gateway.folder import FolderError, number_hasher
from sms_gateway.ports import CasesDownError
from sms_gateway.retention.cuts import Cuts, cuts_of
from sms_gateway.retention.dossiers import DossierPurge
from sms_gateway.retention.purge import Around, Purge
from sms_gateway.settings import Settings
from sms_gateway.store.asked import RetentionReading
from sms_gateway.store.opening import open_reading

_LOOKED_AT = 1_000
_NAMES = {
    "texts": "texts",
    "messages": "messages of ours",
    "reports": "reports",
    "refused": "unreadable calls",
    "audit": "lines of the audit",
    "notices": "steps of dossiers",
    "subscriptions": "numbers that followed a dossier",
    "surveys": "questions of the survey",
    "dossiers": "copies of dossiers that ended",
    "complaints": "complaints that were settled",
}


@dataclass(frozen=True, slots=True)
class Done:
    """What was purged, or would be.

    Attributes:
        counts: see there.
        scrubbed: nothing is left of it on the disk of an embedded store.
    """

    counts: PurgeCounts
    scrubbed: bool


@click.command(short_help="Take away what is older than the settings keep.")
@click.option(
    "--until",
    metavar="TIME",
    help="Only what is older than this, too: 2026-11-23, 2026-11-23T10:15, or 400d ago.",
)
@click.option("--dry-run", is_flag=True, help="Only count; take nothing away.")
@as_json
@places
def purge(until: str | None, *, dry_run: bool, as_json: bool) -> None:
    """Take away numbers, words and dossiers of texts that are older than [retention] keeps them.

    The gateway does it by itself each night. What was not answered or sent yet, waits for a person
    or is held by `hold` stays. It goes in small steps, and the gateway answers meanwhile. Ctrl-C
    stops it; the next purge goes on. It is written down with your name and the counts.

    With --json an object with the keys until, texts, messages, reports, refused, audit, left,
    notices, subscriptions, dossiers and scrubbed.
    """
    settings = load_settings()
    require_store(settings)
    zone, now = ZoneInfo(settings.gateway.timezone), datetime.now(UTC)
    wanted = None if until is None else moment_of(until, now, zone, "--until")
    cuts = cuts_of(settings, now, wanted)
    with progress_of("counting" if dry_run else "purging", quiet=False) as progress:
        try:
            done = _count(settings, cuts) if dry_run else _purge(settings, wanted, progress)
        except KeyboardInterrupt:
            message = "stopped; what is done is done, and the next purge goes on with it"
            raise Fault(message) from None
    first = cuts.content.astimezone(zone)
    if as_json:
        told = {"until": first.isoformat(), **msgspec.structs.asdict(done.counts)}
        print_json({**told, "scrubbed": done.scrubbed})
        return
    _tell(done, first, "would purge" if dry_run else "purged")


def purge_restored(settings: Settings) -> None:
    """Purge a store that was just restored, and tell what went."""
    zone, now = ZoneInfo(settings.gateway.timezone), datetime.now(UTC)
    done = _purge(settings, None, lambda _done, _of: None)
    _tell(done, cuts_of(settings, now).content.astimezone(zone), "purged")


def _tell(done: Done, first: datetime, verb: str) -> None:
    counted = [
        f"{number} {what}"
        for name, what in _NAMES.items()
        if (number := getattr(done.counts, name)) or name == "texts"
    ]
    click.echo(f"{verb} {', '.join(counted)}; of before {first:%Y-%m-%d}")
    if done.counts.left:
        click.echo(f"{done.counts.left} stay: held, not ended, or waiting for a person", err=True)
    if not done.scrubbed:
        told = (
            "somebody is reading the database: its file -wal still holds what was purged, until "
            "the next purge or a restart"
        )
        click.echo(f"sms-gateway: {told}", err=True)


def _purge(settings: Settings, until: datetime | None, progress: Progress) -> Done:
    def through(service: RunningService) -> Done:
        body = json.dumps({"until": None if until is None else until.isoformat()}).encode()
        last: Mapping[str, Mapping[str, object]] = {}
        for answer in service.stream("POST", "/purge", iter([body])):
            last = answer
            if "done" in answer:
                progress(answer["done"], answer["of"])
        if "report" not in last:
            message = "the service ended before the purge did: start it, and the next one goes on"
            raise CommandError(message)
        report = last["report"]
        counts = msgspec.convert(report["counts"], PurgeCounts)
        return Done(counts, bool(report["scrubbed"]))

    seals = _seals(settings)

    async def directly() -> Done:
        clock = SystemClock()
        async with AsyncExitStack() as stack:
            store = await stack.enter_async_context(open_own_store(settings, clock))
            dossiers = await _copies(stack, settings, store.retention, writable=True)
            cuts = cuts_of(settings, clock.now(), until)
            purge = Purge(store.retention, clock, dossiers, seals)
            done = await purge.run(cuts, myself(), Around(progress))
        return Done(done.counts, done.scrubbed)

    return change(settings, through, directly)


def _seals(settings: Settings) -> tuple[Seal, ...] | None:
    try:
        return number_hasher(settings.data_path).seals
    except FolderError:
        return None


def _count(settings: Settings, cuts: Cuts) -> Done:
    async def count() -> Done:
        async with AsyncExitStack() as stack:
            reading = await stack.enter_async_context(open_reading(settings.store_at))
            dossiers = await _copies(stack, settings, reading.retention, writable=False)
            done = await _counted(reading.retention, cuts)
            if dossiers is None or cuts.dossiers is None:
                return done
            try:
                number = await dossiers.count(cuts.dossiers)
            except CasesDownError as error:
                _tell_left(error)
                return done
            return Done(msgspec.structs.replace(done.counts, dossiers=number), done.scrubbed)

    return asyncio.run(count())


async def _copies(
    stack: AsyncExitStack, settings: Settings, needs: RetentionReading, *, writable: bool
) -> DossierPurge | None:
    """What forgets copies of dossiers; None where they are our own, or cannot be opened."""
    if settings.cases.kind == "embedded":
        return None
    try:
        copies = await stack.enter_async_context(open_directory(settings, writable=writable))
    except CaseTablesError as error:
        _tell_left(error)
        return None
    return DossierPurge(copies, needs, SystemClock())


def _tell_left(error: Exception) -> None:
    """All else goes: texts of citizens do not wait for a file that is broken."""
    click.echo(f"sms-gateway: {error}; copies of dossiers stay until a later purge", err=True)


async def _counted(asked: RetentionReading, cuts: Cuts) -> Done:
    """What a purge would take, counted in small steps too: on a server others wait for it."""
    found = dict.fromkeys(Walk, 0)
    now = datetime.now(UTC)
    for walk in Walk:
        after = ""
        while True:
            batch = PurgeBatch(walk, cuts.of(walk), after, _LOOKED_AT, now)
            ripe = await asked.ripe(batch)
            found[walk] += ripe.purged
            after = ripe.upto
            if not after:
                break
    counts = PurgeCounts(
        texts=found[Walk.TEXTS] + found[Walk.LEFT],
        messages=found[Walk.ALONE] + found[Walk.ALONE_LEFT],
        reports=found[Walk.REPORTS],
        refused=found[Walk.REFUSED],
        audit=found[Walk.AUDIT],
        notices=found[Walk.NOTICES],
        subscriptions=found[Walk.SUBSCRIPTIONS],
        surveys=found[Walk.SURVEYS],
        complaints=found[Walk.COMPLAINTS],
    )
    return Done(counts, scrubbed=True)
