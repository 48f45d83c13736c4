"""`complaints list`, `open` and `close`."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from secrets import randbits
from zoneinfo import ZoneInfo

import click

from sms_gateway.cli.changing import RunningService, change, myself, open_own_store
from sms_gateway.cli.narrowing import at_most
from sms_gateway.cli.opened import load_settings, require_store
from sms_gateway.cli.options import as_json, places
from sms_gateway.cli.output import local, print_each, print_table
from sms_gateway.cli.typed_numbers import number_hashes
from sms_gateway.clock import SystemClock
from sms_gateway.commands import MAX_NOTE
from sms_gateway.complaints import MAX_CHANNEL, ComplaintCommands, Wanted
from sms_gateway.domain.calendar import Calendar
from sms_gateway.domain.calendar_days import calendar_of, merged
from sms_gateway.domain.complaints import Complaint
from sms_gateway.domain.uuid7 import Uuid7
from sms_gateway.reports.log_json import described_complaint
from sms_gateway.settings import Settings, load_calendar
from sms_gateway.store.opening import open_reading


@click.command("list", short_help="List complaints, the one due next first.")
@click.option("--closed", is_flag=True, help="Those that were settled, the last one first.")
@at_most
@as_json
@places
def list_complaints(*, closed: bool, limit: int, as_json: bool) -> None:
    """List open complaints, the one that is due next first.

    Each line: id, due date, how it stands, channel, the text that it is about, what it is about.
    With --json each is one line. Works while the gateway runs.
    """
    settings = load_settings()
    require_store(settings)
    zone = ZoneInfo(settings.gateway.timezone)
    found = asyncio.run(_read(settings, limit, closed=closed))
    if as_json:
        print_each(described_complaint(one, zone) for one in found)
        return
    now = datetime.now(UTC)
    rows = [
        (
            one.id, local(one.due_at, zone), _standing(one, now), one.channel, one.mo_id or "-",
            one.outcome or one.what,
        )
        for one in found
    ]  # fmt: skip
    print_table(rows, "no such complaints")


@click.command("open", short_help="Write a complaint down.")
@click.option(
    "--channel",
    metavar="NAME",
    required=True,
    help=f"By which way it came: desk, phone, mail; at most {MAX_CHANNEL} characters.",
)
@click.option(
    "--what",
    metavar="TEXT",
    required=True,
    help=f"What it is about, without a number; at most {MAX_NOTE} characters.",
)
@click.option("--message", metavar="ID", default="", help="The text that it is about.")
@click.option("--phone", metavar="NUMBER", help="Whose it is; kept as a keyed hash.")
@places
def open_complaint(channel: str, what: str, message: str, phone: str | None) -> None:
    """Write a complaint down, with the day by which it must be settled.

    That is so many working days from today as reports.complaint_days says, by the calendar. It is
    written down with your name.
    """
    settings = load_settings()
    require_store(settings)
    number = None if phone is None else number_hashes(settings, phone)[0]
    wanted = Wanted(channel, what, message, number)

    def through(service: RunningService) -> tuple[str, datetime]:
        said = {"channel": channel, "what": what, "message": message, "number": number or ""}
        answer = service.ask("POST", "/complaints/open", said)
        return str(answer["complaint"]), datetime.fromisoformat(answer["due_at"])

    async def directly() -> tuple[str, datetime]:
        async with _commands(settings) as commands:
            made = await commands.open(wanted, myself())
            return made.id, made.due_at

    name, due_at = change(settings, through, directly)
    click.echo(f"{name} due {local(due_at, ZoneInfo(settings.gateway.timezone))}")


@click.command("close", short_help="Say how a complaint was settled.")
@click.argument("complaint")
@click.option(
    "--outcome",
    metavar="TEXT",
    required=True,
    help=f"How it was settled, at most {MAX_NOTE} characters.",
)
@places
def close_complaint(complaint: str, outcome: str) -> None:
    """Say how COMPLAINT, an id of the list, was settled.

    It is written down with your name.
    """
    settings = load_settings()
    require_store(settings)

    def through(service: RunningService) -> None:
        said = {"complaint": complaint, "outcome": outcome}
        service.ask("POST", "/complaints/close", said)

    async def directly() -> None:
        async with _commands(settings) as commands:
            await commands.close(complaint, outcome, myself())

    change(settings, through, directly)
    click.echo(f"{complaint} closed")


async def _read(settings: Settings, limit: int, *, closed: bool) -> Sequence[Complaint]:
    async with open_reading(settings.store_at) as reading:
        return await reading.complaints(limit, closed=closed)


@asynccontextmanager
async def _commands(settings: Settings) -> AsyncIterator[ComplaintCommands]:
    clock, file = SystemClock(), load_calendar(settings.calendar)
    zone, new_id = ZoneInfo(settings.gateway.timezone), Uuid7(clock.milliseconds, randbits)
    async with open_own_store(settings, clock) as store:

        async def calendar() -> Calendar:
            return calendar_of(zone, file.hours, merged(file.days, await store.calendar.days()))

        days = settings.reports.complaint_days
        yield ComplaintCommands(store.complaints, calendar, days, clock.now, new_id)


def _standing(one: Complaint, now: datetime) -> str:
    if one.closed_at is not None:
        return "closed"
    return "overdue" if one.due_at < now else "open"
